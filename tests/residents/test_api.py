"""The registers by the API: the same sight, masking and refusals as the pages; nothing private in an address."""

import pytest
from rest_framework.test import APIClient

from residents import actions
from residents.models import Household, Organisation, Resident
from tests.factories import make_grid, make_line
from tests.registers import identity_number, make_house, make_household, make_organisation, make_resident

pytestmark = pytest.mark.django_db
PEOPLE = "/api/v1/residents/"
ORGANISATIONS = "/api/v1/organisations/"


@pytest.fixture
def line():
    return make_line("worker", "dispatcher")


@pytest.fixture
def house(line):
    return make_house(line.base)


@pytest.fixture
def api(line):
    client = APIClient()
    client.force_authenticate(line.worker)
    return client


def test_the_list_and_the_entry_are_masked_and_say_an_age(api, house):
    person = make_resident(house, name="欧阳测试")
    make_household(person)
    make_resident(make_house(make_grid(house.grid.parent)))
    listed = api.get(PEOPLE).json()["results"]
    entry = api.get(f"{PEOPLE}{person.pk}/")
    assert [row["id"] for row in listed] == [person.pk]
    assert entry.json()["name"] == "欧阳**"
    assert entry.json()["household"]["members"] == [
        {"resident": person.pk, "kinship": "02", "started_on": "2020-01-01"}
    ]
    told = entry.content.decode()
    for private in (person.name, person.identity_number, person.phone, "1985"):
        assert private not in told


def test_the_next_page_is_found_without_a_name_in_the_address(api, house):
    for letter in "甲乙丙":
        make_resident(house, name=f"王{letter}")
    first = api.get(PEOPLE, {"page_size": 2}).json()
    second = api.get(first["next"]).json()
    assert len(first["results"]) + len(second["results"]) == 3
    assert "%E7%8E%8B" not in first["next"]


def test_a_person_is_entered_changed_and_moved(api, line, house):
    made = api.post(
        PEOPLE,
        {
            "house": house.pk,
            "heads": True,
            "name": "张三",
            "kind": "floating",
            "identity_number": identity_number(),
            "inflow_reason": "01",
        },
    )
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    assert made.json()["facts"]["inflow_reason"] == "01"
    assert Household.objects.get().head_id == pk
    changed = api.patch(f"{PEOPLE}{pk}/", {"occupation": "教师", "version": 1})
    assert changed.json()["occupation"] == "教师"
    target = make_house(line.base)
    moved = api.post(f"{PEOPLE}{pk}/move/", {"house": target.pk, "with_household": True})
    assert moved.json()["house"] == target.pk
    left = api.post(f"{PEOPLE}{pk}/leave/", {"why": "moved"})
    assert left.json()["gone"] == "moved"
    assert api.post(f"{PEOPLE}{pk}/return/", {}).json()["gone"] == ""


def test_refusals_are_told_apart(api, line, house):
    there = make_resident(house)
    actions.edit_resident(there, actor=line.worker, details={"note": "甲"})
    stale = api.patch(f"{PEOPLE}{there.pk}/", {"note": "乙", "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    twice = api.post(PEOPLE, {"house": house.pk, "name": "张三", "identity_number": there.identity_number})
    assert (twice.status_code, twice.json()["code"], twice.json()["resident"]) == (409, "already_there", there.pk)
    wrong = api.post(PEOPLE, {"house": house.pk, "name": "张三", "phone": "1", "ethnicity": "99x"})
    assert wrong.status_code == 400
    assert set(wrong.json()) == {"phone", "ethnicity"}
    elsewhere = make_house(make_grid(line.community))
    assert api.post(PEOPLE, {"house": elsewhere.pk, "name": "张三"}).status_code == 400
    assert api.get(f"{PEOPLE}{make_resident(elsewhere).pk}/").status_code == 404


def test_who_only_looks_may_not_change(line, house):
    person = make_resident(house)
    client = APIClient()
    client.force_authenticate(line.dispatcher)
    assert client.get(f"{PEOPLE}{person.pk}/").json()["may_edit"] is False
    assert client.patch(f"{PEOPLE}{person.pk}/", {"note": "甲"}).status_code == 403
    assert client.post(PEOPLE, {"house": house.pk, "name": "张三"}).status_code == 403
    assert Resident.objects.count() == 1


def test_an_organisation_is_entered_checked_and_closed(api, line):
    made = api.post(
        ORGANISATIONS,
        {
            "grid": line.base.pk,
            "kind": "school",
            "name": "测试校",
            "is_key_site": True,
            "safety_phone": "12000000001",
        },
    )
    assert made.status_code == 201, made.content
    address = f"{ORGANISATIONS}{made.json()['id']}/"
    assert made.json()["overdue"] == ["fire", "electricity", "gas"]
    assert made.json()["safety_phone"] == "120****0001"
    assert api.post(f"{address}check/", {"kind": "fire"}).json()["overdue"] == ["electricity", "gas"]
    assert api.get(ORGANISATIONS, {"overdue": True}).json()["results"][0]["name"] == "测试校"
    assert api.patch(address, {"trade": "教育"}).json()["trade"] == "教育"
    assert api.post(f"{address}close/", {}).json()["closed_on"]
    assert api.get(ORGANISATIONS).json()["results"] == []
    assert api.post(f"{address}reopen/", {}).json()["closed_on"] is None


def test_lists_take_few_queries(api, line, house, django_assert_max_num_queries):
    for _ in range(10):
        make_resident(house)
        make_organisation(line.base, house=house)
    assert Organisation.objects.count() == 10
    for address in (PEOPLE, ORGANISATIONS):
        with django_assert_max_num_queries(3):
            assert len(api.get(address).json()["results"]) == 10
