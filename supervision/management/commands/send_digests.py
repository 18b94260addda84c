"""`manage.py send_digests [--dry-run]`: the morning's digest of situations, now."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from supervision import digests


class Command(BaseCommand):
    help = "Tell supervisors and level owners, one notice each, which orders of their area need a look."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say who would hear of what; send nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        sent = digests.run(dry_run=dry_run)
        names = dict(User.objects.filter(pk__in=[digest.user_id for digest in sent]).values_list("pk", "username"))
        for digest in sent:
            counts = Counter(str(one.situation) for one in digest.fresh)
            words = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
            self.stdout.write(f"{names[digest.user_id]}: {len(digest.orders)} orders ({words}); {digest.known} known")
        self.stdout.write(f"{len(sent)} people {'would be' if dry_run else 'were'} told.")
