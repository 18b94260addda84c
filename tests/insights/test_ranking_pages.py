"""The rankings' page, workbook and API: whose places one sees, among whom, and with which arithmetic."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from grids.models import Grid
from grids.roles import Role
from hotline.periods import Period, around
from insights import ranking_pages
from insights.models import Tally, UnitTally
from insights.ranking_pages import Wanted
from insights.templatetags.figures import grouped
from tests.factories import Line, make_grid, make_line, make_post, make_unit, make_user

pytestmark = pytest.mark.django_db
JUNE = around(dt.date(2026, 6, 15), "month")
NOW = dt.datetime(2026, 7, 2, 4, tzinfo=dt.UTC)


def fell_due(node: Grid, on_time: int, late: int, day: dt.date = JUNE.first) -> None:
    for key, count in (("on_time", on_time), ("late", late)):
        Tally.objects.create(node=node, day=day, measure="fell_due", key=key, count=count)


@pytest.fixture
def line(db) -> Line:
    """A community of four grids: A 30 of 40, B 45 of 70, C 25 of 40, and D 1 of 1; in May B was before A."""
    line = make_line("secretary")
    grids = [line.base, *(make_grid(line.community) for _ in range(3))]
    for grid, name, figure in zip(grids, "ABCD", [(30, 10), (45, 25), (25, 15), (1, 0)], strict=True):
        Grid.objects.filter(pk=grid.pk).update(name=name, settlement="urban", population=900)
        fell_due(grid, *figure)
    fell_due(grids[0], 10, 30, JUNE.before.first)
    fell_due(grids[1], 40, 0, JUNE.before.first)
    fell_due(grids[2], 5, 35, JUNE.before.first)
    for node in (line.district, line.street, line.community, line.base):
        node.refresh_from_db()
    return line


def wanted(node: Grid, level: str = "grid", period: Period = JUNE, rate: str = "orders_on_time") -> Wanted:
    return Wanted(node, level, rate, period, "residents", dt.date(2026, 7, 2))


def test_places_come_with_the_arithmetic_and_the_change_since_before(line) -> None:
    (group,) = ranking_pages.groups(wanted(line.community))
    assert [(row.member.name, row.placed.place, row.before, row.change) for row in group.rows] == [
        *(("A", 1, 2, 1), ("B", 2, 1, -1), ("C", 3, 3, 0), ("D", None, None, None)),
    ]
    assert [str(row.placed.percent) for row in group.rows[:2]] == ["72.3", "64.9"]


def test_no_two_rates_are_called_the_same(line, client: Client) -> None:
    client.force_login(line.secretary)
    form = client.get("/insights/rankings/").context["form"]
    names = [str(name) for _value, name in form.fields["rate"].choices]
    assert len(set(names)) == len(names)
    assert {"工单办结率", "热线办结率"} <= set(names)


def test_urban_and_rural_are_never_compared_and_what_began_within_the_period_has_no_place(line) -> None:
    Grid.objects.filter(name="C").update(settlement="rural")
    Grid.objects.filter(name="B").update(valid_from=dt.date(2026, 6, 10))
    Grid.objects.filter(name="D").update(valid_to=dt.date(2026, 5, 31))
    urban, rural = ranking_pages.groups(wanted(line.community))
    assert [(row.member.name, row.placed.unplaced) for row in urban.rows] == [("A", "alone"), ("B", "part")]
    assert [(row.member.name, row.placed.unplaced) for row in rural.rows] == [("C", "alone")]


def test_a_grids_own_people_see_its_place_among_all_but_not_the_others(line) -> None:
    (group,) = ranking_pages.groups(wanted(line.base))
    assert [(row.member.name, row.placed.place, group.ranking.placed_count) for row in group.rows] == [("A", 1, 3)]


def test_units_are_ranked_within_their_kind(line) -> None:
    other, team = make_unit(line.district), make_unit(line.street, kind="joint_team")
    for unit, on_time in ((line.dept, 9), (other, 19), (team, 20)):
        for key, count in (("on_time", on_time), ("late", 20 - on_time)):
            UnitTally.objects.create(unit=unit, day=JUNE.first, measure="fell_due", key=key, count=count)
    departments, teams = ranking_pages.groups(wanted(line.district, "unit"))
    assert [row.member.key for row in departments.rows] == [other.pk, line.dept.pk]
    assert [row.placed.unplaced for row in teams.rows] == ["alone"]


@time_machine.travel(NOW, tick=False)
def test_the_page_says_how_it_was_reckoned_and_counts_its_queries(line, client: Client, django_assert_max_num_queries):
    client.force_login(line.secretary)
    with django_assert_max_num_queries(16):
        page = client.get("/insights/rankings/?length=month&on=2026-06-01").content.decode()
    assert "(30 + 20 × 66.9 %) / (40 + 20) = <b>72.3 %</b>" in page
    assert "101 / 151 = 66.9" in page
    assert [grouped(number) for number in (Decimal("1000.00"), Decimal("4.60"), 12345)] == ["1,000", "4.6", "12,345"]


@time_machine.travel(NOW, tick=False)
def test_the_workbook_has_every_row_and_stays_in_the_audit_log(line, client: Client) -> None:
    client.force_login(line.secretary)
    answer = client.post("/insights/rankings/workbook/?length=month&on=2026-06-01")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[3]][2:4] == ["名称", "所属区域"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=7)]
    assert [(row[1], row[2], row[4], row[5]) for row in rows] == [
        *((1, "A", 30, 40), (2, "B", 45, 70), (3, "C", 25, 40), (None, "D", 1, 1)),
    ]


@time_machine.travel(NOW, tick=False)
def test_an_executive_reads_it_without_small_numbers_and_what_gives_them_away(line, client: Client) -> None:
    boss = make_user()
    make_post(boss, Role.EXECUTIVE, line.district)
    client.force_login(boss)
    given = client.get("/api/v1/insights/rankings/?level=grid&length=month&on=2026-06-01").json()
    (group,) = given["groups"]
    rows = {row["name"]: (row["place"], row["numerator"], row["value"]) for row in group["rows"]}
    assert rows["B"] == (2, "45.00", "64.9")
    assert [rows[name] for name in "ACD"] == [(1, None, None), (3, None, None), (None, None, None)]
    page = client.get("/insights/rankings/?level=grid&length=month&on=2026-06-01").text
    assert "45 / 70" in page
    assert "30 / 40" not in page
    assert "101 / 151" not in page, "the group's sum less what is shown would tell what is hidden"
    assert client.get(f"/api/v1/insights/rankings/?node={make_line('admin').district.pk}").status_code == 404
