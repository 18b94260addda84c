"""`manage.py check_audit`: look whether the audit log is as it was written."""

import re
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import audit_chain
from accounts.models import AuditHead

SHOWN = 200


class Command(BaseCommand):
    help = "Find every edit, insertion and deletion in the audit log, the newest lines included; name the lines."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect",
            default="",
            metavar="PLACE:DIGEST",
            help="what an earlier run, or the process's log, said of the chain: it must still hold this",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        expected = options["expect"].strip()
        if expected and not re.fullmatch(r"\d{1,18}:[0-9a-f]{64}", expected):
            message = "--expect takes a place and its digest, as `check_audit` prints them: 1234:9f86d0…"
            raise CommandError(message)
        started, found = time.monotonic(), 0
        for found, fault in enumerate(audit_chain.check(expected), start=1):
            if found <= SHOWN:
                self.stdout.write(str(fault))
        if found > SHOWN:
            self.stdout.write(f"… and {found - SHOWN} more.")
        if found:
            message = f"The audit log has {found} faults."
            raise CommandError(message)
        took = time.monotonic() - started
        self.stdout.write(f"The audit log is whole: {audit_chain.count()} lines, looked through in {took:.1f} s.")
        head = AuditHead.objects.filter(pk=1).first()
        if head is not None:
            self.stdout.write(f"Keep this elsewhere, for --expect: {head}")
