"""A person moves into another house, leaves, comes back, or turns out to be entered twice."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from residents.actions import households, overtaking, turns
from residents.errors import NotPossible
from residents.models import Building, Gone, House, Resident, Step


class Keep:
    """Leave the registration as it is."""


KEEP = Keep()


@transaction.atomic
def move_house(
    resident: Resident | int,
    *,
    actor: User | None,
    house: House | int,
    host: User | None = None,
    registered_house: House | int | Keep | None = KEEP,
    with_household: bool = False,
    new_head: Resident | int | None = None,
    day: dt.date | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Resident:
    """Let a person live in another house from `day` on (default today); the path follows the house.

    Where they are registered stays unless said. With `with_household` everybody of their household moves along, and
    it goes on in the new house under the same head; who was registered in the same house as they keeps to their
    registration. Alone they leave it, and a head names `new_head` among those who stay. `host` may change the
    register at the new home where the actor may not: who asked for the person. Raises NotPossible, Stale,
    PermissionDenied.
    """
    moment = now or timezone.now()
    on = _checked_day(day, moment)
    home = households.with_everybody(resident if isinstance(resident, int) else resident.pk)
    row = turns.take_person(resident, actor=actor, version=version)
    target = turns.standing_house(house, host or actor)
    _check_target(row, target)
    old = households.open_of(row)
    if with_household and old is not None:
        movers = [home[pk] for pk in home if pk != row.pk and home[pk].house_id == row.house_id]
        together = row.registered_house_id
        _carry(row, target, registered_house, on, actor=actor, host=host, now=moment)
        for other in movers:
            turns.demand(actor, other)
            follows = together is not None and other.registered_house_id == together
            _carry(other, target, registered_house if follows else KEEP, on, actor=actor, host=host, now=moment)
        households.pass_on(old, target, actor=actor, host=host, day=on, now=moment)
        return row
    if old is not None:
        households.let_go(old, row, actor=actor, day=on, new_head=new_head, now=moment)
    _carry(row, target, registered_house, on, actor=actor, host=host, now=moment)
    return row


def _check_target(row: Resident, target: House) -> None:
    if target.district_id != row.district_id:
        raise NotPossible(_("This house lies in another district."), field="house")
    if target.pk == row.house_id:
        raise NotPossible(_("This person lives in this house already."), field="house")


def _carry(
    row: Resident,
    target: House,
    registered: House | int | Keep | None,
    day: dt.date,
    *,
    actor: User | None,
    host: User | None = None,
    now: dt.datetime,
) -> None:
    """Change the house of one person and write down where they lived until then."""
    before: dict[str, Any] = {"house": row.house_id, "until": day}
    row.house = target
    also = ["house", *turns.put_into(row, target)]
    if not isinstance(registered, Keep):
        before["registered_house"] = row.registered_house_id
        row.registered_house = None if registered is None else turns.standing_house(registered, host or actor)
        also.append("registered_house")
    turns.write(row, {}, now, *also)
    turns.note_edit(row, Step.MOVE, before, actor=actor, now=now)
    overtaking.end_requests(row, actor=actor, now=now)


@transaction.atomic
def leave(
    resident: Resident | int,
    *,
    actor: User | None,
    why: str,
    day: dt.date | None = None,
    new_head: Resident | int | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Resident:
    """Take somebody out who moved away or died on `day`; their household ends, or `new_head` heads it from then on.

    The entry is kept for coming back and until retention makes it anonymous. Raises NotPossible, Stale,
    PermissionDenied.
    """
    if why not in {Gone.MOVED, Gone.DIED}:
        raise NotPossible(_("Say whether this person moved away or died."), field="why")
    return _take_out(resident, Gone(why), Step.LEAVE, actor=actor, day=day, new_head=new_head, version=version, now=now)


@transaction.atomic
def mark_double(
    resident: Resident | int,
    *,
    actor: User | None,
    of: Resident | int,
    new_head: Resident | int | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Resident:
    """Strike an entry that repeats `of`, which stays as it is; both keep a line of it in their record."""
    moment = now or timezone.now()
    keys = {row if isinstance(row, int) else row.pk for row in (resident, of)}
    if len(keys) < 2:
        raise NotPossible(_("Name another entry, the one that stays."), field="of")
    turns.lock_people(keys | households.fellows(resident if isinstance(resident, int) else resident.pk))
    kept = turns.take_person(of, actor=actor, version=None)
    row = _take_out(
        resident, Gone.DOUBLE, Step.RETIRE, actor=actor, day=None, new_head=new_head, version=version, now=moment
    )
    if kept.district_id != row.district_id:
        raise NotPossible(_("The two entries lie in different districts."), field="of")
    turns.note_edit(kept, Step.EDIT, {"double": row.pk}, actor=actor, now=moment)
    return row


def _take_out(
    resident: Resident | int,
    why: Gone,
    step: Step,
    *,
    actor: User | None,
    day: dt.date | None,
    new_head: Resident | int | None,
    version: int | None,
    now: dt.datetime | None,
) -> Resident:
    moment = now or timezone.now()
    on = _checked_day(day, moment)
    households.with_everybody(resident if isinstance(resident, int) else resident.pk)
    row = turns.take_person(resident, actor=actor, version=version)
    household = households.open_of(row)
    if household is not None:
        households.let_go(household, row, actor=actor, day=on, new_head=new_head, now=moment)
    Building.objects.filter(head=row).update(head=None)
    turns.write(row, {"gone": why, "gone_on": on}, moment)
    turns.note_edit(row, step, {"house": row.house_id, "until": on}, actor=actor, now=moment)
    overtaking.end_requests(row, actor=actor, now=moment)
    return row


@transaction.atomic
def come_back(
    resident: Resident | int,
    *,
    actor: User | None,
    house: House | int | None = None,
    day: dt.date | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Resident:
    """Take somebody up again who had moved away or was taken out by mistake, in `house` or where they lived.

    An entry that was struck as a double comes back only if no other has its number. Raises NotPossible, Stale,
    PermissionDenied.
    """
    moment = now or timezone.now()
    on = _checked_day(day, moment)
    row = turns.take_person(resident, actor=actor, version=version, is_here=False)
    _check_number_free(row)
    home = turns.standing_house(house if house is not None else _last_home(row), actor)
    if home.district_id != row.district_id:
        raise NotPossible(_("This house lies in another district."), field="house")
    before: dict[str, Any] = {"gone": row.gone, "gone_on": row.gone_on}
    row.gone, row.gone_on = "", None
    also = ["gone", "gone_on"]
    if house is not None:
        before["house"] = row.house_id
        row.house = home
        also += ["house", *turns.put_into(row, home)]
    turns.write(row, {"since_on": on}, moment, *also)
    turns.note_edit(row, Step.RETURN, before, actor=actor, now=moment)
    return row


def _last_home(row: Resident) -> int:
    last = row.house_id or row.registered_house_id
    if last is None:
        raise NotPossible(_("Say in which house this person lives or is registered."), field="house")
    return last


def _check_number_free(row: Resident) -> None:
    if row.gone != Gone.DOUBLE or row.identity_hash is None:
        return
    others = Resident.objects.filter(district_id=row.district_id, identity_hash=row.identity_hash)
    if others.exclude(pk=row.pk).exclude(gone=Gone.DOUBLE).exists():
        raise NotPossible(_("Another entry has this identity number."))


def _checked_day(day: dt.date | None, now: dt.datetime) -> dt.date:
    today = turns.today(now)
    if day is not None and day > today:
        raise NotPossible(_("This day has not come yet."), field="day")
    return day or today
