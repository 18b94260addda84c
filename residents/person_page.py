"""What a person's page shows (以人查房): the home, the household, former homes, organisations there, the record.

Few queries, whatever the size of the register: each goes by the key of the person or of the house.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from residents.models import Event, House, Household, Membership, Organisation, Resident, Step
from residents.querysets import ResidentQuerySet

RECORD = 30
"""Lines of the record that the page shows."""


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


def others_in(house_id: int | None, members: Sequence[Membership], me: Resident) -> list[Resident]:
    """Return who else lives in the house outside the household."""
    if house_id is None:
        return []
    known = {me.pk, *(member.resident_id for member in members)}
    return list(Resident.objects.here().filter(house=house_id).exclude(pk__in=known).order_by("pk")[:RECORD])


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


def organisations_at(house_id: int | None) -> list[Organisation]:
    if house_id is None:
        return []
    return list(Organisation.objects.open().filter(house=house_id).order_by("name", "pk")[:RECORD])
