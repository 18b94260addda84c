"""Attach boundaries from a GeoJSON file to nodes that are there."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from grids.grid_tables import import_boundaries


class Command(BaseCommand):
    help = "Attach boundaries: a FeatureCollection with `code` properties, or one geometry with --code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--crs", choices=["gcj02", "bd09", "wgs84"], required=True, help="system of the file's degrees"
        )
        parser.add_argument("--code", default="", help="the node of a file that holds one bare geometry")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *_args: Any, **options: Any) -> None:
        report = import_boundaries(
            options["file"], crs=options["crs"], code=options["code"], dry_run=options["dry_run"]
        )
        for line in report.lines(verbose=options["verbosity"] > 1):
            self.stdout.write(line)
        if report.is_refused:
            raise CommandError(_("Nothing was changed."))
