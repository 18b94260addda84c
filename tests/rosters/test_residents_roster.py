"""A list of residents from upload to register: what is new, what changes, what is left as it is."""

import base64
import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction

from residents.actions import people
from residents.models import Event, House, Resident
from rosters import actions, running
from tests.factories import make_grid
from tests.registers import identity_number, make_house, make_resident, phone_number
from tests.rosters.lists import HEADINGS, applied, checked, outcomes, taken_back

pytestmark = pytest.mark.django_db
MAN = {"sex": "1", "identity_number": identity_number(dt.date(1985, 7, 12), 1), "born_on": dt.date(1985, 7, 12)}


@pytest.fixture
def community():
    return make_grid(make_grid(make_grid()))


@pytest.fixture
def grid(community):
    return make_grid(community)


def test_new_people_come_into_a_house_that_is_made_for_them(community, grid):
    number, phone = identity_number(), phone_number()
    batch = checked(community, [["王小明", number, phone, grid.code, "颂运水庭4号楼2单元301室"]])
    assert outcomes(batch) == {"new": 1}, batch.failure
    batch = applied(batch)
    person = Resident.objects.get()
    assert batch.state == "applied"
    assert (person.name, person.identity_number, person.phone) == ("王小明", number, phone)
    assert person.initials == "wxm"
    assert (person.grid_id, person.community_id) == (grid.pk, community.pk)
    assert person.house is not None
    assert (person.house.estate.name, person.house.building.number, person.house.room_no) == ("颂运水庭", "4", "301")
    assert batch.done == {"estates": 1, "buildings": 1, "houses": 1, "stale": 0, "added": 1}
    assert list(person.events.values_list("step", "note", "fields")) == [("add", f"#{batch.pk}", [])]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        person.events.all()._raw_delete("default")
    taken_back(batch)
    assert not Event.objects.exists()


def test_the_same_list_twice_changes_nothing(community, grid):
    rows = [
        [
            f"王{index}明".translate(str.maketrans("0123456789", "一二三四五六七八九十")),
            identity_number(),
            phone_number(),
            grid.code,
            f"颂运水庭4号楼2单元30{index}室",
        ]
        for index in range(5)
    ]
    applied(checked(community, rows))
    before = list(Resident.objects.order_by("pk").values())
    again = checked(community, rows)
    assert outcomes(again) == {"unchanged": 5}
    assert list(Resident.objects.order_by("pk").values()) == before
    assert House.objects.count() == 5


def test_what_differs_is_changed_and_the_old_values_are_kept(community, grid):
    house = make_house(grid, address_key="颂运水庭|4|2|301")
    person = make_resident(house, name="王小明", education="", **MAN)
    old_phone, phone = person.phone, phone_number()
    headings = [*HEADINGS, "文化程度"]
    row = ["王小明", person.identity_number, phone, grid.code, "颂运水庭4栋2单元301", "初中"]
    batch = checked(community, [row], headings)
    assert batch.rows.get().fields == ["education", "phone"]
    applied(batch)
    person.refresh_from_db()
    assert (person.phone, person.education, person.version) == (phone, "70", 2)
    event = person.events.get()
    assert (event.step, event.fields) == ("import", ["education", "phone"])
    assert json.loads(event.former.values) == {"phone": old_phone, "education": ""}


def test_a_field_can_be_left_out_of_what_is_taken_over(community, grid):
    person = make_resident(make_house(grid), name="王小明", **MAN)
    before = person.phone
    batch = checked(
        community, [["王小明", person.identity_number, phone_number(), grid.code, "", "初中"]], [*HEADINGS, "文化程度"]
    )
    applied(batch, skipped_fields=["phone"])
    person.refresh_from_db()
    assert (person.phone, person.education) == (before, "70")


