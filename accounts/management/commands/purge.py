"""`manage.py purge`: remove what was kept long enough (accounts/retention.py)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from accounts import retention


class Command(BaseCommand):
    help = "Remove or make anonymous what was kept long enough, by the rules of every app; runs every night by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what would go")
        parser.add_argument("--only", default="", metavar="RULE", help="one rule, by its name")

    def handle(self, *_args: Any, **options: Any) -> None:
        names = [rule.name for rule in retention.rules()]
        if options["only"] and options["only"] not in names:
            message = f"No rule {options['only']!r}; there are {', '.join(names)}."
            raise CommandError(message)
        if not retention.is_alone():
            message = "Another purge is running."
            raise CommandError(message)
        try:
            failed = self._run(is_trial=options["dry_run"], only=options["only"])
        finally:
            retention.leave()
        if failed:
            message = f"{failed} rules failed; the log says why."
            raise CommandError(message)

    def _run(self, *, is_trial: bool, only: str) -> int:
        failed, verb = 0, "would go" if is_trial else "gone"
        for outcome in retention.run(timezone.now(), is_trial=is_trial, only=only):
            rule = outcome.rule
            with translation.override("en"):
                said = "failed" if outcome.count is None else f"{outcome.count} {verb}"
                self.stdout.write(f"{rule.name:<16} {rule.words}, after {rule.days} days: {said}")
            failed += outcome.count is None
        return failed
