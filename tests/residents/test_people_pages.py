"""The pages of people: masked lists by name, one person with home and household, forms that keep what is masked."""

import base64
import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from residents import actions
from residents.models import Household, Resident
from tests.factories import make_grid, make_line
from tests.registers import identity_number, make_house, make_household, make_organisation, make_resident

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


@pytest.fixture
def line():
    return make_line("worker", "secretary", "dispatcher", "chief")


@pytest.fixture
def house(line):
    return make_house(line.base)


@pytest.fixture
def client(line) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(line.worker)
    return client


def typed(**fields):
    """Fill the form of a new person."""
    return {"name": "张三", "kind": "registered", "lives": "both", "certificate": "111", "household": "new"} | fields


def test_the_list_masks_names_and_homes(client, house):
    person = make_resident(house, name="欧阳建国")
    page = client.get(reverse("residents:people")).content.decode()
    assert "欧阳**" in page
    for private in (person.name, person.identity_number, person.phone, house.address):
        assert private not in page


def test_the_list_turns_pages_by_name_and_nobody_is_missed(client, house):
    made = {make_resident(house, name=f"王{letter}").pk for letter in "一丁七万丈三上下不与专且世丘丙业丛东丝丢" * 3}
    seen, address = [], reverse("residents:people")
    while address:
        assert base64.urlsafe_b64encode("王".encode()).decode()[:4] not in address
        page = client.get(address).context["page"]
        seen += [row.pk for row in page.rows]
        address = reverse("residents:people") + page.older if page.older else ""
    assert len(seen) == len(made)
    assert set(seen) == made


def test_a_district_reads_its_streets_one_by_one_and_sees_all(line, house):
    make_resident(house, name="王乙")
    make_resident(make_house(make_grid(make_grid(make_grid(line.district)))), name="王甲")
    client = Client()
    client.force_login(line.chief)
    rows = client.get(reverse("residents:people")).context["page"].rows
    assert [row.name for row in rows] == ["王乙", "王甲"]


def test_the_list_narrows_to_kind_use_node_and_those_who_left(client, line, house):
    rented = make_house(line.base, use="rented")
    tenant = make_resident(rented, kind="floating")
    owner = make_resident(house)
    gone = make_resident(house)
    actions.leave(gone, actor=line.worker, why="moved")
    address = reverse("residents:people")

    def shown(**query):
        return {row.pk for row in client.get(address, query).context["page"].rows}

    assert shown(kind="floating") == {tenant.pk}
    assert shown(use="owned") == {owner.pk}
    assert shown(shown="gone") == {gone.pk}
    assert shown(node=line.base.code) == {tenant.pk, owner.pk}


def test_the_list_needs_few_queries_however_many_people(client, house, django_assert_max_num_queries):
    for _ in range(20):
        make_resident(house)
    with django_assert_max_num_queries(9):
        client.get(reverse("residents:people"))


def test_a_persons_page_leads_to_house_household_and_organisations_in_few_queries(
    client, line, house, django_assert_max_num_queries
):
    old_home = make_house(line.base)
    head, wife = make_resident(old_home), make_resident(house, sex="2")
    actions.move_house(head, actor=line.worker, house=house)
    household = make_household(Resident.objects.get(pk=head.pk), wife)
    lodger = make_resident(house)
    make_organisation(line.base, house=house, name="小卖部")
    client.get(head.get_absolute_url())  # what is read once in a process is read
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(head.get_absolute_url())
    told = page.content.decode()
    for row in (wife, lodger):
        assert row.get_absolute_url() in told
    assert reverse("residents:household", args=[household.pk]) in told
    assert "小卖部" in told
    assert old_home.address in told
    assert house.address in told


def test_no_page_shows_the_birth_beside_a_masked_number(client, house):
    person = make_resident(house, born_on=dt.date(1985, 7, 12))
    for name in ("person", "person-edit"):
        told = client.get(reverse(f"residents:{name}", args=[person.pk])).content.decode()
        assert "1985" not in told
        assert person.name not in told
        assert person.identity_number[:3] + "*" in told


