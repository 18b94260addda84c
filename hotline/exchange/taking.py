"""Take many rows of the platform in at once: new requests by COPY, known ones compared, each row answered.

A row is known by the platform's number. Its content has a keyed fingerprint beside the request (`platform_row`), so
that what came unchanged costs one look. Call inside a transaction; one at a time writes into a district.
"""

import datetime as dt
import json
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts import crypto
from hotline import identity
from hotline.actions.receiving import short
from hotline.exchange import changing, writing
from hotline.exchange.facts import Categories, Deadlines, Place, Places
from hotline.exchange.reading import Reader, Row
from hotline.exchange.states import OVER, RANK, PlatformState, Verdict
from hotline.models import ExchangeRow, ExchangeRun, Request, RequestEvent
from hotline.states import Act, ReplyWay, RequestKind, RequestSource, RequestState
from residents import fingerprints
from workorders import numbers
from workorders.states import Urgency

_LOCK = 20_851
"""First key of the advisory lock under which one writes rows of a district."""
PURPOSE = "exchange row"
_REQUEST = (
    *("id", "district_id", "number", "client_uuid", "platform_no", "platform_row", "state", "kind", "urgency"),
    *("requester_name", "requester_phone", "phone_hash", "is_secret", "reply_way", "title", "text", "category_id"),
    *("address", "street_id", "community_id", "grid_id", "micro_id", "is_located", "lng", "lat"),
    *("answer", "received_at", "due_at", "answered_at", "closed_at"),
)
_EVENT = ("district_id", "matter_id", "at", "act", "from_state", "to_state", "details")


@dataclass
class Answer:
    """What one row is answered; `cells` are kept of a refused one alone."""

    line: int
    platform_no: str
    verdict: Verdict
    codes: list[str] = field(default_factory=list)
    matter_id: int | None = None
    number: str = ""
    """Our own number, of a row that has just become a request."""
    cells: Mapping[str, str] | None = None


@dataclass
class _Known:
    """A request that the platform's number names."""

    matter_id: int
    platform: dict[str, Any]


