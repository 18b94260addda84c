"""A service tier from its proposal to its end: propose, approve, refuse, withdraw, revoke (DOMAIN.md §4.4).

Nothing here reckons a tier from data (rule 10): each begins with a person who says what was seen and on what basis.
"""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.models import User
from care import people, sight, switches
from care.models import TierGrant, TierStep
from care.tiers import ADULT_FROM, GRANTED, HEIGHTENED, LADDERS, RANK, Act, End, GrantState, reasons
from grids.backends import standing_for
from grids.roles import Permission
from residents.models import Resident
from workorders.workflow import InvalidMove, StaleOrder

MAX_TEXT = 1000


@transaction.atomic
def propose(
    resident: Resident,
    *,
    actor: User,
    tier: str,
    reason_code: str,
    fact: str,
    basis: str,
    days: int,
    guardian_notified_on: dt.date | None = None,
    now: dt.datetime | None = None,
) -> TierGrant:
    """Propose yellow, orange or red for a resident; the people who decide are told.

    Raises PermissionDenied, ValidationError naming the field, or InvalidMove where the same tier waits already.
    """
    moment = now or timezone.now()
    resident = Resident.objects.select_for_update(no_key=True, of=("self",)).select_related("house").get(pk=resident.pk)
    if tier not in GRANTED or not sight.may_propose(resident, standing_for(actor), tier):
        raise PermissionDenied(_("None of your posts lets you propose this tier here."))
    today = timezone.localdate(moment)
    age = resident.age(today)
    is_minor = age is not None and age < ADULT_FROM
    _check(resident, tier, reason_code, fact, basis, days)
    _check_age(tier, age, guardian_notified_on, today)
    if TierGrant.objects.waiting().filter(resident=resident, tier=tier).exists():
        raise InvalidMove(_("This has been proposed for this resident already and waits for a decision."))
    grant = TierGrant.objects.create(
        district_id=resident.district_id,
        resident=resident,
        tier=tier,
        reason_code=reason_code,
        fact=fact.strip(),
        basis=basis.strip(),
        days=days,
        is_minor=is_minor,
        guardian_notified_on=guardian_notified_on if is_minor else None,
        proposed_by=actor,
        proposed_at=moment,
    )
    _write(grant, Act.PROPOSE, actor, moment, Permission.PROPOSE_TIER)
    audit.record(actor, "care.propose_tier", grant)
    _tell(grant, people.deciders(grant, moment), "care_to_decide", moment)
    return grant


