"""A district with a department whose leader applies for tasks, and a calendar that knows the year."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from admission.facts import Proposal, Question, Terms
from grids.models import Grid
from grids.roles import Role
from tests.factories import Line, make_post, make_ruled_line, make_user


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Read what is refused in the words of the code, whatever the catalogue says."""
    with translation.override("en"):
        yield


@pytest.fixture
def line() -> Line:
    """The line of a district, with `bureau` who leads its department."""
    line = make_ruled_line()
    line.people["bureau"] = make_user("bureau", display_name="Bureau")
    make_post(line.bureau, Role.DEPT_LEADER, line.district, line.dept)
    return line


def terms(*nodes: Grid, **fields: Any) -> Terms:
    day = fields.pop("starts_on", dt.date(2026, 11, 23))
    return Terms(nodes=nodes, **{"starts_on": day, "ends_on": day} | fields)


def proposal(where: Terms, **fields: Any) -> Proposal:
    usual: dict[str, Any] = {
        "title": "楼道消防通道检查",
        "purpose": "To see that ways out are free.",
        "basis": "Fire law, article 28",
        "minutes": 20,
        "fields": (Question("yes_no", "通道是否畅通"), Question("number", "堵塞处数", maximum=99)),
    }
    return Proposal(terms=where, **usual | fields)
