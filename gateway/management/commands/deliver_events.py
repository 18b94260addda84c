"""Deliver what is due to the receivers of events, once, as Celery beat does every few seconds."""

import json
import time
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gateway import draining


class Command(BaseCommand):
    help = "Send what is due to the receivers of events: one run, or until nothing is due any more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="go on until nothing is due (default: one run)")
        parser.add_argument(
            "--seconds", type=float, default=5.0, help="how long one run lasts at most (default: %(default)s)"
        )
        parser.add_argument("--threads", type=int, default=draining.THREADS, help="receivers served at once")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        began = time.monotonic()
        tally: Counter[str] = Counter()
        while True:
            done = draining.run(options["seconds"], options["threads"])
            tally += done
            if not options["all"] or not done:
                break
        if options["json"]:
            self.stdout.write(json.dumps(tally))
            return
        said = ", ".join(f"{count} {state}" for state, count in sorted(tally.items())) or "nothing was due"
        self.stdout.write(f"{said}, in {time.monotonic() - began:.1f} s.")
