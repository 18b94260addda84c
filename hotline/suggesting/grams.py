"""A text as numbers: its character n-grams (one to three signs), packed into integers and counted.

Training and suggesting read texts by this one function, so that both see the same; numpy alone does the work.
"""

import re
import unicodedata

import numpy as np
from numpy.typing import NDArray

LONGEST = 3
MAX_CHARACTERS = 1500
"""Of a text; nine in ten real messages have fewer than 750, and what one wants stands at the beginning."""
SUBJECT_COUNTS = 2
"""The subject, which says in a line what the text says in many, is read so many times."""
_BITS = 21
"""Of a code point; three of them fill 63 bits of an integer."""
_SPACE = re.compile(r"\s+")
_DIGITS = re.compile(r"\d+")

Codes = NDArray[np.uint64]


def normal(text: str) -> str:
    """Return a text as it is read: full width as half, small letters, one blank for many, any number as 0."""
    words = _SPACE.sub(" ", unicodedata.normalize("NFKC", text[: 2 * MAX_CHARACTERS]).casefold()).strip()
    return _DIGITS.sub("0", words)[:MAX_CHARACTERS]


def join(subject: str, text: str) -> str:
    """Return the two parts of a message as one text."""
    return "\n".join([*[subject] * SUBJECT_COUNTS, text])


def counted(text: str) -> tuple[Codes, NDArray[np.float32]]:
    """Return the different n-grams of a text, ascending, and how often each occurs."""
    points = np.frombuffer(normal(text).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    parts = []
    for length in range(1, LONGEST + 1):
        count = len(points) - length + 1
        if count <= 0:
            break
        codes = np.zeros(count, dtype=np.uint64)
        for at in range(length):
            codes = (codes << np.uint64(_BITS)) | points[at : at + count]
        parts.append(codes)
    if not parts:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.float32)
    grams, counts = np.unique(np.concatenate(parts), return_counts=True)
    return grams, counts.astype(np.float32)


def spelled(code: int) -> str:
    """Return the n-gram that a number stands for."""
    mask = (1 << _BITS) - 1
    points = [(int(code) >> (_BITS * at)) & mask for at in reversed(range(LONGEST))]
    return "".join(chr(point) for point in points if point)
