"""What somebody looks at: which part of which district, coloured by what, in which period; read from an address."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404, QueryDict
from django.utils import timezone

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from hotline.forms.rates import RatesForm
from hotline.periods import Period
from insights.measures import Measure
from onemap.colouring import Choice, choices
from onemap.layers import Box
from onemap.outlines import LEVELS

NO_COLOUR = "none"
USUAL_MEASURE = Measure.FOUND.value
LEVEL_BELOW = {Kind.DISTRICT.value: Kind.COMMUNITY.value, Kind.STREET.value: Kind.COMMUNITY.value}
"""Which areas a node is shown by unless somebody says; below a street the grids."""


@dataclass(frozen=True)
class Chosen:
    """What is shown; all of it may be said by an address."""

    district: Grid
    within: Grid
    level: str
    choice: Choice | None
    """None shows boundaries without colours."""
    period: Period

    @property
    def query(self) -> dict[str, str]:
        given = {
            "within": str(self.within.pk),
            "level": self.level,
            "measure": self.choice.key if self.choice else "none",
        }
        return given | self.period.query


def read(user: User, query: QueryDict | Mapping[str, Any]) -> Chosen:
    """Read an address; what cannot be read is the usual, a node outside one's districts raises Http404."""
    within = _within(user, str(query.get("within", "")))
    district: Grid = Grid.objects.defer("boundary", "duties").get(tree_id=within.tree_id, parent=None)
    level = str(query.get("level", ""))
    measure = str(query.get("measure", "") or USUAL_MEASURE)
    return Chosen(
        district=district,
        within=within,
        level=level if level in LEVELS else LEVEL_BELOW.get(within.kind, Kind.BASE.value),
        choice=choices().get(measure),
        period=RatesForm(query).period(timezone.localdate()),
    )


def _within(user: User, text: str) -> Grid:
    posts = standing_for(user).nodes(Permission.VIEW_MAP)
    own = posts[0].node_id if posts else 0
    wanted = int(text[:20]) if text.isdecimal() else own  # no key has twenty digits
    trees = Q(tree_id__in={post.tree_id for post in posts})
    nodes = Grid.objects.filter(trees).defer("duties")
    found: Grid | None = nodes.filter(pk=wanted).first()
    if found is None:
        raise Http404
    return found


def box_of(text: str) -> Box | None:
    """Read `west,south,east,north` in degrees; None for anything else."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    numbers = (west, south, east, north)
    if not all(math.isfinite(number) and abs(number) <= 180 for number in numbers) or west > east or south > north:
        return None
    return numbers
