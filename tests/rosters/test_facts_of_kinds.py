"""Facts of a kind in a list of residents: people from abroad, left behind, floating; what changes kind, and undoing."""

import datetime as dt
import json

import pytest

from residents.models import ForeignFacts, LeftBehindFacts, Resident
from rosters import differences
from tests.factories import make_grid
from tests.registers import identity_number, make_house, make_resident, phone_number
from tests.rosters.lists import HEADINGS, applied, checked, mistakes, outcomes, taken_back

pytestmark = pytest.mark.django_db
HOUSE = "颂运水庭4号楼2单元301室"
CHILD = {"sex": "1", "identity_number": identity_number(dt.date(2015, 7, 12), 1), "born_on": dt.date(2015, 7, 12)}
ABROAD = ("姓名", "证件类型", "证件号码", "所属网格", "现住地址", "国籍", "英文姓名", "来华目的", "入境日期")
LEFT = (*HEADINGS, "留守类型", "监护人姓名", "与监护人关系", "监护人电话")


@pytest.fixture
def community():
    return make_grid(make_grid(make_grid()))


@pytest.fixture
def grid(community):
    return make_grid(community)


def test_people_from_abroad_come_in_with_their_facts_and_twice_change_nothing(community, grid):
    rows = [
        ["田中太郎", "普通护照", "TR1234567", grid.code, HOUSE, "日本", "TANAKA TARO", "就业", "2026-01-15"],
        ["王小明", "居民身份证", identity_number(), grid.code, HOUSE, "中国", "", "", ""],
    ]
    batch = checked(community, rows, ABROAD)
    assert outcomes(batch) == {"new": 2}, mistakes(batch)
    applied(batch)
    facts = ForeignFacts.objects.get()
    assert (facts.resident.kind, facts.country, facts.latin_name, facts.purpose, facts.arrived_on) == (
        *("foreign", "JPN", "TANAKA TARO", "03"),
        dt.date(2026, 1, 15),
    )
    assert Resident.objects.get(name="王小明").kind == "registered"
    assert outcomes(checked(community, rows, ABROAD)) == {"unchanged": 2}


def test_who_is_left_behind_changes_kind_field_by_field_and_back(community, grid):
    person = make_resident(make_house(grid), name="王小宝", kind="foreign", **CHILD)
    ForeignFacts.objects.create(resident=person, country="KOR")
    phone = phone_number()
    row = ["王小宝", person.identity_number, "", grid.code, "", "儿童", "王奶奶", "祖母", phone]
    batch = checked(community, [row], LEFT)
    assert batch.rows.get().fields == ["kind", "group", "guardian_name", "guardian_relation", "guardian_phone"]
    applied(batch)
    person = Resident.objects.get()
    assert (person.kind, person.left_behind.group, person.left_behind.guardian_phone) == ("left_behind", "child", phone)
    assert not ForeignFacts.objects.exists()
    assert json.loads(person.events.get().former.values)["kind"] == "foreign"
    assert outcomes(checked(community, [row], LEFT)) == {"unchanged": 1}
    taken_back(batch)
    person = Resident.objects.get()
    assert (person.kind, person.foreign.country, LeftBehindFacts.objects.count()) == ("foreign", "KOR", 0)


def test_a_changed_fact_is_shown_masked_beside_the_old_one_and_kept_in_the_record(community, grid):
    person = make_resident(make_house(grid), name="王小宝", kind="left_behind", **CHILD)
    old, new = phone_number(), phone_number()
    LeftBehindFacts.objects.create(resident=person, group="child", guardian_name="王大明", guardian_phone=old)
    row = ["王小宝", person.identity_number, person.phone, grid.code, "", "", "", "", new]
    batch = checked(community, [row], LEFT, blanks_overwrite=False)
    shown = differences.shown(batch, list(batch.rows.all()))[0].differences
    assert [(one.before[-4:], one.after[-4:]) for one in shown] == [(old[-4:], new[-4:])]
    assert old not in str(shown)
    applied(batch)
    facts = LeftBehindFacts.objects.get()
    assert (facts.guardian_phone, facts.guardian_name, facts.group) == (new, "王大明", "child")
    assert json.loads(person.events.get().former.values) == {"guardian_phone": old}
    taken_back(batch)
    assert LeftBehindFacts.objects.get().guardian_phone == old


def test_facts_of_another_kind_are_left_out_and_said_so(community, grid):
    row = ["王小明", identity_number(), "", grid.code, HOUSE, "户籍", "日本"]
    batch = checked(community, [row], [*HEADINGS, "人口类型", "国籍"])
    assert mistakes(batch) == {("kind", "kind_others")}
    applied(batch)
    assert Resident.objects.get().kind == "registered"
    assert not ForeignFacts.objects.exists()
