"""Real PostgreSQL and Redis for every test: embedded ones under var/test, unless DATABASE_URL or REDIS_URL is set."""

import datetime as dt
import fcntl
import gc
import hashlib
import importlib
import itertools
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import hypothesis
import hypothesis.strategies
import pytest
import pytest_django
import redis
import time_machine
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from django.utils.crypto import get_random_string
from playwright.sync_api import BrowserType, Playwright

from governance import embedded, translations
from tests import chromium

LARGE_BYTES = 1_000_000
"""From here on truncating a table is quicker than deleting its rows."""
SWEPT_EVERY = 20
"""So many tests leave no more of their rows than a look through a table hardly notices."""
SWEPT_BYTES = 200_000
_done = itertools.count(1)


def pytest_configure() -> None:
    """Compile the catalogue before anything is imported that reads it: it is read once."""
    translations.compile_stale()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long by itself, so that no process ends with it while the other has nothing left; then
    with the demo's district, which would be made twice if another process took over some of its tests."""
    items.sort(key=lambda item: (item.get_closest_marker("live") is None, "demo" not in _fixtures(item)))


def _fixtures(item: pytest.Item) -> list[str]:
    return item.fixturenames if isinstance(item, pytest.Function) else []


def pytest_collection_finish() -> None:
    """Keep the collector from walking through all the modules and tests again and again: they stay anyway.

    And let it come seldom: asked every 700 objects, as Python does by itself, it is a thirtieth of a run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


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
        connection.close()  # what comes after the last test finds none, instead of one to a server that is gone
        embedded.leave()
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(services: None) -> None:
    """Have the servers up before pytest-django makes the test database."""


@pytest.fixture(scope="session")
def django_db_keepdb(services: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> bool:
    """Keep the embedded server's test database from run to run: making it takes twenty seconds. One that was made
    by other migrations is dropped first."""
    if "postgres" not in embedded.needed():
        return False
    kept = settings.VAR_DIR / "test_database"
    if not kept.exists() or kept.read_text() != migrations_digest():
        kept.unlink(missing_ok=True)
        with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {connection.creation._get_test_db_name()} WITH (FORCE)")
    return True


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_keepdb: bool, django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    """Begin with empty tables, whatever a run that was killed left in them; and say what the database was made by."""
    if django_db_keepdb:
        with django_db_blocker.unblock():
            empty_tables()
        (settings.VAR_DIR / "test_database").write_text(migrations_digest())


def migrations_digest() -> str:
    """Digest what makes the tables."""
    digest = hashlib.sha256()
    for path in sorted(settings.BASE_DIR.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@pytest.fixture
def stopped_clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock at the present moment, for what counts by the minute, the hour or the day; it can be shifted."""
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture(scope="session", autouse=True)
def _empty_quickly() -> None:
    """After a test that commits, delete the rows that are there, where Django would truncate each of 130 tables.

    Its way takes a second: new files for every table and index, and all permissions written again. Here the content
    types and permissions stay, which the migrations' signal made.
    """
    TransactionTestCase._fixture_teardown = lambda self: empty_tables()


@pytest.fixture(scope="session", autouse=True)
def _read_constants() -> None:
    """Let Hypothesis read our modules for the constants in them, seconds in a fresh clone, before it times a test."""
    importlib.import_module(settings.ROOT_URLCONF)  # brings in nearly all of them

    @hypothesis.settings(database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], deadline=None)
    @hypothesis.given(hypothesis.strategies.integers())
    def draw(_number: int) -> None:
        pass

    draw()


@pytest.fixture(scope="session", autouse=True)
def _sign_in_quickly() -> None:
    """Where a test says `force_login`, write the session's row and no more: Django's way takes ten queries for it,
    the counters of failed sign-ins among them."""
    usual = Client.force_login

    def force_login(self: Client, user: Any, backend: str | None = None) -> None:
        if self.cookies:
            usual(self, user, backend)
            return
        session = SessionStore(get_random_string(32, VALID_KEY_CHARS))
        session._session_cache = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: backend or self._get_backend(),
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        session.save(must_create=True)
        self.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    Client.force_login = force_login


def empty_tables() -> None:
    """Delete all rows of the models' tables, past foreign keys and past the triggers that guard the histories.

    Needs a superuser of PostgreSQL, which the embedded server's is.
    """
    kept = {"django_content_type", "auth_permission"}
    tables = [name for name in connection.introspection.django_table_names(only_existing=True) if name not in kept]
    sizes = " UNION ALL ".join(
        f"SELECT '{name}', pg_relation_size('{name}') WHERE EXISTS (SELECT FROM {name})"  # noqa: S608 - our own names
        for name in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(sizes)
        filled = dict(cursor.fetchall())
        if large := [name for name, size in filled.items() if size > LARGE_BYTES]:
            cursor.execute(f"TRUNCATE {', '.join(large)} CASCADE")
        cursor.execute("SET session_replication_role = replica")
        for name in filled.keys() - set(large):
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608 - as above
        cursor.execute("SET session_replication_role = DEFAULT")


def pytest_runtest_logfinish() -> None:
    """Take out of the tables what tests wrote and took back: it stays in the files, autovacuum is off here, and after
    some hundred tests each reading of a table goes through it all."""
    raw = connection.connection  # the driver's: Django's own is barred between tests
    if raw is None or raw.closed or connection.in_atomic_block or next(_done) % SWEPT_EVERY:
        return
    with raw.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > %s",
            [SWEPT_BYTES],
        )
        if swollen := [name for (name,) in cursor.fetchall()]:
            cursor.execute(f"VACUUM {', '.join(swollen)}")


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
def playwright(playwright: Playwright) -> Iterator[Playwright]:
    """Close the connection that Django gives the tests' thread anew while Playwright's loop runs in it."""
    yield playwright
    connections.close_all()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
