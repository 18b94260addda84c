"""Ask another community for somebody's registration, and answer: the entry moves whole, with its history, or stays.

Who asks learns nothing of the entry but that there is one; who answers sees their own entry and where it would go.
Nobody answers their own request.
"""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.models import User
from grids.backends import standing_for
from grids.roles import Permission
from residents import own_requests, private_numbers, sight
from residents.actions import households, moves, turns
from residents.actions.people import same_number
from residents.errors import AlreadyThere, NotPossible
from residents.models import Gone, Handover, HandoverState, House, Resident
from residents.models.placed import PATH

SHORTEST, LONGEST = 4, 200


def may_answer(actor: User, row: Handover) -> bool:
    """Say whether the actor keeps the register of the community that is asked."""
    return _keeps(actor, (row.district_id, row.street_id, row.community_id))


def may_withdraw(actor: User, row: Handover) -> bool:
    """Say whether the actor asked, or keeps the register of the asking community."""
    house = row.house
    return row.asked_by_id == actor.pk or _keeps(actor, (house.district_id, house.street_id, house.community_id))


def _keeps(actor: User, path: "tuple[int | None, ...]") -> bool:
    return sight.may(standing_for(actor), Permission.ANSWER_REQUESTS, path)


@transaction.atomic
def ask(
    *,
    actor: User,
    identity_number: str,
    house: House | int,
    is_registered_there: bool = True,
    now: dt.datetime | None = None,
) -> Handover:
    """Ask whoever keeps the entry with this number to hand it over to `house`, in which the person lives now.

    Raises NotPossible where there is nothing to ask for or somebody asked already, AlreadyThere where the actor sees
    the entry and moves it without asking, PermissionDenied.
    """
    moment = now or timezone.now()
    home = turns.standing_house(house, actor)
    number = identity_number.strip().upper()
    row = same_number(number, home.district_id).select_for_update(of=("self",)).first() if number else None
    if row is None or row.gone == Gone.MOVED:
        raise NotPossible(_("Nobody has to be asked for this person: enter them."), field="identity_number")
    if sight.may(standing_for(actor), Permission.VIEW_REGISTERS, row.path_ids):
        raise AlreadyThere(_("This person is in the register already."), resident_id=row.pk)
    if row.handovers.filter(state=HandoverState.OPEN).exists():
        raise NotPossible(_("A request for this registration is open already."), field="identity_number")
    made = Handover.objects.create(
        **{name: getattr(row, name) for name in PATH},
        resident=row,
        house=home,
        to_community_id=home.community_id,
        is_registered_there=is_registered_there,
        asked_by=actor,
        asked_at=moment,
    )
    audit.record(actor, "residents.ask_handover", made, {"house": home.pk})
    _tell(made, "handover_asked", _keepers(row, moment), moment)
    return made


@transaction.atomic
def accept(
    handover: Handover,
    *,
    actor: User,
    with_household: bool = False,
    new_head: Resident | int | None = None,
    day: dt.date | None = None,
    now: dt.datetime | None = None,
) -> Resident:
    """Let the entry go to the house that was asked for, from `day` on; `with_household` lets everybody of the
    household who lives there too go along, else a head names who heads it then. Open requests for the others who go
    along end with it.

    Raises NotPossible, PermissionDenied.
    """
    moment = now or timezone.now()
    households.with_everybody(handover.resident_id)  # people first: two answers for one household wait in turn
    row = _locked(handover)
    _check_answer(actor, row)
    host = row.asked_by
    if not host.is_active or not sight.may(standing_for(host), Permission.EDIT_REGISTERS, row.house.path_ids):
        raise NotPossible(_("Whoever asked may not change the register there any more. Refuse, and let them ask anew."))
    if row.resident.community_id != row.community_id:
        raise NotPossible(_("The entry has gone to another community meanwhile."))
    registered = row.house if row.is_registered_there else moves.KEEP
    _close(row, HandoverState.ACCEPTED, actor=actor, now=moment)
    person = moves.move_house(
        row.resident_id,
        actor=actor,
        host=host,
        house=row.house,
        registered_house=registered,
        with_household=with_household,
        new_head=new_head,
        day=day,
        now=moment,
    )
    audit.record(actor, "residents.accept_handover", row, {"house": row.house_id, "with_household": with_household})
    _tell(row, "handover_accepted", [row.asked_by_id], moment)
    return person


@transaction.atomic
def refuse(handover: Handover, *, actor: User, reason: str, now: dt.datetime | None = None) -> Handover:
    """Keep the entry and say why. Raises NotPossible, PermissionDenied, or ValidationError for the reason."""
    moment = now or timezone.now()
    row = _locked(handover)
    _check_answer(actor, row)
    words = reason.strip()
    if not SHORTEST <= len(words) <= LONGEST:
        raise ValidationError({"reason": [_("Say why in a few words.")]})
    if private_numbers.has_any(words):
        raise ValidationError({"reason": [_("Leave identity numbers and phones out of this: it is kept in the log.")]})
    row.reason = words
    _close(row, HandoverState.REFUSED, actor=actor, now=moment)
    audit.record(actor, "residents.refuse_handover", row)
    _tell(row, "handover_refused", [row.asked_by_id], moment)
    return row


@transaction.atomic
def withdraw(handover: Handover, *, actor: User, now: dt.datetime | None = None) -> Handover:
    """Give a request up. Raises NotPossible, PermissionDenied."""
    row = _locked(handover)
    if not may_withdraw(actor, row):
        raise PermissionDenied
    _close(row, HandoverState.WITHDRAWN, actor=actor, now=now or timezone.now())
    audit.record(actor, "residents.withdraw_handover", row)
    return row


def _locked(handover: Handover) -> Handover:
    rows = Handover.objects.select_for_update(of=("self",)).select_related("house", "resident", "asked_by")
    row = rows.get(pk=handover.pk)
    if not row.is_open:
        raise NotPossible(_("This request has been answered already."))
    return row


def _check_answer(actor: User, row: Handover) -> None:
    if not may_answer(actor, row):
        raise PermissionDenied
    if actor.pk == row.asked_by_id:
        raise NotPossible(_("Somebody else answers what you asked for."))


def _close(row: Handover, state: HandoverState, *, actor: User, now: dt.datetime) -> None:
    row.state, row.decided_by, row.decided_at = state, actor, now
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])


def _keepers(row: Resident, now: dt.datetime) -> list[int]:
    """Return who keeps the register of the entry's community, or of its street where nobody does."""
    nodes = {row.community_id, row.street_id}
    found = own_requests.answering(nodes, turns.today(now))
    return found[row.community_id] or found[row.street_id]


def _tell(row: Handover, kind: str, people: list[int], now: dt.datetime) -> None:
    drafts = [notices.Draft(pk, kind, {"number": row.pk}, row.get_absolute_url()) for pk in sorted(set(people))]
    if drafts:
        notices.send_many(drafts, now=now)
