"""What a list may have wrong, all found in one go, row by row; the other rows go on (DOMAIN.md §7.4)."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.tables.refusals import UnreadableTable
from residents.identity_numbers import check_character
from residents.models import Resident
from rosters import actions
from rosters.errors import InvalidRoster
from tests.factories import make_grid
from tests.registers import identity_number, make_house, make_resident, phone_number
from tests.rosters.lists import HEADINGS, applied, checked, csv_of, mistakes, outcomes

pytestmark = pytest.mark.django_db
HOUSE = "颂运水庭4号楼2单元301室"


@pytest.fixture
def community():
    return make_grid(make_grid(make_grid()))


@pytest.fixture
def grid(community):
    return make_grid(community)


def with_x() -> str:
    """Return an identity number whose check character is X."""
    for sequence in range(1000):
        number = identity_number(dt.date(1990, 1, 1), sequence)
        if number.endswith("X"):
            return number
    raise AssertionError


def old_number() -> str:
    longer = identity_number(dt.date(1962, 3, 4), 17)
    return longer[:6] + longer[8:17]


def fullwidth(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


WRONG = {
    "a wrong check digit": ("identity_number", "identity_check", lambda: wrong_end(identity_number())),
    "rounded by a spreadsheet": ("identity_number", "lost_digits", lambda: "3.70811E+17"),
    "a digit too few": ("identity_number", "identity_length", lambda: identity_number()[:-1]),
    "a birth that never was": ("identity_number", "identity_birth", lambda: wrong_birth("19850230")),
    "a birth to come": ("identity_number", "identity_future", lambda: wrong_birth("29850712")),
    "letters": ("identity_number", "identity_characters", lambda: "37089919850712ABC1"),
}


def wrong_end(number: str) -> str:
    return number[:-1] + ("1" if number.endswith("0") else "0")


def wrong_birth(digits: str) -> str:
    front = f"370899{digits}001"
    return front + check_character(front)


@pytest.mark.parametrize("what", sorted(WRONG))
def test_a_wrong_number_is_refused_and_named(what, community, grid):
    field, code, make = WRONG[what]
    number = make()
    if code == "identity_check":
        good = identity_number()
        number = good[:-1] + ("1" if good[-1] != "1" else "2")
    batch = checked(
        community, [["王小明", number, "", grid.code, HOUSE], ["李小花", identity_number(), "", grid.code, HOUSE]]
    )
    assert outcomes(batch) == {"refused": 1, "new": 1}
    assert mistakes(batch) == {(field, code)}
    assert number not in "".join(batch.problem_rows.values_list("sample", flat=True))


@pytest.mark.parametrize(
    ("typed", "kept", "code"),
    [
        (lambda: with_x().lower(), lambda: with_x(), None),
        (
            lambda: fullwidth("370899199001010017")[:17] + fullwidth(identity_number(dt.date(1990, 1, 1), 1)[-1]),
            lambda: identity_number(dt.date(1990, 1, 1), 1),
            None,
        ),
        (old_number, lambda: identity_number(dt.date(1962, 3, 4), 17), "identity_converted"),
    ],
    ids=["lower-case x", "full-width digits", "fifteen digits"],
)
def test_numbers_in_other_writing_are_understood(typed, kept, code, community, grid):
    batch = applied(checked(community, [["王小明", typed(), "", grid.code, HOUSE]]))
    assert Resident.objects.get().identity_number == kept()
    assert mistakes(batch) == ({("identity_number", code)} if code else set())


def test_everything_wrong_is_found_at_once(community, grid):
    elsewhere = make_grid(make_grid(make_grid(make_grid())))
    make_grid(community)
    headings = [*HEADINGS, "性别", "民族", "出生日期", "居住证到期日期", "职业"]
    good = [identity_number() for _ in range(9)]
    rows = [
        ["", good[0], "", grid.code, HOUSE, "", "", "", "", ""],
        ["王一", good[1], "1380", grid.code, HOUSE, "", "", "", "", ""],
        ["王二", good[2], "", "999999999999", HOUSE, "", "", "", "", ""],
        ["王三", good[3], "", elsewhere.code, HOUSE, "", "", "", "", ""],
        ["王四", good[4], "", grid.code, HOUSE, "男人", "火星族", "", "", ""],
        ["王五", "", "", grid.code, HOUSE, "", "", "2999-01-01", "", ""],
        ["王六", good[5], "", grid.code, HOUSE, "", "", "", "1990", "长" * 61],
        ["=cmd|calc", good[6], "", grid.code, HOUSE, "", "", "", "", ""],
        ["王七", good[7], "", "", "新小区1号楼1单元101", "", "", "", "", ""],
        ["王八", good[8], "", grid.code, "新小区", "", "", "", "", ""],
        ["孙好", identity_number(), phone_number(), grid.code, HOUSE, "男", "汉族", "", "29221", "教师"],
    ]  # fmt: skip
    batch = checked(community, rows, headings)
    assert outcomes(batch) == {"refused": 10, "new": 1}
    found = mistakes(batch)
    assert found >= {
        ("name", "needed"),
        ("phone", "phone_form"),
        ("grid", "node_unknown"),
        ("grid", "outside"),
        ("sex", "code_unknown"),
        ("ethnicity", "code_unknown"),
        ("born_on", "day_future"),
        ("permit_expires_on", "day_incomplete"),
        ("occupation", "too_long"),
        ("name", "looks_like_formula"),
        ("address", "house_no_grid"),
        ("address", "house_no_room"),
    }
    assert batch.problem_rows.get(code="day_incomplete").number == 8
    applied(batch)
    assert [person.name for person in Resident.objects.all()] == ["孙好"]
    assert Resident.objects.get().floating.permit_expires_on == dt.date(1980, 1, 1)


def test_one_person_on_two_rows_counts_once(community, grid):
    number = identity_number()
    rows = [["王小明", number, "", grid.code, HOUSE], ["王小明", number, "", grid.code, "颂运水庭4号楼2单元302室"]]
    batch = applied(checked(community, rows))
    assert outcomes(batch) == {"new": 1, "duplicate": 1}
    assert Resident.objects.get().house.room_no == "301"


def test_one_number_with_two_names_is_a_contradiction(community, grid):
    number = identity_number()
    batch = checked(community, [["王小明", number, "", grid.code, HOUSE], ["李小花", number, "", grid.code, HOUSE]])
    assert batch.counts == {"conflict": 2, "conflict:two_names": 2}
    with pytest.raises(InvalidRoster, match=r"不能以名册为准"):
        actions.decide_rows(batch, [2], "apply", actor=None)


def test_same_name_and_birth_with_another_number_is_asked_about(community, grid):
    make_resident(make_house(grid), name="王小明", born_on=dt.date(1985, 7, 12))
    batch = checked(community, [["王小明", identity_number(dt.date(1985, 7, 12), 5), "", grid.code, HOUSE]])
    assert batch.counts == {"conflict": 1, "conflict:other_number": 1}
    actions.decide_rows(batch, [2], "apply", actor=None)
    applied(batch, {})
    assert Resident.objects.filter(name="王小明").count() == 2


def test_a_registered_number_under_another_name_is_asked_about(community, grid):
    person = make_resident(make_house(grid), name="王小明")
    batch = checked(community, [["王晓明", person.identity_number, "", grid.code, ""]])
    assert batch.counts == {"conflict": 1, "conflict:other_name": 1}
    actions.decide_rows(batch, [2], "apply", actor=None)
    applied(batch, {})
    person.refresh_from_db()
    assert (person.name, person.initials) == ("王晓明", "wxm")


def test_somebody_registered_in_another_area_stays_there(community, grid):
    elsewhere = make_grid(make_grid(community.parent))
    person = make_resident(make_house(elsewhere), name="王小明")
    batch = checked(community, [["王小明", person.identity_number, "", grid.code, HOUSE]])
    assert batch.counts == {"conflict": 1, "conflict:elsewhere": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_encodings_are_recognised(encoding, community, grid):
    content = csv_of([["王小明", identity_number(), "", grid.code, HOUSE]], encoding=encoding)
    batch = actions.upload(
        actor=None, node=community, kind="residents", file_name="名单.csv", content=content, now=timezone.now()
    )
    assert batch.fields == ["name", "identity_number", "phone", "grid", "address"]


def test_what_is_no_table_is_refused_and_nothing_is_kept(community, settings):
    before = set((settings.VAR_DIR / "rosters").rglob("*"))
    with pytest.raises(UnreadableTable):
        actions.upload(
            actor=None,
            node=community,
            kind="residents",
            file_name="名单.xlsm",
            content=csv_of([]),
            now=timezone.now(),
        )
    assert {path for path in (settings.VAR_DIR / "rosters").rglob("*") if path.is_file()} <= before
