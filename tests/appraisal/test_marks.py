"""Marks by hand: given one after the other, with whose stand and who has none yet."""

from decimal import Decimal

import pytest
from django.urls import reverse

from appraisal import actions
from appraisal.views import marks
from tests.appraisal.conftest import AFTER, make_scheme, month
from tests.factories import make_grid, make_post, make_unit, make_user

D = Decimal
DRILL = actions.IndicatorFacts("manual", D(100), name="Drill", formula="as_it_is", minimum=0)


@pytest.fixture
def period(line):
    return month(make_scheme(line, DRILL), line.chief)


def address_of(period) -> str:
    return reverse("appraisal:mark", args=[period.pk, period.scheme.indicators.get().pk])


def names(page) -> list[str]:
    return [str(getattr(row, "user", None) or getattr(row, "unit", None) or row) for row in page.context["page"].rows]


def test_after_a_mark_the_page_says_whose_stand_and_who_has_none(line, client, period):
    other = make_user(display_name="Other", employee_number="G77")
    make_post(other, "grid_worker", line.base)
    client.force_login(line.operator)
    address = address_of(period)
    page = client.get(address)
    assert (names(page), [n for _tab, _words, n, _here in page.context["tabs"]]) == (["Worker", "Other"], [2, 0])
    assert "?who=G77" in page.content.decode()
    assert client.get(f"{address}?who=G77").context["form"]["who"].value() == "G77"
    for value in ("70", "80"):
        assert client.post(address, {"who": "G77", "value": value, "words": "Led it"})["Location"] == address
    page = client.get(address)
    assert (names(page), [n for _tab, _words, n, _here in page.context["tabs"]]) == (["Worker"], [1, 1])
    page = client.get(f"{address}?tab=given")
    [row] = page.context["page"].rows
    assert (row.user, row.value, row.given_by) == (other, 80, line.operator), "the newest counts"
    assert "Led it" in page.content.decode()


def test_the_list_is_of_ones_own_area(line, client, period):
    street = make_grid(line.district)
    clerk, theirs = make_user(), make_user(display_name="Theirs")
    make_post(clerk, "street_operator", street)
    make_post(theirs, "grid_worker", make_grid(make_grid(street)))
    given = {"indicator": period.scheme.indicators.get(), "value": D(80), "words": "x", "user": line.worker}
    actions.give_mark(period, actor=line.operator, now=AFTER, **given)
    client.force_login(clerk)
    assert names(client.get(address_of(period))) == ["Theirs"]
    assert names(client.get(f"{address_of(period)}?tab=given")) == []


def test_the_list_of_units_comes_in_pages(line, client, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(marks, "SIZE", 2)
    period = month(make_scheme(line, DRILL, judged="unit"), line.chief)
    units = [line.dept, *(make_unit(line.street) for _ in range(3))]
    client.force_login(line.chief)
    with django_assert_max_num_queries(25):
        page = client.get(address_of(period))
    assert names(page) == [str(unit) for unit in units[:2]]
    assert f"?who={line.dept.pk}" in page.content.decode()
    assert names(client.get(address_of(period) + page.context["page"].older)) == [str(unit) for unit in units[2:]]
