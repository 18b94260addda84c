"""Who sees aggregates only learns no number below ten, from whichever page he comes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grids.models import Grid, Kind
from insights import suppressing
from tests.factories import make_grid, make_line

pytestmark = pytest.mark.django_db


def read_from(numbers):
    return lambda pks: {pk: numbers[pk] for pk in pks}


def test_what_is_hidden_for_a_street_is_hidden_for_its_communities_on_every_page() -> None:
    line = make_line("admin")
    other, third = make_grid(line.district, Kind.STREET), make_grid(line.district, Kind.STREET)
    second = make_grid(line.street)
    people = {
        **{line.district.pk: 1000, line.street.pk: 40, other.pk: 7, third.pk: 953},
        **{line.community.pk: 25, second.pk: 15, line.base.pk: 25},
    }
    read = read_from({pk: {"people": n} for pk, n in people.items()})
    top = suppressing.shown(line.district, read)
    assert top == {
        line.district.pk: {"people": 1000},
        **{line.street.pk: {"people": None}, other.pk: {"people": None}, third.pk: {"people": 953}},
    }
    assert set(suppressing.shown(line.street, read)) == {line.street.pk, line.community.pk, second.pk}
    assert suppressing.shown(line.street, read)[line.community.pk] == {"people": None}
    assert suppressing.shown(line.community, read)[line.base.pk] == {"people": None}


def test_a_small_part_does_not_come_out_of_its_whole() -> None:
    line = make_line("admin")
    row = {"people": 100, "resident": 97, "floating": 3}
    nodes = (line.district, line.street, line.community, line.base)
    read = read_from({node.pk: row for node in nodes})
    shown = suppressing.shown(line.district, read, [("people", ["resident", "floating"])])
    assert shown[line.street.pk] == {"people": 100, "resident": None, "floating": None}


def test_large_numbers_are_all_shown_and_it_takes_two_queries(django_assert_num_queries) -> None:
    line = make_line("admin")
    nodes = (line.district, line.street, line.community, line.base)
    with django_assert_num_queries(2):
        shown = suppressing.shown(line.community, read_from({node.pk: {"people": 10} for node in nodes}))
    assert shown == {line.community.pk: {"people": 10}, line.base.pk: {"people": 10}}


@pytest.fixture
def streets(db) -> tuple[Grid, list[Grid]]:
    district = make_grid()
    return district, [make_grid(district) for _ in range(5)]


def test_no_number_below_ten_can_be_worked_out_of_a_total(streets) -> None:
    district, below = streets

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.integers(0, 30), min_size=5, max_size=5))
    def holds(counts: list[int]) -> None:
        numbers = {node.pk: {"people": n} for node, n in zip(below, counts, strict=True)}
        numbers[district.pk] = {"people": sum(counts)}
        shown = suppressing.shown(district, read_from(numbers))
        dark = [n for node, n in zip(below, counts, strict=True) if shown[node.pk]["people"] is None]
        assert all(n in dark for n in counts if n < 10)
        assert not dark or len(dark) == 5 or (len(dark) > 1 and sum(dark) >= 10)

    holds()
