"""The table of a node's own units over a period, as a subscriber may see it.

Who sees aggregates only gets no number below ten, nor what would let one be worked out (`care.suppression`): what was
on time and what was late make up what fell due, and the rate would give both away.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from care.suppression import hidden
from grids.models import Grid, Unit
from hotline.periods import Period
from insights import access, figures
from insights.figures import Rate, Sums
from insights.measures import Measure

M = Measure
MEASURES = (M.FOUND, M.ENDED, M.FELL_DUE, M.ESCALATED, M.RETURNED)
DUE, ON_TIME, LATE, RATE = "due", "on_time", "late", "rate"
COLUMNS = ("found", "solved", DUE, ON_TIME, RATE, "escalated", "returned")
Line = list[str | int | float | None]
Numbers = Mapping[str, Mapping[str, int]]
"""Unit → column → how many orders."""


def heads() -> list[str]:
    return [
        *(_("Name"), pgettext("measure", "Found"), _("Solved"), _("Fell due"), _("On time")),
        *(_("On-time rate, %"), pgettext("measure", "Escalated"), pgettext("measure", "Returned")),
    ]


def lines(node: Grid, period: Period, user: User) -> list[Line]:
    """Return a row for each unit: numbers as numbers, None for what is hidden or a rate without anything to divide."""
    units = {str(pk): name for pk, name in _units(node)}
    sums = figures.of_units([int(key) for key in units], period, MEASURES)
    numbers = {key: _numbers(sums[int(key)]) for key in units}
    dark = _dark(numbers) if access.sees_aggregates_only(user, node) else set()
    return [
        [name, *(None if (key, column) in dark else _value(column, numbers[key], sums[int(key)]) for column in COLUMNS)]
        for key, name in units.items()
    ]


def notes(node: Grid, user: User) -> list[str]:
    """Say that something is hidden, to whom anything may be."""
    return [_("Small numbers are not shown.")] if access.sees_aggregates_only(user, node) else []


def _units(node: Grid) -> list[tuple[int, str]]:
    return list(Unit.objects.filter(node=node, is_active=True).order_by("name").values_list("pk", "name"))


def _numbers(sums: Sums) -> dict[str, int]:
    due, late = sums.count(M.FELL_DUE), sums.count(M.FELL_DUE, "late")
    return {
        **{"found": sums.count(M.FOUND), "solved": sums.count(M.ENDED, "solved")},
        **{DUE: due, ON_TIME: due - late, LATE: late},
        **{"escalated": sums.count(M.ESCALATED), "returned": sums.count(M.RETURNED)},
    }


def _value(column: str, numbers: Mapping[str, int], sums: Sums) -> int | float | None:
    if column != RATE:
        return numbers[column]
    rate = figures.rate(Rate.ON_TIME, sums).value
    return None if rate is None else float(rate)


def _dark(numbers: Numbers) -> set[tuple[str, str]]:
    """Return the cells to hide: each column by itself, what fell due together with its parts."""
    alone = [column for column in COLUMNS if column not in {ON_TIME, RATE}]
    dark = set().union(*(hidden(_only(numbers, [column])) for column in alone))
    parts = hidden(_only(numbers, [ON_TIME, LATE]), [(key, ON_TIME) for key, column in dark if column == DUE])
    return dark | parts | {(key, RATE) for key, _part in parts}


def _only(numbers: Numbers, columns: list[str]) -> dict[str, dict[str, int]]:
    return {key: {column: of_unit[column] for column in columns} for key, of_unit in numbers.items()}
