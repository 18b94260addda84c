"""Real PostgreSQL and Redis for every test: embedded ones under var/test, unless DATABASE_URL or REDIS_URL is set."""

import fcntl
import shutil
import sys
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings

from governance import embedded, translations


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
        translations.compile_stale()
        yield
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(services: None) -> None:
    """Have the servers up before pytest-django makes the test database."""


@pytest.fixture(autouse=True)
def _services(services: None) -> None:
    """Have the servers up for tests without the database too: pages read the cache."""
