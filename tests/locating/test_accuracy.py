"""How often the right grid comes first, measured on addresses with their labels: unsure rather than wrong."""

from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook

from locating.finding import find_many
from tests.frames import kept
from tests.locating.labelled import Labelled

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """Draw the district once; it goes when the last test is done."""
    with kept(django_db_blocker, Labelled) as labelled:
        yield labelled


@pytest.fixture
def district(made, db):
    return made


def test_the_right_grid_comes_first_and_what_is_wrong_is_not_sure(district):
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


REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "hotline" / "messages_with_replies.xlsx"


@pytest.mark.skipif(not REAL.exists(), reason="the real messages are not beside this copy")
def test_real_messages_from_elsewhere_are_never_sure(district):
    """2,816 messages to another city's hotline name other places, some by the same words: 阳光花园 is everywhere."""
    rows = list(load_workbook(REAL, read_only=True).active.iter_rows(min_row=2, values_only=True))
    texts = [str(cell or "") for row in rows for cell in (row[2], row[4])]
    found = find_many(texts, district=district.district)
    assert len(texts) > 5000
    assert sum(answer.is_sure for answer in found) <= 0.001 * len(texts)
