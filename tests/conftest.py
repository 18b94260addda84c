"""Real PostgreSQL and Redis for every test: embedded ones under var/test, unless DATABASE_URL or REDIS_URL is set."""

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings
from playwright.sync_api import BrowserType

from governance import embedded, translations
from tests import chromium


def pytest_configure() -> None:
    """Compile the catalogue before anything is imported that reads it: it is read once."""
    translations.compile_stale()


def pytest_xdist_auto_num_workers() -> int:
    """Say how many processes `--numprocesses auto` means: two, or none besides this one where that would not help.

    Each process has servers of its own (tests/settings.py); servers that the environment names can be only one's.
    """
    return 2 if (os.cpu_count() or 1) > 1 and len(embedded.needed()) == 2 else 0


@pytest.fixture(scope="session")
def services() -> Iterator[None]:
    """Start the servers; two test runs on the same state directory go one after the other."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / "pytest.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.__stderr__.write(f"Waiting for another test run on {settings.VAR_DIR} ...\n")
            fcntl.flock(lock, fcntl.LOCK_EX)
        embedded.ensure_running(settings.VAR_DIR, durable=False)
        redis.Redis.from_url(settings.REDIS_URL).flushdb()
        yield
        embedded.leave()
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(services: None) -> None:
    """Have the servers up before pytest-django makes the test database."""


@pytest.fixture(autouse=True)
def _services(services: None) -> None:
    """Have the servers up for tests without the database too: pages read the cache."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], browser_type: BrowserType) -> dict[str, Any]:
    """Use the Chromium that is here (tests/chromium.py); without one the tests that need it are skipped."""
    path = chromium.find(browser_type.executable_path)
    if path is None:
        pytest.skip("no Chromium on this machine: install Debian's `chromium`, or run `playwright install chromium`")
    return {**browser_type_launch_args, "executable_path": path, "args": chromium.arguments()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
