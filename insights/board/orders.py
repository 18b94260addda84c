"""The tables about incidents: sources, categories, stages, hours and days."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grids.models import Kind
from hotline.periods import DAY, Period
from insights.board.comparing import Three, heads, row
from insights.catalogue import SOLVED
from insights.cells import Cell, Change, Head, Part, Row, Table, Unit, change
from insights.dark import Split
from insights.figures import Sums
from insights.measures import Measure
from workorders.states import Source, Stage

M = Measure
OWN_MEASURES = (
    *(M.FOUND, M.FOUND_BY_CATEGORY, M.STAGE, M.WENT_OVERDUE),
    *(M.ESCALATED, M.SOLVED_BY_LEVEL, M.OVERDUE_BY_LEVEL),
)
"""What the tables of this module read beside the figures of the catalogue, of all three periods."""
TREND = (M.FOUND, M.ENDED)
SHORTEST_TREND = 14
LONGEST_BY_DAY = 100
"""Days; a longer stretch is drawn by month."""
LEVELS = (Kind.BASE, Kind.COMMUNITY, Kind.STREET, Kind.DISTRICT)
STAGES = (
    *(Stage.ACCEPT, Stage.DISPATCH, Stage.SIGN, Stage.HANDLE, Stage.VERIFY, Stage.STRIKE_OFF, Stage.CLOSE),
    Stage.WHOLE,
)
"""Those with a clock."""
Parents = Mapping[int, tuple[str, int | None]]
"""Category → its name and its parent."""


def counted(measure: str, *keys: str, name: str = "", key: str = "") -> "Counted":
    return Counted(measure, keys, name or measure, key or (keys[0] if keys else ""))


class Counted:
    """Makes the cell that counts some keys of a measure."""

    def __init__(self, measure: str, keys: tuple[str, ...], name: str, key: str) -> None:
        self.measure, self.keys, self.name, self.key = measure, keys, name, key

    def __call__(self, sums: Sums, when: str) -> Cell:
        number = sums.count(self.measure, *self.keys) if self.keys else 0
        return Cell(self.name, number, key=self.key, when=when, top=(self.measure, self.keys))


def sources(three: Three) -> Table:
    rows = [row(source.label, counted(M.FOUND, source.value, name="source"), three) for source in Source]
    return Table(
        "sources",
        _("Sources"),
        _("incidents reported in the period, by where the report came from"),
        _("Source"),
        heads(M.FOUND.label),
        rows,
        chart="rows",
    )


def categories(three: Three, tree: Parents, chosen: int | None, address: str, query: dict[str, str]) -> Table:
    """Return the categories of the first level, or those below one of them; each with all that lies below it."""
    groups = _groups(tree, chosen)
    rows = []
    for pk, members in groups.items():
        cell = counted(M.FOUND_BY_CATEGORY, *map(str, members), name="category", key=str(pk))
        url = f"{address}?{urlencode({**query, 'category': pk})}#categories" if chosen is None else ""
        rows.append(row(tree[pk][0], cell, three, url=url))
    kept = [one for one in rows if any(isinstance(cell, Cell) and cell.numerator for cell in one.cells)]
    return Table(
        "categories",
        _("Categories") if chosen is None else _("Categories of %(name)s") % {"name": tree[chosen][0]},
        _("incidents reported in the period, by their category; a category counts what lies below it"),
        _("Category"),
        heads(M.FOUND.label),
        kept,
        chart="rows",
        way_back=f"{address}?{urlencode(query)}#categories" if chosen is not None else "",
    )


def greatest_first(table: Table) -> Table:
    """Sort the rows by their first number; those that show none stay as they are, at the end."""

    def number(row: Row) -> int:
        first = row.cells[0]
        return int(first.numerator or 0) if isinstance(first, Cell) else 0

    return replace(table, rows=sorted(table.rows, key=number, reverse=True))


def category_splits(tree: Parents, chosen: int | None) -> list[Split]:
    """Return all into the first level, and the chosen category into those below it."""
    first = {pk: _part(members) for pk, members in _groups(tree, None).items()}
    every: list[Split] = [((M.FOUND_BY_CATEGORY, ()), list(first.values()))]
    if chosen is None:
        return every
    below = [_part(members) for members in _groups(tree, chosen).values()]
    return [*every, (first.get(chosen, (M.FOUND_BY_CATEGORY, ())), below)]


def _part(members: list[int]) -> Part:
    return M.FOUND_BY_CATEGORY, tuple(map(str, members))


def _groups(tree: Parents, chosen: int | None) -> dict[int, list[int]]:
    """Return the categories to show, each with its descendants; of a chosen one itself stands for its own."""
    groups: dict[int, list[int]] = defaultdict(list)
    for pk in tree:
        path = [pk]
        while (parent := tree[path[-1]][1]) is not None and parent in tree:
            path.append(parent)
        if chosen is None:
            groups[path[-1]].append(pk)
        elif chosen in path:
            at = path.index(chosen)
            groups[path[at - 1] if at else chosen].append(pk)
    return groups


def levels(three: Three) -> Table:
    """Return at which level of the tree orders ran late, to which they climbed, and at which they were solved."""
    now, before = three["now"], three["before"]
    columns = {"level_overdue": M.OVERDUE_BY_LEVEL, "level_escalated": M.ESCALATED, "level_solved": M.SOLVED_BY_LEVEL}
    rows = []
    for kind in LEVELS:
        cells: list[Cell | Change] = []
        for name, measure in columns.items():
            make = counted(measure, kind.value, name=name)
            cells += [make(now, "now"), change(make(now, "now"), make(before, "before"))]
        rows.append(Row(kind.label, cells))
    than_before = Head(pgettext("of a figure", "Change"), _("compared with the period before"))
    return Table(
        "levels",
        _("By level"),
        _("where orders stood on the ladder: the base grid where they never climbed"),
        _("Level"),
        [
            Head(M.WENT_OVERDUE.label, _("clocks that ran out while orders stood at this level"), "", "red"),
            than_before,
            Head(M.ESCALATED.label, _("climbs to this level"), ""),
            than_before,
            Head(pgettext("measure", "Solved"), _("solved at this level"), "", "green"),
            than_before,
        ],
        rows,
        chart="bars",
        is_wide=True,
    )


def stages(three: Three) -> Table:
    rows = []
    for stage in STAGES:
        mean = row(stage.label, _Mean(stage), three, good=False)
        late = counted(M.WENT_OVERDUE, stage.value, name="stage_overdue")(three["now"], "now")
        passed = counted(M.STAGE, stage.value, name="stage_count")(three["now"], "now")
        rows.append(Row(mean.label, (*mean.cells, passed, late)))
    columns = [
        *heads(_("Mean hours"), _("hours that the clock ran, pauses left out / clocks that stopped in the period")),
        Head(_("Passed"), _("clocks of the stage that stopped in the period")),
        Head(M.WENT_OVERDUE.label, _("clocks of the stage that ran out in the period")),
    ]
    return Table(
        "stages",
        _("Stage times"),
        _("how long each stage took on average, in hours"),
        _("Stage"),
        columns,
        rows,
        chart="bars",
        is_wide=True,
    )


class _Mean:
    def __init__(self, stage: str) -> None:
        self.stage = stage

    def __call__(self, sums: Sums, when: str) -> Cell:
        taken, passed = sums.total(M.STAGE, self.stage), sums.count(M.STAGE, self.stage)
        part = (M.STAGE, (str(self.stage),))
        return Cell("stage_mean", taken, passed, Unit.HOURS, key=self.stage, when=when, bottom=part)


def weekdays(found: Mapping[int, Sums]) -> Table:
    """Return how many were reported in each hour of each day of the week (1 is Monday)."""
    hours = [f"{hour:02}" for hour in range(24)]
    rows = []
    for number in range(7):
        counts = found.get(number + 1, Sums()).by_key(M.FOUND_BY_HOUR)
        cells = [Cell("hour", counts.get(hour, 0), key=f"{number + 1}-{hour}") for hour in hours]
        rows.append(Row(str(WEEKDAYS_ABBR[number]), cells))
    return Table(
        "hours",
        _("Hours and weekdays"),
        _("incidents reported in the period, by hour and day of the week"),
        pgettext("of the week", "Day"),
        [Head(hour, series="") for hour in hours],
        rows,
        chart="heat",
        is_wide=True,
    )


def trend_period(now: Period) -> Period:
    """Return the days of the trend: those of the period, but no fewer than two weeks."""
    return Period(min(now.first, now.last - (SHORTEST_TREND - 1) * DAY), now.last)


def is_by_day(period: Period) -> bool:
    return (period.last - period.first).days < LONGEST_BY_DAY


def days(period: Period, found: Mapping[dt.date, Sums]) -> Table:
    """Return what was found and solved on each day, or in each month of a long stretch."""
    by_day = is_by_day(period)
    rows = []
    for first in _steps(period):
        sums = found.get(first, Sums())
        label = date_format(first, "m-d" if by_day else "Y-m")
        key = first.isoformat()
        cells = [
            Cell("day_found", sums.count(M.FOUND), key=key),
            Cell("day_solved", sums.count(SOLVED[0], *SOLVED[1]), key=key),
        ]
        rows.append(Row(label, cells))
    columns = [
        Head(M.FOUND.label, _("reported on the day"), series=""),
        Head(pgettext("measure", "Solved"), _("solved on the day"), series=""),
    ]
    words = _("what was reported and solved on each day") if by_day else _("what was reported and solved in each month")
    unit = pgettext("in a table of days", "Day") if by_day else _("Month")
    return Table("days", _("Trend"), words, unit, columns, rows, chart="line", is_wide=True)


def _steps(period: Period) -> list[dt.date]:
    if is_by_day(period):
        return [period.first + number * DAY for number in range((period.last - period.first).days + 1)]
    months, first = [], period.first.replace(day=1)
    while first <= period.last:
        months.append(first)
        first = (first + 32 * DAY).replace(day=1)
    return months
