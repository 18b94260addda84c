"""Compare open orders with their own history; what differs is said by number, key and time. Changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from workorders import auditing
from workorders.models import WorkOrder


class Command(BaseCommand):
    help = "Reckon every open order anew from its history and say what is stored otherwise; changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="finished orders too")

    def handle(self, *_args: Any, **options: Any) -> None:
        orders = WorkOrder.objects.all() if options["all"] else WorkOrder.objects.open()
        report = auditing.compare(orders, timezone.now())
        for number, found in report.differing:
            for difference in found:
                self.stdout.write(f"{number}  {difference}")
        self.stdout.write(f"{report.checked} orders checked, {len(report.differing)} differ from their history.")
        if report.skipped:
            self.stdout.write(f"{report.skipped} were not checked: their history begins before it told of clocks.")
        if report.differing:
            message = "Some orders differ from their history."
            raise CommandError(message)
