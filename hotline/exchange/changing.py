"""A request that the platform says something new about: what differs is taken over, as far as work allows.

At the desk everything is renewed, place and deadline too. Once it is being worked on, what is asked and who asks are
renewed and the rest stays as people here decided it. Blank cells overwrite nothing.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hotline import identity
from hotline.actions.acting import Turn, begin, finish
from hotline.exchange.reading import Row
from hotline.exchange.states import PlatformState
from hotline.models import Request
from hotline.states import ENDED, Act, CallState, RequestState
from workorders.states import FINAL

if TYPE_CHECKING:
    from hotline.exchange.taking import Taker

_PLATFORM = ("state", "state_at", "deadline", "channel", "category")


@dataclass
class Change:
    """What came of a row; `is_changed` is False where nothing differed."""

    is_changed: bool = False
    remarks: list[str] = field(default_factory=list)


def change(matter_id: int, row: Row, taker: "Taker", platform: dict[str, Any]) -> Change:
    """Take a newer row over into its request, with one line of history; nothing is written where nothing differs."""
    turn = begin(matter_id, actor=None, now=taker.now)
    item = turn.matter
    was_at_the_desk = item.state == RequestState.RECEIVED
    fields = _words(item, row)
    if was_at_the_desk:
        fields += _rules(item, row, taker)
        fields += _place(item, row, taker)
    fields += [key for key in _PLATFORM if platform.get(key) != item.platform_row.get(key)]
    act, remarks = _end(turn, row, taker) if platform.get("state") != item.platform_row.get("state") else (None, [])
    if not fields and act is None:
        return Change()
    item.platform_row = platform
    if item.state in ENDED and act is None:
        remarks.append("ended_here")
    details = {"by": "platform", "run": taker.run.pk, "fields": fields, "state": row.state}
    finish(turn, act or Act.UPDATE, details=details)
    return Change(True, remarks)


def _words(item: Request, row: Row) -> list[str]:
    """Renew what is asked and who asks."""
    phone = identity.normal_phone(row.phone) if row.phone else ""
    said: dict[str, Any] = {
        "title": row.title,
        "text": row.text,
        "requester_name": row.name,
        "requester_phone": phone,
        "is_secret": row.is_secret,
    }
    fields = [name for name, value in said.items() if value not in {"", None} and value != getattr(item, name)]
    for name in fields:
        setattr(item, name, said[name])
    if "requester_phone" in fields:
        item.phone_hash = identity.hash_to_keep(phone)
    return fields


def _rules(item: Request, row: Row, taker: "Taker") -> list[str]:
    """Renew kind, urgency, category and time of receipt, and with them the deadline."""
    said: dict[str, Any] = {"kind": row.kind, "urgency": row.urgency, "received_at": row.received_at}
    if row.categories:
        said["category_id"] = taker.categories.find(row.categories)
        if said["category_id"] is None:
            row.remarks.append("category_unknown")
    fields = [name for name, value in said.items() if value not in {"", None} and value != getattr(item, name)]
    for name in fields:
        setattr(item, name, said[name])
    if fields:
        item.due_at = taker.deadlines.due_at(item.kind, item.urgency, item.received_at, item.category_id)
    return fields


def _place(item: Request, row: Row, taker: "Taker") -> list[str]:
    """Look the place up anew where the platform says another one."""
    is_moved = bool(row.address) and row.address != item.address
    is_elsewhere = row.lng is not None and (row.lng, row.lat) != (item.lng, item.lat)
    if not is_moved and not is_elsewhere:
        return []
    item.address = row.address or item.address
    if row.lng is not None:
        item.lng, item.lat = row.lng, row.lat
    point = (float(item.lng), float(item.lat)) if item.lng is not None and item.lat is not None else None
    place = taker.places.find([(item.address, point)])[0]
    item.street_id, item.community_id = place.street_id, place.community_id
    item.grid_id, item.micro_id, item.is_located = place.grid_id, place.micro_id, place.is_located
    return ["address"]


def _end(turn: Turn, row: Row, taker: "Taker") -> tuple[Act | None, list[str]]:
    """Follow the platform where it withdraws a request, closes it, or wants it done again."""
    item = turn.matter
    is_open = item.state not in ENDED
    if row.state == PlatformState.REDO:
        return _redo(turn, row.state_at or taker.now, taker) if item.state != RequestState.MERGED else (None, [])
    if not is_open:
        return None, []
    if row.state == PlatformState.WITHDRAWN:
        is_at_the_desk = item.state == RequestState.RECEIVED
        turn.to(RequestState.REFUSED if is_at_the_desk else RequestState.CLOSED)
        return (Act.REFUSE if is_at_the_desk else Act.CLOSE), ["withdrawn", *_still_running(item)]
    is_done = row.state == PlatformState.CLOSED or (
        row.state == PlatformState.ANSWERED and item.state == RequestState.RECEIVED
    )
    if not is_done:
        return None, []
    if row.reply and not item.answer:
        item.answer = row.reply
        item.answered_at = item.answered_at or row.answered_at or row.state_at or taker.now
    turn.to(RequestState.CLOSED)
    return Act.CLOSE, ["closed", *_still_running(item)]


def _still_running(item: Request) -> list[str]:
    return ["still_worked_on"] if item.order is not None and item.order.state not in FINAL else []


def _redo(turn: Turn, at: dt.datetime, taker: "Taker") -> tuple[Act | None, list[str]]:
    """Bring an answered or ended request back to the desk; one that is at work already goes on."""
    item = turn.matter
    if item.state in {RequestState.RECEIVED, RequestState.DISPATCHED}:
        return None, []
    turn.to(RequestState.RECEIVED)
    item.reopen_count += 1
    item.call_state, item.was_contacted, item.solved, item.satisfaction = CallState.NONE, None, "", None
    item.order, item.dispatched_at, item.answer = None, None, ""
    item.due_at = taker.deadlines.due_at(item.kind, item.urgency, at, item.category_id)
    return Act.REOPEN, ["redo"]
