"""Which row of a table holds its headings, and which of our fields each column means."""

from dataclasses import dataclass

import pytest

from accounts.tables.headings import Confidence, Heading, body, find_heading, is_sum, key_of, match_columns
from accounts.tables.reading import Line


@dataclass(frozen=True)
class Wish:
    name: str
    label: str
    aliases: tuple[str, ...] = ()


WISHES = [
    Wish("name", "姓名", ("人员姓名", "居民姓名")),
    Wish("identity_number", "身份证号", ("公民身份号码", "证件号码")),
    Wish("phone", "联系电话", ("手机号", "电话")),
    Wish("kinship", "与户主关系"),
    Wish("address", "现住地址", ("住址",)),
]


def lines(*rows: list[str]) -> list[Line]:
    return [Line(number, row) for number, row in enumerate(rows, 1)]


def fields_of(*headings: str, remembered: dict[str, str] | None = None) -> list[str]:
    return [found.field for found in match_columns(headings, WISHES, remembered)]


@pytest.mark.parametrize(
    "heading",
    ["身份证号", " 身 份 证 号 ", "*身份证号", "身份证号（必填）", "身份证号(18位)", "身份证号：", "Identity_Number"],
)
def test_a_heading_is_known_whatever_stands_around_it(heading):
    assert fields_of(heading) == ["identity_number"]


def test_columns_are_matched_in_any_order_by_label_or_alias():
    assert fields_of("联系电话", "序号", "居民姓名", "公民身份号码") == ["phone", "", "name", "identity_number"]


def test_a_heading_that_is_only_like_one_is_proposed_as_likely():
    found = match_columns(["现居住地址", "本人联系电话", "姓名"], WISHES)
    assert [(one.field, one.confidence) for one in found] == [
        ("address", Confidence.LIKELY),
        ("phone", Confidence.LIKELY),
        ("name", Confidence.SURE),
    ]


@pytest.mark.parametrize("heading", ["户主身份证号", "父亲姓名", "监护人联系电话", "房主姓名", "序号", "面积"])
def test_a_column_about_somebody_else_is_not_proposed(heading):
    assert fields_of(heading) == [""]


def test_a_field_is_given_once_and_the_surer_heading_gets_it():
    assert fields_of("本人姓名", "姓名", "姓名") == ["", "name", ""]


def test_what_somebody_chose_before_comes_first_also_that_a_column_means_nothing():
    remembered = {key_of("编号"): "identity_number", key_of("电话"): "", key_of("旧字段"): "gone"}
    found = match_columns(["编号", "电话", "身份证号", "旧字段"], WISHES, remembered)
    assert [(one.field, one.confidence) for one in found] == [
        ("identity_number", Confidence.REMEMBERED),
        ("", Confidence.REMEMBERED),
        ("", Confidence.NONE),
        ("", Confidence.NONE),
    ]


def test_columns_without_a_heading_are_left_out_and_the_others_keep_their_places():
    assert [(one.column, one.field) for one in match_columns(["", "姓名", " ", "电话"], WISHES)] == [
        (1, "name"),
        (3, "phone"),
    ]


def test_the_headings_are_found_below_a_title_and_above_remarks():
    rows = lines(
        ["某某社区居民名册"],
        ["填表单位：某某社区", "", "2026年11月"],
        ["序号", "姓名", "身份证号", "住址"],
        ["", "必填", "必填，18位", "选填"],
        ["1", "王小明", "370899198001010019", "三号楼"],
    )
    assert find_heading(rows, WISHES) == Heading(3, 4, rows[2].cells)
    assert list(body(rows, find_heading(rows, WISHES))) == rows[4:]


def test_remarks_may_stand_above_the_headings_too():
    rows = lines(["请按要求填写", "必填"], ["姓名", "身份证号"], ["王小明", "370899198001010019"])
    assert find_heading(rows, WISHES) == Heading(2, 2, rows[1].cells)


def test_without_a_heading_that_we_know_the_first_row_of_several_cells_is_taken():
    rows = lines(["名单"], ["甲", "乙"], ["1", "2"])
    assert find_heading(rows, WISHES) == Heading(2, 2, ["甲", "乙"])
    assert find_heading([], WISHES) is None


def test_sums_and_headings_that_come_again_are_no_rows_of_the_body():
    rows = lines(
        ["序号", "姓名", "身份证号", "住址"],
        ["1", "王小明", "370899198001010019", "三号楼"],
        ["序号", "姓名", "身份证号", "住址"],
        ["合　计", "", "", "1"],
    )
    assert list(body(rows, find_heading(rows, WISHES))) == rows[1:2]
    assert not is_sum(["总计", "王小明", "男", "1980-01-01", "三号楼"])
    assert not is_sum([])
