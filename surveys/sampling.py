"""Who is asked: a random sample that anybody with the seed draws again. No database.

Rule: the residents of each community, by their keys rising, are one stratum (or all of them together are); the sample
is divided among the strata by size, the largest remainders first; within a stratum Python's generator, seeded with
"seed:stratum", chooses without putting back.

Who asks crosswise: the grids of a community that have somebody to ask stand in a ring, by their keys rising; whoever
was drawn in one is asked from the grid that lies a number of steps further on, the same number for the whole community,
taken from the seed. Nobody asks at home, and from three grids on no two ask each other.
"""

import random
from collections.abc import Iterable, Mapping, Sequence

Strata = Mapping[int, Sequence[int]]
"""Stratum → keys of those who may be asked."""


def shares(sizes: Mapping[int, int], size: int) -> dict[int, int]:
    """Divide a sample among strata in proportion; never more than a stratum holds."""
    whole = sum(sizes.values())
    size = min(size, whole)
    if not size:
        return dict.fromkeys(sizes, 0)
    given = {stratum: size * count // whole for stratum, count in sizes.items()}
    rest = sorted(sizes, key=lambda stratum: (-(size * sizes[stratum] % whole), stratum))
    for stratum in rest[: size - sum(given.values())]:
        given[stratum] += 1
    return given


def draw(strata: Strata, size: int, seed: int) -> list[int]:
    """Return the keys that are drawn, in the order in which they are asked."""
    given = shares({stratum: len(keys) for stratum, keys in strata.items()}, size)
    drawn: list[int] = []
    for stratum in sorted(strata):
        drawn += random.Random(f"{seed}:{stratum}").sample(sorted(strata[stratum]), given[stratum])  # noqa: S311
    random.Random(f"{seed}:order").shuffle(drawn)  # noqa: S311 - it must come out the same again
    return drawn


def crosswise(ring: Sequence[int], drawn: Iterable[int], seed: int) -> dict[int, int]:
    """Return for each grid in which somebody was drawn the one from which they are asked; none where no other is.

    `ring` are the grids of one community that have somebody to ask; `drawn` may name others of it too.
    """
    asking = sorted(set(ring))
    chance = random.Random(f"{seed}:{asking}")  # noqa: S311 - it must come out the same again
    steps = [n for n in range(1, len(asking)) if 2 * n != len(asking) or len(asking) == 2]
    step = chance.choice(steps) if steps else 0
    found = {}
    for grid in sorted(set(drawn)):
        if grid not in asking:
            if asking:
                found[grid] = chance.choice(asking)
        elif step:
            found[grid] = asking[(asking.index(grid) + step) % len(asking)]
    return found
