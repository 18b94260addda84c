"""Reads on the registers: who sees which rows, and the sets that pages and sweeps work from."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

from grids.backends import standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from residents import addresses, sight

if TYPE_CHECKING:
    from accounts.models import User
    from grids.standing import Standing
    from residents.models import Estate, Handover, Household, Resident  # noqa: F401 - named in the bases below

Row = TypeVar("Row", bound=models.Model)


def column_of(node: Grid) -> str:
    """Name the column of the path that holds this node."""
    return sight.COLUMN.get(node.kind, "grid")


class PlacedQuerySet(models.QuerySet[Row]):
    """Rows that carry the path of their grid."""

    def visible_to(self, user: "User") -> "PlacedQuerySet[Row]":
        """Return what lies under this person's posts that open the registers; anything else is 404."""
        return self.filter(sight.area(standing_for(user)))

    def changeable_by(self, user: "User") -> "PlacedQuerySet[Row]":
        """Return what lies under this person's posts that let them edit the registers."""
        return self.filter(sight.area(standing_for(user), Permission.EDIT_REGISTERS))

    def within(self, node: Grid) -> "PlacedQuerySet[Row]":
        """Return the rows that lie in this node or below it."""
        return self.filter(**{column_of(node): node.pk})

    def standing(self) -> "PlacedQuerySet[Row]":
        """Return places that are still there."""
        return self.filter(retired_on=None)

    def beginning(self, words: str) -> "PlacedQuerySet[Row]":
        """Return houses whose address begins like these words, in any usual spelling, ordered by address."""
        key = addresses.address_key(words).rstrip("|")
        return self.filter(address_key__startswith=key).order_by("address_key", "pk") if key else self.none()

    def open(self) -> "PlacedQuerySet[Row]":
        """Return organisations that are not closed."""
        return self.filter(closed_on=None)


class EstateQuerySet(models.QuerySet["Estate"]):
    """Estates lie in a community; who has a post in one of its grids sees their names too."""

    def visible_to(self, user: "User") -> "EstateQuerySet":
        """Return the estates of the communities in which this person's posts open the registers."""
        return self.filter(sight.communities(standing_for(user), Permission.VIEW_REGISTERS))

    def changeable_by(self, user: "User") -> "EstateQuerySet":
        """Return the estates of the communities in which this person's posts let them edit the registers."""
        return self.filter(sight.communities(standing_for(user), Permission.EDIT_REGISTERS))

    def within(self, node: Grid) -> "EstateQuerySet":
        """Return the estates of this node: of a district, street or community; of a grid those with buildings there."""
        if node.kind in {Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY}:
            return self.filter(**{column_of(node): node.pk})
        return self.filter(models.Q(houses__isnull=False, **{f"houses__{column_of(node)}": node.pk})).distinct()

    def standing(self) -> "EstateQuerySet":
        """Return those that are still there."""
        return self.filter(retired_on=None)


class ResidentQuerySet(PlacedQuerySet["Resident"]):
    def here(self) -> "ResidentQuerySet":
        """Return those who have neither moved away nor died."""
        return self.filter(gone="")

    def visible_to(self, user: "User") -> "ResidentQuerySet":
        return self.filter(sight.area(standing_for(user)))

    def within(self, node: Grid) -> "ResidentQuerySet":
        return self.filter(**{column_of(node): node.pk})


class HouseholdQuerySet(models.QuerySet["Household"]):
    def visible_to(self, user: "User") -> "HouseholdQuerySet":
        """Return the households of houses that this person sees."""
        return self.filter(sight.area(standing_for(user), prefix="house__"))

    def open(self) -> "HouseholdQuerySet":
        return self.filter(ended_on=None)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: "User") -> "HandoverQuerySet":
        """Return what one asked for, and what communities whose register one keeps are asked for or ask for."""
        who = standing_for(user)
        asked = sight.area(who, Permission.ANSWER_REQUESTS)
        asking = sight.area(who, Permission.ANSWER_REQUESTS, prefix="house__")
        return self.filter(asked | asking | models.Q(asked_by=user))

    def waiting_for(self, who: "Standing") -> "HandoverQuerySet":
        """Return the open ones that this person is to answer."""
        return self.filter(sight.area(who, Permission.ANSWER_REQUESTS), state="open").exclude(asked_by=who.user_id)

    def in_full(self) -> "HandoverQuerySet":
        return self.select_related("resident", "house", "community", "to_community", "asked_by", "decided_by")


def path_of(grid: Grid) -> dict[str, Any]:
    """Return the columns of `Placed` for a base, dedicated or micro-grid: one query.

    Raises ValueError for a node above the grids: rows of the registers lie in a grid.
    """
    ids: dict[str, int] = dict(Grid.objects.on_path_to(grid).values_list("kind", "pk"))
    base = ids.get(Kind.BASE, ids.get(Kind.DEDICATED))
    if base is None:
        message = f"{grid.kind} {grid.pk} is not a grid."
        raise ValueError(message)
    return {
        "district_id": ids[Kind.DISTRICT],
        "street_id": ids[Kind.STREET],
        "community_id": ids[Kind.COMMUNITY],
        "grid_id": base,
        "micro_id": ids.get(Kind.MICRO),
    }
