"""Share whole numbers out by weight."""

from collections.abc import Sequence

import numpy as np


def apportion(total: int, weights: Sequence[float], minimum: int = 0) -> list[int]:
    """Share `total` out in proportion to the weights, at least `minimum` each; the sum is exact (largest remainders).

    Raises ValueError when the minimum alone is more than the total.
    """
    left = total - minimum * len(weights)
    if left < 0:
        message = f"{total} cannot be shared among {len(weights)} with at least {minimum} each."
        raise ValueError(message)
    parts = np.asarray(weights, dtype=float)
    exact = parts / parts.sum() * left
    whole = np.floor(exact).astype(int)
    for index in np.argsort(whole - exact, kind="stable")[: left - int(whole.sum())]:
        whole[index] += 1
    return [minimum + int(share) for share in whole]
