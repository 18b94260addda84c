"""Train a model on labelled messages, and reckon on messages kept aside how good it is.

scikit-learn is imported here, inside the function that trains, and nowhere else in the product: it and scipy take
more memory than a web worker has left. Only `manage.py train_categories` comes here.

A message is held out, kept for calibration or trained on by a fingerprint of its own text: the same message falls on
the same side in every training, so that a new model and the one in use are compared on messages that neither saw.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hotline.suggesting import figures, grams
from hotline.suggesting.model import OFFERED, Model, Numbers, softmax

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LEAST_MESSAGES = 5
"""Of a label to be trained at all; labels with fewer are counted as left out, and their held-out messages as missed."""
LEAST_ROWS = 50
"""Fewer labelled messages than this make no model worth showing."""
LEAST_DOCUMENTS = 3
"""Messages in which an n-gram must occur."""
MAX_WEIGHTS = 2_000_000
"""N-grams times labels: at two bytes each the artefact stays at about four million bytes."""
MAX_FEATURES = 60_000
STIFFNESS = 0.1
"""How much the model is held back from following single examples (alpha of scikit-learn's SGDClassifier, times rows).
On real text as good as a support vector machine solved to the end, in a tenth of the time."""
LEAST_STIFF = 1e-5
_FIFTH = 5


class Example(NamedTuple):
    """A message as `grams.join` makes it of subject and text, and the label that people gave it."""

    text: str
    label: str


class Part(Enum):
    TRAIN = "train"
    CALIBRATE = "calibrate"
    HOLD_OUT = "hold_out"


class NotEnough(Exception):
    """Too few labelled messages, or only one label."""


@dataclass(frozen=True)
class Trained:
    """A new model, its figures, and the messages that it was measured on."""

    model: Model
    figures: figures.Figures
    held_out: list[Example]


def part_of(text: str) -> Part:
    """Say what a message is for: one in five is held out, one in five of the rest calibrates."""
    first, second = hashlib.blake2b(grams.normal(text).encode("utf-8", "replace"), digest_size=2).digest()
    if first % _FIFTH == 0:
        return Part.HOLD_OUT
    return Part.CALIBRATE if second % _FIFTH == 0 else Part.TRAIN


def train(examples: Sequence[Example]) -> Trained:
    """Train on four fifths of the messages and reckon the figures on the rest; raises NotEnough.

    Messages that occur more than once count once.
    """
    started = time.monotonic()
    unique = list({grams.normal(one.text): one for one in examples if one.text.strip()}.values())
    parts: dict[Part, list[Example]] = {part: [] for part in Part}
    for one in unique:
        parts[part_of(one.text)].append(one)
    counts = Counter(one.label for part in (Part.TRAIN, Part.CALIBRATE) for one in parts[part])
    kept = {label for label, count in counts.items() if count >= LEAST_MESSAGES}
    kept &= {one.label for one in parts[Part.TRAIN]}
    fit, aside = ([one for one in parts[part] if one.label in kept] for part in (Part.TRAIN, Part.CALIBRATE))
    if len(unique) < LEAST_ROWS or len(kept) < 2:
        raise NotEnough
    first = _fit(fit)
    scores = _scores(first, aside)
    temperature = _temperature(scores, [first.labels.index(one.label) for one in aside])
    floor = figures.choose_floor([one.label for one in aside], softmax(scores, temperature), first.labels)
    last = _fit([*fit, *aside])
    model = Model(last.labels, last.grams, last.idf, last.weights, last.intercepts, temperature, floor)
    told = _told(model, unique, parts[Part.HOLD_OUT], counts, kept)
    told["seconds"] = round(time.monotonic() - started, 1)
    return Trained(model, told, parts[Part.HOLD_OUT])


def likelihoods(model: Model, examples: Sequence[Example]) -> Numbers:
    """Return a row of probabilities for each message."""
    if not examples:
        return np.empty((0, len(model.labels)), dtype=np.float32)
    return np.vstack([model.probabilities(one.text) for one in examples])


def measured(model: Model, held_out: Sequence[Example], group: Mapping[str, str]) -> dict[str, float | None]:
    """Return how often a model names the right group of labels for these messages, at first and among three.

    group: the group of each label; a label that is not named is one by itself. Models whose labels lie at other
    depths of the tree are compared by its first level.
    """
    groups = sorted({group.get(label, label) for label in model.labels})
    likely = likelihoods(model, held_out)
    summed = np.zeros((len(held_out), len(groups)), dtype=np.float32)
    for at, label in enumerate(model.labels):
        summed[:, groups.index(group.get(label, label))] += likely[:, at]
    places = figures.ranks([group.get(one.label, one.label) for one in held_out], summed, groups)
    return {"top1": figures.share(places == 0), "top3": figures.share(places < OFFERED)}


def _told(
    model: Model, unique: Sequence[Example], held_out: Sequence[Example], counts: Counter[str], kept: set[str]
) -> figures.Figures:
    truth = [one.label for one in held_out]
    likely = likelihoods(model, held_out)
    places = figures.ranks(truth, likely, model.labels)
    answered = np.array([bool(model.best(one.text)) for one in held_out], dtype=bool)
    commonest = max(kept, key=lambda label: (counts[label], label))
    return {
        "rows": len(unique),
        "trained": sum(counts[label] for label in kept),
        "held_out": len(truth),
        "left_out": {label: count for label, count in sorted(counts.items()) if label not in kept},
        "top1": figures.share(places == 0),
        "top3": figures.share(places < OFFERED),
        "always_commonest": figures.share(np.array([label == commonest for label in truth], dtype=bool)),
        "answered": figures.share(answered),
        "top1_answered": figures.share((places == 0)[answered]),
        "top3_answered": figures.share((places < OFFERED)[answered]),
        "floor": round(model.floor, 4),
        "temperature": round(model.temperature, 4),
        "calibration_gap": figures.calibration_gap(places == 0, likely.max(axis=1)) if truth else None,
        "features": len(model.grams),
        "seconds": 0.0,
        "labels": figures.by_label(truth, likely, model.labels, dict(counts)),
    }


def _fit(examples: Sequence[Example]) -> Model:
    """Fit the linear model; temperature 1 and floor 0 until they are known."""
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import SGDClassifier

    counted = [grams.counted(one.text) for one in examples]
    vocabulary = _vocabulary(counted, len({one.label for one in examples}))
    weighting = TfidfTransformer(sublinear_tf=True)
    matrix = weighting.fit_transform(_matrix(counted, vocabulary))
    alpha = max(STIFFNESS / len(examples), LEAST_STIFF)
    machine = SGDClassifier(loss="hinge", alpha=alpha, max_iter=50, random_state=1)
    machine.fit(matrix, [one.label for one in examples])
    weights, intercepts = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # one column for both: half of it against, half for
        weights, intercepts = np.vstack([-weights / 2, weights / 2]), np.concatenate([-intercepts / 2, intercepts / 2])
    return Model(
        tuple(map(str, machine.classes_)),
        vocabulary,
        weighting.idf_.astype(np.float32),
        np.ascontiguousarray(weights.T).astype(np.float16),
        intercepts.astype(np.float32),
        1.0,
        0.0,
    )


def _vocabulary(counted: Sequence[tuple[grams.Codes, Any]], labels: int) -> grams.Codes:
    """Return the n-grams to look at: those in most messages, as many as the artefact may have."""
    codes, documents = np.unique(np.concatenate([codes for codes, _counts in counted]), return_counts=True)
    often = documents >= min(LEAST_DOCUMENTS, int(documents.max()))
    codes, documents = codes[often], documents[often]
    room = min(MAX_FEATURES, MAX_WEIGHTS // labels)
    if len(codes) > room:
        codes = np.sort(codes[np.argsort(-documents, kind="stable")[:room]])
    return np.asarray(codes, dtype=np.uint64)


def _matrix(counted: Sequence[tuple[grams.Codes, Any]], vocabulary: grams.Codes) -> "csr_matrix":
    from scipy.sparse import csr_matrix

    columns, values, ends = [], [], [0]
    for codes, counts in counted:
        at = np.searchsorted(vocabulary, codes)
        at[at == len(vocabulary)] = 0
        known = vocabulary[at] == codes
        columns.append(at[known].astype(np.int32))
        values.append(counts[known])
        ends.append(ends[-1] + int(known.sum()))
    return csr_matrix(
        (np.concatenate(values), np.concatenate(columns), ends), shape=(len(counted), len(vocabulary)), dtype=np.float32
    )


def _scores(model: Model, examples: Sequence[Example]) -> Numbers:
    if not examples:
        return np.empty((0, len(model.labels)), dtype=np.float32)
    return np.vstack([model.scores(one.text)[0] for one in examples])


def _temperature(scores: Numbers, right: Sequence[int]) -> float:
    """Return the number that makes probabilities of scores truest: least logarithmic loss on messages kept aside."""
    from scipy.optimize import minimize_scalar

    if not right:
        return 1.0
    rows: NDArray[np.int64] = np.arange(len(right))

    def loss(log_temperature: float) -> float:
        likely = softmax(scores, float(np.exp(log_temperature)))
        return -float(np.log(np.maximum(likely[rows, right], 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x))
