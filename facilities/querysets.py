"""Reads on facilities: who sees which, what stands near a point."""

import math
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.functions import Abs, Cast, RowNumber, Substr

from facilities.states import FacilityState
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from grids.standing import Standing
from residents import sight
from residents.querysets import column_of

if TYPE_CHECKING:
    from accounts.models import User
    from facilities.models import Facility, FacilityImport  # noqa: F401 - named in the bases below

METRES_A_DEGREE = 111_320


def area(who: Standing) -> models.Q:
    """Return what lies under any post that reports, a unit's too: whoever works there may know what stands there."""
    columns: dict[str, set[int]] = {}
    for post in who.nodes(Permission.REPORT):
        columns.setdefault(sight.COLUMN.get(post.kind, "grid"), set()).add(post.node_id)
    condition = sight.NOTHING
    for column, node_ids in columns.items():
        condition |= models.Q(**{f"{column}__in": node_ids})
    return condition


def is_seen(who: Standing, path: tuple[int | None, ...]) -> bool:
    """Say whether a facility with this `Placed.path_ids` is in `area`: without asking the database."""
    return any(post.node_id in path for post in who.nodes(Permission.REPORT))


class FacilityQuerySet(models.QuerySet["Facility"]):
    def visible_to(self, user: "User") -> "FacilityQuerySet":
        """Return the facilities of the areas in which this person reports or handles; anything else is 404."""
        return self.filter(area(standing_for(user)))

    def manageable_by(self, user: "User") -> "FacilityQuerySet":
        """Return those whose entries this person keeps."""
        return self.filter(sight.area(standing_for(user), Permission.MANAGE_FACILITIES))

    def within(self, node: Grid) -> "FacilityQuerySet":
        return self.filter(**{column_of(node): node.pk})

    def standing(self) -> "FacilityQuerySet":
        """Return those that are still there, sound or damaged."""
        return self.exclude(state=FacilityState.REMOVED)

    def fitting(self, category_code: str) -> "FacilityQuerySet":
        """Return those of a kind that incidents of this category happen to; all but cameras for an empty code."""
        if not category_code:
            return self.filter(kind__is_camera=False)
        own = models.Q(kind__code=category_code[1:]) if category_code.startswith("C") else models.Q(pk__in=())
        return self.filter(own | models.Q(kind__related__contains=category_code))

    def in_box(self, west: float, south: float, east: float, north: float) -> "FacilityQuerySet":
        """Return those in a rectangle; degrees in WGS-84."""
        return self.filter(lng__range=(west, east), lat__range=(south, north))

    def near(self, lng: float, lat: float, metres: float) -> "FacilityQuerySet":
        """Return those within so many metres of a point (WGS-84) in east-west and north-south, the nearest first."""
        up = metres / METRES_A_DEGREE
        along = up / max(math.cos(math.radians(lat)), 0.01)
        away = Abs(models.F("lng") - lng, output_field=models.FloatField()) + Abs(
            models.F("lat") - lat, output_field=models.FloatField()
        )
        box = self.in_box(lng - along, lat - up, lng + along, lat + up)
        return box.annotate(away=away).order_by("away", "pk")

    def without_a_gap(self) -> int:
        """Say up to which running number all are given; asked of the codes of one kind, from its first on."""
        place = models.Window(RowNumber(), order_by="code")
        numbered = self.annotate(number=Cast(Substr("code", 11), models.IntegerField()), place=place)
        return numbered.filter(number=models.F("place")).count()

    def narrowed(self, asked: dict[str, Any]) -> "FacilityQuerySet":
        """Narrow to what a list's filter says: `q` (code or name), `kind`, `state`, `node`."""
        rows = self.filter(state=asked["state"]) if asked.get("state") else self
        if asked.get("q"):
            rows = rows.filter(models.Q(code__startswith=asked["q"]) | models.Q(name__icontains=asked["q"]))
        if asked.get("kind"):
            rows = rows.filter(kind=asked["kind"])
        return rows.within(asked["node"]) if asked.get("node") else rows


class ImportQuerySet(models.QuerySet["FacilityImport"]):
    def visible_to(self, user: "User") -> "ImportQuerySet":
        """A list is seen by whoever brought it, while their posts let them."""
        may = standing_for(user).has(Permission.MANAGE_FACILITIES)
        return self.filter(actor=user) if may else self.none()