@transaction.atomic
def approve(
    grant: TierGrant | int,
    *,
    actor: User,
    words: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> TierGrant:
    """Approve a proposal: as the level, or as the second person where the tier needs two; with the last approval it
    comes into force, from today for its days, and takes the place of the same or a lower tier.

    Raises PermissionDenied for the proposer and whoever is not on the path; InvalidMove otherwise.
    """
    moment = now or timezone.now()
    locked = _locked(grant, version)
    _must_be(locked, GrantState.PROPOSED)
    act = _place_for(locked, actor)
    _check_still(locked, moment)
    if act == Act.APPROVE:
        locked.approved_by, locked.approved_at = actor, moment
    else:
        locked.seconded_by, locked.seconded_at = actor, moment
    _write(locked, act, actor, moment, Permission.APPROVE_TIER, words)
    audit.record(actor, "care.approve_tier", locked, {"as": act.value})
    fields = ["approved_by", "approved_at", "seconded_by", "seconded_at"]
    if locked.approved_by_id is not None and (locked.seconded_by_id is not None or not LADDERS[locked.tier].seconds):
        _begin(locked, moment)
        fields += ["state", "starts_on", "ends_on"]
    else:
        _tell(locked, people.deciders(locked, moment), "care_to_decide", moment)
    _save(locked, *fields)
    return locked


@transaction.atomic
def refuse(
    grant: TierGrant | int, *, actor: User, words: str, version: int | None = None, now: dt.datetime | None = None
) -> TierGrant:
    """Refuse a proposal, with a reason; anybody who could approve it may."""
    moment = now or timezone.now()
    locked = _locked(grant, version)
    _must_be(locked, GrantState.PROPOSED)
    _place_for(locked, actor)
    words = _said(words)
    _close(locked, GrantState.REFUSED, moment)
    _write(locked, Act.REFUSE, actor, moment, Permission.APPROVE_TIER, words)
    audit.record(actor, "care.refuse_tier", locked)
    _tell(locked, [locked.proposed_by_id], "care_decided", moment)
    return locked


@transaction.atomic
def withdraw(
    grant: TierGrant | int,
    *,
    actor: User | None,
    words: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> TierGrant:
    """Take back one's own proposal while it waits; None is the system, for a resident who is no longer here."""
    moment = now or timezone.now()
    locked = _locked(grant, version)
    if actor is not None and actor.pk != locked.proposed_by_id:
        raise PermissionDenied(_("Only who proposed it may take it back."))
    _must_be(locked, GrantState.PROPOSED)
    _close(locked, GrantState.WITHDRAWN, moment)
    _write(locked, Act.WITHDRAW, actor, moment, Permission.PROPOSE_TIER, words)
    return locked


@transaction.atomic
def revoke(
    grant: TierGrant | int, *, actor: User, words: str, version: int | None = None, now: dt.datetime | None = None
) -> TierGrant:
    """End a tier that is in force before its time, with a reason; one person of a deciding level is enough."""
    moment = now or timezone.now()
    locked = _locked(grant, version)
    ladder = LADDERS[locked.tier]
    if not sight.may_approve(locked.resident, standing_for(actor), ladder.approves | ladder.seconds):
        raise PermissionDenied(_("Only a level that decides on this tier may revoke it."))
    _must_be(locked, GrantState.IN_FORCE)
    words = _said(words)
    end(locked, End.REVOKED, moment, actor=actor, words=words)
    audit.record(actor, "care.revoke_tier", locked)
    _tell_responsible(locked, moment, [locked.proposed_by_id])
    return locked


def end(grant: TierGrant, why: End, now: dt.datetime, *, actor: User | None = None, words: str = "") -> None:
    """End a locked grant that is in force: today is its last day at the latest."""
    today = timezone.localdate(now)
    if grant.ends_on is None or grant.ends_on > today:
        grant.ends_on = max(today, grant.starts_on or today)
    grant.ended_because = why
    _close(grant, GrantState.ENDED, now, "ended_because", "ends_on")
    _write(grant, Act.END, actor, now, Permission.APPROVE_TIER, words)


def _place_for(grant: TierGrant, actor: User) -> Act:
    """Say which approval this person gives. Raises PermissionDenied, or InvalidMove where theirs is given."""
    if actor.pk == grant.proposed_by_id:
        raise PermissionDenied(_("Somebody else than the proposer decides."))
    if actor.pk in {grant.approved_by_id, grant.seconded_by_id}:
        raise InvalidMove(_("You have approved this; it waits for another person."))
    who, ladder = standing_for(actor), LADDERS[grant.tier]
    levels = sight.may_approve(grant.resident, who, ladder.approves)
    seconds = sight.may_approve(grant.resident, who, ladder.seconds)
    if not levels and not seconds:
        raise PermissionDenied(_("None of your posts lets you decide on this."))
    if levels and grant.approved_by_id is None:
        return Act.APPROVE
    if seconds and grant.seconded_by_id is None:
        return Act.SECOND
    raise InvalidMove(_("This approval has been given; it waits for somebody of another level."))


def _begin(grant: TierGrant, now: dt.datetime) -> None:
    """Put an approved grant in force; what was in force before gives way where it is not higher."""
    today = timezone.localdate(now)
    former = TierGrant.objects.in_force().filter(resident=grant.resident_id).select_for_update(of=("self",)).first()
    if former is not None:
        if RANK[former.tier] > RANK[grant.tier]:
            raise InvalidMove(_("This cannot come into force at present. The street centre can tell more."))
        end(former, End.REPLACED, now)
    grant.state = GrantState.IN_FORCE
    grant.starts_on, grant.ends_on = today, today + dt.timedelta(days=grant.days - 1)
    _write(grant, Act.BEGIN, None, now, Permission.APPROVE_TIER)
    _tell(grant, [grant.proposed_by_id], "care_decided", now)
    _tell_responsible(grant, now)


def _check(resident: Resident, tier: str, reason_code: str, fact: str, basis: str, days: int) -> None:
    wrong: dict[str, str] = {}
    reason = reasons().get(reason_code)
    if reason is None or reason.tier != tier or reason_code in switches.unused_reasons(resident.district_id):
        wrong["reason_code"] = _("Choose a reason of the list.")
    for name, text in (("fact", fact), ("basis", basis)):
        if not text.strip():
            wrong[name] = _("This is needed.")
        elif len(text) > MAX_TEXT:
            wrong[name] = _("Keep the text within 1,000 characters.")
    longest = LADDERS[tier].max_days
    if not 1 <= days <= longest:
        wrong["days"] = _("Between 1 and %(days)d days.") % {"days": longest}
    if not resident.is_here:
        wrong["tier"] = _("This resident is no longer here.")
    elif not switches.is_on(resident.district_id, tier):
        wrong["tier"] = _("This tier is off in this district.")
    if wrong:
        raise ValidationError(wrong)


def _check_age(tier: str, age: int | None, notified_on: dt.date | None, today: dt.date) -> None:
    if tier in HEIGHTENED and (age is None or age < ADULT_FROM):
        raise ValidationError({"tier": _("Only for somebody who is known to be 14 or older.")})
    if age is not None and age < ADULT_FROM and (notified_on is None or notified_on > today):
        raise ValidationError({"guardian_notified_on": _("Say when the guardian was notified.")})


def _check_still(grant: TierGrant, now: dt.datetime) -> None:
    """Refuse to approve what could not be proposed any more."""
    if not grant.resident.is_here:
        raise InvalidMove(_("This resident is no longer here."))
    if not switches.is_on(grant.district_id, grant.tier):
        raise InvalidMove(_("This tier is off in this district."))


def _locked(grant: TierGrant | int, version: int | None) -> TierGrant:
    pk = grant if isinstance(grant, int) else grant.pk
    rows = TierGrant.objects.select_for_update(no_key=True, of=("self", "resident"))
    locked: TierGrant = rows.select_related("resident").get(pk=pk)
    if version is not None and locked.version != version:
        raise StaleOrder(_("Somebody decided meanwhile. Look at it again."))
    return locked


def _must_be(grant: TierGrant, state: GrantState) -> None:
    if grant.state != state:
        raise InvalidMove(_("This has been decided or has ended already."))


def _said(words: str) -> str:
    if not words.strip():
        raise ValidationError({"words": _("Say why.")})
    return words.strip()[:MAX_TEXT]


def _close(grant: TierGrant, state: GrantState, now: dt.datetime, *fields: str) -> None:
    grant.state, grant.closed_at = state, now
    _save(grant, "state", "closed_at", *fields)


def _save(grant: TierGrant, *fields: str) -> None:
    grant.version += 1
    grant.save(update_fields=[*fields, "version"])


def _write(
    grant: TierGrant, act: Act, actor: User | None, now: dt.datetime, permission: Permission, words: str = ""
) -> None:
    role = people.role_of(grant, actor.pk, permission, now) if actor is not None else ""
    TierStep.objects.create(grant=grant, at=now, act=act, actor=actor, actor_role=role, words=words.strip())


def _tell(grant: TierGrant, user_ids: list[int], kind: str, now: dt.datetime) -> None:
    notices.send(user_ids, kind, {}, grant.get_absolute_url(), now=now)


def _tell_responsible(grant: TierGrant, now: dt.datetime, others: list[int] | None = None) -> None:
    workers = people.responsible([grant.resident], now)[grant.resident_id]
    url = grant.resident.get_absolute_url()
    notices.send([*workers, *(others or [])], "care_visits_change", {}, url, now=now)
