"""Suggesting a category: one text at a time, our arrays against scikit-learn's own pipeline; accuracy on real messages.

The real messages carry no category; `first_level_rules` labels those it can tell, and the rest is left out. Such labels
are easier to learn than people's, so the accuracy in the note is an upper bound.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np

from accounts.tables.reading import open_table
from bench.first_level_rules import first_level
from bench.results import Result
from bench.timing import medians, seconds
from hotline.suggesting import grams, training
from hotline.suggesting.model import load
from hotline.suggesting.training import Example

FILE = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "hotline" / "messages_with_replies.xlsx"
TEXTS = 300
ROUNDS = 5
LONGEST = 20_000


def measure() -> list[Result]:
    """Train on the real messages where they are at hand, else say so and measure nothing."""
    if not FILE.exists():
        return []
    found, all_messages = real_examples()
    trained = training.train(found)
    model = load(trained.model.dump())
    texts = [one.text for one in found[:TEXTS]]
    theirs = _scikit_learn(model)

    def ours() -> None:
        for text in texts:
            model.best(text)

    def reference() -> None:
        for text in texts:
            theirs(text)

    each, each_theirs = medians([lambda side=side: seconds(side) for side in (ours, reference)], ROUNDS)  # type: ignore[misc]
    told = trained.figures
    note = (
        f"{each / TEXTS * 1000:.2f} ms a text, artefact {len(trained.model.dump()) / 1e6:.1f} MB; {len(found):,} of "
        f"{all_messages:,} real messages labelled by rules, {told['held_out']} held out: right at first "
        f"{told['top1']:.1%}, among three {told['top3']:.1%}, commonest {told['always_commonest']:.1%}"
    )
    return [Result("suggest_category", each, each_theirs, each / each_theirs, note, at_most=1.0)]


def real_examples() -> tuple[list[Example], int]:
    """Return the real messages that the rules label, and how many there are in all."""
    with open_table(FILE, longest=LONGEST) as table:
        lines = iter(table)
        columns = {heading: at for at, heading in enumerate(next(lines).cells)}
        said = [(line.cells[columns["留言主题"]], line.cells[columns["留言详情"]]) for line in lines]
    texts = [(subject.strip(), re.sub(r"\s+", " ", text)) for subject, text in said]
    labelled = [(grams.join(subject, text), first_level(subject, text)) for subject, text in texts]
    return [Example(text, label) for text, label in labelled if label], len(texts)


def _scikit_learn(model: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(
        analyzer="char",
        ngram_range=(1, 3),
        sublinear_tf=True,
        preprocessor=grams.normal,
        vocabulary=[grams.spelled(code) for code in model.grams],
    )
    vectors.idf_ = model.idf.astype(float)
    weights = model.weights.astype(np.float32)

    def scores(text: str) -> Any:
        return vectors.transform([text]) @ weights + model.intercepts

    return scores
