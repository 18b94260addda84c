"""Households: formed, joined, left, passed to a new head, ended. The head is always exactly one of the members."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from residents import codes, history, kinship
from residents.actions import turns
from residents.errors import NotPossible
from residents.models import House, Household, Membership, Resident, Step

MAX_NUMBER = 9


def open_of(resident: Resident) -> Household | None:
    """Lock and return the household that this locked person is a member of today."""
    pk = Membership.objects.filter(resident=resident, ended_on=None).values_list("household", flat=True).first()
    return None if pk is None else turns.lock_household(pk)


def fellows(resident_id: int) -> set[int]:
    """Return the keys of everybody in this person's household, the person among them."""
    mine = Membership.objects.filter(resident=resident_id, ended_on=None).values("household")
    together = Membership.objects.filter(household__in=mine, ended_on=None)
    return {resident_id, *together.values_list("resident", flat=True)}


def with_everybody(resident_id: int) -> dict[int, Resident]:
    """Lock a person and everybody of their household."""
    return turns.lock_people(fellows(resident_id))


@transaction.atomic
def form_household(
    house: House | int,
    *,
    actor: User | None,
    head: Resident | int,
    members: Sequence[tuple[Resident | int, str]] = (),
    number: str = "",
    day: dt.date | None = None,
    host: User | None = None,
    now: dt.datetime | None = None,
) -> Household:
    """Found a household in a house; `members` are the others with their relation to the head (GB/T 4761).
    `host` may change the register there where the actor may not.

    All of them live in the house or are registered there, and are in no other household. Raises NotPossible or
    PermissionDenied.
    """
    moment = now or timezone.now()
    on = _day(day, moment)
    relations = {_key(head): kinship.HEAD} | {_key(who): _relation(relation) for who, relation in members}
    if len(relations) < len(members) + 1:
        raise NotPossible(_("Name each member once."), field="members")
    people = turns.lock_people(relations)
    place = turns.standing_house(house, host or actor)
    for person in people.values():
        _check_joins(person, place)
    household = Household.objects.create(house=place, head=people[_key(head)], number=_number(number), started_on=on)
    Membership.objects.bulk_create(
        Membership(household=household, resident=people[pk], kinship=relation, started_on=on)
        for pk, relation in relations.items()
    )
    history.note(household, Step.ADD, actor=actor, now=moment)
    for person in people.values():
        history.note(person, Step.HOUSEHOLD, actor=actor, now=moment)
    return household


