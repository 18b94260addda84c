"""A trained model as the product uses it: a few arrays of numbers, and what they make of a text. numpy alone.

A linear model over n-grams weighted by TF-IDF; its scores, divided by a temperature that was fitted on messages kept
aside, become probabilities by softmax. What trained it (scikit-learn) is not needed here and never loaded by the web.
"""

import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hotline.suggesting import grams

FORMAT = 1
"""Written into every artefact; another number is not read."""
OFFERED = 3
"""Suggestions for one text."""
LEAST_KNOWN = 5
"""Different n-grams that a text must share with what the model was trained on; fewer say nothing."""
MAX_BYTES = 16 * 1024**2
"""Of an artefact; a trained one has about four million."""
_ARRAYS = ("labels", "grams", "idf", "weights", "intercepts", "settings")

Numbers = NDArray[np.float32]


class UnreadableModel(Exception):
    """Bytes that are no model, or one of another format."""


class Guess(NamedTuple):
    """A label and how sure the model is of it, from 0 to 1."""

    label: str
    confidence: float


@dataclass(frozen=True)
class Model:
    """`weights` has a row for each n-gram and a column for each label; `grams` are ascending.

    floor: of confidence; a text whose best label is below gets no suggestion.
    """

    labels: tuple[str, ...]
    grams: grams.Codes
    idf: Numbers
    weights: NDArray[np.float16]
    intercepts: Numbers
    temperature: float
    floor: float

    def scores(self, text: str) -> tuple[Numbers, int]:
        """Return the score of each label, and how many of the text's different n-grams the model knows."""
        codes, counts = grams.counted(text)
        at = np.searchsorted(self.grams, codes)
        at[at == len(self.grams)] = 0
        known = self.grams[at] == codes
        at = at[known]
        values = (1 + np.log(counts[known])) * self.idf[at]
        length = float(np.sqrt(np.dot(values, values)))
        if not length:
            return self.intercepts, 0
        rows = self.weights[at].astype(np.float32)
        scores: Numbers = (values / np.float32(length)) @ rows + self.intercepts
        return scores, len(at)

    def probabilities(self, text: str) -> Numbers:
        """Return how likely each label is; they sum to 1."""
        likely: Numbers = softmax(self.scores(text)[0][None, :], self.temperature)[0]
        return likely

    def best(self, text: str, count: int = OFFERED) -> list[Guess]:
        """Return the likeliest labels, the best first, or none where the model is not sure."""
        scores, known = self.scores(text)
        if known < LEAST_KNOWN:
            return []
        likely = softmax(scores[None, :], self.temperature)[0]
        order = np.argsort(-likely, kind="stable")[:count]
        if likely[order[0]] < self.floor:
            return []
        return [Guess(self.labels[at], float(likely[at])) for at in order]

    @cached_property
    def size(self) -> int:
        """Bytes in memory, about."""
        return self.grams.nbytes + self.idf.nbytes + self.weights.nbytes + self.intercepts.nbytes

    def dump(self) -> bytes:
        """Return the model as the bytes of an .npz file without objects."""
        file = io.BytesIO()
        np.savez_compressed(
            file,
            labels=np.array(self.labels),
            grams=self.grams,
            idf=self.idf,
            weights=self.weights,
            intercepts=self.intercepts,
            settings=np.array([FORMAT, self.temperature, self.floor], dtype=np.float64),
        )
        return file.getvalue()


def load(content: bytes) -> Model:
    """Read what `dump` wrote; raises UnreadableModel. Nothing in the bytes is executed (no pickles)."""
    if len(content) > MAX_BYTES:
        raise UnreadableModel("too large")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            labels, codes, idf, weights, intercepts, settings = (file[name] for name in _ARRAYS)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise UnreadableModel(type(error).__name__) from error
    if settings.shape != (3,) or settings[0] != FORMAT:
        raise UnreadableModel("another format")
    if weights.shape != (len(codes), len(labels)) or len(idf) != len(codes) or len(intercepts) != len(labels):
        raise UnreadableModel("parts do not fit together")
    if not len(codes) or not len(labels):
        raise UnreadableModel("empty")
    return Model(tuple(map(str, labels)), codes, idf, weights, intercepts, float(settings[1]), float(settings[2]))


def softmax(scores: Numbers, temperature: float) -> Numbers:
    """Turn rows of scores into rows of probabilities."""
    shifted = (scores - scores.max(axis=1, keepdims=True)) / np.float32(temperature)
    powers = np.exp(shifted)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)
