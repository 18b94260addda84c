"""Places among comparable ones: what decides them, and that small numbers decide nothing."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from insights.figures import Figure
from insights.rankings import FEWEST, Candidate, Size, Unplaced, rank, size_bounds, size_of

figures = st.integers(0, 60).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d)))
fields = st.lists(figures, min_size=2, max_size=12)


def candidate(key: int, numerator: int, denominator: int, **more: bool) -> Candidate:
    return Candidate(key, Figure(Decimal(numerator), denominator), **more)


def test_the_arithmetic_by_hand() -> None:
    """Mean (30 + 45 + 25) / 150 = 2/3. (30 + 40/3) / 60 = 13/18; (45 + 40/3) / 90 = 35/54; (25 + 40/3) / 60 = 23/36."""
    ranking = rank([candidate(1, 30, 40), candidate(2, 45, 70), candidate(3, 25, 40)])
    assert ranking.mean == Fraction(2, 3)
    assert [(row.key, row.place, row.shrunk) for row in ranking.rows] == [
        (1, 1, Fraction(13, 18)),
        (2, 2, Fraction(35, 54)),
        (3, 3, Fraction(23, 36)),
    ]
    assert [str(row.percent) for row in ranking.rows] == ["72.2", "64.8", "63.9"]


def test_one_order_solved_of_one_tops_nothing() -> None:
    ranking = rank([candidate(1, 1, 1), candidate(2, 90, 100), candidate(3, 80, 100)])
    assert [row.key for row in ranking.rows] == [2, 3, 1]
    assert (ranking.rows[2].place, ranking.rows[2].unplaced) == (None, Unplaced.FEW)


def test_few_good_ones_do_not_pass_many_good_ones() -> None:
    ranking = rank([candidate(1, 5, 5), candidate(2, 195, 200), candidate(3, 100, 200)])
    assert [row.key for row in ranking.rows] == [2, 1, 3]


def test_equal_values_share_a_place_and_the_next_counts_on() -> None:
    ranking = rank([candidate(4, 10, 20), candidate(1, 19, 20), candidate(3, 15, 20), candidate(2, 15, 20)])
    assert [(row.key, row.place, row.is_tied) for row in ranking.rows] == [
        *((1, 1, False), (2, 2, True), (3, 2, True), (4, 4, False)),
    ]


def test_what_is_good_when_low_is_placed_the_other_way() -> None:
    ranking = rank([candidate(1, 19, 20), candidate(2, 1, 20)], is_good_high=False)
    assert [row.key for row in ranking.rows] == [2, 1]


def test_who_was_not_there_all_the_time_is_neither_placed_nor_in_the_mean() -> None:
    ranking = rank([candidate(1, 10, 20), candidate(2, 12, 20), candidate(3, 20, 20, is_whole=False)])
    assert (ranking.numerator, ranking.denominator) == (22, 40)
    assert [row.unplaced for row in ranking.rows] == ["", "", Unplaced.PART]


def test_nobody_is_first_of_one() -> None:
    ranking = rank([candidate(1, 20, 20), candidate(2, 0, 0)])
    assert {row.key: row.unplaced for row in ranking.rows} == {1: Unplaced.ALONE, 2: Unplaced.NOTHING}


@given(fields, st.booleans())
def test_places_follow_the_value_and_whoever_has_a_place_has_enough_cases(field, is_good_high) -> None:
    ranking = rank([candidate(key, *figure) for key, figure in enumerate(field)], is_good_high=is_good_high)
    placed = [row for row in ranking.rows if row.place is not None]
    for better, worse in pairwise(placed):
        assert (better.shrunk == worse.shrunk) == (better.place == worse.place)
        assert better.shrunk >= worse.shrunk if is_good_high else better.shrunk <= worse.shrunk
    assert all(row.figure.denominator >= FEWEST for row in placed)
    assert sorted(row.key for row in ranking.rows) == list(range(len(field)))


@given(fields, st.data())
def test_one_more_solved_never_costs_a_place(field, data) -> None:
    at = data.draw(st.integers(0, len(field) - 1))
    numerator, denominator = field[at]
    better = [*field[:at], (min(numerator + 1, denominator), denominator), *field[at + 1 :]]
    before, after = (
        next(row.place for row in rank([candidate(k, *f) for k, f in enumerate(one)]).rows if row.key == at)
        for one in (field, better)
    )
    assert (before is None) == (after is None)
    assert before is None or after <= before


@given(st.lists(st.integers(0, 40), max_size=60))
def test_a_group_is_cut_into_classes_of_at_least_four_with_equal_sizes_together(sizes) -> None:
    bounds = size_bounds(sizes)
    names = [size_of(size, bounds) for size in sizes]
    assert all(names.count(name) >= 4 for name in set(names)) if bounds else set(names) <= {Size.ANY}
