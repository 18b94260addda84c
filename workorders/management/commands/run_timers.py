"""Run the timers once, at this or another moment, or only say what they would do."""

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from workorders import sweeps
from workorders.models import WorkOrder


class Command(BaseCommand):
    help = (
        "Send due-soon and overdue notices, let overdue orders climb one step and suspended ones resume, "
        "as Celery beat does every minute."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", help="ISO time to take for now; local time where it names no zone")
        parser.add_argument(
            "--dry-run", action="store_true", help="list what would happen to each open order, and why not"
        )
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = self._moment(options["now"])
        if options["dry_run"]:
            self._preview(now, as_json=options["json"])
            return
        run = sweeps.run(now)
        counts = {"warned": run.warned, "overdue": run.overdue, "escalated": run.escalated, "resumed": run.resumed}
        text = json.dumps(counts) if options["json"] else ", ".join(f"{count} {name}" for name, count in counts.items())
        self.stdout.write(text)

    def _preview(self, now: dt.datetime, *, as_json: bool) -> None:
        rows = [
            {
                "number": order.number,
                "stage": clock.stage,
                "due_at": timezone.localtime(clock.due_at).isoformat(timespec="minutes"),
                "verdict": decision.verdict.value,
                "reason": decision.skip.value if decision.skip else "",
            }
            for order, clock, decision in sweeps.preview(list(WorkOrder.objects.open()), now)
        ]
        if as_json:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            self.stdout.write("  ".join(str(value) for value in row.values()))

    @staticmethod
    def _moment(text: str | None) -> dt.datetime:
        if text is None:
            return timezone.now()
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None:
            message = f"--now must be an ISO time like 2026-11-20T09:05; it is {text!r}."
            raise CommandError(message)
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