def test_a_written_list_is_taken_back(community, grid):
    person = make_resident(make_house(grid, address_key="甲|1|1|101"), name="王小明", education="70", **MAN)
    stranger = identity_number()
    rows = [
        ["王小明", person.identity_number, phone_number(), grid.code, "甲1号楼1单元101", "大学本科"],
        ["李小花", stranger, phone_number(), grid.code, "颂运水庭4号楼2单元301室", ""],
    ]
    before = Resident.objects.filter(pk=person.pk).values().get()
    batch = taken_back(applied(checked(community, rows, [*HEADINGS, "文化程度"])))
    after = Resident.objects.filter(pk=person.pk).values().get()
    assert batch.state == "undone"
    assert not Resident.objects.filter(name="李小花").exists()
    assert House.objects.count() == 1
    moving = {"version", "updated_at"}
    assert {k: v for k, v in after.items() if k not in moving} == {k: v for k, v in before.items() if k not in moving}
    assert [event.step for event in person.events.order_by("id")] == ["import", "undo"]


def test_a_row_that_somebody_edited_since_is_listed_and_kept(community, grid):
    rows = [[name, identity_number(), "", grid.code, "颂运水庭4号楼2单元301室"] for name in ("王小明", "李小花")]
    batch = applied(checked(community, rows))
    edited = Resident.objects.get(name="王小明")
    people.edit_resident(edited, actor=None, details={"note": "家里有狗"})
    batch = taken_back(batch)
    assert (batch.done["undone"], batch.done["kept"]) == (1, 1)
    assert batch.rows.get(result="kept").number == 2
    assert list(Resident.objects.values_list("name", flat=True)) == ["王小明"]


def test_what_changed_between_comparison_and_writing_is_left_alone(community, grid):
    person = make_resident(make_house(grid), name="王小明", **MAN)
    stranger = identity_number(dt.date(1970, 1, 1), 3)
    rows = [["王小明", person.identity_number, phone_number(), grid.code, ""], ["孙新", stranger, "", grid.code, ""]]
    batch = checked(community, rows)
    Resident.objects.filter(pk=person.pk).update(version=2)
    make_resident(make_house(grid), name="孙新", identity_number=stranger)
    batch = applied(batch)
    assert (batch.done["stale"], batch.done["added"], batch.done.get("changed", 0)) == (2, 0, 0)
    assert batch.rows.filter(result="stale").count() == 2


def test_comparing_anew_sees_what_was_entered_meanwhile(community, grid):
    number = identity_number(dt.date(1970, 1, 1), 5)
    batch = checked(community, [["孙新", number, "", grid.code, ""]])
    make_resident(make_house(grid), name="孙新", identity_number=number, born_on=dt.date(1970, 1, 1))
    actions.recheck(batch, actor=None, in_background=False)
    assert outcomes(running.run(batch.pk)) == {"unchanged": 1}


def test_empty_cells_empty_the_register_only_when_asked(community, grid):
    person = make_resident(make_house(grid), name="王小明", education="70", **MAN)
    headings, row = [*HEADINGS, "文化程度"], ["王小明", person.identity_number, "", grid.code, "", ""]
    assert outcomes(checked(community, [row], headings)) == {"unchanged": 1}
    batch = checked(community, [row], headings, blanks_overwrite=True)
    assert batch.rows.get().fields == ["education", "phone"]
    applied(batch)
    person.refresh_from_db()
    assert (person.education, person.phone, person.phone_hash, person.phone_last4) == ("", "", None, "")
    assert person.identity_number


def test_people_without_a_number_are_found_by_name_birth_and_house(community, grid):
    headings = ["姓名", "出生日期", "性别", "所属网格", "现住地址"]
    row = ["王奶奶", "1940-05-01", "女", grid.code, "颂运水庭4号楼2单元301室"]
    applied(checked(community, [row], headings))
    assert outcomes(checked(community, [row], headings)) == {"unchanged": 1}
    number = identity_number(dt.date(1940, 5, 1), 2)
    batch = checked(community, [["王奶奶", number, "", grid.code, ""]])
    assert batch.rows.get().fields == ["identity_number"]
    applied(batch)
    assert Resident.objects.get().identity_number == number


def test_people_written_under_an_older_key_are_found_before_the_keys_are_rotated(settings, community, grid):
    rows = [["王小明", identity_number(), phone_number(), grid.code, "颂运水庭4号楼2单元301室"]]
    applied(checked(community, rows))
    settings.FIELD_KEYS = f"newer:{base64.b64encode(bytes(range(32))).decode()},{settings.FIELD_KEYS}"
    assert outcomes(checked(community, rows)) == {"unchanged": 1}
