"""Look whether the registers are whole."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from residents import register_check


class Command(BaseCommand):
    help = "Check heads against members, paths against the tree, fingerprints against the numbers, of every row."

    def handle(self, *_args: Any, **_options: Any) -> None:
        report = register_check.find(lambda count: self.stderr.write(f"{count} people's numbers opened ..."))
        for fault in report.faults:
            self.stdout.write(str(fault))
        looked = ", ".join(f"{count} {word}" for word, count in report.looked.items())
        self.stdout.write(f"Looked at {looked}.")
        if report.faults:
            message = f"The registers have {len(report.faults)} faults."
            raise CommandError(message)
        self.stdout.write("The registers are whole.")
