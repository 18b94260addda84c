"""Count the figures of every day anew from the apps' own rows; or, with --check, only say where they differ."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from insights import counting, definitions, rolling


class Command(BaseCommand):
    help = "Count the figures of every day anew; with --check only compare."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=dt.date.fromisoformat, help="first day (YYYY-MM-DD); else all there are")
        parser.add_argument("--check", action="store_true", help="change nothing; fail where something differs")

    def handle(self, *_args: Any, since: dt.date | None, check: bool, **_options: Any) -> None:
        wrong, today = 0, timezone.localdate()
        for district in rolling.districts():
            if check:
                different = counting.differing(district, since or rolling.first_day(district, today), today)
                self.stdout.write(f"{district}: {different} rows differ")
                if not definitions.is_counted(district):
                    self.stdout.write("  older days are still to be counted anew: each run counts some")
                wrong += different
            else:
                self.stdout.write(f"{district}: {rolling.rebuild(district, since, heard=self._say)} days counted")
        if wrong:
            raise CommandError("The figures differ from their source; count them anew without --check.")

    def _say(self, done: int, all_of_them: int) -> None:
        self.stdout.write(f"  {done} of {all_of_them} days")
