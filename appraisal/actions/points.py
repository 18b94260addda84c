"""Immediate points: rules set and ended, points given within a rule's limits, given back by whoever was wrong."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.models import User
from appraisal import evidence
from appraisal.actions.periods import find_subject
from appraisal.arithmetic import plain
from appraisal.errors import Refusal
from appraisal.models import Assessment, PointEntry, PointPhoto, PointRule, Result
from appraisal.people import is_judged
from appraisal.states import PeriodState, PointKind
from grids.backends import require
from grids.models import Grid, Post, Unit
from grids.roles import Permission, Role
from hotline.periods import Period
from workorders import photos as files
from workorders.models import WorkOrder
from workorders.photos import CleanPhoto

ROOT = "points"
MOST_PHOTOS = 6


@dataclass(frozen=True)
class RuleFacts:
    """What a rule of immediate points says."""

    judged: str
    name: str
    least: Decimal
    most: Decimal
    basis: str = ""
    kind: str = PointKind.POINT
    needs_evidence: bool = True


@transaction.atomic
def set_rule(
    district: Grid,
    *,
    actor: User | None,
    facts: RuleFacts,
    replaces: PointRule | None = None,
    now: dt.datetime | None = None,
) -> PointRule:
    """Add a rule, or put one in the place of another that ends now. Points given under the old one stay."""
    moment = now or timezone.now()
    require(actor, Permission.MANAGE_SCHEMES, district)
    rule = PointRule(district=district, valid_from=moment, changed_by=actor, **vars(facts))
    try:
        rule.clean_fields(exclude=["district", "changed_by"])
        rule.validate_constraints()
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error
    if replaces is not None:
        _end(replaces, district, moment)
    rule.save()
    audit.record(actor, "appraisal.set_rule", rule)
    return rule


@transaction.atomic
def end_rule(rule: PointRule, *, actor: User | None, now: dt.datetime | None = None) -> None:
    """Let no further points be given under a rule."""
    district = Grid.objects.get(pk=rule.district_id)
    require(actor, Permission.MANAGE_SCHEMES, district)
    _end(rule, district, now or timezone.now())
    audit.record(actor, "appraisal.end_rule", rule)


def _end(rule: PointRule, district: Grid, now: dt.datetime) -> None:
    ended = PointRule.objects.filter(pk=rule.pk, district=district, valid_to=None).update(valid_to=now)
    if not ended:
        raise Refusal(_("This rule has ended already."))


@transaction.atomic
def give_points(
    assessment: Assessment,
    *,
    actor: User | None,
    rule: PointRule,
    points: Decimal,
    words: str,
    happened_on: dt.date,
    user: User | None = None,
    unit: Unit | None = None,
    order: WorkOrder | None = None,
    visit_key: int | None = None,
    photos: Sequence[CleanPhoto] = (),
    corrects: Result | None = None,
    now: dt.datetime | None = None,
) -> PointEntry:
    """Give points in a period that is not published, within the rule's limits and with its evidence: an order, a visit
    or photos, each once under a rule; who is judged is told at once. A correction names the final result of an earlier
    period that it makes good.

    Raises Refusal naming the field, NotStored, or PermissionDenied: not to oneself, and only at one's nodes.
    """
    moment = now or timezone.now()
    held = Assessment.objects.select_for_update(of=("self",)).select_related("scheme", "district").get(pk=assessment.pk)
    if not held.takes_points:
        raise Refusal(_("The period is published: nothing is given in it any more."))
    subject = find_subject(held, user, unit)
    node = Grid.objects.get(pk=subject.node_id)
    require(actor, Permission.APPRAISE, node)
    law = PointRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    entry = PointEntry(
        assessment=held,
        rule=law,
        user=user,
        unit=unit,
        node=node,
        points=points,
        words=words.strip(),
        happened_on=happened_on,
        order=order,
        visit_key=visit_key,
        corrects=corrects,
        given_by=actor,
        given_at=moment,
    )
    if actor is not None and is_judged(actor, entry):
        raise PermissionDenied(_("Nobody judges themselves."))
    _check(entry, held, law, timezone.localdate(moment))
    _check_evidence(entry, held, photos)
    entry.save()
    attach(entry, photos, moment)
    _tell(entry, "appraisal_points", moment)
    return entry


def attach(entry: PointEntry, photos: Sequence[CleanPhoto], now: dt.datetime) -> None:
    """Keep these photos with the points, in the transaction that gives them. Raises Refusal, NotStored."""
    if not photos:
        return
    fresh = list({photo.sha256: photo for photo in photos}.values())
    if len(fresh) > MOST_PHOTOS:
        raise Refusal(_("At most %(most)d photos.") % {"most": MOST_PHOTOS}, field="photos")
    names = files.keep_files(ROOT, fresh, now, PointPhoto)
    PointPhoto.objects.bulk_create(
        PointPhoto(
            entry=entry,
            image=image,
            thumbnail=thumbnail,
            width=photo.width,
            height=photo.height,
            sha256=photo.sha256,
        )
        for photo, (image, thumbnail) in zip(fresh, names, strict=True)
    )


def _check(entry: PointEntry, held: Assessment, rule: PointRule, today: dt.date) -> None:
    if rule.district_id != held.district_id or rule.judged != held.scheme.judged or rule.valid_to is not None:
        raise Refusal(_("This rule does not hold here."), field="rule")
    if not rule.least <= entry.points <= rule.most or not entry.points:
        limits = {"least": plain(rule.least), "most": plain(rule.most)}
        words = _("The rule allows %(least)s to %(most)s points.") % limits
        raise Refusal(words, field="points")
    if not entry.words or len(entry.words) > 500:
        raise Refusal(_("Say in at most 500 characters what happened."), field="words")
    is_correction = rule.kind == PointKind.CORRECTION
    if is_correction != (entry.corrects is not None):
        raise Refusal(_("A correction names the final result that it makes good, and nothing else does."), field="rule")
    if entry.corrects is not None:
        _check_correction(entry, held)
    days = _days(entry, held)
    if not days.first <= entry.happened_on <= days.last:
        raise Refusal(_("The day does not lie in the period."), field="happened_on")
    if entry.happened_on > today:
        raise Refusal(_("The day lies in the future."), field="happened_on")


def _days(entry: PointEntry, held: Assessment) -> Period:
    """Return the days on which it can have happened: those of the period; of a correction also the earlier ones."""
    first = entry.corrects.assessment.first if entry.corrects is not None else held.first
    return Period(first, held.last)


def _check_evidence(entry: PointEntry, held: Assessment, photos: Sequence[CleanPhoto]) -> None:
    """Let only what is theirs and of these days show it, and each only once under the rule; its row is locked."""
    who, days = entry.unit or entry.user, _days(entry, held)
    assert who is not None  # noqa: S101 - a subject was found
    if entry.order is not None and not evidence.orders(who, days).filter(pk=entry.order.pk).exists():
        words = _("This order is not theirs, or was not under way in the period.")
        raise Refusal(words, field="order")
    if entry.visit_key is not None and not evidence.visits(who, days).filter(pk=entry.visit_key).exists():
        raise Refusal(_("They have no visit of this number in the period."), field="visit_key")
    is_shown = bool(photos) or entry.order is not None or entry.visit_key is not None
    if entry.rule.needs_evidence and entry.corrects is None and not is_shown:
        raise Refusal(_("Name the work order or the visit that shows it, or add a photo."), field="order")
    given = PointEntry.objects.standing().filter(
        rule__district=held.district_id, rule__name=entry.rule.name, user=entry.user, unit=entry.unit
    )
    if given.filter(_same(entry, photos)).exists():
        raise Refusal(_("Points were given for this already under the same rule."), field="rule")


def _same(entry: PointEntry, photos: Sequence[CleanPhoto]) -> Q:
    """Select what is shown by the same evidence; what has none, by the same day and words."""
    shown = Q()
    if entry.order is not None:
        shown |= Q(order=entry.order)
    if entry.visit_key is not None:
        shown |= Q(visit_key=entry.visit_key)
    if photos:
        kept = PointPhoto.objects.filter(entry=OuterRef("pk"), sha256__in=[photo.sha256 for photo in photos])
        shown |= Q(Exists(kept))
    return shown or Q(happened_on=entry.happened_on, words=entry.words)


def _check_correction(entry: PointEntry, held: Assessment) -> None:
    earlier = entry.corrects
    assert earlier is not None  # noqa: S101 - asked before
    is_theirs = (earlier.user_id, earlier.unit_id) == (entry.user_id, entry.unit_id)
    is_final = earlier.assessment.state == PeriodState.FINAL and earlier.assessment.first < held.first
    if not is_theirs or not is_final or earlier.assessment.series != held.series:
        raise Refusal(_("Only a final result of theirs under the same scheme can be made good."), field="corrects")


@transaction.atomic
def take_back(entry: PointEntry, *, actor: User | None, words: str, now: dt.datetime | None = None) -> PointEntry:
    """Give points back that were given wrongly, by an entry against them, before the period is published.

    Whoever may give points there may; raises Refusal, PermissionDenied.
    """
    moment = now or timezone.now()
    held = Assessment.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=entry.assessment_id)
    if not held.takes_points:
        raise Refusal(_("The period is published: nothing is given in it any more."))
    wrong = PointEntry.objects.select_related("node").get(pk=entry.pk)
    require(actor, Permission.APPRAISE, wrong.node)
    if actor is not None and is_judged(actor, wrong):
        raise PermissionDenied(_("Nobody judges themselves."))
    if wrong.reverses_id is not None or PointEntry.objects.filter(reverses=wrong).exists():
        raise Refusal(_("These points were given back already."))
    if not words.strip():
        raise Refusal(_("Say why they are given back."), field="words")
    back = PointEntry.objects.create(
        assessment=held,
        rule_id=wrong.rule_id,
        user_id=wrong.user_id,
        unit_id=wrong.unit_id,
        node=wrong.node,
        points=-wrong.points,
        words=words.strip()[:500],
        happened_on=wrong.happened_on,
        reverses=wrong,
        given_by=actor,
        given_at=moment,
    )
    _tell(back, "appraisal_points_back", moment)
    return back


def _tell(entry: PointEntry, kind: str, now: dt.datetime) -> None:
    people = [entry.user_id] if entry.user_id is not None else _leaders(entry.unit_id)
    params = {"points": f"{entry.points:+}", "rule": entry.rule.name}
    notices.send([person for person in people if person is not None], kind, params, "/appraisal/mine/", now=now)


def _leaders(unit_id: int | None) -> list[int]:
    held = Post.objects.in_force(timezone.localdate()).holding(Role.DEPT_LEADER).filter(unit=unit_id)
    return list(held.values_list("user_id", flat=True))
