"""Residents' own requests: registered, warned of, answered; each step on record (DOMAIN.md §4.4, rule 8)."""

import datetime as dt
from collections import defaultdict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.models import User
from grids.backends import standing_for
from grids.calendar import load_calendar
from grids.models import Post
from grids.roles import PERMISSIONS, Permission
from residents import looks, sight
from residents.errors import NotPossible
from residents.models import LookReason, OwnRequest, RequestDecision, RequestKind, Resident

WORKING_DAYS = 15
WARN_BEFORE = dt.timedelta(days=4)
SHORTEST = 4
PAGE = "/registers/requests/"


def visible_to(user: User) -> "models.QuerySet[OwnRequest]":
    """Return the requests of the area in which one answers them."""
    return OwnRequest.objects.filter(sight.area(standing_for(user), Permission.ANSWER_REQUESTS))


def may_answer(actor: User, row: Resident | OwnRequest) -> bool:
    return sight.may(standing_for(actor), Permission.ANSWER_REQUESTS, row.path_ids)


def due_on(received_on: dt.date) -> dt.date:
    """Return the day by which a request of this day is answered: the 15th working day after it."""
    calendar, day, left = load_calendar(), received_on, WORKING_DAYS
    while left:
        day += dt.timedelta(days=1)
        left -= calendar.is_workday(day)
    return day


@transaction.atomic
def register(
    resident: Resident,
    *,
    actor: User,
    kind: str,
    channel: str,
    words: str,
    received_on: dt.date,
    request: HttpRequest | None = None,
    now: dt.datetime | None = None,
) -> OwnRequest:
    """Take a resident's request in. Raises PermissionDenied or ValidationError naming the input."""
    moment = now or timezone.now()
    if not may_answer(actor, resident):
        raise PermissionDenied
    today = timezone.localdate(moment)
    if received_on > today or received_on < today - dt.timedelta(days=60):
        raise ValidationError({"received_on": [_("A day of the last two months, not one to come.")]})
    if len(words.strip()) < SHORTEST:
        raise ValidationError({"words": [_("Say what the resident asks for.")]})
    path = {name: getattr(resident, name) for name in ("district_id", "street_id", "community_id", "grid_id")}
    made = OwnRequest.objects.create(
        **path,
        micro_id=resident.micro_id,
        resident=resident,
        kind=kind,
        channel=channel,
        words=words.strip(),
        received_on=received_on,
        due_on=due_on(received_on),
        registered_by=actor,
        registered_at=moment,
    )
    audit.record(actor, "residents.register_request", made, {"kind": kind, "resident": resident.pk}, request)
    return made


@transaction.atomic
def answer(
    own: OwnRequest,
    *,
    actor: User,
    decision: str,
    answer: str,
    request: HttpRequest | None = None,
    now: dt.datetime | None = None,
) -> OwnRequest:
    """Close a request with what was decided and said. Raises PermissionDenied, ValidationError or NotPossible."""
    locked = OwnRequest.objects.select_for_update(of=("self",)).get(pk=own.pk)
    if not may_answer(actor, locked):
        raise PermissionDenied
    if not locked.is_open:
        raise NotPossible(_("This request has been answered already."))
    if decision not in RequestDecision.values:
        raise ValidationError({"decision": [_("Choose what was decided.")]})
    if len(answer.strip()) < SHORTEST:
        raise ValidationError({"answer": [_("Say what the resident was told, and why where it was not done.")]})
    locked.decision, locked.answer = decision, answer.strip()
    locked.answered_by, locked.answered_at = actor, now or timezone.now()
    locked.save(update_fields=["decision", "answer", "answered_by", "answered_at"])
    audit.record(actor, "residents.answer_request", locked, {"decision": decision}, request)
    return locked


@transaction.atomic
def open_copy(own: OwnRequest, *, actor: User, request: HttpRequest | None = None) -> Resident:
    """Put on record that the whole entry is opened for its owner; return the entry.

    Only for an open request to see; raises PermissionDenied or NotPossible.
    """
    if not may_answer(actor, own):
        raise PermissionDenied
    if not own.is_open or own.kind != RequestKind.SEE:
        raise NotPossible(_("Only an open request to see opens the whole entry."))
    looks.record(
        own.resident,
        actor=actor,
        field=looks.WHOLE,
        reason=LookReason.OWN_REQUEST,
        reference=_("Request no. %(number)s") % {"number": own.pk},
        now=timezone.now(),
        request=request,
    )
    return own.resident


@transaction.atomic
def warn(now: dt.datetime) -> int:
    """Tell who answers what is due in a few days and what is late, each request once; returns how many notices."""
    today = timezone.localdate(now)
    late = Q(due_on__lt=today, told_late_at=None)
    soon = Q(due_on__gte=today, due_on__lte=today + WARN_BEFORE, warned_at=None)
    rows = OwnRequest.objects.filter(late | soon, answered_at=None).select_for_update(skip_locked=True, of=("self",))
    found = list(rows.order_by("id")[:1000])
    people = answering({row.community_id for row in found} | {row.street_id for row in found}, today)
    drafts = []
    for row in found:
        is_late = row.due_on < today
        nodes = [row.community_id, row.street_id] if is_late else [row.community_id]
        told = sorted({user_id for node in nodes for user_id in people[node]})
        kind = "own_request_late" if is_late else "own_request_due"
        facts = {"number": row.pk, "due": row.due_on.isoformat()}
        drafts += [notices.Draft(user_id, kind, facts, f"{PAGE}{row.pk}/") for user_id in told]
        row.told_late_at, row.warned_at = (now, row.warned_at or now) if is_late else (None, now)
    OwnRequest.objects.bulk_update(found, ["told_late_at", "warned_at"], batch_size=500)
    return notices.send_many(drafts, now=now) if drafts else 0


def answering(nodes: "set[int]", today: dt.date) -> dict[int, list[int]]:
    """Map nodes to those who keep their register: who holds a post there that answers requests."""
    roles = [role.value for role, given in PERMISSIONS.items() if Permission.ANSWER_REQUESTS in given]
    found: dict[int, list[int]] = defaultdict(list)
    posts = Post.objects.in_force(today).filter(node__in=nodes, role__in=roles, unit=None)
    for node_id, user_id in posts.values_list("node_id", "user_id"):
        found[node_id].append(user_id)
    return found
