"""How good a model is, reckoned on messages that it was not trained on."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from hotline.suggesting.model import OFFERED, Numbers

RIGHT_MORE_OFTEN = 0.5
"""Below the floor the first suggestion would be wrong more often than right (our choice)."""
LEAST_SURE = 0.01
"""Where even the least sure are right more often, this share of them still sets the floor: a text unlike any seen
gets nothing."""
_STEPS = 20
"""Messages over which the share of right ones is taken at least."""
_BINS = 10


class OfLabel(TypedDict):
    """One label: its held-out messages, the shares found at first and among three, and what it was mostly taken for."""

    label: str
    trained: int
    held_out: int
    top1: float | None
    top3: float | None
    taken_for: str
    taken_times: int


class Figures(TypedDict):
    """What the model's page shows; shares are from 0 to 1 and None where nothing was there to count."""

    rows: int
    trained: int
    held_out: int
    left_out: dict[str, int]
    top1: float | None
    top3: float | None
    always_commonest: float | None
    answered: float | None
    top1_answered: float | None
    top3_answered: float | None
    floor: float
    temperature: float
    calibration_gap: float | None
    features: int
    seconds: float
    labels: list[OfLabel]


def ranks(truth: Sequence[str], likely: Numbers, labels: Sequence[str]) -> NDArray[np.int64]:
    """Return at which place, from 0, the right label of each message stands; behind the last where it is unknown."""
    column = {label: at for at, label in enumerate(labels)}
    places = np.full(len(truth), len(labels), dtype=np.int64)
    for row, label in enumerate(truth):
        if label in column:
            places[row] = int((likely[row] > likely[row, column[label]]).sum())
    return places


def share(hits: NDArray[np.bool_]) -> float | None:
    """Return the share of hits, or None of nothing."""
    return round(float(hits.mean()), 4) if len(hits) else None


def choose_floor(truth: Sequence[str], likely: Numbers, labels: Sequence[str]) -> float:
    """Return the confidence below which the first suggestion would be right in fewer than RIGHT_MORE_OFTEN of cases.

    The messages here must be others than those the model learned from.
    """
    if not len(truth):
        return 1 / max(len(labels), 1)
    sure = likely.max(axis=1)
    order = np.argsort(sure, kind="stable")
    right = (ranks(truth, likely, labels) == 0)[order].cumsum() / np.arange(1, len(truth) + 1)
    below = np.flatnonzero((right < RIGHT_MORE_OFTEN) & (np.arange(len(truth)) >= _STEPS - 1))
    at = int(below[-1]) + 1 if len(below) else int(LEAST_SURE * len(truth))
    return float(sure[order[min(at, len(truth) - 1)]])


def calibration_gap(right: NDArray[np.bool_], sure: Numbers) -> float | None:
    """Return by how much, on average, confidence differs from the share that was right (ten equal steps)."""
    if not len(right):
        return None
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(float(right[bins == at].mean()) - float(sure[bins == at].mean())) * int((bins == at).sum())
        for at in range(_BINS)
        if (bins == at).any()
    ]
    return round(sum(gaps) / len(right), 4)


def by_label(truth: Sequence[str], likely: Numbers, labels: Sequence[str], trained: dict[str, int]) -> list[OfLabel]:
    """Return the figures of each label that was trained or held out, the commonest first."""
    places = ranks(truth, likely, labels)
    first = [labels[at] for at in likely.argmax(axis=1)] if len(truth) else []
    rows: list[OfLabel] = []
    for label in {*labels, *truth}:
        own = np.array([one == label for one in truth], dtype=bool)
        wrong = [first[at] for at in np.flatnonzero(own & (places > 0))]
        worst = max(sorted(set(wrong)), key=wrong.count, default="")
        rows.append(
            {
                "label": label,
                "trained": trained.get(label, 0),
                "held_out": int(own.sum()),
                "top1": share((places == 0)[own]),
                "top3": share((places < OFFERED)[own]),
                "taken_for": worst,
                "taken_times": wrong.count(worst) if worst else 0,
            }
        )
    return sorted(rows, key=lambda row: (-row["trained"], row["label"]))
