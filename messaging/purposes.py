"""What messages are for: an app above names its purposes, and may ask to be told how each message ended."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from messaging.models import Message

Ended = Callable[["Message", dt.datetime], None]


@dataclass(frozen=True)
class Purpose:
    words: Promise | str
    ended: Ended | None = None
    """Called in the transaction that marks a message as sent or given up; a fault in it undoes the mark."""


_purposes: dict[str, Purpose] = {}


def register(purpose: str, words: Promise | str, ended: Ended | None = None) -> None:
    """Name a purpose; called from an app's `AppConfig.ready()`. The same name again replaces it."""
    _purposes[purpose] = Purpose(words, ended)


def title(purpose: str) -> Promise | str:
    """Say what a message is for; a purpose that the code no longer knows reads as its key."""
    known = _purposes.get(purpose)
    return known.words if known else purpose


def is_known(purpose: str) -> bool:
    return purpose in _purposes


def tell(message: "Message", now: dt.datetime) -> None:
    """Tell whoever asked how this message ended."""
    known = _purposes.get(message.purpose)
    if known is not None and known.ended is not None:
        known.ended(message, now)
