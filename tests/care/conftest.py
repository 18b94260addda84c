"""One district with its line of people, a building and residents in it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.utils import translation

from accounts.models import User
from grids.models import Grid, Post
from grids.roles import Role
from residents.models import House, Resident
from tests.factories import Line, make_line, make_post, make_user
from tests.registers import make_house, make_resident


@dataclass
class Care:
    """A line of the tree with the people who grant tiers, and one resident at home in it."""

    line: Line
    house: House
    resident: Resident
    street_leader: User

    @property
    def base(self) -> Grid:
        return self.line.base

    @property
    def worker_post(self) -> Post:
        return Post.objects.get(user=self.line.worker)


@pytest.fixture
def care(db) -> Care:
    line = make_line()
    leader = make_user()
    make_post(leader, Role.STREET_LEADER, line.street)
    house = make_house(line.base)
    return Care(line, house, make_resident(house), leader)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Match refusals by their English words."""
    with translation.override("en"):
        yield
