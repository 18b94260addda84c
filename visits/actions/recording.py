"""Recording a visit, and taking back one that was entered by mistake."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.pictures import CleanPhoto
from grids.backends import standing_for
from grids.roles import Permission
from residents import sight
from residents.actions import organisations
from residents.models import House, Organisation, Resident
from residents.models.placed import PATH
from visits import photos as pictures
from visits import planning, rules
from visits.models import Visit, VisitedPerson
from visits.states import REACHED, Check, Outcome

Subject = House | Resident | Organisation
LATE = dt.timedelta(days=30)
"""A telephone may have been without a network for so long."""
EARLY = dt.timedelta(minutes=10)
"""Its clock may be ahead by so much."""
TAKE_BACK = dt.timedelta(days=7)
LOOKED_BACK = 12
"""Earlier visits that the suggestion of the next try looks at."""


@transaction.atomic
def record(
    subject: Subject,
    *,
    actor: User,
    outcome: str,
    client_uuid: uuid.UUID,
    people: Sequence[Resident] = (),
    note: str = "",
    checks: Collection[str] = (),
    photos: Sequence[CleanPhoto] = (),
    visited_at: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> Visit:
    """Record how a visit ended; the same `client_uuid` of the same person answers the same visit.

    `people` are whom it names, of this house; where nobody was home or the door stayed shut, all of the house are
    named unless some are. What is due of them is renewed. At an organisation, `checks` set the days of its checks.
    Raises PermissionDenied, or ValidationError naming the field.
    """
    if not sight.may(standing_for(actor), Permission.VISIT, subject.path_ids):
        raise PermissionDenied(_("None of your posts lets you visit here."))
    made_before = Visit.objects.filter(visitor=actor, client_uuid=client_uuid).first()
    if made_before is not None:
        return made_before
    moment = now or timezone.now()
    at = _moment(visited_at, moment)
    named = _named(subject, outcome, people)
    visit = Visit(
        **{name: getattr(subject, name) for name in PATH},
        house_id=subject.pk if isinstance(subject, House) else getattr(subject, "house_id", None),
        organisation=subject if isinstance(subject, Organisation) else None,
        visitor=actor,
        client_uuid=client_uuid,
        outcome=outcome,
        note=note.strip(),
        checks=_checked(subject, outcome, checks),
        visited_at=at,
        recorded_at=moment,
    )
    if visit.organisation is not None:
        visit.house_id = None
    if outcome == Outcome.NOBODY:
        visit.next_try = rules.next_try([*_failed_before(visit, named), at])
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError as error:
        if "visit_once_per_uuid" not in str(error):
            raise
        return Visit.objects.get(visitor=actor, client_uuid=client_uuid)
    VisitedPerson.objects.bulk_create(VisitedPerson(visit=visit, resident=one) for one in named)
    pictures.attach(visit, photos)
    if isinstance(subject, Organisation):
        _note_checks(subject, visit, actor, moment)
    planning.renew(visit.district_id, [one.pk for one in named], timezone.localdate(moment))
    return visit


def _moment(visited_at: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    if visited_at is None or now < visited_at <= now + EARLY:
        return now
    if visited_at > now:
        raise ValidationError({"visited_at": _("A visit lies in the past.")})
    if visited_at < now - LATE:
        raise ValidationError({"visited_at": _("A visit is recorded within 30 days.")})
    return visited_at


def _named(subject: Subject, outcome: str, people: Sequence[Resident]) -> list[Resident]:
    """Return whom the visit names. Raises ValidationError."""
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": _("Choose how the visit ended.")})
    if isinstance(subject, Organisation):
        if outcome == Outcome.MOVED and people:
            raise ValidationError({"people": _("An organisation's visit names no residents.")})
        return []
    living = [subject] if isinstance(subject, Resident) else list(Resident.objects.here().filter(house=subject))
    by_pk = {one.pk: one for one in living}
    if any(one.pk not in by_pk for one in people):
        raise ValidationError({"people": _("Somebody named does not live here any more; look at the house again.")})
    named = [by_pk[pk] for pk in dict.fromkeys(one.pk for one in people)]
    if named or not living:
        return named
    if outcome in {Outcome.NOBODY, Outcome.REFUSED} or len(living) == 1:
        return living
    raise ValidationError({"people": _("Say whom.")})


def _checked(subject: Subject, outcome: str, checks: Collection[str]) -> list[str]:
    if not checks:
        return []
    if not isinstance(subject, Organisation) or outcome != Outcome.MET:
        raise ValidationError(
            {"checks": _("Only where somebody of an organisation was met can its safety be checked.")}
        )
    if any(code not in Check.values for code in checks):
        raise ValidationError({"checks": _("Choose from the list.")})
    return [code for code in Check.values if code in checks]


def _failed_before(visit: Visit, named: Sequence[Resident]) -> list[dt.datetime]:
    """Return when it was tried in vain since somebody of them was last reached."""
    rows = Visit.objects.valid().filter(visited_at__lt=visit.visited_at)
    if visit.organisation_id is not None:
        rows = rows.filter(organisation=visit.organisation_id)
    elif visit.house_id is not None:
        rows = rows.filter(house=visit.house_id)
    else:
        rows = rows.filter(people__resident__in=named)
    failed = []
    for outcome, at in rows.order_by("-visited_at").values_list("outcome", "visited_at")[:LOOKED_BACK]:
        if outcome in REACHED:
            break
        failed.append(at)
    return failed


def _note_checks(subject: Organisation, visit: Visit, actor: User, now: dt.datetime) -> None:
    """Set the days of what was checked, unless a later check is on record already."""
    day = timezone.localdate(visit.visited_at)
    for code in visit.checks:
        known = getattr(subject, organisations.CHECKS[code])
        if known is None or known <= day:
            organisations.record_check(subject.pk, actor=actor, kind=code, day=day, now=now)


@transaction.atomic
def annul(visit: Visit, *, actor: User, now: dt.datetime | None = None) -> Visit:
    """Take back a visit that was entered by mistake, within a week, by whoever entered it; it stays on record.

    Raises PermissionDenied, or ValidationError.
    """
    moment = now or timezone.now()
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if visit.visitor_id != actor.pk:
        raise PermissionDenied(_("Whoever recorded a visit takes it back."))
    if visit.annulled_at is not None:
        return visit
    if moment - visit.recorded_at > TAKE_BACK:
        raise ValidationError(_("A visit can be taken back within a week."))
    visit.annulled_at, visit.annulled_by = moment, actor
    visit.save(update_fields=["annulled_at", "annulled_by"])
    named = visit.people.values_list("resident_id", flat=True)
    planning.renew(visit.district_id, list(named), timezone.localdate(moment))
    return visit
