"""`manage.py run`: the whole product on one machine, in the foreground."""

import fcntl
import os
import socket
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from rich.console import Console
from rich.table import Table

from accounts.models import User
from demo import accounts
from governance import embedded, env, translations
from governance.staticfiles import fingerprint
from governance.supervisor import Child, Supervisor
from grids.models import Grid, Post

NAMES = {"postgres": "PostgreSQL", "redis": "Redis"}
ANYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - compared, not bound


class Command(BaseCommand):
    help = "Start everything: database, broker, web server, worker and timers; set up what is missing first."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, help="default: PORT, else 8000")
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *, port: int | None, no_demo: bool, **_options: object) -> None:
        self.console = Console(highlight=False)
        host = env.text("WANGGE_HOST", "127.0.0.1")
        port = port or env.integer("PORT", 8000, minimum=1)
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        with (settings.VAR_DIR / "run.lock").open("a+") as lock:
            refuse_a_second_start(lock)
            refuse_a_taken_port(host, port)
            self._prepare(with_demo=not no_demo)
            code = self._serve(host, port)
            embedded.leave()
        if code:
            raise CommandError("Wangge stopped because one of its parts does not start.", returncode=code)
        self.console.print("Stopped.")

    def _prepare(self, *, with_demo: bool) -> None:
        """Set up what is missing; the catalogue first, for the demo's briefings are written in it."""
        translations.compile_stale()
        names = " and ".join(NAMES[name] for name in embedded.needed())
        if names:
            with self._step(f"Starting {names} under {settings.VAR_DIR}"):
                embedded.ensure_running(settings.VAR_DIR)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            with self._step("Bringing the database up to date"):
                call_command("migrate", verbosity=0, interactive=False)
        if with_demo and not (User.objects.exists() or Grid.objects.exists()):
            with self._step("Loading the demo district, because the database is empty"):
                call_command("load_demo", scale=settings.DEMO_SCALE, seed=42, verbosity=0)
        connection.close()
        stamp, found = settings.VAR_DIR / "static.stamp", fingerprint()
        if not stamp.exists() or stamp.read_text() != found or not settings.STATIC_ROOT.is_dir():
            with self._step("Collecting static files"):
                call_command("collectstatic", verbosity=0, interactive=False, clear=True)
            stamp.write_text(found)

    def _serve(self, host: str, port: int) -> int:
        """Run web server, worker and beat until told to stop; return the exit code."""
        python = [sys.executable, "-m"]
        celery = [*python, "celery", "--quiet", "--app", "governance"]
        schedule = str(settings.VAR_DIR / "beat-schedule")
        children = [
            Child("web", [*python, "gunicorn", "--config", "python:governance.gunicorn", "governance.wsgi"]),
            Child("worker", [*celery, "worker", "--concurrency", "1", "--loglevel", "WARNING", "--without-gossip"]),
            Child("beat", [*celery, "beat", "--schedule", schedule, "--loglevel", "WARNING"]),
        ]
        reached = "localhost" if host in {*ANYWHERE, "127.0.0.1"} else host
        environment = {
            **os.environ,
            "WANGGE_BIND": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "SITE_URL": env.text("SITE_URL") or f"http://{reached}:{port}",
            "PYTHONUNBUFFERED": "1",
            "ALLOW_SYNTHETIC_IDS": env.text("ALLOW_SYNTHETIC_IDS", "1" if is_demo() else "0"),
            "MESSAGES_TO_CONSOLE": env.text("MESSAGES_TO_CONSOLE", "1" if is_demo() else "0"),
        }

        def when_ready() -> bool:
            try:
                socket.create_connection(("127.0.0.1" if host in ANYWHERE else host, port), timeout=0.2).close()
            except OSError:
                return False
            self._show_accounts()
            self.console.print(f"Wangge is ready at [bold]{environment['SITE_URL']}[/bold] - Ctrl-C stops it.\n")
            return True

        os.chdir(settings.BASE_DIR)
        self.console.print("Starting web server, worker and timers ...")
        supervisor = Supervisor(children, environment, self.console.print, self._show)
        supervisor.inherited = embedded.user_locks()
        return supervisor.run(when_ready)

    def _show_accounts(self) -> None:
        """Print who may sign in to the demo, where this is one and the password is the known one."""
        cast, password = [account.username for account in accounts.CAST], accounts.password()
        users = {user.username: user for user in User.objects.filter(username__in=cast)}
        posts = Post.objects.filter(user__in=users.values()).select_related("node", "unit").order_by("is_primary", "pk")
        held = {post.user_id: post for post in posts}
        connection.close()
        if not users:
            return
        if not next(iter(users.values())).check_password(password):
            self.console.print(
                "The demo accounts have another password than WANGGE_DEMO_PASSWORD or var/demo_password."
            )
            return
        table = Table(title="Demo accounts", title_justify="left")
        for heading in ("Sign-in name", "Name", "Role", "Place"):
            table.add_column(heading)
        for user in (users[name] for name in cast if name in users):
            post = held.get(user.pk)
            role, place = (post.get_role_display(), str(post.unit or post.node)) if post else ("", "")
            table.add_row(user.username, user.display_name, role, place)
        self.console.print(table)
        self.console.print(f"Password of each: [bold]{password}[/bold]\n")

    @contextmanager
    def _step(self, words: str) -> Iterator[None]:
        """Say what is being done, and how long it took."""
        began_at = time.monotonic()
        self.console.print(f"{words} ...")
        yield
        self.console.print(f"[dim]  {time.monotonic() - began_at:.1f} s[/dim]")

    def _show(self, name: str, line: str) -> None:
        """Show a line that one of the parts wrote."""
        self.console.print(f"[dim]{name:>6} |[/dim] ", end="")
        self.console.print(line, markup=False, soft_wrap=True)


def is_demo() -> bool:
    """Say whether the people here are invented: then their numbers are taken, and pages say that it is a demo."""
    found = User.objects.filter(username__in=[account.username for account in accounts.CAST]).exists()
    connection.close()
    return found


def refuse_a_second_start(lock: IO[str]) -> None:
    """Take the lock of the state directory, which goes with this process."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        message = f"Wangge already runs on {settings.VAR_DIR}. Stop it first, or set WANGGE_VAR to another directory."
        raise CommandError(message) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))  # for `manage.py stop`
    lock.flush()


def refuse_a_taken_port(host: str, port: int) -> None:
    """Say so before any work is done."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            message = f"Port {port} of {host} cannot be used ({error}). Choose another, as in: PORT=8001 make run"
            raise CommandError(message) from None
