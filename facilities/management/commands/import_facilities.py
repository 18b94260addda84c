"""Bring the register of facilities in from a table or a GeoJSON file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from facilities.importing import import_facilities


class Command(BaseCommand):
    help = "Bring facilities in from a .csv, .xlsx or .geojson file (facilities/importing.py)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--crs", choices=["gcj02", "bd09", "wgs84"], default="wgs84", help="system of the degrees")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *_args: Any, **options: Any) -> None:
        report = import_facilities(options["file"], crs=options["crs"], dry_run=options["dry_run"])
        for line in report.lines(verbose=options["verbosity"] > 1):
            self.stdout.write(line)
        if report.is_refused:
            raise CommandError(_("Some lines were left out."))
