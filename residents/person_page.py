"""What a person's page shows (以人查房): the home, the household, former homes, organisations there, the record.

Few queries, whatever the size of the register: each goes by the key of the person or of the house.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from accounts.models import User
from residents.models import Event, House, Household, Membership, Organisation, Resident, Step
from residents.querysets import ResidentQuerySet

RECORD = 30
"""Lines of the record that the page shows."""
FULL_HOUSE = 200
"""As many people of one house as its page and theirs show."""


@dataclass(frozen=True)
class FormerHome:
    """A house that somebody lived in; `house` only where the viewer sees it."""

    house: House | None
    until: dt.date | None


def people_in_full(rows: ResidentQuerySet) -> ResidentQuerySet:
    """Read along what a page of one person shows."""
    return rows.select_related(
        *("house", "registered_house", "street", "community", "grid", "micro", "floating", "foreign", "left_behind")
    )


def household_of(resident: Resident) -> tuple[Household | None, list[Membership]]:
    """Return the open household with its members, the head first: one query."""
    mine = Membership.objects.filter(resident=resident, ended_on=None).values("household")
    together = Membership.objects.filter(household__in=mine, ended_on=None)
    members = list(together.select_related("resident", "household").order_by("kinship", "pk"))
    return (members[0].household if members else None), members


def with_organisations(rows: ResidentQuerySet) -> ResidentQuerySet:
    """Read along the organisations in the house that the person lives in, as `.neighbours`: key and name by name."""
    there = Organisation.objects.open().filter(house=OuterRef("house")).order_by("name", "pk")
    return rows.annotate(neighbours=ArraySubquery(there.values(row=JSONObject(pk="pk", name="name"))[:RECORD]))


def everybody(resident: Resident) -> tuple[list[Membership], list[Resident]]:
    """Return the household of a person, the head first, and who else lives in their house: one query."""
    own = Membership.objects.filter(resident=OuterRef("pk"), ended_on=None)
    mine = Membership.objects.filter(resident=resident, ended_on=None).values("household")
    keys = Membership.objects.filter(household__in=mine, ended_on=None).values("resident")
    if resident.house_id is not None:
        keys = keys.union(Resident.objects.here().filter(house=resident.house_id).values("pk")[:FULL_HOUSE])
    people = Resident.objects.filter(pk__in=keys).annotate(
        own_household=Subquery(own.values("household")[:1]), own_kinship=Subquery(own.values("kinship")[:1])
    )
    found = list(people.order_by("own_kinship", "pk"))
    own_of = {row.pk: (vars(row)["own_household"], vars(row)["own_kinship"]) for row in found}
    together, _kinship = own_of.get(resident.pk, (None, ""))
    if together is None:
        return [], [row for row in found if row.pk != resident.pk]
    fellows = [row for row in found if own_of[row.pk][0] == together]
    members = [Membership(household_id=together, resident=row, kinship=own_of[row.pk][1]) for row in fellows]
    return members, [row for row in found if own_of[row.pk][0] != together]


def record_of(resident: Resident) -> list[Event]:
    events = resident.events.select_related("actor", "former").order_by("-id")
    return list(events[:RECORD])


def former_homes(record: Sequence[Event], viewer: User) -> list[FormerHome]:
    """Read from the record where somebody lived before; retention empties these, the line of the move stays."""
    moved = [
        json.loads(event.former.values) for event in record if event.step == Step.MOVE and hasattr(event, "former")
    ]
    keys = {values["house"] for values in moved if values.get("house")}
    seen = {house.pk: house for house in House.objects.visible_to(viewer).filter(pk__in=keys)} if keys else {}
    return [
        FormerHome(seen.get(values["house"]), dt.date.fromisoformat(values["until"]) if values.get("until") else None)
        for values in moved
        if values.get("house")
    ]
