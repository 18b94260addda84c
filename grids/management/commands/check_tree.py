"""Look whether the tree is whole, and mend its numbers."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grids import tree_check


class Command(BaseCommand):
    help = "Check the nested-set numbers and kinds of every district's tree; --repair makes the numbers anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="number the trees anew from the parents")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["repair"]:
            self.stdout.write(f"{tree_check.repair()} nodes got other numbers.")
        faults = tree_check.find()
        for fault in faults:
            self.stdout.write(str(fault))
        missing = tree_check.without_boundary()
        if missing:
            self.stdout.write(f"{missing} base grids have no boundary; no point is found in them.")
        if faults:
            message = f"The tree has {len(faults)} faults."
            raise CommandError(message)
        self.stdout.write("The tree is whole.")
