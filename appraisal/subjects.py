"""Who is judged in a period, and who is compared with whom."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appraisal.states import Judged
from grids.models import Employment, Grid, Post, Settlement, Unit, UnitKind
from grids.roles import Role
from hotline.periods import Period

GROUPS: dict[str, Promise] = {
    "urban": _("Workers of urban grids"),
    "rural": _("Workers of rural grids"),
    "urban_part": _("Part-time workers of urban grids"),
    "rural_part": _("Part-time workers of rural grids"),
    UnitKind.DEPARTMENT: _("Departments"),
    UnitKind.JOINT_TEAM: _("Joint teams of the streets"),
    UnitKind.CENTRE: _("Grid centres"),
    UnitKind.PROPERTY: _("Property companies"),
}


@dataclass(frozen=True)
class Subject:
    """A worker with the post that counts, or a unit."""

    pk: int
    node_id: int
    group: str
    employment: str = ""


def group_words(group: str) -> str:
    return str(GROUPS.get(group, group))


def judged_in(district: Grid, judged: str, period: Period, only: int | None = None) -> dict[int, Subject]:
    """Return who is judged, by key, or `only` this one. A worker who changed grids is judged at the last one of the
    period."""
    return _units(district, only) if judged == Judged.UNIT else _workers(district, period, only)


def _workers(district: Grid, period: Period, only: int | None) -> dict[int, Subject]:
    held = Post.objects.holding(Role.GRID_WORKER).filter(
        Q(ends_on=None) | Q(ends_on__gte=period.first), starts_on__lte=period.last, node__tree_id=district.tree_id
    )
    held = held if only is None else held.filter(user=only)
    columns = ("user_id", "node_id", "employment", "node__settlement", "node__parent__settlement")
    rows = held.order_by("starts_on", "is_primary", "id").values_list(*columns)
    found = {}
    for user_id, node_id, employment, settlement, above in rows:
        group = "rural" if (settlement or above) == Settlement.RURAL else "urban"
        group += "_part" if employment == Employment.PART_TIME else ""
        found[user_id] = Subject(user_id, node_id, group, employment)
    return found


def _units(district: Grid, only: int | None) -> dict[int, Subject]:
    units = Unit.objects.active().filter(node__tree_id=district.tree_id)
    units = units if only is None else units.filter(pk=only)
    return {pk: Subject(pk, node_id, kind) for pk, node_id, kind in units.values_list("pk", "node_id", "kind")}
