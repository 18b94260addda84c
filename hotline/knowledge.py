"""Which knowledge snippets the desk is offered for a text: those whose keywords stand in it, then those alike."""

import datetime as dt
from dataclasses import dataclass

from hotline.models import Snippet

MOST = 500
SHOWN = 3
LEAST = 0.34


@dataclass(frozen=True)
class Offer:
    """A snippet and the words by which it was found."""

    snippet: Snippet
    words: tuple[str, ...]
    weight: float


def offered(text: str, district_id: int, day: dt.date, category_id: int | None = None) -> list[Offer]:
    """Return at most `SHOWN` snippets in force on this day, the likeliest first: one query."""
    said = "".join(text.lower().split())
    if not said:
        return []
    rows = Snippet.objects.in_force(day).filter(district=district_id).order_by("-used_count", "pk")[:MOST]
    weighed = [_weighed(row, said, category_id) for row in rows]
    return sorted((offer for offer in weighed if offer.weight >= LEAST), key=lambda offer: -offer.weight)[:SHOWN]


def _weighed(snippet: Snippet, said: str, category_id: int | None) -> Offer:
    words = tuple(word for word in dict.fromkeys(snippet.keywords.lower().split()) if word in said)
    title = "".join(snippet.title.lower().split())
    pairs = {title[at : at + 2] for at in range(len(title) - 1)}
    alike = sum(pair in said for pair in pairs) / len(pairs) if pairs else 0.0
    same = 0.2 if category_id is not None and snippet.category_id == category_id else 0.0
    return Offer(snippet, words, len(words) * 0.5 + alike + (same if words or alike else 0.0))
