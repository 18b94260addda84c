"""`manage.py import_categories`: a city's own tree of categories, taken over as its file has it."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation
from openpyxl import Workbook

from hotline import category_files
from workorders.models import Category
from workorders.states import Scheme

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "hotline" / "category_taxonomy.xlsx"
HEADINGS = ("一级分类", "二级分类", "三级分类")
ROWS = [
    ("城乡建设", "安全生产", "事故处理"),
    ("城乡建设", "安全生产", "安全隐患"),
    ("城乡建设", "其他", "其他"),
    ("民政", "优抚", "其他"),
]
pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    def write(*rows, headings=HEADINGS, name="categories.csv"):
        path = tmp_path / name
        path.write_text("\n".join(",".join(row) for row in (headings, *rows)), encoding="utf-8")
        return path

    return write


def run(path, capsys, **options):
    with translation.override("en"):
        call_command("import_categories", str(path), **options)
    return capsys.readouterr().out


def hotline():
    return Category.objects.filter(scheme=Scheme.HOTLINE).exclude(code="H")


def paths():
    """Return the codes by the names on the way down."""
    by_pk = {one.pk: one for one in hotline()}

    def path(one):
        return (*(path(by_pk[one.parent_id]) if one.parent_id in by_pk else ()), one.name)

    return {path(one): one.code for one in by_pk.values()}


def test_parents_come_first_and_codes_number_them_below_the_hotlines_root(file, capsys):
    out = run(file(*ROWS), capsys)
    assert "added" in out and "9 " in out  # noqa: PT018
    assert paths() == {
        ("城乡建设",): "H01",
        ("城乡建设", "安全生产"): "H0101",
        ("城乡建设", "安全生产", "事故处理"): "H010101",
        ("城乡建设", "安全生产", "安全隐患"): "H010102",
        ("城乡建设", "其他"): "H0102",
        ("城乡建设", "其他", "其他"): "H010201",
        ("民政",): "H02",
        ("民政", "优抚"): "H0201",
        ("民政", "优抚", "其他"): "H020101",
    }
    assert Category.objects.get(code="H01").parent.code == "H"


def test_the_same_file_twice_changes_nothing_and_a_longer_one_only_adds(file, capsys):
    run(file(*ROWS), capsys)
    before = paths()
    assert "9 unchanged" in run(file(*ROWS), capsys)
    assert paths() == before
    run(file(("民政", "优抚", "评残"), *ROWS[1:]), capsys)
    assert paths() == before | {("民政", "优抚", "评残"): "H020102"}
    assert Category.objects.get(code="H010101").is_active


def test_what_the_file_does_not_have_is_switched_off_only_when_asked(file, capsys):
    run(file(*ROWS), capsys)
    out = run(file(*ROWS[1:]), capsys, retire=True)
    gone = Category.objects.get(code="H010101")
    assert not gone.is_active
    assert "H010101" in out
    assert hotline().filter(is_active=True).count() == 8
    assert "switched off and stays so" in run(file(*ROWS), capsys)


def test_names_are_cut_cleanly_and_found_again_however_they_are_spaced(file, capsys):
    run(file(("\u3000城乡建设 ", "安全\u200b生产", "事故  处理")), capsys)
    assert ("城乡建设", "安全生产", "事故 处理") in paths()
    assert "3 unchanged" in run(file(("城乡建设", " 安全生产", "事故处理")), capsys)


def test_merged_cells_above_go_on_in_the_branch_before(tmp_path, capsys):
    book = Workbook()
    for row in (HEADINGS, ("民政", "优抚", "评残"), (None, None, "参战"), (None, "救助", "低保")):
        book.active.append(row)
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("B2:B3")
    book.save(tmp_path / "merged.xlsx")
    run(tmp_path / "merged.xlsx", capsys)
    assert ("民政", "优抚", "参战") in paths()
    assert ("民政", "救助", "低保") in paths()


def test_five_levels_and_their_own_codes_are_kept(file, capsys):
    headings = ("一级分类", "一级编码", "二级分类", "二级编码", "三级分类", "四级分类", "五级分类", "编码")
    path = file(("民生", "A1", "供水", "A105", "水质", "浑浊", "发黄", "A105030101"), headings=headings)
    run(path, capsys)
    assert paths()["民生",] == "A1"
    assert paths()["民生", "供水", "水质", "浑浊", "发黄"] == "A105030101"
    renamed = file(("民生服务", "A1", "供水", "A105", "水质", "浑浊", "发黄", "A105030101"), headings=headings)
    assert "was called 民生" in run(renamed, capsys)
    assert Category.objects.get(code="A1").name == "民生服务"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("民政", "", "低保"), "A level between is blank"),
        (("民政", "救助", "低" * 61), "longer than 60"),
        (("=cmd|' /c calc'!A1", "救助", "低保"), "begins like a formula"),
    ],
)
def test_an_odd_row_is_named_and_the_file_then_changes_nothing(file, capsys, row, words):
    with pytest.raises(CommandError, match="nothing was changed"):
        run(file(*ROWS, row), capsys)
    out = capsys.readouterr().out
    assert "categories.csv:6" in out
    assert words in out
    assert not hotline().exists()


def test_rows_without_names_and_rows_that_come_twice_are_told_and_taken(file, capsys):
    out = run(file(ROWS[0], ("", "", " ,"), ROWS[0]), capsys)
    assert "twice" in out
    assert len(paths()) == 3


def test_a_code_of_an_incident_is_never_taken_over(file, capsys):
    Category.objects.create(code="C01", name="公用设施")
    with pytest.raises(CommandError, match="nothing was changed"):
        run(file(("民政", "C01"), headings=("一级分类", "一级编码")), capsys)
    assert Category.objects.get(code="C01").scheme == Scheme.INCIDENT
    assert not hotline().exists()


def test_a_dry_run_tells_and_changes_nothing(file, capsys):
    assert "9 added" in run(file(*ROWS), capsys, dry_run=True)
    assert not Category.objects.exists()


@pytest.mark.parametrize("content", ["编号,名称\n1,民政", "<html></html>", ""])
def test_another_kind_of_file_is_refused_in_words(tmp_path, capsys, content):
    path = tmp_path / "other.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError):
        run(path, capsys)


@pytest.mark.skipif(not REAL.exists(), reason="the real file is not at hand")
def test_the_real_file_is_taken_whole(capsys):
    assert "650 added" in run(REAL, capsys)
    assert hotline().count() == 650
    assert len(paths()) == 650
    assert not any(odd.words for odd in category_files.read(REAL).odd)
    assert "650 unchanged" in run(REAL, capsys)
