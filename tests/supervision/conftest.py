"""A ruled line of the tree with its people, an order in the department's hands, and supervision orders on it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from accounts.models import Notification
from grids.roles import Role
from supervision import actions
from supervision.addressees import Addressee
from tests.factories import Line, make_category, make_order, make_post, make_ruled_line, make_user
from workorders.models import WorkOrder
from workorders.states import State

MONDAY = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def line(db):
    made = make_ruled_line()
    made.people["head"] = make_user(display_name="Head")
    make_post(made.head, Role.DEPT_LEADER, made.district, made.dept)
    return made


def in_hand(line: Line, **fields) -> WorkOrder:
    """Put an order into the department's hands, reported three days before MONDAY."""
    usual = {
        "lead_unit": line.dept,
        "holder": line.district,
        "reported_at": MONDAY - 3 * DAY,
        "dispatched_at": MONDAY - 3 * DAY,
        "due_at": MONDAY + 5 * DAY,
        "whole_due_at": MONDAY + 9 * DAY,
        "category": make_category(),
    }
    return make_order(line, State.IN_PROGRESS, **usual | fields)


def issue(line: Line, order: WorkOrder, *, now: dt.datetime = MONDAY, **fields):
    """Let the supervisor demand something of the department."""
    usual = {"actor": line.supervisor, "level": "ordinary", "demand": "请说明原因并限期办结"}
    return actions.issue(order, addressee=fields.pop("addressee", Addressee(unit=line.dept)), now=now, **usual | fields)


def told(user, kind: str) -> int:
    return Notification.objects.filter(recipient=user, kind=kind).count()


@pytest.fixture(autouse=True)
def _in_english():
    """Read refusals in the language of their source; pages speak the language of who opens them."""
    with translation.override("en"):
        yield
