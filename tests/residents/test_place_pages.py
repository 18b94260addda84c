"""The pages of places: houses and estates listed, a building as a plan of its homes, a house with all that is in it."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from residents import actions
from residents.models import Building, Estate, House
from tests.factories import Line, make_grid, make_line
from tests.registers import make_building, make_house, make_household, make_organisation, make_resident

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


@pytest.fixture
def line() -> Line:
    return make_line("worker", "secretary", "dispatcher", "chief")


@pytest.fixture
def client(line: Line) -> Client:
    client = Client()
    client.force_login(line.worker)
    return client


def page(client: Client, name: str, *args: int, **query: object) -> str:
    return client.get(reverse(f"residents:{name}", args=args), query).content.decode()


def test_a_worker_walks_from_the_estate_to_the_building_to_the_house_to_the_person(client: Client, line: Line) -> None:
    house = make_house(line.base)
    person = make_resident(house, name="张建国")
    assert house.estate
    assert house.building
    steps = [("estates", (), house.estate), ("estate", (house.estate.pk,), house.building)]
    steps += [("building", (house.building.pk,), house), ("house", (house.pk,), person)]
    for name, args, onwards in steps:
        assert f'href="{onwards.get_absolute_url()}"' in page(client, name, *args)
    assert f'href="{house.get_absolute_url()}"' in page(client, "person", person.pk)


def test_the_house_shows_who_lives_and_who_is_registered_there_masked(client: Client, line: Line) -> None:
    house = make_house(line.base, owner_name="孙有房", owner_phone="12800000001")
    head, child = make_resident(house, name="张建国"), make_resident(house, name="张小宝")
    tenant = make_resident(house, name="欧阳租客", kind="floating", registered_house=None)
    make_household(head, child, number="H12")
    away = make_resident(make_house(line.base), name="李在外", registered_house=house)
    unseen = make_resident(make_house(make_grid(line.community)), name="王他处", registered_house=house)
    make_organisation(line.base, name="水庭便利店", house=house)
    shown = page(client, "house", house.pk)
    for visible in (
        "张**",
        "欧阳**",
        "李**",
        "孙**",
        "128****0001",
        "H12",
        "水庭便利店",
        "另有 1 人居住在其他区域",
    ):
        assert visible in shown
    private = [row.name for row in (head, child, tenant, away, unseen)]
    private += [number for row in (head, tenant, away) for number in (row.identity_number, row.phone)]
    for secret in (*private, "孙有房", "12800000001", f"/residents/{unseen.pk}/"):
        assert secret not in shown


def test_the_house_tells_which_grids_it_lay_in(client: Client, line: Line) -> None:
    other = make_grid(line.community, name="第九网格")
    house = make_house(other)
    actions.edit_house(house, actor=line.secretary, grid=line.base, reason="网格拆分")
    shown = page(client, "house", house.pk)
    assert "第九网格" in shown
    assert "网格拆分" in shown


def test_the_pages_ask_few_queries_however_full_the_house_is(
    client: Client, line: Line, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    house = make_house(line.base)
    people = [make_resident(house) for _ in range(12)]
    make_household(*people[:6])
    make_household(*people[6:10])
    for _ in range(3):
        make_organisation(line.base, house=house)
        make_resident(make_house(line.base, house.building), registered_house=house)
    actions.edit_house(house, actor=line.worker, use="rented")
    for name, key in (("house", house.pk), ("building", house.building_id), ("estate", house.estate_id)):
        page(client, name, key)
        with django_assert_max_num_queries(MOST_QUERIES):
            page(client, name, key)
    for name in ("houses", "estates"):
        with django_assert_max_num_queries(MOST_QUERIES):
            page(client, name)


def test_the_plan_of_a_building_stands_by_unit_and_floor(client: Client, line: Line) -> None:
    building = make_building(line.base, units=2, floors=11)
    actions.add_houses(building, actor=line.worker, units=["1", "2"], floors=range(1, 12), rooms=2)
    full = House.objects.get(building=building, unit_no="2", room_no="1102")
    make_resident(full)
    units = client.get(building.get_absolute_url()).context["units"]
    assert [unit.name for unit in units] == ["1", "2"]
    assert [floor for floor, _homes in units[0].floors] == list(range(11, 0, -1))
    top = units[1].floors[0][1]
    assert [(home.house.room_no, home.people) for home in top] == [("1101", 0), ("1102", 1)]


def test_the_list_of_houses_is_narrowed_by_use_and_turns_pages(client: Client, line: Line) -> None:
    building = make_building(line.base)
    actions.add_houses(building, actor=line.worker, units=["1"], floors=range(1, 31), rooms=4)
    rented = House.objects.filter(room_no="301")
    rented.update(use="rented")
    found = client.get(reverse("residents:houses"), {"use": "rented"}).context["page"].rows
    assert found == list(rented)
    seen, address = set(), reverse("residents:houses")
    while address:
        shown = client.get(address).context["page"]
        seen |= {row.pk for row in shown.rows}
        address = reverse("residents:houses") + shown.older if shown.older else ""
    assert len(seen) == 120


def test_who_may_take_lists_along_finds_the_way_on_the_list_of_houses(client: Client, line: Line) -> None:
    way = f"{reverse('residents:export-ask')}?what=houses"
    assert way not in page(client, "houses")
    client.force_login(line.secretary)
    assert way in page(client, "houses")
    assert 'value="houses"' in client.get(way).content.decode()
    assert way not in page(client, "estates")


def test_a_worker_enters_an_estate_its_building_and_homes_by_the_forms(client: Client, line: Line) -> None:
    made = client.post(reverse("residents:estate-add"), {"community": line.community.code, "name": "颂运水庭"})
    estate = Estate.objects.get()
    assert made.headers["Location"] == estate.get_absolute_url()
    client.post(
        reverse("residents:building-add", args=[estate.pk]),
        {"number": "4", "grid": line.base.code, "units": 2, "floors": 6, "lng": "116.5", "lat": "35.4"},
    )
    building = Building.objects.get()
    client.post(
        reverse("residents:building-houses", args=[building.pk]),
        {"units": 2, "first_floor": 1, "last_floor": 6, "rooms": 2},
    )
    assert House.objects.filter(building=building).count() == 24
    client.post(
        reverse("residents:house-add") + f"?building={building.pk}",
        {"unit_no": "2", "room_no": "701", "grid": line.base.code, "use": "rented", "owner_phone": "128 0000 0001"},
    )
    house = House.objects.get(room_no="701")
    assert (house.address, house.owner_phone, house.floor) == ("颂运水庭4号楼2单元701室", "12800000001", 7)


def test_what_cannot_be_is_said_beside_the_field(client: Client, line: Line) -> None:
    house = make_house(line.base)
    again = client.post(
        reverse("residents:house-add") + f"?building={house.building_id}",
        {"unit_no": house.unit_no, "room_no": house.room_no, "grid": line.base.code, "use": "owned"},
    )
    assert again.status_code == 409
    assert again.context["form"].errors["room_no"]
    wrong = client.post(
        reverse("residents:house-edit", args=[house.pk]),
        {"unit_no": "1", "room_no": "9", "grid": line.base.code, "use": "owned", "owner_phone": "12", "lng": "5"},
    )
    assert wrong.status_code == 400
    assert set(wrong.context["form"].errors) == {"owner_phone", "lat"}


def test_the_form_of_a_house_shows_its_owner_masked_and_keeps_what_is_left_empty(client: Client, line: Line) -> None:
    house = make_house(line.base, owner_name="孙有房", owner_phone="12800000001")
    address = reverse("residents:house-edit", args=[house.pk])
    shown = client.get(address).content.decode()
    assert "128****0001" in shown
    assert "12800000001" not in shown
    sent = {"unit_no": "1", "room_no": house.room_no, "floor": 1, "grid": line.base.code, "use": "vacant", "version": 1}
    client.post(address, sent)
    house.refresh_from_db()
    assert (house.use, house.owner_name, house.owner_phone) == ("vacant", "孙有房", "12800000001")
    client.post(address, sent | {"version": 2, "owner_phone": "-"})
    house.refresh_from_db()
    assert (house.owner_name, house.owner_phone) == ("孙有房", "")


def test_a_form_filled_from_an_older_state_writes_nothing(client: Client, line: Line) -> None:
    house = make_house(line.base)
    actions.edit_house(house, actor=line.worker, use="rented")
    sent = {"unit_no": "1", "room_no": house.room_no, "grid": line.base.code, "use": "vacant", "version": 1}
    assert client.post(reverse("residents:house-edit", args=[house.pk]), sent).status_code == 409
    house.refresh_from_db()
    assert house.use == "rented"


def test_the_lead_is_chosen_among_those_who_live_there(client: Client, line: Line) -> None:
    house = make_house(line.base)
    lead = make_resident(house, name="张楼长")
    address = reverse("residents:building-head", args=[house.building_id])
    assert "张楼长" not in client.get(address).content.decode()
    client.post(address, {"head": lead.pk})
    assert Building.objects.get(pk=house.building_id).head == lead
    assert "张**" in page(client, "house", house.pk)
    stranger = make_resident(make_house(line.base))
    assert client.post(address, {"head": stranger.pk}).status_code == 400


def test_a_house_with_people_stays_and_the_page_says_why(client: Client, line: Line) -> None:
    house = make_house(line.base)
    make_resident(house)
    client.post(reverse("residents:house-retire", args=[house.pk]))
    assert "请先办理迁移" in page(client, "house", house.pk)
    house.refresh_from_db()
    assert house.retired_on is None


def test_who_may_only_look_finds_no_buttons_and_is_refused(line: Line) -> None:
    house = make_house(line.base)
    client = Client()
    client.force_login(line.dispatcher)
    assert reverse("residents:house-edit", args=[house.pk]) not in page(client, "house", house.pk)
    assert client.get(reverse("residents:house-edit", args=[house.pk])).status_code == 403
    assert client.post(reverse("residents:building-retire", args=[house.building_id])).status_code == 403


def test_a_neighbour_s_house_is_not_there_for_a_worker(client: Client, line: Line) -> None:
    house = make_house(make_grid(line.community))
    assert client.get(house.get_absolute_url()).status_code == 404
    assert house.address not in page(client, "houses")
    assert house.address not in page(client, "houses", node=line.community.code)
