"""Load a district's streets and communities from published division files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from grids.divisions import import_divisions


class Command(BaseCommand):
    help = "Load a district with its streets and communities from areas.csv, streets.csv and villages.csv in a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="folder with the three files")
        parser.add_argument("--area", required=True, help="6-digit code of the district")
        parser.add_argument(
            "--exclude-street", action="append", default=[], metavar="CODE", help="leave this street out"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *_args: Any, **options: Any) -> None:
        report = import_divisions(
            options["folder"],
            options["area"],
            exclude_streets=options["exclude_street"],
            dry_run=options["dry_run"],
        )
        for line in report.lines(verbose=options["verbosity"] > 1):
            self.stdout.write(line)
        if report.is_refused:
            raise CommandError(_("Nothing was changed."))
