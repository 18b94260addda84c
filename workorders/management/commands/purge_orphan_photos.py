"""Remove photo files that no row names: what a crash between writing the file and the row leaves behind."""

from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from workorders import retention_rules


class Command(BaseCommand):
    help = "Remove photo files that no work order and no person names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go; remove nothing")
        parser.add_argument(
            "--hours", type=int, default=24, help="leave files alone that are younger than this (default: %(default)s)"
        )

    def handle(self, *args: Any, dry_run: bool, hours: int, **options: Any) -> None:
        older_than = timezone.now() - timedelta(hours=max(hours, 1))
        count = size = 0
        for name, bytes_ in retention_rules.orphans(older_than):
            count, size = count + 1, size + bytes_
            if dry_run:
                self.stdout.write(name)
            else:
                default_storage.delete(name)
        verb = "would be removed" if dry_run else "removed"
        self.stdout.write(f"{count} files, {size / 1024**2:.1f} MB, {verb}.")
