"""Changing receivers, and sending again. Called by the pages; each deed stands in the audit log."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.models import User
from gateway import payloads, signing, stream, words
from gateway.models import Delivery, Receiver
from gateway.states import OPEN, DeliveryState, PauseReason
from gateway.transport import Answer, Link
from grids.backends import require
from grids.errors import Refused
from grids.models import Grid
from grids.roles import Permission
from workorders import people
from workorders.models import Event

KEEPS = Permission.MANAGE_RECEIVERS
MOST_RECEIVERS = 20
"""In one district."""
MOST_OVERLAP = dt.timedelta(days=30)
RESET = {"failures": 0, "failing_since": None, "last_failure": ""}


@transaction.atomic
def add(district: Grid, *, actor: User | None, fields: dict[str, Any], now: dt.datetime | None = None) -> Receiver:
    """Register a receiver of everything from now on, with a fresh secret; raises Refused when there are too many."""
    require(actor, KEEPS, district)
    Grid.objects.select_for_update().only("pk").get(pk=district.pk)
    if Receiver.objects.filter(district=district).count() >= MOST_RECEIVERS:
        raise Refused(_("There are %(count)s receivers; remove one first.") % {"count": MOST_RECEIVERS})
    moment = now or timezone.now()
    newest = Event.objects.aggregate(newest=Max("id"))["newest"] or 0
    receiver = Receiver.objects.create(
        district=district,
        secret=signing.new_secret(),
        read_upto=newest,
        next_at=moment,
        created_by=actor,
        created_at=moment,
        **fields,
    )
    audit.record(actor, "gateway.add_receiver", receiver, {"name": receiver.name})
    return receiver


@transaction.atomic
def edit(receiver: Receiver, *, actor: User | None, fields: dict[str, Any]) -> Receiver:
    """Change name, address or moves. Another address starts with a clean record; the moves hold from now on."""
    kept = _locked(receiver, actor)
    is_moved = fields.get("url", kept.url) != kept.url
    changed = sorted(name for name, value in fields.items() if getattr(kept, name) != value)
    for name, value in fields.items():
        setattr(kept, name, value)
    if is_moved:
        _freshen(kept)
    kept.save()
    audit.record(actor, "gateway.edit_receiver", kept, {"name": kept.name, "changed": changed})
    return kept


@transaction.atomic
def remove(receiver: Receiver, *, actor: User | None) -> None:
    """Take a receiver away, with its log."""
    kept = _locked(receiver, actor)
    audit.record(actor, "gateway.remove_receiver", kept, {"name": kept.name})
    kept.delete()


@transaction.atomic
def change_secret(
    receiver: Receiver, *, actor: User | None, overlap: dt.timedelta, now: dt.datetime | None = None
) -> Receiver:
    """Make a new secret; the one before signs too for `overlap` (at most 30 days, zero for not at all)."""
    kept, moment = _locked(receiver, actor), now or timezone.now()
    overlap = min(max(overlap, dt.timedelta()), MOST_OVERLAP)
    kept.former_secret, kept.former_secret_until = (kept.secret, moment + overlap) if overlap else ("", None)
    kept.secret = signing.new_secret()
    kept.save(update_fields=["secret", "former_secret", "former_secret_until"])
    hours = round(overlap.total_seconds() / 3600)
    audit.record(actor, "gateway.change_secret", kept, {"name": kept.name, "overlap_hours": hours})
    return kept


@transaction.atomic
def end_former_secret(receiver: Receiver, *, actor: User | None) -> Receiver:
    """Let only the newest secret sign from now on."""
    kept = _locked(receiver, actor)
    kept.former_secret, kept.former_secret_until = "", None
    kept.save(update_fields=["former_secret", "former_secret_until"])
    audit.record(actor, "gateway.end_former_secret", kept, {"name": kept.name})
    return kept


@transaction.atomic
def pause(receiver: Receiver, *, actor: User | None, now: dt.datetime | None = None) -> Receiver:
    """Let nothing leave until it is resumed; what happens meanwhile leaves then."""
    kept = _locked(receiver, actor)
    if kept.paused_at is None:
        kept.paused_at, kept.pause_reason = now or timezone.now(), PauseReason.BY_HAND
        kept.save(update_fields=["paused_at", "pause_reason"])
        audit.record(actor, "gateway.pause_receiver", kept, {"name": kept.name})
    return kept


@transaction.atomic
def resume(receiver: Receiver, *, actor: User | None, now: dt.datetime | None = None) -> Receiver:
    """Go on, at once and with a clean record; what waits between tries is tried now."""
    kept, moment = _locked(receiver, actor), now or timezone.now()
    kept.paused_at, kept.pause_reason = None, ""
    _freshen(kept, moment)
    kept.save()
    Delivery.objects.filter(receiver=kept).open().update(next_at=moment)
    audit.record(actor, "gateway.resume_receiver", kept, {"name": kept.name})
    return kept


@transaction.atomic
def replay(delivery: Delivery, *, actor: User | None, now: dt.datetime | None = None) -> Delivery:
    """Send one again, with the same id."""
    receiver, moment = _locked(delivery.receiver, actor), now or timezone.now()
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.WAITING, attempts=0, next_at=moment, failure="")
    audit.record(actor, "gateway.replay", receiver, {"name": receiver.name, "event": delivery.event_id})
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def replay_since(receiver: Receiver, *, actor: User | None, since: dt.datetime, now: dt.datetime | None = None) -> int:
    """Send everything again that happened since then and that the receiver wants; returns how many leave again.

    Deliveries that are still in the log wait again; for older ones the mark is set back and they are made anew.
    """
    kept, moment = _locked(receiver, actor), now or timezone.now()
    if since >= moment:
        raise Refused(_("That moment is still to come."))
    events = stream.wanted_by(kept).filter(at__gte=since)
    first = events.aggregate(first=Min("id"))["first"]
    if first is None:
        return 0
    again = Delivery.objects.filter(receiver=kept, event__in=events.filter(id__gte=first))
    again.exclude(state__in=OPEN, next_at__lte=moment).update(
        state=DeliveryState.WAITING, attempts=0, next_at=moment, failure=""
    )
    Receiver.objects.filter(pk=kept.pk).update(read_upto=min(kept.read_upto, first - 1))
    count = events.count()
    audit.record(actor, "gateway.replay", kept, {"name": kept.name, "since": since.isoformat(), "count": count})
    return count


def try_out(receiver: Receiver, *, actor: User | None, now: dt.datetime | None = None) -> Answer:
    """Send a test, now, and return what came of it; leaves the receiver's record and the log of events alone."""
    require(actor, KEEPS, receiver.district)
    moment = now or timezone.now()
    body = payloads.body(payloads.test_payload(moment))
    link = Link(receiver.url)
    answer = link.post(body, signing.headers_for(receiver.keys(moment), moment, body))
    link.close()
    result = str(answer.failure or answer.status)
    audit.record(actor, "gateway.try_receiver", receiver, {"name": receiver.name, "result": result})
    return answer


def tell_of_pause(receiver: Receiver, now: dt.datetime) -> None:
    """Tell those who keep the district's receivers that this one was paused by its failures."""
    keepers = people.at_nodes([receiver.district_id], KEEPS, now)[receiver.district_id]
    notices.send(keepers, words.PAUSED, {"name": receiver.name}, receiver.get_absolute_url(), now=now)


def _locked(receiver: Receiver, actor: User | None) -> Receiver:
    """Read the receiver again under its lock, for who may change it; a secret whose key is lost is in nobody's way."""
    locked = Receiver.objects.without_secrets().select_for_update(of=("self",)).select_related("district")
    kept = locked.get(pk=receiver.pk)
    if actor is not None and not Receiver.objects.visible_to(actor).filter(pk=kept.pk).exists():
        raise PermissionDenied
    return kept


def _freshen(receiver: Receiver, now: dt.datetime | None = None) -> None:
    for name, value in RESET.items():
        setattr(receiver, name, value)
    receiver.next_at = now or timezone.now()
