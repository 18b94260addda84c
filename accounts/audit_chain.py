"""Whether the audit log is whole: nothing edited, put in, or taken out (docs/adr/0011-audit-chain.md).

Each line carries a stamp, a keyed hash of what it says, made by the application; each has a place in a chain of
digests, given by the database when the line is committed; and anchors, stamped too, say from time to time what the
chain was.
"""

import datetime as dt
import hashlib
import ipaddress
import json
import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from accounts import crypto
from accounts.models import AuditAnchor, AuditHead, AuditLink, AuditRecord

log = logging.getLogger(__name__)
EMPTY = "0" * 64
STEP = 2000


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, in words; `position` is the place in the chain, `record_id` the line, where known."""

    words: str
    position: int | None = None
    record_id: int | None = None

    def __str__(self) -> str:
        place = f"Place {self.position}: " if self.position is not None else ""
        line = f"line {self.record_id} " if self.record_id is not None else ""
        return f"{place}{line}{self.words}"


def stamp(record: AuditRecord) -> str:
    """Return the stamp of a line that is about to be written."""
    salt = secrets.token_hex(8)
    return f"{crypto.sealer().stamp(_content(record, salt), 'audit')}.{salt}"


def _content(record: AuditRecord, salt: str) -> bytes:
    address = str(ipaddress.ip_address(record.ip_address)) if record.ip_address else ""
    facts = [
        salt,
        record.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        record.actor_id,
        record.action,
        record.subject_type,
        record.subject_id,
        _plain(record.detail),
        address,
    ]
    return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    """Write a whole number in one way: the database gives 1e22 back as an integer."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def link_digest(former: str, position: int, record_id: int, stamp: str) -> str:
    """Compute a place's digest as the database does (migration 0008)."""
    return hashlib.sha256(f"{former} {position} {record_id} {stamp}".encode()).hexdigest()


@transaction.atomic
def anchor(now: dt.datetime) -> AuditAnchor | None:
    """Keep what the chain is now, in a stamped row and in the process's own log; None when nothing was added."""
    head = AuditHead.objects.filter(pk=1).first()
    last = AuditAnchor.objects.order_by("-position", "-id").first()
    if head is None or head.position == 0 or (last is not None and last.position == head.position):
        return None
    made = AuditAnchor(at=now, position=head.position, digest=head.digest)
    made.stamp = anchor_stamp(made)
    made.save(force_insert=True)
    log.info("The audit log stands at %s", made)
    return made


def anchor_stamp(made: AuditAnchor) -> str:
    return crypto.sealer().stamp(_anchored(made), "audit anchor")


def _anchored(made: AuditAnchor) -> bytes:
    return json.dumps([made.at.astimezone(dt.UTC).isoformat(), made.position, made.digest, made.is_cut]).encode()


def count() -> int:
    """Return how many lines the chain holds; without cost."""
    first = AuditAnchor.objects.filter(is_cut=True).order_by("-position").values_list("position", flat=True).first()
    head = AuditHead.objects.filter(pk=1).first()
    return (head.position if head else 0) - (first or 0)


def check(expected: str = "") -> Iterator[Fault]:
    """Find what is wrong, from the oldest line to the newest; `expected` is a `position:digest` kept elsewhere."""
    anchors = []
    for made in AuditAnchor.objects.order_by("position", "id"):
        words = _stamp_fault(made.stamp, _anchored(made), "audit anchor")
        if words:
            yield Fault(f"the anchor {made.pk} {words}", made.position)
        else:
            anchors.append(made)
    cut = max((made for made in anchors if made.is_cut), key=lambda made: made.position, default=None)
    known = {made.position: made.digest for made in anchors}
    if expected:
        position, _, digest = expected.partition(":")
        known[int(position)] = digest
    yield from _walk(cut, known)


def _walk(cut: AuditAnchor | None, known: dict[int, str]) -> Iterator[Fault]:
    """Compare every line with its stamp, every place with the one before, and the places with what is known of them."""
    position, digest = (cut.position, cut.digest) if cut else (0, EMPTY)
    start, head = position, None
    for record, link, there in _rows():
        head = there
        if link is None or link.position is None:
            yield Fault("is in no place of the chain: it was put in past the database's own rule", None, _pk(record))
        elif link.position <= start:
            continue  # cut, and about to go
        else:
            if link.position != position + 1:
                yield Fault(f"{link.position - position - 1} lines after this place were deleted", position)
            stamped = record.stamp if record else None
            if stamped is None:
                yield Fault("was deleted", link.position, link.record_id)
            is_next = link.position == position + 1
            computed = link_digest(digest, link.position, link.record_id, stamped or "")
            if is_next and stamped is not None and computed != link.digest:
                yield Fault("does not follow from the place before: one of the two was changed", *_place(link))
            if known.get(link.position, link.digest) != link.digest:
                yield Fault("is not what it was when it was anchored: the chain was written anew", *_place(link))
            position, digest = link.position, link.digest
        if record is not None and (words := _record_fault(record)):
            yield Fault(words, link.position if link else None, record.pk)
    head = head or AuditHead.objects.filter(pk=1).first() or AuditHead(position=0, digest=EMPTY)
    yield from _end(head, position, digest, {place for place in known if place > start})


def _end(head: AuditHead, position: int, digest: str, known: set[int]) -> Iterator[Fault]:
    reached = max([head.position, *known], default=0)
    if reached > position:
        yield Fault(f"the {reached - position} newest lines after this place were deleted", position)
    elif head.position != position or head.digest != digest:
        yield Fault("is the last, but the head of the chain says otherwise", position)


def _place(link: AuditLink) -> tuple[int | None, int]:
    return link.position, link.record_id


def _pk(record: AuditRecord | None) -> int | None:
    return record.pk if record else None


def _record_fault(record: AuditRecord) -> str:
    made, _, salt = record.stamp.rpartition(".")
    if not made:
        return "has no stamp: it was not written by the application"
    return _stamp_fault(made, _content(record, salt), "audit")


def _stamp_fault(made: str, content: bytes, label: str) -> str:
    try:
        is_true = crypto.sealer().is_stamped(made, content, label)
    except crypto.Undecipherable:
        return "was stamped with a key that is not on the ring: put it back on FIELD_KEYS"
    return "" if is_true else "does not fit its stamp: it was edited, or not written by the application"


def _rows() -> Iterator[tuple[AuditRecord | None, AuditLink | None, AuditHead | None]]:
    """Read lines and links in the chain's order, and the head with them, as they were at one moment."""
    fields = [str(field.column) for field in AuditRecord._meta.concrete_fields]
    columns = ", ".join(f"r.{connection.ops.quote_name(column)}" for column in fields)
    sql = (
        f"SELECT l.record_id, l.position, l.digest, h.position, h.digest, {columns} "  # noqa: S608 - the model's
        "FROM accounts_auditlink l FULL JOIN accounts_auditrecord r ON r.id = l.record_id "
        "LEFT JOIN accounts_audithead h ON h.id = 1 "
        "ORDER BY l.position NULLS LAST, r.id"
    )
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(STEP):
            for record_id, position, digest, last, last_digest, *values in rows:
                head = AuditHead(position=last, digest=last_digest) if last is not None else None
                link = AuditLink(record_id=record_id, position=position, digest=digest) if record_id else None
                record = _record(fields, values) if values[0] is not None else None
                yield record, link, head


def _record(fields: list[str], values: list[Any]) -> AuditRecord:
    facts = dict(zip(fields, values, strict=True))
    detail = facts.pop("detail")
    return AuditRecord(**facts, detail=json.loads(detail) if isinstance(detail, str) else detail)
