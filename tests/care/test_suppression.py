"""Small cells: fewer than ten is never shown, and cannot be worked out from what is."""

from hypothesis import given
from hypothesis import strategies as st

from care.suppression import SMALLEST, hidden

TIERS = ["green", "blue", "yellow", "orange", "red"]
tables = st.lists(
    st.tuples(*(st.one_of(st.integers(0, 15), st.integers(0, 3000)) for _ in TIERS)), min_size=1, max_size=6
)


@given(tables)
def test_no_small_cell_is_shown_nor_can_be_worked_out_from_a_total(rows):
    counts = {str(n): dict(zip(TIERS, row, strict=True)) for n, row in enumerate(rows)}
    gone = hidden(counts)
    for place, row in counts.items():
        assert all((place, tier) in gone for tier in TIERS if row[tier] < SMALLEST)
    lines = [[(place, tier) for tier in TIERS] for place in counts]
    lines += [[(place, tier) for place in counts] for tier in TIERS]
    for line in lines:
        dark = [cell for cell in line if cell in gone]
        together = sum(counts[place][tier] for place, tier in dark)
        assert not dark or len(dark) == len(line) or (len(dark) > 1 and together >= SMALLEST)


def test_one_small_cell_hides_the_next_smallest_of_its_row():
    counts = {"a": {"green": 900, "yellow": 50, "red": 3}}
    assert hidden(counts, columns_have_totals=False) == {("a", "red"), ("a", "yellow")}


def test_what_is_large_enough_is_shown():
    assert hidden({"a": {"green": 900, "yellow": 50}, "b": {"green": 10, "yellow": 10}}) == set()
