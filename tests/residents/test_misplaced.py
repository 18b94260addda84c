"""A building whose position lies in another grid, after a boundary was redrawn, is found and passes with its homes."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from residents import misplaced
from residents.models import Building, House
from tests.factories import Line, make_grid, make_line, square
from tests.registers import make_building, make_house, make_resident

pytestmark = pytest.mark.django_db
PAGE = "residents:misplaced"
REASON = "The line now runs along the canal."


@pytest.fixture
def line() -> Line:
    line = make_line("worker", "secretary")
    User.objects.update(language="en")
    line.secretary.refresh_from_db()
    return line


@pytest.fixture
def stray(line: Line) -> Building:
    """A building of the line's grid that stands where the neighbouring grid is."""
    line.neighbour = make_grid(line.community, boundary=square(116.52, 35.40))
    return make_building(line.base, lng="116.5201", lat="35.4001")


def posted(client: Client, *keys: str, reason: str = REASON) -> list[str]:
    answer = client.post(reverse(PAGE), {"row": keys, "reason": reason}, follow=True)
    return [str(message) for message in answer.context["messages"]]


def test_what_lies_elsewhere_passes_with_its_homes_and_people_and_the_record_says_why(line, stray, client):
    person = make_resident(make_house(line.base, stray))
    village = make_house(line.base, lng="116.5202", lat="35.4001")
    House.objects.filter(pk=village.pk).update(building=None)
    make_building(line.base, lng="116.5001", lat="35.4001")
    make_building(line.base, lng="118", lat="30")
    client.force_login(line.secretary)
    assert f'href="{reverse(PAGE)}"' in client.get(reverse("residents:estates")).content.decode()
    rows = client.get(reverse(PAGE)).context["rows"]
    assert [(one.place, one.there, one.may_pass) for one in rows] == [
        (stray, line.neighbour, True),
        (village, line.neighbour, True),
    ]
    assert posted(client, *(one.key for one in rows)) == ["2 places passed to their grids."]
    assert misplaced.found(line.secretary) == []
    for row in (stray, village, person):
        row.refresh_from_db()
        assert row.grid_id == line.neighbour.pk
    assert [row.reason for row in village.relocations.all()] == [REASON]


def test_who_is_responsible_for_one_grid_alone_sees_it_and_moves_nothing(line, stray, client):
    client.force_login(line.worker)
    (row,) = client.get(reverse(PAGE)).context["rows"]
    assert not row.may_pass
    posted(client, row.key)
    stray.refresh_from_db()
    assert stray.grid_id == line.base.pk


def test_a_building_never_passes_to_another_community_here(line, stray, client):
    other = make_grid(line.street)
    make_grid(other, boundary=square(116.54, 35.40))
    Building.objects.filter(pk=stray.pk).update(lng="116.5401")
    client.force_login(line.secretary)
    (row,) = client.get(reverse(PAGE)).context["rows"]
    assert not row.may_pass


def test_what_was_settled_or_redrawn_meanwhile_is_not_moved(line, stray, client):
    client.force_login(line.secretary)
    third = make_grid(line.community, boundary=square(116.56, 35.40))
    (row,) = misplaced.found(line.secretary)
    Building.objects.filter(pk=stray.pk).update(lng="116.5601")
    assert "look at the list again" in " ".join(posted(client, row.key))
    stray.refresh_from_db()
    assert stray.grid_id == line.base.pk
    (row,) = misplaced.found(line.secretary)
    assert row.there == third
    assert client.post(reverse(PAGE), {"row": row.key, "reason": " "}).status_code == 400
    assert posted(client) == ["Mark the places that are to pass."]


def test_a_page_of_many_takes_as_many_queries_as_one_of_few(line, stray, client, django_assert_max_num_queries):
    for _number in range(30):
        make_building(line.base, stray.estate, lng="116.5201", lat="35.4001")
    client.force_login(line.secretary)
    with django_assert_max_num_queries(20):
        assert len(client.get(reverse(PAGE)).context["rows"]) == 31
