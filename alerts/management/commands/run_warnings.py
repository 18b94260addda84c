"""`manage.py run_warnings [--now MOMENT] [--dry-run]`: ask the rules of early warning, now or as of a moment."""

import datetime as dt
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alerts import sweeps


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


class Command(BaseCommand):
    help = "Ask every rule of early warning; tell of what is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", type=_moment, help="as of this moment (ISO; local where it names no zone)")
        parser.add_argument("--dry-run", action="store_true", help="say what would be found; keep and send nothing")

    def handle(self, *args: Any, now: dt.datetime | None, dry_run: bool, **options: Any) -> None:
        if now is not None and now > timezone.now():
            raise CommandError("--now lies in the future.")
        done = sweeps.run(now, is_dry=dry_run)
        for code, number in sorted(Counter(watch.code for watch, _found in done.found).items()):
            self.stdout.write(f"{code}: {number} new")
        would = "would be " if dry_run else ""
        self.stdout.write(f"{len(done.found)} {would}found, {done.grown} {would}reminded, {done.lapsed} {would}lapsed.")
