"""Reads on tiers, care groups and contact duties: what is in force, and who may know of it."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from care.sight import decidable, knows
from grids.backends import standing_for
from grids.standing import Standing
from residents import sight

if TYPE_CHECKING:
    from accounts.models import User
    from care.models import CareMembership, ContactDuty, TierGrant  # noqa: F401 - named in the bases below
    from residents.models import House


class GrantQuerySet(models.QuerySet["TierGrant"]):
    def in_force(self) -> "GrantQuerySet":
        """Return the grants that hold; the nightly sweep has ended what is over."""
        return self.filter(state="in_force")

    def waiting(self) -> "GrantQuerySet":
        return self.filter(state="proposed")

    def known_to(self, who: Standing) -> "GrantQuerySet":
        """Return the grants that this person is to know of: who is responsible for the resident, who proposed it,
        who decides on its path (DOMAIN.md §4.4 rule 5)."""
        return self.filter(knows(who))

    def visible_to(self, user: "User") -> "GrantQuerySet":
        return self.known_to(standing_for(user))

    def to_decide(self, who: Standing) -> "GrantQuerySet":
        """Return the proposals on which this person has not decided yet and may."""
        return (
            self.waiting()
            .filter(decidable(who))
            .exclude(proposed_by=who.user_id)
            .exclude(Q(approved_by=who.user_id) | Q(seconded_by=who.user_id))
        )

    def ending_by(self, day: dt.date) -> "GrantQuerySet":
        """Return the grants in force whose last day is this one or before it."""
        return self.in_force().filter(ends_on__lte=day)


class MembershipQuerySet(models.QuerySet["CareMembership"]):
    def present(self) -> "MembershipQuerySet":
        return self.filter(ended_on=None)

    def visible_to(self, user: "User") -> "MembershipQuerySet":
        """Return the memberships of the residents whom this person sees."""
        return self.filter(sight.area(standing_for(user), prefix="resident__"))


class DutyQuerySet(models.QuerySet["ContactDuty"]):
    def present(self) -> "DutyQuerySet":
        return self.filter(ended_on=None)

    def of_house(self, house: "House") -> "DutyQuerySet":
        """Return the duties over a house: its own first, then its building's."""
        found = self.present().filter(Q(house=house) | Q(building__isnull=False, building=house.building_id))
        return found.order_by(models.F("house").asc(nulls_last=True))
