"""Memory of a web worker and of a Celery worker at scale 1, after each has done a good day's variety of work."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from celery import Celery
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from accounts.models import User
from bench import servers
from bench.pages import FULL, USERNAME, build_both
from bench.remote import Remote
from bench.results import Result

LIMIT_MB = 200
RUN = "bench_run"
ROUNDS = 25
PAGES = (
    "/",
    "/work-orders/?tab=all",
    "/work-orders/?tab=done",
    "/work-orders/?tab=overdue",
    "/work-orders/escalations/",
    "/work-orders/report/",
    "/grids/",
    "/accounts/notices/",
    "/work-orders/?q=%E5%9E%83%E5%9C%BE",
)
TASKS = ("workorders.tasks.run_timers", "accounts.tasks.send_mail_notices", "grids.tasks.check_trees")
WAIT_S = 120.0


def measure() -> list[Result]:
    build_both()
    return [_web(), _celery()]


def _web() -> Result:
    with Remote(servers.address(FULL)) as remote:
        cookie = remote.call("bench.memory:session")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["gunicorn", "--config", "python:governance.gunicorn", "governance.wsgi"]
    with _running(command, FULL, {"WANGGE_BIND": f"127.0.0.1:{port}", "WEB_WORKERS": "1"}) as process:
        _wait_until(lambda: _answers(port), "the web server")
        asked = sum(_ask(port, page, cookie) for _ in range(ROUNDS) for page in PAGES)
        largest = max(_resident_mb(pid) for pid in _family(process.pid))
    note = f"{largest:.0f} MB of {LIMIT_MB} MB after {asked} pages at 168,177 orders; ratio of the limit"
    return Result("memory_web", None, None, largest / LIMIT_MB, note, at_most=1.0)


def _celery() -> Result:
    servers.copied(RUN, FULL)
    command = ["celery", "--quiet", "--app", "governance", "worker", "--concurrency", "1", "--without-gossip"]
    with _running([*command, "--loglevel", "WARNING"], RUN, {}) as process:
        sender = Celery(broker=settings.CELERY_BROKER_URL)
        for _ in range(5):
            for name in TASKS:
                sender.send_task(name, ignore_result=True)
        waiting = redis.Redis.from_url(settings.REDIS_URL)
        _wait_until(lambda: waiting.llen("celery") == 0, "the tasks")
        time.sleep(5)
        largest = max(_resident_mb(pid) for pid in _family(process.pid))
    servers.dropped(RUN)
    note = f"{largest:.0f} MB of {LIMIT_MB} MB after 5 sweeps, mail rounds and tree checks; ratio of the limit"
    return Result("memory_celery", None, None, largest / LIMIT_MB, note, at_most=1.0)


def session() -> str:
    """Open a session for the street's operator; returns its cookie. Called in the other process."""
    user = User.objects.get(username=USERNAME)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "accounts.backends.PasswordBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return f"sessionid={store.session_key}"


@contextmanager
def _running(command: list[str], database: str, more: dict[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    """Run a part of the product on a database, and end it with all its children."""
    environment = {**os.environ, "DATABASE_URL": servers.address(database), **more}
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=servers.BASE, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
    except OSError:
        return False
    return True


def _ask(port: int, page: str, cookie: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", page, headers={"Cookie": cookie, "Host": "localhost"})
    response = connection.getresponse()
    response.read()
    connection.close()
    assert response.status == 200, f"{page}: {response.status}"
    return 1


def _wait_until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while not is_so():
        assert time.monotonic() < deadline, f"{what} took too long"
        time.sleep(0.2)


def _family(pid: int) -> list[int]:
    """Return a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found.group(1)) / 1024 if found else 0.0
