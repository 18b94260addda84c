"""`manage.py stop`: stop what `manage.py run` started on this state directory."""

import os
import signal
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from governance import keeper

STOP_WITHIN_SECONDS = 40


class Command(BaseCommand):
    help = "Stop a Wangge that runs on this state directory."
    requires_system_checks = []

    def handle(self, *_args: object, **_options: object) -> None:
        lock = Path(settings.VAR_DIR) / "run.lock"
        if not lock.exists() or not keeper.is_locked(lock):
            return
        os.kill(int(lock.read_text()), signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN_SECONDS
        while keeper.is_locked(lock):
            if time.monotonic() > deadline:
                raise CommandError("It does not stop.")
            time.sleep(0.1)
