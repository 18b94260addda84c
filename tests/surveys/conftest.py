"""A line of the tree in whose grid twelve people can be asked."""

import datetime as dt

import pytest

from tests.factories import make_line
from tests.registers import make_house, make_resident


@pytest.fixture
def line(db):
    line = make_line("worker", "secretary", "chief")
    house = make_house(line.base)
    for _ in range(12):
        make_resident(house, born_on=dt.date(1970, 1, 1))
    return line