class Taker:
    """Takes rows into the district of a run, with what they need looked up once."""

    def __init__(self, run: ExchangeRun, now: dt.datetime) -> None:
        self.run, self.now, self.district = run, now, run.district
        self.reader = Reader(timezone.get_default_timezone(), now)
        self.deadlines, self.places, self.categories = Deadlines(run.district_id), Places(run.district), Categories()
        sealer = crypto.sealer()
        self._seal, self._finder = sealer.seal, sealer.finder(PURPOSE)
        self._phone_hash = fingerprints.maker(fingerprints.PHONE)

    def take(self, given: Iterable[tuple[int, Mapping[str, str]]]) -> list[Answer]:
        """Take rows in, (line, cells by field) each, and write down how each was answered."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, self.run.district_id])
        cells = dict(given)
        rows = [self.reader.read(line, said) for line, said in cells.items()]
        answers = {row.line: self._refused(row, row.problems) for row in rows if row.problems}
        pending = [row for row in rows if not row.problems]
        known = self._known({row.platform_no for row in pending})
        while pending:
            wave: dict[str, Row] = {}
            later = []
            for row in pending:
                (later.append(row) if row.platform_no in wave else wave.setdefault(row.platform_no, row))
            answers |= {answer.line: answer for answer in self._wave(list(wave.values()), known)}
            pending = later
        done = [answers[line] for line in sorted(answers)]
        for answer in done:
            answer.cells = cells[answer.line] if answer.verdict == Verdict.REFUSED else None
        self._write_down(done)
        return done

    def _wave(self, rows: list[Row], known: dict[str, _Known]) -> Iterable[Answer]:
        fresh = []
        for row in rows:
            found = known.get(row.platform_no)
            if found is None:
                reasons = self._against_new(row)
                if reasons:
                    yield self._refused(row, reasons)
                else:
                    fresh.append(row)
                continue
            yield self._compared(row, found)
        yield from self._made(fresh, known)

    def _against_new(self, row: Row) -> list[str]:
        if not row.text and not row.title:
            return ["text_missing"]
        if self.run.is_history and not (row.reply and row.answered_at):
            return ["answer_missing"]
        return []

    def _compared(self, row: Row, found: _Known) -> Answer:
        """Answer a row of a known number: as before, changed, or older than what is here."""
        again = found.platform.get("run") == self.run.pk
        said = row.content
        if found.platform.get("digest") in {mark.hex() for mark in self._finder.each(said)}:
            codes = ["same_twice"] if again else []
            return Answer(row.line, row.platform_no, Verdict.UNCHANGED, codes, found.matter_id)
        if reason := is_older(found.platform, row):
            answer = self._refused(row, [reason])
            answer.matter_id = found.matter_id
            return answer
        platform = self._platform(row, self._finder.first(said).hex(), found.platform)
        changed = changing.change(found.matter_id, row, self, platform)
        found.platform = platform if changed.is_changed else found.platform
        codes = [*row.remarks, *(["twice"] if again else []), *changed.remarks]
        verdict = Verdict.CHANGED if changed.is_changed else Verdict.UNCHANGED
        return Answer(row.line, row.platform_no, verdict, codes, found.matter_id)

    def _made(self, rows: list[Row], known: dict[str, _Known]) -> Iterable[Answer]:
        """Make requests of rows that nobody knows yet: four statements for all of them."""
        if not rows:
            return
        places = self.places.find([(row.address, position(row)) for row in rows])
        keys = writing.keys(Request, len(rows))
        prefixes = [self._prefix(row.received_at or self.now) for row in rows]
        taken = {prefix: iter(found) for prefix, found in numbers.take_each(Counter(prefixes)).items()}
        lines, events = [], []
        for row, key, prefix, place in zip(rows, keys, prefixes, places, strict=True):
            number = next(taken[prefix])
            platform = self._platform(row, self._finder.first(row.content).hex(), {})
            known[row.platform_no] = _Known(key, platform)
            line, state, ended_at = self._request(row, key, number, place, platform)
            lines.append(line)
            events += self._events(key, row, state, ended_at)
            codes = list(row.remarks)
            if state != RequestState.RECEIVED and not self.run.is_history:
                codes.append("over")
            yield Answer(row.line, row.platform_no, Verdict.ACCEPTED, codes, key, number)
        writing.copy(Request, _REQUEST, lines, {"source": RequestSource.PLATFORM})
        writing.copy(RequestEvent, _EVENT, events, {"actor_id": None})

    def _request(
        self, row: Row, key: int, number: str, place: Place, platform: dict[str, Any]
    ) -> tuple[tuple[Any, ...], RequestState, dt.datetime | None]:
        """Return a request's columns in the order of `_REQUEST`, its state and when it ended."""
        received = row.received_at or self.now
        kind, urgency = row.kind or RequestKind.HELP.value, row.urgency or Urgency.ORDINARY.value
        category = self.categories.find(row.categories) if row.categories else None
        if row.categories and category is None:
            row.remarks.append("category_unknown")
        state, answered, ended = self._end(row, received)
        phone = identity.normal_phone(row.phone) if row.phone else ""
        wants = row.needs_reply is not False and bool(phone)
        text = row.text or row.title
        return (
            (
                *(key, self.district.pk, number, uuid.uuid4(), row.platform_no, platform, state.value, kind, urgency),
                self._seal(row.name) if row.name else "",
                self._seal(phone) if phone else "",
                self._phone_hash(phone) if phone else None,
                bool(row.is_secret),
                (ReplyWay.PHONE if wants else ReplyWay.NONE).value,
                row.title or short(text),
                *(text, category, row.address),
                *(place.street_id, place.community_id, place.grid_id, place.micro_id, place.is_located),
                *(row.lng, row.lat, row.reply if ended and answered else "", received),
                *(self.deadlines.due_at(kind, urgency, received, category), answered, ended),
            ),
            state,
            ended,
        )

    def _end(self, row: Row, received: dt.datetime) -> tuple[RequestState, dt.datetime | None, dt.datetime | None]:
        """Return the state in which a new row comes in, when it was answered and when it ended."""
        if not self.run.is_history and row.state not in OVER:
            return RequestState.RECEIVED, None, None
        answered = row.answered_at
        if answered is not None and answered < received:
            answered = received
            row.remarks.append("answer_early")
        ended = max(received, row.state_at or answered or self.now)
        if row.state == PlatformState.WITHDRAWN:
            return RequestState.REFUSED, None, ended
        return RequestState.CLOSED, answered, answered if self.run.is_history and answered else ended

    def _events(self, key: int, row: Row, state: RequestState, ended: dt.datetime | None) -> list[tuple[Any, ...]]:
        details = {"source": RequestSource.PLATFORM.value, "by": "platform", "run": self.run.pk}
        at = (row.received_at or self.now) if self.run.is_history else self.now
        events: list[tuple[Any, ...]] = [
            (self.district.pk, key, at, Act.RECEIVE.value, "", RequestState.RECEIVED.value, details)
        ]
        if ended is not None:
            act = Act.REFUSE if state == RequestState.REFUSED else Act.CLOSE
            when = ended if self.run.is_history else self.now
            events.append((self.district.pk, key, when, act.value, RequestState.RECEIVED.value, state.value, details))
        return events

    def _platform(self, row: Row, digest: str, former: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is kept beside the request: what has no column there, without names and phones."""
        said = {
            "state": row.state,
            "state_at": row.state_at.isoformat() if row.state_at else "",
            "deadline": row.deadline.isoformat() if row.deadline else "",
            "channel": row.channel[:60],
            "category": "/".join(row.categories)[:200],
        }
        kept = {**former, **{key: value for key, value in said.items() if value}}
        if self.run.is_history:
            kept["history"] = True
        return {**kept, "digest": digest, "run": self.run.pk}

    def _known(self, wanted: set[str]) -> dict[str, _Known]:
        found = Request.objects.filter(district=self.run.district_id, platform_no__in=wanted)
        rows = found.values_list("platform_no", "pk", "platform_row")
        return {number: _Known(pk, platform) for number, pk, platform in rows}

    def _prefix(self, received: dt.datetime) -> str:
        return f"{self.district.code[:6]}{timezone.localtime(received):%Y%m%d}R"

    def _refused(self, row: Row, reasons: Sequence[str]) -> Answer:
        return Answer(row.line, row.platform_no, Verdict.REFUSED, list(dict.fromkeys(reasons)))

    def _write_down(self, answers: Sequence[Answer]) -> None:
        writing.copy(
            ExchangeRow,
            ("number", "platform_no", "verdict", "codes", "matter_id", "sealed"),
            [
                (
                    *(one.line, one.platform_no, one.verdict.value, list(dict.fromkeys(one.codes)), one.matter_id),
                    self._seal(json.dumps(dict(one.cells), ensure_ascii=False)) if one.cells is not None else "",
                )
                for one in answers
            ],
            {"run_id": self.run.pk, "settled_by_id": None},
        )


def is_older(former: Mapping[str, Any], row: Row) -> str:
    """Say why a row is older than what was taken in, "" where it is not: a newer time outweighs the state."""
    before = dt.datetime.fromisoformat(former["state_at"]) if former.get("state_at") else None
    if before is not None and row.state_at is not None and row.state_at != before:
        return "older_time" if row.state_at < before else ""
    if not row.state or row.state == PlatformState.REDO or not former.get("state"):
        return ""
    rank = RANK.get(PlatformState(former["state"]), 0)
    return "older_state" if RANK[PlatformState(row.state)] < rank else ""


def position(row: Row) -> tuple[float, float] | None:
    """Return a row's longitude and latitude in degrees."""
    return (float(row.lng), float(row.lat)) if row.lng is not None and row.lat is not None else None