@transaction.atomic
def add_member(
    household: Household | int,
    *,
    actor: User | None,
    resident: Resident | int,
    kinship: str,
    day: dt.date | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Membership:
    """Take somebody of the house into its household. Raises NotPossible, Stale or PermissionDenied."""
    moment = now or timezone.now()
    pk = _key(resident)
    person = turns.lock_people([pk])[pk]
    row = _open(household, actor, version)
    _check_joins(person, row.house)
    member = Membership.objects.create(
        household=row, resident=person, kinship=_relation(kinship), started_on=max(_day(day, moment), row.started_on)
    )
    _changed(row, [person], actor=actor, now=moment)
    return member


@transaction.atomic
def set_relations(
    household: Household | int,
    *,
    actor: User | None,
    relations: Mapping[int, str],
    number: str | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Household:
    """Correct how members, by the keys of people, are related to the head, and the household's number."""
    moment = now or timezone.now()
    row = _open(household, actor, version)
    members = _open_members(row)
    before: dict[str, object] = {}
    for pk, relation in relations.items():
        member = members.get(pk)
        if member is None or pk == row.head_id:
            raise NotPossible(_("This person is no member of the household."), field="members")
        if member.kinship != _relation(relation):
            before[f"kinship of {pk}"] = member.kinship
            member.kinship = relation
            member.save(update_fields=["kinship"])
    before |= turns.write(row, {} if number is None else {"number": _number(number)}, moment)
    if before:
        turns.note_edit(row, Step.EDIT, before, actor=actor, now=moment)
    return row


@transaction.atomic
def end_membership(
    household: Household | int,
    *,
    actor: User | None,
    resident: Resident | int,
    day: dt.date | None = None,
    new_head: Resident | int | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Household:
    """Let a member go on `day`; the last one ends the household, a head names `new_head` among the others."""
    moment = now or timezone.now()
    pk = _key(resident)
    person = with_everybody(pk)[pk]
    row = _open(household, actor, version)
    let_go(row, person, actor=actor, day=_day(day, moment), new_head=new_head, now=moment)
    return row


@transaction.atomic
def change_head(
    household: Household | int,
    *,
    actor: User | None,
    head: Resident | int,
    relations: Mapping[int, str] | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Household:
    """Let another member head the household; `relations` says what the others are to them, else it is inferred."""
    moment = now or timezone.now()
    people = with_everybody(_key(head))
    row = _open(household, actor, version)
    if _key(head) == row.head_id:
        raise NotPossible(_("This person heads the household already."), field="head")
    _crown(row, _key(head), people, relations or {}, actor=actor, now=moment)
    return row


@transaction.atomic
def dissolve(
    household: Household | int,
    *,
    actor: User | None,
    day: dt.date | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Household:
    """End a household and everybody's membership; where people live does not change."""
    moment = now or timezone.now()
    pk = household if isinstance(household, int) else household.pk
    members = Membership.objects.filter(household=pk, ended_on=None).values_list("resident", flat=True)
    people = turns.lock_people(members)
    row = _open(pk, actor, version)
    _end(row, _day(day, moment), actor=actor, now=moment)
    for person in people.values():
        history.note(person, Step.HOUSEHOLD, actor=actor, now=moment)
    return row


def let_go(
    household: Household,
    person: Resident,
    *,
    actor: User | None,
    day: dt.date,
    new_head: Resident | int | None,
    now: dt.datetime,
) -> None:
    """End the membership of a locked person in a locked household, and settle who heads it or that it ends."""
    members = _open_members(household)
    mine = members.pop(person.pk, None)
    if mine is None:
        raise NotPossible(_("This person is no member of the household."), field="resident")
    if household.head_id == person.pk and members:
        if new_head is None or _key(new_head) not in members:
            raise NotPossible(_("Say which of the other members heads the household now."), field="new_head")
        people = turns.lock_people(members) | {person.pk: person}
        _crown(household, _key(new_head), people, {}, actor=actor, now=now)
    _end_one(mine, day)
    if members:
        _changed(household, [person], actor=actor, now=now)
    else:
        _end(household, day, actor=actor, now=now)
        history.note(person, Step.HOUSEHOLD, actor=actor, now=now)


def pass_on(
    old: Household, house: House, *, actor: User | None, host: User | None, day: dt.date, now: dt.datetime
) -> Household:
    """End a household and go on with those of its members who live in another house, under the same head."""
    relations = {pk: member.kinship for pk, member in _open_members(old).items()}
    _end(old, day, actor=actor, now=now)
    here = set(Resident.objects.filter(pk__in=relations, house=house).values_list("pk", flat=True))
    head = old.head_id if old.head_id in here else min(here)
    others = [(pk, relations[pk] if head == old.head_id else kinship.RELATIVE) for pk in here if pk != head]
    return form_household(house, actor=actor, host=host, head=head, members=others, number=old.number, day=day, now=now)


def _open(household: Household | int, actor: User | None, version: int | None) -> Household:
    row = turns.lock_household(household)
    turns.demand(actor, row.house)
    turns.compare(row, version)
    return row


def _open_members(household: Household) -> dict[int, Membership]:
    return {row.resident_id: row for row in Membership.objects.filter(household=household, ended_on=None)}


def _crown(
    household: Household,
    head_id: int,
    people: Mapping[int, Resident],
    said: Mapping[int, str],
    *,
    actor: User | None,
    now: dt.datetime,
) -> None:
    """Make a member the head and say anew what everybody is to them."""
    members = _open_members(household)
    if head_id not in members:
        raise NotPossible(_("The head must be a member of the household."), field="head")
    was = members[head_id].kinship
    old_id = household.head_id
    before: dict[str, object] = {"head": old_id}
    for pk, member in members.items():
        if pk == head_id:
            relation = kinship.HEAD
        elif pk in said:
            relation = _relation(said[pk])
        elif pk == old_id:
            relation = kinship.of_old_head(was, people[pk].sex)
        else:
            relation = kinship.of_member(was, member.kinship, people[head_id].sex)
        if relation != member.kinship:
            before[f"kinship of {pk}"] = member.kinship
            member.kinship = relation
    Membership.objects.bulk_update(members.values(), ["kinship"])
    household.head = people[head_id]
    turns.write(household, {}, now, "head")
    turns.note_edit(household, Step.HEAD, before, actor=actor, now=now)
    for pk in (old_id, head_id):
        history.note(people[pk], Step.HEAD, actor=actor, now=now)


def _changed(household: Household, people: Iterable[Resident], *, actor: User | None, now: dt.datetime) -> None:
    turns.write(household, {}, now)
    history.note(household, Step.HOUSEHOLD, actor=actor, now=now)
    for person in people:
        history.note(person, Step.HOUSEHOLD, actor=actor, now=now)


def _end(household: Household, day: dt.date, *, actor: User | None, now: dt.datetime) -> None:
    for member in _open_members(household).values():
        _end_one(member, day)
    turns.write(household, {"ended_on": max(day, household.started_on)}, now)
    history.note(household, Step.RETIRE, actor=actor, now=now)


def _end_one(member: Membership, day: dt.date) -> None:
    member.ended_on = max(day, member.started_on)
    member.save(update_fields=["ended_on"])


def _check_joins(person: Resident, house: House) -> None:
    if not person.is_here:
        raise NotPossible(_("This person is no longer here."), field="resident")
    if house.pk not in {person.house_id, person.registered_house_id}:
        raise NotPossible(_("A member lives in the house of the household or is registered there."), field="resident")
    if Membership.objects.filter(resident=person, ended_on=None).exists():
        raise NotPossible(_("This person is in a household already; let them leave it first."), field="resident")


def _relation(code: str) -> str:
    if code == kinship.HEAD or code not in codes.rows("kinship"):
        raise NotPossible(_("Choose how the member is related to the head."), field="kinship")
    return code


def _number(typed: str) -> str:
    number = typed.strip().upper()
    if len(number) > MAX_NUMBER or not ((number.isascii() and number.isalnum()) or not number):
        raise NotPossible(_("A household's number has at most nine letters and digits."), field="number")
    return number


def _key(row: Resident | int) -> int:
    return row if isinstance(row, int) else row.pk


def _day(day: dt.date | None, now: dt.datetime) -> dt.date:
    today = turns.today(now)
    if day is not None and day > today:
        raise NotPossible(_("This day has not come yet."), field="day")
    return day or today
