"""What a viewer is told of when somebody is due: never more than they may know (DOMAIN.md §4.4 rule 5)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import ngettext

from care import sight as care_sight
from grids.standing import Standing
from residents import codes, masking
from residents.models import Resident
from visits.models import Due


@dataclass(frozen=True)
class Row:
    """Somebody of a home, and whether they are due as far as the viewer may know."""

    resident: Resident
    name: str
    facts: str
    """Sex and age, which tell the members of a family apart whose masked names are alike."""
    due_on: dt.date | None
    is_due: bool
    is_late: bool
    tries: int


def rows(living: Sequence[Resident], who: Standing, today: dt.date) -> list[Row]:
    """Say of each of a home, read with `due_visit`, when they are due; at most one query."""
    knows = any(_is_discreet(one) for one in living) and knows_of(living[0], who)
    return [_row(one, knows, today) for one in living]


def knows_of(resident: Resident, who: Standing) -> bool:
    """Say whether the viewer is responsible for the resident: their grid's primary worker, or their contact worker."""
    if resident.grid_id in care_sight.primary_grids(who):
        return True
    return Resident.objects.filter(care_sight.contact_of(who.user_id), pk=resident.pk).exists()


def _is_discreet(resident: Resident) -> bool:
    due: Due | None = getattr(resident, "due_visit", None)
    return due is not None and due.discreet_due_on is not None


def _row(resident: Resident, knows: bool, today: dt.date) -> Row:
    name, facts = masking.name(resident.name), _facts(resident, today)
    due: Due | None = getattr(resident, "due_visit", None)
    if due is None:
        return Row(resident, name, facts, None, is_due=False, is_late=False, tries=0)
    day, opens = due.due_on, due.opens_on
    if knows and due.discreet_due_on is not None and due.discreet_opens_on is not None:
        day, opens = due.discreet_due_on, due.discreet_opens_on
    return Row(resident, name, facts, day, is_due=opens <= today, is_late=day < today, tries=due.tries)


def _facts(resident: Resident, today: dt.date) -> str:
    age = resident.age(today)
    sex = codes.label("sex", resident.sex) if resident.sex in {"1", "2"} else ""
    years = "" if age is None else ngettext("%(age)s year", "%(age)s years", age) % {"age": age}
    return " ".join(filter(None, (sex, years)))
