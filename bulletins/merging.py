"""Bringing together what two people wrote in one draft, field by field. No database.

A page carries a digest of every text as it showed it. A text that was not touched there takes what stands in the draft
by now; one that was touched on both sides is for the writer to decide, who sees the other's words beside their own.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Merged:
    texts: dict[str, str]
    """Field → what it holds once both are brought together; the writer's own words where both changed it."""
    theirs: dict[str, str]
    """Field → what somebody else made of a text that the writer changed, too."""


def merged(shown: Mapping[str, str], mine: Mapping[str, str | None], now: Mapping[str, str]) -> Merged:
    """Merge what was sent with what stands there now, by the digests of what the page showed."""
    texts, theirs = dict[str, str](), dict[str, str]()
    for name, words in now.items():
        own, was = mine.get(name), shown.get(name, "")
        if own is None or digest(own) in {was, digest(words)}:
            texts[name] = words
            continue
        texts[name] = own
        if digest(words) != was:
            theirs[name] = words
    return Merged(texts, theirs)


def digest(words: str) -> str:
    """Return a short digest of a text, whatever its blanks at the ends of lines and its kind of line ends."""
    return hashlib.sha256(plain(words).encode()).hexdigest()[:16]


def plain(words: str) -> str:
    """Return a text as it is kept: no blanks around its lines."""
    return "\n".join(line.strip() for line in words.strip().splitlines())
