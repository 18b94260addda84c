import pytest
from django.utils import translation

from tests.frames import kept
from tests.locating.places import Town


@pytest.fixture(autouse=True)
def _in_english():
    """Read refusals in the language of their source; pages speak the language of who opens them."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="package")
def made(django_db_setup, django_db_blocker):
    """Make the town once: each test undoes what it did in it, and it goes when the last is done."""
    with kept(django_db_blocker, Town) as town:
        yield town


@pytest.fixture
def town(made, db):
    return made
