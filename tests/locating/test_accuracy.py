"""How often the right grid comes first, measured on addresses with their labels: unsure rather than wrong."""

from collections import Counter

import pytest

from locating.finding import find_many
from tests.locating.labelled import Labelled

pytestmark = pytest.mark.django_db


def test_the_right_grid_comes_first_and_what_is_wrong_is_not_sure():
    district = Labelled()
    written = list(district.written())
    found = find_many([each.text for each in written], district=district.district)
    counts: Counter[str] = Counter()
    by_way: dict[str, Counter[str]] = {}
    for each, answer in zip(written, found, strict=True):
        is_right = answer.best is not None and answer.best.base_id == each.grid
        verdict = f"{'sure' if answer.is_sure else 'unsure'} {'right' if is_right else 'wrong'}"
        by_way.setdefault(each.way, Counter())[verdict] += 1
        counts[verdict] += 1
        if each.is_enough:
            counts["enough"] += 1
            counts["enough and right"] += is_right
            counts["enough and sure"] += answer.is_sure
    figures = "\n".join(f"{way}: {dict(verdicts)}" for way, verdicts in [*by_way.items(), ("in all", counts)])
    assert len(by_way) >= 20
    assert counts["enough and right"] >= 0.95 * counts["enough"], figures
    assert counts["sure wrong"] <= 0.01 * len(written), figures
    assert counts["sure wrong"] <= 0.01 * (counts["sure wrong"] + counts["sure right"]), figures
    assert counts["enough and sure"] >= 0.75 * counts["enough"], f"it is not cheap to be unsure:\n{figures}"
