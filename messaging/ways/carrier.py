"""What every way out does: take a letter, say what came of it. Never raises for what a gateway or the network does."""

import json
import re
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from gateway.transport import Answer
from messaging.states import Failure

_TOKEN = re.compile(r"[A-Za-z0-9._:-]+")


@dataclass(frozen=True, repr=False)
class Letter:
    """What is to leave. Without a repr: it is personal data from end to end."""

    uuid: UUID
    address: str
    subject: str
    body: str


@dataclass(frozen=True)
class Receipt:
    """What came of it: no failure means that the gateway took it. `retry_after` in seconds, where it asked for one."""

    failure: Failure | None = None
    provider_id: str = ""
    code: str = ""
    retry_after: float | None = None


class Carrier(Protocol):
    name: str

    def send(self, letter: Letter) -> Receipt: ...

    def close(self) -> None: ...


def token(value: object, longest: int) -> str:
    """Keep a gateway's number or code if it is one: letters, digits and signs; else it might quote the message."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return text if len(text) <= longest and _TOKEN.fullmatch(text) else ""


def content(answer: Answer) -> dict[str, Any] | None:
    """Read an answer's body as an object of JSON; None when it is none."""
    try:
        read = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def failed(answer: Answer) -> Receipt:
    """Say what an answer that is none of success means for the message and for the way."""
    if answer.status is None:
        return Receipt(Failure(answer.failure.value) if answer.failure else Failure.BROKEN)
    code = str(answer.status)
    if answer.status in {401, 403, 404, 410}:
        return Receipt(Failure.ACCESS, code=code)
    if answer.status in {408, 429, 502, 503, 504}:
        return Receipt(Failure.TIMEOUT, code=code, retry_after=answer.retry_after)
    if 300 <= answer.status < 400:
        return Receipt(Failure.REDIRECT, code=code)
    return Receipt(Failure.REFUSED if answer.status < 500 else Failure.STATUS, code=code)
