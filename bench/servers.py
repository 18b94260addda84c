"""The bench's own PostgreSQL and Redis, and databases that are built once and kept until the code changes."""

import hashlib
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import django
import psycopg2

from bench.remote import Remote
from governance import embedded

BASE = Path(__file__).resolve().parent.parent
VAR_DIR = BASE / "var" / "bench"
SOURCES = ("demo/**/*.py", "demo/data/*", "workorders/data/*", "*/migrations/*.py", "bench/build.py")


def start() -> None:
    """Start the servers, turn away from any that the environment names, and set Django up on ours."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ["WANGGE_VAR"] = str(VAR_DIR)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
    embedded.ensure_running(VAR_DIR)
    django.setup()


def address(database: str) -> str:
    return f"postgresql://postgres@/{database}?host={embedded.run_dir(VAR_DIR)}"


def query(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Run one statement outside any transaction, on the server's own database."""
    with closing(psycopg2.connect(address("postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []


def built(database: str, build: str, *arguments: Any, say: Callable[[str], None] = print) -> None:
    """Have this database filled by `build` ("module:function"), unless it was by the same code and arguments."""
    mark = f"{build} {arguments} {_fingerprint()}"
    found = query("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", database)
    if found == [(mark,)]:
        return
    say(f"Building the database {database} ...")
    query(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    query(f'CREATE DATABASE "{database}"')
    with Remote(address(database)) as remote:
        remote.call(build, *arguments)
    query(f'COMMENT ON DATABASE "{database}" IS %s', mark)


def copied(database: str, template: str) -> None:
    """Make a fresh copy of a database."""
    query(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    query(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')


def dropped(database: str) -> None:
    query(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(BASE.glob(pattern)):
            digest.update(path.relative_to(BASE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]