def test_a_tenant_is_entered_at_the_door_of_their_house(client, line):
    rented = make_house(line.base, use="rented")
    address = reverse("residents:person-add") + f"?house={rented.pk}"
    form = client.get(address).context["form"]
    assert (form.initial["kind"], form.initial["lives"], form.initial["household"]) == ("floating", "here", "new")
    number = identity_number(dt.date(1999, 1, 2))
    answer = client.post(address, typed(kind="floating", lives="here", identity_number=number, inflow_reason="01"))
    made = Resident.objects.get()
    assert answer.headers["Location"] == made.get_absolute_url()
    assert (made.house_id, made.registered_house_id, made.floating.inflow_reason) == (rented.pk, None, "01")
    assert Household.objects.get().head_id == made.pk


def test_a_child_joins_the_household_of_the_house(client, house):
    household = make_household(make_resident(house))
    address = reverse("residents:person-add") + f"?house={house.pk}"
    refused = client.post(address, typed(household=str(household.pk), kinship=""))
    assert "kinship" in refused.context["form"].errors
    client.post(address, typed(household=str(household.pk), kinship="31", again="1"))
    assert set(household.memberships.values_list("kinship", flat=True)) == {"02", "31"}


def test_without_a_house_the_address_finds_it_in_any_spelling(client, line):
    house = make_house(line.base, address="颂运水庭4号楼2单元301", address_key="颂运水庭|4|2|301")
    answer = client.post(reverse("residents:person-add"), typed(house="颂运水庭 四栋二单元301室"))
    assert answer.status_code == 302
    assert Resident.objects.get().house_id == house.pk
    options = client.get(reverse("residents:suggest-houses"), {"q": "颂运水庭4号楼"}).content.decode()
    assert "颂运水庭4号楼2单元301" in options


def test_who_is_there_already_is_offered_instead(client, house):
    there = make_resident(house)
    address = reverse("residents:person-add") + f"?house={house.pk}"
    answer = client.post(address, typed(identity_number=there.identity_number))
    assert answer.status_code == 409
    assert there.get_absolute_url() in answer.content.decode()
    assert Resident.objects.count() == 1


def test_what_is_left_empty_in_the_form_stays(client, line, house):
    person = make_resident(house, name="王测试")
    address = reverse("residents:person-edit", args=[person.pk])
    client.post(address, {"kind": "registered", "certificate": "111", "version": 1, "occupation": "教师"})
    fresh = Resident.objects.get(pk=person.pk)
    assert fresh.occupation == "教师"
    for name in ("name", "identity_number", "identity_hash", "phone", "phone_hash", "born_on", "sex"):
        assert getattr(fresh, name) == getattr(person, name)
    assert fresh.events.get().fields == ["occupation"]


def test_a_number_is_deleted_only_when_asked(client, house):
    person = make_resident(house)
    address = reverse("residents:person-edit", args=[person.pk])
    client.post(address, {"kind": "registered", "certificate": "111", "version": 1, "forget_phone": "on"})
    person.refresh_from_db()
    assert (person.phone, person.phone_hash, person.phone_last4) == ("", None, "")


def test_a_stale_form_says_so_and_keeps_what_was_typed(client, line, house):
    person = make_resident(house)
    actions.edit_resident(person, actor=line.worker, details={"note": "甲"})
    address = reverse("residents:person-edit", args=[person.pk])
    answer = client.post(address, {"kind": "registered", "certificate": "111", "version": 1, "employer": "某厂"})
    assert answer.status_code == 409
    told = answer.content.decode()
    assert "某厂" in told
    assert 'name="version" value="2"' in told


