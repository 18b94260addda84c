"""Places and the search by the API: the same sight, masking and refusals as the pages."""

import pytest
from rest_framework.test import APIClient

from accounts.models import AuditRecord
from residents.models import House
from tests.factories import Line, make_grid, make_line
from tests.registers import make_house, make_organisation, make_resident

pytestmark = pytest.mark.django_db
HOUSES = "/api/v1/houses/"
SEARCH = "/api/v1/residents/search/"


@pytest.fixture
def line() -> Line:
    return make_line("worker", "dispatcher", "handler", "secretary")


@pytest.fixture
def api(line: Line) -> APIClient:
    client = APIClient()
    client.force_authenticate(line.worker)
    return client


def test_houses_are_listed_narrowed_and_shown_with_who_lives_there_masked(api: APIClient, line: Line) -> None:
    house = make_house(line.base, use="rented", owner_name="孙有房", owner_phone="12800000001")
    person = make_resident(house, name="欧阳测试")
    shop = make_organisation(line.base, house=house)
    make_house(line.base)
    make_house(make_grid(line.community))
    assert len(api.get(HOUSES).json()["results"]) == 2
    assert [row["id"] for row in api.get(HOUSES, {"use": "rented"}).json()["results"]] == [house.pk]
    shown = api.get(f"{HOUSES}{house.pk}/")
    told = shown.json()
    assert (told["owner_name"], told["owner_phone"], told["organisations"]) == ("孙**", "128****0001", [shop.pk])
    assert [row["name"] for row in told["residents"]] == ["欧阳**"]
    for private in (person.name, person.identity_number, person.phone, "孙有房", "12800000001"):
        assert private not in shown.content.decode()


def test_estates_and_buildings_are_read(api: APIClient, line: Line) -> None:
    house = make_house(line.base)
    assert [row["id"] for row in api.get("/api/v1/estates/").json()["results"]] == [house.estate_id]
    assert api.get(f"/api/v1/buildings/{house.building_id}/").json()["estate"] == house.estate_id


def test_a_house_is_changed_and_a_stale_change_is_refused(api: APIClient, line: Line) -> None:
    house = make_house(line.base)
    changed = api.patch(f"{HOUSES}{house.pk}/", {"use": "vacant", "version": 1}, format="json")
    assert (changed.status_code, changed.json()["use"], changed.json()["version"]) == (200, "vacant", 2)
    assert api.patch(f"{HOUSES}{house.pk}/", {"use": "rented", "version": 1}, format="json").status_code == 409
    api.force_authenticate(line.dispatcher)
    assert api.patch(f"{HOUSES}{house.pk}/", {"use": "rented"}, format="json").status_code == 403
    assert House.objects.get(pk=house.pk).use == "vacant"


def test_the_search_finds_masked_and_keeps_nothing_of_what_was_asked(api: APIClient, line: Line) -> None:
    house = make_house(line.base)
    person = make_resident(house, name="张建国")
    by_name = api.post(SEARCH, {"q": "建国"})
    assert [(row["id"], row["name"], row["house"]) for row in by_name.json()["people"]] == [
        (person.pk, "张**", house.pk)
    ]
    by_phone = api.post(SEARCH, {"q": person.phone})
    assert by_phone.json()["asked"] == "phone"
    for answer in (by_name, by_phone):
        assert person.name not in answer.content.decode()
        assert person.phone not in answer.content.decode()
    assert AuditRecord.objects.get(action="residents.search").detail == {"by": "phone", "found": 1}


def test_who_does_not_see_the_registers_does_not_search_them(api: APIClient, line: Line) -> None:
    api.force_authenticate(line.handler)
    assert api.post(SEARCH, {"q": "张"}).status_code == 403
    assert api.get(HOUSES).json()["results"] == []
