"""A line of the tree with its people, and a home in its grid."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from residents.models import House
from tests.factories import Line, make_ruled_line
from tests.registers import make_house


@pytest.fixture
def line(db: None) -> Line:
    return make_ruled_line("worker", "leader", "secretary", "dispatcher", "supervisor")


@pytest.fixture
def house(line: Line) -> House:
    return make_house(line.base)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Read refusals in the language of the tests; pages are asked in that of the product."""
    with translation.override("en"):
        yield
