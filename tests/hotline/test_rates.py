"""The six rates against a plain count of the same rows; what a number counts is what its list shows."""

import datetime as dt
import io
import random
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from hotline import rules
from hotline.models import CallTry, KeyCase, Request
from hotline.periods import Length, Period, around
from hotline.rate_pages import scope_of
from hotline.rates import By, Figure, Rate, total
from tests.factories import make_category, make_grid, make_order, make_ruled_line
from tests.hotlines import make_request
from workorders.states import State

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 20, 4, tzinfo=dt.UTC)
MARCH = around(dt.date(2026, 3, 5), Length.MONTH)
WEIGHTS = {1: 0, 2: 0, 3: 60, 4: 80, 5: 100}


@pytest.fixture
def line():
    return make_ruled_line("worker", "chief", "operator")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def at(day, hour=2):
    return dt.datetime(2026, 1, 31, hour, tzinfo=dt.UTC) + dt.timedelta(days=day)


def fill(line, count=60, seed=5):
    """Put requests there that differ in everything that the rates ask about."""
    chance, streets = random.Random(seed), [line.street, make_grid(line.district)]
    category = make_category()
    below = make_category(parent=category)
    for _ in range(count):
        state = chance.choice(["received", "dispatched", "answered", "closed", "refused"])
        order = make_order(line, chance.choice([State.IN_PROGRESS, State.SUSPENDED]), lead_unit=line.dept)
        due = at(chance.randrange(60))
        answered = due + dt.timedelta(hours=chance.choice([-9, -1, 0, 3])) if state in {"answered", "closed"} else None
        matter = make_request(
            line,
            state,
            order=order if state == "dispatched" or chance.random() < 0.3 else None,
            street=chance.choice([*streets, None]),
            due_at=due,
            answered_at=answered,
            is_excluded=chance.random() < 0.15,
            category=chance.choice([category, below, None]),
        )
        if answered and chance.random() < 0.7:
            outcome = chance.choice(["reached", "reached", "rated", "busy"])
            said = {"solved": chance.choice(["yes", "basically", "no"]), "satisfaction": chance.randrange(1, 6)}
            contacted = chance.choice([True, False]) if outcome == "reached" else None
            CallTry.objects.create(
                district=line.district,
                matter=matter,
                round=0,
                at=at(chance.randrange(60)),
                outcome=outcome,
                was_contacted=contacted,
                **(said if outcome != "busy" else {}),
            )
        if chance.random() < 0.3:
            lifted = {"lifted_at": NOW, "lifted_by": line.chief} if chance.random() < 0.3 else {}
            KeyCase.objects.create(
                district=line.district, matter=matter, reason="hand", flagged_at=at(chance.randrange(60)), **lifted
            )


def plainly(period, street=...):
    """Count the same by hand: rate → (numerator, denominator)."""
    own = [m for m in Request.objects.select_related("order") if not m.is_excluded]
    own = [m for m in own if street is ... or m.street_id == street]
    ids = {m.pk: m for m in own}
    end = min(period.end, NOW)
    due = [m for m in own if m.state not in {"refused", "merged"} and period.begin <= m.due_at < end]
    due = [m for m in due if m.order is None or m.order.state != "suspended"]
    calls = [c for c in CallTry.objects.all() if c.matter_id in ids and period.begin <= c.at < period.end]
    said = [c for c in calls if c.outcome in {"reached", "rated"}]
    reached = [c for c in said if c.outcome == "reached"]
    cases = [k for k in KeyCase.objects.filter(lifted_at=None) if k.matter_id in ids]
    cases = [k for k in cases if period.begin <= k.flagged_at < period.end]
    done = {"answered", "closed"}
    return {
        "closing": (sum(m.state in done for m in due), len(due)),
        "on_time": (sum(m.answered_at is not None and m.answered_at <= m.due_at for m in due), len(due)),
        "response": (sum(c.was_contacted for c in reached), len(reached)),
        "resolution": (sum(c.solved != "no" for c in said), len(said)),
        "satisfaction": (sum(Decimal(WEIGHTS[c.satisfaction]) for c in said) / 100, len(said)),
        "key": (sum(ids[k.matter_id].state in done for k in cases), len(cases)),
    }


def parts(figures):
    found = {rate: figures.get(rate, Figure()) for rate in Rate}
    return {rate.value: (figure.numerator, figure.denominator) for rate, figure in found.items()}


@pytest.mark.parametrize("seed", [5, 11, 23])
def test_the_rates_are_those_of_a_plain_count(line, seed):
    fill(line, seed=seed)
    scope = scope_of(None, line.district.pk, None, NOW)
    for period in (MARCH, Period(dt.date(2026, 2, 10), dt.date(2026, 2, 24))):
        rows = scope.table(By.STREET, period)
        assert parts(total(rows).now) == plainly(period)
        assert parts(total(rows).before) == plainly(period.before)
        for row in rows:
            assert parts(row.now) == plainly(period, street=row.key)
        for by in (By.UNIT, By.CATEGORY, By.COMMUNITY):
            assert parts(total(scope.table(by, period)).now) == plainly(period)


def test_every_number_is_the_count_of_its_list(line):
    fill(line, seed=7)
    client = client_of(line.chief)
    page = client.get(reverse("hotline:rates"), {"length": "month", "on": "2026-02-10", "by": "category"})
    cells = [*page.context["whole"], *page.context["lines"][0].cells]
    for cell in cells:
        for url, number in ((cell.numerator_url, cell.figure.counted), (cell.denominator_url, cell.figure.denominator)):
            shown = client.get(url)
            assert shown.context["count"] == number
            assert len(shown.context["matters"]) == min(number, 50)
    assert sum(cell.figure.denominator for cell in page.context["whole"]) > 0


def test_almost_all_is_never_shown_as_all(line):
    assert Figure(Decimal(24_999), 25_000).percent == Decimal("99.99")
    assert Figure(Decimal(25_000), 25_000).percent == Decimal("100.00")
    assert Figure(Decimal(), 0).percent is None


def test_weights_are_rows_of_the_district(line):
    matter = make_request(line, "answered", answered_at=at(40))
    CallTry.objects.create(
        district=line.district, matter=matter, round=0, at=at(40), outcome="rated", solved="yes", satisfaction=3
    )
    rules.set_measure(line.district, "weight_3", actor=line.chief, value=45)
    whole = total(scope_of(None, line.district.pk, None, NOW).table(By.STREET, MARCH))
    assert whole.now[Rate.SATISFACTION] == Figure(Decimal("0.45"), 1, 1)


def test_the_page_costs_few_queries_and_shows_one_s_own_area_alone(line, django_assert_max_num_queries):
    fill(line, count=20)
    other = make_grid(line.district)
    client = client_of(line.operator)
    client.get(reverse("hotline:rates"))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("hotline:rates"), {"length": "month", "on": "2026-02-10"})
    expected = plainly(around(dt.date(2026, 2, 10), Length.MONTH), street=line.street.pk)
    assert page.context["whole"][0].figure.denominator == expected["closing"][1]
    assert client.get(reverse("hotline:rates"), {"node": other.pk}).status_code == 404
    assert client_of(line.worker).get(reverse("hotline:rates")).status_code == 403


def test_the_workbook_says_what_the_page_says(line):
    fill(line, count=20)
    address = reverse("hotline:rates-workbook") + "?length=month&on=2026-02-10"
    answer = client_of(line.chief).post(address)
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    top, bottom = plainly(around(dt.date(2026, 2, 10), Length.MONTH))["closing"]
    assert rows[4][2:4] == (top, bottom)