def test_a_person_moves_leaves_and_comes_back_by_the_pages(client, line, house):
    person = make_resident(house)
    target = make_house(line.base, address="乙苑1号楼1单元102", address_key="乙苑|1|1|102")
    day = "2026-01-05"
    moved = {"house": "乙苑1-1-102", "registration": "here", "day": day, "version": 1}
    assert client.post(reverse("residents:person-move", args=[person.pk]), moved).status_code == 302
    left = {"why": "moved", "day": day, "version": 2}
    assert client.post(reverse("residents:person-leave", args=[person.pk]), left).status_code == 302
    person.refresh_from_db()
    assert (person.gone, person.gone_on.isoformat(), person.registered_house_id) == ("moved", day, target.pk)
    client.post(reverse("residents:person-return", args=[person.pk]), {"day": day, "version": 3})
    person.refresh_from_db()
    assert person.is_here


def test_a_head_who_leaves_is_asked_who_heads_the_household_then(client, house):
    head, wife = make_resident(house), make_resident(house)
    make_household(head, wife)
    address = reverse("residents:person-leave", args=[head.pk])
    assert client.post(address, {"why": "died", "day": "2026-01-05", "version": 1}).status_code == 400
    given = {"why": "died", "day": "2026-01-05", "version": 1, "new_head": wife.pk}
    assert client.post(address, given).status_code == 302
    assert Household.objects.get().head_id == wife.pk


def test_who_only_looks_finds_no_buttons_and_is_refused(line, house):
    person = make_resident(house)
    client = Client()
    client.force_login(line.dispatcher)
    told = client.get(person.get_absolute_url()).content.decode()
    assert reverse("residents:person-edit", args=[person.pk]) not in told
    assert client.get(reverse("residents:person-edit", args=[person.pk])).status_code == 403


def test_a_household_is_founded_and_changed_by_the_pages(client, house):
    head, wife, child = make_resident(house), make_resident(house, sex="2"), make_resident(house)
    address = reverse("residents:household-add") + f"?house={house.pk}"
    founded = {"head": head.pk, f"kinship_{wife.pk}": "12", "day": "2026-01-05", "number": "370899001"}
    answer = client.post(address, founded)
    household = Household.objects.get()
    page = answer.headers["Location"]
    assert page == reverse("residents:household", args=[household.pk])

    def change(name, **given):
        given["version"] = Household.objects.get(pk=household.pk).version
        return client.post(reverse(f"residents:household-{name}", args=[household.pk]), given).status_code

    assert change("join", resident=child.pk, kinship="20") == 302
    assert change("relations", number="370899002", **{f"kinship_{wife.pk}": "12", f"kinship_{child.pk}": "21"}) == 302
    assert change("head", head=wife.pk) == 302
    assert change("end", resident=wife.pk, day="2026-01-06") == 409
    assert change("end", resident=wife.pk, new_head=head.pk, day="2026-01-06") == 302
    assert change("dissolve", day="2026-01-06") == 302
    household.refresh_from_db()
    assert household.ended_on is not None
    told = client.get(page).content.decode()
    assert head.name not in told


def test_the_registration_changes_and_the_home_stays(client, line, house):
    person = make_resident(house)
    other = make_house(line.base, address="乙苑1号楼1单元102", address_key="乙苑|1|1|102")
    address = reverse("residents:person-registration", args=[person.pk])
    assert client.post(address, {"house": other.address, "version": 1}).status_code == 302
    assert client.post(address, {"address": "济宁市某路1号", "version": 1}).status_code == 409
    assert client.post(address, {"address": "济宁市某路1号", "version": 2}).status_code == 302
    person.refresh_from_db()
    assert (person.house_id, person.registered_house_id, person.registered_address) == (house.pk, None, "济宁市某路1号")


def test_an_entry_without_a_name_is_called_anonymous(client, house):
    person = make_resident(house, gone="moved", gone_on=dt.date(2026, 1, 5))
    Resident.objects.filter(pk=person.pk).update(
        name="", identity_number="", identity_hash=None, phone="", phone_hash=None, anonymised_at="2026-09-01T00:00Z"
    )
    told = client.get(person.get_absolute_url())
    assert "匿名" in told.content.decode() or "anonymous" in told.content.decode()
    assert client.get(reverse("residents:people"), {"shown": "gone"}).status_code == 200
    assert not told.context["may_edit"]
