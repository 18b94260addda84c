"""One box finds people, houses and organisations within one's sight, masked, and leads from each to the others."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditRecord
from grids.models import Kind
from grids.roles import Role
from residents import actions, pinyin, search
from residents.models import Resident
from residents.search import Asked
from tests.factories import Line, make_grid, make_line, make_post, make_user
from tests.registers import make_building, make_estate, make_house, make_organisation, make_resident

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


@pytest.fixture
def line() -> Line:
    return make_line("worker", "secretary", "operator", "chief", "handler")


def named(line: Line, *names: str, grid: object = None) -> dict[str, Resident]:
    house = make_house(grid or line.base)
    return {name: make_resident(house, name=name, initials=pinyin.initials(name)) for name in names}


@pytest.mark.parametrize("who", ["worker", "secretary", "operator", "chief"])
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("张", {"张建国", "李张氏"}),
        ("张建国", {"张建国"}),
        ("建国", {"张建国", "欧阳建国"}),
        ("国", {"张建国", "欧阳建国"}),
        ("建 国", {"张建国", "欧阳建国"}),
        ("买买提", {"阿依古丽·买买提"}),
        ("古丽", {"阿依古丽·买买提"}),
        ("zjg", {"张建国"}),
        ("ZJ", {"张建国"}),
        ("shi", set()),
        ("John", {"John Smith"}),
        ("赵", set()),
    ],
)
def test_people_are_found_by_any_part_of_their_name_or_their_initials(
    line: Line, who: str, words: str, found: set
) -> None:
    named(line, "张建国", "李张氏", "欧阳建国", "阿依古丽·买买提", "John Smith")
    people = search.search(words, getattr(line, who)).people
    assert {person.name for person in people} == found


def test_whose_name_it_is_comes_first_and_who_is_gone_comes_last(line: Line) -> None:
    people = named(line, "李王某", "王某某", "王某", "王某甲")
    actions.leave(people["王某甲"], actor=line.worker, why="moved")
    assert [person.name for person in search.search("王某", line.worker).people] == [
        "王某",
        "王某某",
        "李王某",
        "王某甲",
    ]


def test_an_entry_that_turned_out_double_is_not_found(line: Line) -> None:
    person = named(line, "王某")["王某"]
    Resident.objects.filter(pk=person.pk).update(gone="double", gone_on="2026-01-01")
    assert search.search("王某", line.worker).is_empty


@pytest.mark.parametrize("write", [str, lambda n: n.lower(), lambda n: f"{n[:6]} {n[6:14]} {n[14:]}"])
def test_a_whole_identity_number_finds_its_one_person(line: Line, write: object) -> None:
    house = make_house(line.base)
    person, _other = make_resident(house), make_resident(house)
    found = search.search(write(person.identity_number), line.secretary)
    assert (found.asked, found.people) == (Asked.IDENTITY, [person])


def test_a_passport_s_number_finds_its_holder(line: Line) -> None:
    person = make_resident(make_house(line.base), certificate="414", identity_number="E12345678")
    assert search.search("e12345678", line.worker).people == [person]


def test_a_whole_telephone_number_finds_everybody_who_has_it(line: Line) -> None:
    house = make_house(line.base)
    people = [make_resident(house, phone="12800009999") for _ in range(2)]
    make_resident(house)
    found = search.search("+86 128-0000-9999", line.worker)
    assert (found.asked, found.people) == (Asked.PHONE, people)


def test_four_digits_find_numbers_and_telephones_that_end_so(line: Line) -> None:
    house = make_house(line.base)
    by_phone = make_resident(house, phone="12800004321")
    by_number = make_resident(house, identity_number="E77774321", certificate="414")
    make_resident(house)
    assert set(search.search("4321", line.worker).people) == {by_phone, by_number}


def test_a_part_of_a_number_finds_nobody_and_the_page_says_how(client: Client, line: Line) -> None:
    make_resident(make_house(line.base), phone="12800004321")
    client.force_login(line.worker)
    page = client.post(reverse("residents:search"), {"q": "128000043"})
    assert page.context["found"].asked == Asked.PART_OF_A_NUMBER
    assert page.context["found"].is_empty


@pytest.mark.parametrize(
    "words", ["颂运水庭4号楼2单元301", "颂运水庭小区 4#-2-301", "水庭四栋二单元301室", "颂运水庭4号楼"]
)
def test_a_house_is_found_however_its_address_is_written(line: Line, words: str) -> None:
    estate = actions.add_estate(line.community, actor=line.secretary, name="颂运水庭")
    for number in ("4", "41"):
        building = actions.add_building(line.base, actor=line.secretary, estate=estate, number=number)
        actions.add_house(line.base, actor=line.secretary, building=building, unit_no="2", room_no="301")
    for person in (line.worker, line.operator, line.chief):
        assert [house.address for house in search.search(words, person).houses] == ["颂运水庭4号楼2单元301室"]


def test_in_ones_own_grid_the_numbers_alone_are_enough(line: Line) -> None:
    building = make_building(line.base, number="4")
    house = actions.add_house(line.base, actor=line.worker, building=building, unit_no="2", room_no="301")
    assert search.search("4-2-301", line.worker).houses == [house]


def test_estates_and_organisations_are_found_by_a_part_of_their_name(line: Line) -> None:
    estate = actions.add_estate(line.community, actor=line.secretary, name="颂运水庭")
    shop = make_organisation(line.base, name="水庭便利店", credit_code="91110000600037341L")
    found = search.search("水庭", line.worker)
    assert (found.estates, found.organisations) == ([estate], [shop])
    assert search.search("91110000600037341l", line.worker).organisations == [shop]


@pytest.mark.parametrize("by", ["name", "identity_number", "phone", "identity_last4", "initials", "address", "shop"])
def test_nothing_outside_ones_sight_is_found_whichever_way_one_looks(line: Line, by: str) -> None:
    neighbour = make_grid(line.community)
    house = make_house(neighbour, make_building(neighbour, make_estate(line.community, name="静水园"), number="4"))
    person = make_resident(house, name="隔壁人", initials="gbr")
    make_organisation(neighbour, name="隔壁店")
    asked = {"address": house.address, "shop": "隔壁店"}.get(by) or getattr(person, by)
    found = search.search(asked, line.worker)
    assert found.people + found.houses + found.organisations == []
    assert not search.search(asked, line.handler).people
    elsewhere = search.search(asked, line.secretary)
    assert elsewhere.people + elsewhere.houses + elsewhere.organisations


def test_a_post_in_a_micro_grid_finds_what_lies_in_it_only(line: Line) -> None:
    micro = make_grid(line.base, Kind.MICRO)
    keeper = make_user()
    make_post(keeper, Role.GRID_WORKER, micro)
    inside = named(line, "王内", grid=micro)["王内"]
    named(line, "王外")
    assert search.search("王", keeper).people == [inside]


def test_no_more_than_fifty_are_shown_and_the_page_says_that_there_are_more(client: Client, line: Line) -> None:
    house = make_house(line.base)
    path = {name: getattr(house, name) for name in ("district_id", "street_id", "community_id", "grid_id")}
    rows = [Resident(name=f"王{number}", house=house, **path) for number in "一二三四五六七八九十" * 6]
    Resident.objects.bulk_create(rows)
    client.force_login(line.operator)
    page = client.post(reverse("residents:search"), {"q": "王"})
    assert len(page.context["found"].people) == search.MOST
    assert "people" in page.context["found"].more


def test_the_page_masks_what_it_finds_and_leads_to_the_person_and_the_house(client: Client, line: Line) -> None:
    house = make_house(line.base)
    person = make_resident(house, name="欧阳建国", initials="oyjg")
    client.force_login(line.worker)
    page = client.post(reverse("residents:search"), {"q": "建国"}).content.decode()
    assert "欧阳**" in page
    assert f'href="{person.get_absolute_url()}"' in page
    assert f'href="{house.get_absolute_url()}"' in page
    for private in (person.name, person.identity_number, person.phone, house.address):
        assert private not in page


def test_what_is_looked_for_stands_in_no_address_and_in_no_record(client: Client, line: Line) -> None:
    person = make_resident(make_house(line.base))
    client.force_login(line.worker)
    address = reverse("residents:search")
    assert client.get(address, {"q": person.phone}).context["found"] is None
    client.post(address, {"q": person.phone})
    line_of_record = AuditRecord.objects.get(action="residents.search")
    assert line_of_record.detail == {"by": "phone", "found": 1}
    assert 'method="post"' in client.get(address).content.decode()


def test_looking_takes_few_queries_at_every_level(
    client: Client, line: Line, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    named(line, *(f"王建{letter}" for letter in "国军民"))
    for person in (line.worker, line.operator, line.chief):
        client.force_login(person)
        client.get(reverse("residents:search"))
        for words in ("建", "wj", "4号楼2单元301", "1234"):
            with django_assert_max_num_queries(MOST_QUERIES + 4):  # a number found is written into the audit log
                client.post(reverse("residents:search"), {"q": words})


def test_the_list_of_orders_offers_to_look_in_the_registers_for_the_same_words(client: Client, line: Line) -> None:
    offer = f'action="{reverse("residents:search")}"'
    client.force_login(line.worker)
    assert offer in client.get(reverse("workorders:list"), {"q": "路灯"}).content.decode()
    assert offer not in client.get(reverse("workorders:list")).content.decode()
    client.force_login(line.handler)
    assert offer not in client.get(reverse("workorders:list"), {"q": "路灯"}).content.decode()


def test_on_pages_of_the_registers_the_box_above_looks_in_them(client: Client, line: Line) -> None:
    client.force_login(line.worker)
    box = f'role="search" action="{reverse("residents:search")}" method="post"'
    for name in ("people", "houses", "organisations", "search"):
        assert box in client.get(reverse(f"residents:{name}")).content.decode()
    assert box not in client.get(reverse("workorders:list")).content.decode()


@pytest.mark.parametrize(
    "words", ["%", "_", "王%", "'", "\\", "\x00", "=cmd|' /C calc'!A0", "a" * 101, "  ", "|", "一" * 100]
)
def test_no_words_break_it(client: Client, line: Line, words: str) -> None:
    named(line, "王某")
    client.force_login(line.operator)
    page = client.post(reverse("residents:search"), {"q": words})
    assert page.status_code in {200, 400}
    assert not (page.context["found"] and page.context["found"].people)
