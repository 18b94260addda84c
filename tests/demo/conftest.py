"""A small demo district, made once for all tests of this folder and undone after them."""

import datetime as dt

import pytest

from demo import load
from tests.frames import kept

NOW = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
"""A Friday, 11:00 in Jining."""
SCALE = 0.003


@pytest.fixture(scope="package")  # undone before the tests of other folders
def made(django_db_setup, django_db_blocker):
    """The district of Taibaihu at a small scale; each test runs in a savepoint of its own within it."""
    with kept(django_db_blocker, lambda: load.load("taibaihu", scale=SCALE, seed=42, now=NOW)) as district:
        yield district


@pytest.fixture
def demo(made, db):
    """Use the district in a test that may change it."""
    return made
