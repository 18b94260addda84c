"""`manage.py load_demo`: fill an empty database with a demo district."""

import datetime as dt
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from demo import accounts, load
from demo.profiles import PROFILES


class Command(BaseCommand):
    help = (
        "Make a demo district: real divisions and outline, synthetic people, orders in every state. "
        "Tree and posts are always complete; --scale says how much finished history and how large the registers are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--profile", choices=sorted(PROFILES), default="rencheng")
        parser.add_argument(
            "--scale",
            type=float,
            default=0.01,
            help="of 168,177 orders and 1,162,189 residents; more than 0, at most 1",
        )
        parser.add_argument("--seed", type=int, default=42, help="the same seed draws the same district")
        parser.add_argument("--now", help="make it as of this moment (ISO 8601 with offset), default now")
        parser.add_argument("--replace", action="store_true", help="first erase EVERYTHING in the database")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["scale"] <= 1:
            raise CommandError("--scale must be more than 0 and at most 1.")
        with self._progress() as bars:
            tasks: dict[str, Any] = {}

            def progress(what: str, more: int, total: int) -> None:
                if what not in tasks:
                    tasks[what] = bars.add_task(what, total=total)
                bars.advance(tasks[what], more)

            try:
                made = load.load(
                    options["profile"],
                    scale=options["scale"],
                    seed=options["seed"],
                    now=_moment(options["now"]),
                    replace=options["replace"],
                    progress=progress,
                )
            except load.NotEmpty:
                message = "The database is not empty. --replace erases everything in it first."
                raise CommandError(message) from None
        self._train(made.profile.district_code)
        self.stdout.write(
            f"{made.profile.title}: {made.nodes:,} nodes, {made.people:,} accounts, {made.residents:,} residents, "
            f"{made.orders:,} orders, {made.open_orders:,} of them open."
        )
        if options["verbosity"]:  # `manage.py run` shows them itself
            self._say_accounts()

    def _train(self, district: str) -> None:
        """Train the suggestion of categories in a process of its own: what trains it would stay in this one's memory.

        A demo too small for it, or without scikit-learn, goes without suggestions.
        """
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "train_categories", "--district", district]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command

    def _progress(self) -> Progress:
        columns = (TextColumn("{task.description:12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        return Progress(*columns, console=Console(stderr=True, highlight=False))

    def _say_accounts(self) -> None:
        kept = "given in WANGGE_DEMO_PASSWORD" if settings.DEMO_PASSWORD else f"kept in {accounts.password_file()}"
        self.stdout.write(f"Accounts: {', '.join(account.username for account in accounts.CAST)}; password {kept}.")


def _moment(text: str | None) -> dt.datetime | None:
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError("--now must be a moment with its offset, such as 2026-11-20T09:05:00+08:00.")
    return moment
