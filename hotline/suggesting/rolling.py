"""At which depth of the category tree a model is trained: as deep as there are enough messages. Without a database."""

from collections import Counter
from collections.abc import Iterable, Mapping

ENOUGH = 30
"""Closed requests of a category, with all below it, for which it is worth a label of its own; fewer go one level up."""


def rolled_up(codes: Iterable[str], parents: Mapping[str, str], root: str) -> dict[str, str]:
    """Return the label that each category code is trained under.

    codes: one for each message. parents: the code above each code; a category without one, or directly below `root`,
    is of the first level and stays as it is.
    """
    counts = Counter(codes)
    label = {code: code for code in counts}
    while True:
        held = Counter[str]()
        for code, count in counts.items():
            held[label[code]] += count
        rising = {
            one: above for one in held if held[one] < ENOUGH and (above := parents.get(one, "")) and above != root
        }
        # The deepest first: a parent that gets enough from its children stays where it is.
        deepest = max((_depth(one, parents) for one in rising), default=0)
        rising = {one: above for one, above in rising.items() if _depth(one, parents) == deepest}
        if not rising:
            return label
        label = {code: rising.get(one, one) for code, one in label.items()}


def first_level(code: str, parents: Mapping[str, str], root: str) -> str:
    """Return the ancestor directly below the root, or the code itself where it has none."""
    while (above := parents.get(code, "")) and above != root:
        code = above
    return code


def _depth(code: str, parents: Mapping[str, str]) -> int:
    depth = 0
    while code := parents.get(code, ""):
        depth += 1
    return depth
