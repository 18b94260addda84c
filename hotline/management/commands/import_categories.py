"""`manage.py import_categories FILE`: take a city's categories of requests over (hotline/category_files.py)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.tables.refusals import UnreadableTable
from grids.importing import Outcome
from hotline import category_files, category_import


class Command(BaseCommand):
    help = "Take the hotline's categories from a table with the columns 一级分类 … 五级分类; adds, never deletes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--retire", action="store_true", help="switch off categories that the file does not have")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen; change nothing")
        parser.add_argument("--all", action="store_true", help="list every row, also those where nothing is to say")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            file = category_files.read(path)
        except UnreadableTable as error:
            raise CommandError(str(error)) from error
        report = category_import.take(file, path.name, retire=options["retire"], dry_run=options["dry_run"])
        for entry in report.entries:
            if options["all"] or (entry.words and entry.outcome != Outcome.ADDED):
                self.stdout.write(str(entry))
        *_lines, counts = report.lines()
        self.stdout.write(counts)
        if report.is_refused:
            message = "The file has rows that cannot be taken; nothing was changed."
            raise CommandError(message)
