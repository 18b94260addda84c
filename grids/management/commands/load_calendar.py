"""`manage.py load_calendar`: load years of the working-day calendar, published ones or from a file."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from grids import calendar_days
from grids.errors import Refused


class Command(BaseCommand):
    help = "Load published years of the working-day calendar (from last year on, unless named), or a CSV file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("years", nargs="*", type=int, metavar="YEAR")
        parser.add_argument("--file", type=Path, help="CSV with the columns date, kind, name")

    def handle(self, *, years: list[int], file: Path | None, **_options: object) -> None:
        today = timezone.localdate()
        try:
            if file is not None:
                count = calendar_days.import_days(file.read_text(encoding="utf-8-sig"), actor=None)
                self.stdout.write(f"{file.name}: {count} days")
            else:
                published = calendar_days.published_years()
                for year in years or [year for year in published if year >= today.year - 1]:
                    self.stdout.write(f"{year}: {calendar_days.load_year(year, actor=None)} days")
        except (Refused, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        for year in calendar_days.missing_years(today):
            self.stderr.write(f"{year} is not loaded: deadlines there count Monday to Friday.")
