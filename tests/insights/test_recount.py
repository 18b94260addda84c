"""Every number on a dashboard equals an independent count in plain SQL, and the list behind it has as many rows."""

import datetime as dt
import random
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hotline.models import CallTry, KeyCase
from insights import rolling
from tests.factories import Line, make_category, make_grid, make_line, make_order
from tests.hotlines import make_request
from tests.insights.recounts import COUNTS, STOCKS, counted, numbers
from tests.registers import make_house, make_organisation, make_resident
from tests.visiting import make_visit
from workorders.models import Escalation, Event, StageClock, WorkOrder
from workorders.states import State

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 30, 4, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
YEAR_AGO = dt.datetime(2025, 6, 12, 2, 0, tzinfo=dt.UTC)
JUNE = {
    "now": (dt.date(2026, 6, 1), dt.date(2026, 6, 30)),
    "before": (dt.date(2026, 5, 1), dt.date(2026, 5, 31)),
    "year": (dt.date(2025, 6, 1), dt.date(2025, 6, 30)),
}
WEEK = {
    "now": (dt.date(2026, 6, 8), dt.date(2026, 6, 14)),
    "before": (dt.date(2026, 6, 1), dt.date(2026, 6, 7)),
    "year": (dt.date(2025, 6, 9), dt.date(2025, 6, 15)),
}
PERIODS = {"month": ("2026-06-01", JUNE), "week": ("2026-06-10", WEEK)}
STATES = (State.CLOSED, State.EVALUATED, State.IN_PROGRESS, State.REPORTED, State.REJECTED, State.VOIDED)
SOURCES = ("grid", "hotline", "citizen", "video")


@pytest.fixture
def line() -> Line:
    """Make a district of two streets with two months' and last June's orders, requests and visits."""
    rng = random.Random(6)
    with time_machine.travel(NOW, tick=False):
        line = make_line("supervisor", "worker")
        beside = make_grid(make_grid(make_grid(line.district)))
        roots = [make_category() for _ in range(3)]
        categories = [*roots, *(make_category(parent=root) for root in roots)]
        moments = [NOW - rng.randrange(60 * 24) * HOUR for _ in range(60)] + [YEAR_AGO + n * HOUR for n in range(4)]
        for number, at in enumerate(moments):
            grid = beside if number % 4 == 0 else line.base
            _order(line, rng, number, at, category=rng.choice(categories), **_place(grid))
        for number in range(24):
            _matter(line, rng, number, NOW - rng.randrange(60) * DAY - HOUR)
        _registers(line)
        rolling.rebuild(line.district)
    return line


def _place(grid: object) -> dict[str, object]:
    community = grid.parent  # type: ignore[attr-defined]
    return {"grid": grid, "community": community, "street": community.parent}


def _order(line: Line, rng: random.Random, number: int, at: dt.datetime, **fields: object) -> None:
    state = rng.choice(STATES)
    end = at + rng.randrange(1, 90) * HOUR
    ended = {"finished_at": min(end, NOW)} if state not in (State.IN_PROGRESS, State.REPORTED) else {}
    order = make_order(
        line,
        state,
        source=rng.choice(SOURCES),
        reported_at=at,
        whole_due_at=at + 48 * HOUR,
        is_excluded=number % 11 == 0,
        rating=rng.randrange(1, 6) if state == State.EVALUATED else None,
        **ended | fields,
    )
    for stage in ("accept", "handle"):
        late = {"overdue_at": at + 5 * HOUR} if rng.random() < 0.4 else {}
        stopped = {"stopped_at": at + rng.randrange(1, 9) * HOUR} if rng.random() < 0.8 else {}
        StageClock.objects.create(
            **{"district": line.district, "order": order, "stage": stage, "value": 1, "unit": "hour", "is_given": True},
            **{"started_at": at, "warn_at": at, "due_at": at, "paused_seconds": 60, **late, **stopped},
        )
    for position, node in enumerate((line.community, line.street)[: rng.randrange(3)], start=1):
        Escalation.objects.create(
            **{"district": line.district, "order": order, "position": position, "from_node": line.base},
            **{"to_node": node, "at": at + position * HOUR, "by_timer": True},
        )
    moves = ["return_order"] * (number % 5 == 0) + ["verify_fail"] * (number % 6 == 0)
    for move in [*moves, *(["evaluate", "evaluate"] if order.rating else [])]:
        Event.objects.create(
            district=line.district, order=order, at=at + 2 * HOUR, move=move, to_state=order.state, node=line.base
        )


def _matter(line: Line, rng: random.Random, number: int, at: dt.datetime) -> None:
    state = rng.choice(["received", "answered", "closed", "refused"])
    answered = {"answered_at": at + rng.randrange(1, 60) * HOUR} if state in ("answered", "closed") else {}
    matter = make_request(
        line,
        state,
        kind=rng.choice(["help", "complaint"]),
        received_at=at,
        due_at=at + 30 * HOUR,
        is_excluded=number % 9 == 0,
        **answered,
    )
    if answered:
        grade = {
            "was_contacted": rng.random() < 0.7,
            "solved": rng.choice(["yes", "no"]),
            "satisfaction": rng.randrange(1, 6),
        }
        CallTry.objects.create(district=line.district, matter=matter, round=1, at=at + HOUR, outcome="reached", **grade)
    if number % 3 == 0:
        KeyCase.objects.create(district=line.district, matter=matter, reason="overdue", flagged_at=at + HOUR)


def _registers(line: Line) -> None:
    for number in range(3):
        house = make_house(line.base)
        make_resident(house)
        make_organisation(line.base, is_key_site=number == 0)
        make_visit(house, line.worker, "met" if number else "nobody", visited_at=NOW - number * 9 * DAY)


def page_of(user: User, node: int, length: str) -> str:
    client = Client()
    client.force_login(user)
    with time_machine.travel(NOW + HOUR, tick=False):
        asked = {"length": length, "on": PERIODS[length][0]}
        text: str = client.get(reverse("insights:node", args=[node]), asked).content.decode()
    return text


@pytest.mark.parametrize("length", PERIODS)
@pytest.mark.parametrize("level", ["district", "community", "base"])
def test_every_number_on_the_page_equals_a_count_in_plain_sql(line: Line, level: str, length: str) -> None:
    node, periods = getattr(line, level), PERIODS[length][1]
    wrong, seen = [], set()
    for number in numbers(page_of(line.supervisor, node.pk, length), node.pk):
        seen.add(number.figure)
        is_past = number.figure in STOCKS and periods[number.when][1] != NOW.date()
        wanted = (None, None) if is_past else counted(number, periods[number.when], NOW)
        shown = tuple(float(part) if part else None for part in (number.numerator, number.denominator))
        if shown != pytest.approx(wanted, abs=0.01):
            wrong.append((number, wanted))
    assert wrong == []
    assert set(COUNTS) - seen <= (STOCKS if length == "week" else set())
    assert seen <= set(COUNTS)


def test_the_list_behind_each_number_has_as_many_rows(line: Line) -> None:
    page = page_of(line.supervisor, line.community.pk, "month")
    client = Client()
    client.force_login(line.supervisor)
    links = {
        (found[1].replace("&amp;", "&"), found[2])
        for found in re.finditer(r'<a href="(/insights/\d+/rows/[^"]+)">([\d,]+)</a>', page)
    }
    assert len(links) > 20
    with time_machine.travel(NOW + HOUR, tick=False):
        for address, shown in sorted(links):
            assert f'data-count="{shown}"' in client.get(address).content.decode(), address
    assert WorkOrder.objects.count() == 64
