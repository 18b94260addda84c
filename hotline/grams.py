"""What a text is about, as its characters and the pairs of them: Chinese needs no words for that.

Pure: no database, no language model. Used to find requests that say the same (hotline/topics, hotline/similar.py).
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

LONGEST_READ = 600
"""So many characters of a text are read; what is asked stands at its beginning."""
_NO_WORD = re.compile(r"[^\w]+|_+|\d+")
_POLITE = re.compile(
    "您好|你好|尊敬的?|领导|书记|市长|区长|请问|希望|有关部门|相关部门|反映|来电|诉求人|市民|感谢|谢谢|恳请|请求|要求|处理|解决|一下|我们|我是"
)
"""Said in every second request whatever it is about."""


def plain(text: str) -> str:
    """Return a text without signs, figures, width differences and the phrases that every request has."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_READ]).lower()
    return _NO_WORD.sub(" ", _POLITE.sub(" ", folded))


def grams(text: str) -> frozenset[str]:
    """Return the characters of a text and the pairs of neighbouring ones; Latin words whole."""
    found: set[str] = set()
    for piece in plain(text).split():
        if piece.isascii():
            found.add(piece)
            continue
        found.update(piece)
        found.update(piece[i : i + 2] for i in range(len(piece) - 1))
    return frozenset(found)


def weights(texts: Iterable[frozenset[str]]) -> dict[str, float]:
    """Return how telling each pair is among these texts: the rarer, the more."""
    rows = list(texts)
    counted = Counter(gram for row in rows for gram in row)
    return {gram: math.log(1 + len(rows) / count) for gram, count in counted.items()}


def vector(row: frozenset[str], weight: Mapping[str, float]) -> dict[str, float]:
    """Return a text as a vector of length one; pairs without a weight count as nothing."""
    known = {gram: weight[gram] for gram in row if gram in weight}
    length = math.sqrt(sum(value * value for value in known.values()))
    return {gram: value / length for gram, value in known.items()} if length else {}


def alike(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return how much two vectors of length one say the same, from 0 to 1."""
    if len(one) > len(other):
        one, other = other, one
    return sum(value * other.get(gram, 0.0) for gram, value in one.items())
