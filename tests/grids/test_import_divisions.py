"""Published division files become a tree; a bad file becomes a list of what is wrong with it, and nothing else."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditRecord
from grids.divisions import import_divisions
from grids.importing import Outcome
from grids.models import Grid, Kind, Settlement

pytestmark = pytest.mark.django_db
UPSTREAM = Path(__file__).resolve().parents[3] / "shared" / "data" / "divisions"

AREAS = "code,name,cityCode,provinceCode\n990101,测试区,9901,99\n990102,邻区,9901,99\n"
STREETS = "code,name,areaCode,provinceCode,cityCode\n990101001,一街道,990101,99,9901\n990101102,二镇,990101,99,9901\n"
VILLAGES = """code,name,streetCode,provinceCode,cityCode,areaCode
990101001001,甲社区居委会,990101001,99,9901,990101
990101001401,乙居委会,990101001,99,9901,990101
990101102201,丙村委会,990101102,99,9901,990101
"""


@pytest.fixture
def folder(tmp_path):
    for name, text in (("areas", AREAS), ("streets", STREETS), ("villages", VILLAGES)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def assert_sound(root: Grid) -> None:
    """The nested-set numbers agree with the parents."""
    nodes = list(Grid.objects.filter(tree_id=root.tree_id).order_by("lft"))
    assert sorted(n for node in nodes for n in (node.lft, node.rght)) == list(range(1, 2 * len(nodes) + 1))
    for node in nodes:
        if node.parent is not None:
            assert node.parent.lft < node.lft < node.rght < node.parent.rght
            assert node.level == node.parent.level + 1


def test_the_tree_stands_with_codes_settlements_and_centres(folder):
    report = import_divisions(folder, "990101")
    assert report.counts == {Outcome.ADDED: 6}
    root = Grid.objects.get(code="990101")
    assert_sound(root)
    kinds = dict(Grid.objects.values_list("code", "kind"))
    assert kinds["990101102"] == Kind.STREET
    assert kinds["990101001401"] == Kind.COMMUNITY
    settlements = Grid.objects.filter(kind=Kind.COMMUNITY).order_by("code").values_list("settlement", flat=True)
    assert list(settlements) == [Settlement.URBAN, Settlement.URBAN, Settlement.RURAL]
    assert Grid.objects.exclude(default_unit=None).count() == 3
    assert AuditRecord.objects.filter(action="grids.import_divisions").count() == 1


def test_a_second_run_changes_nothing_and_a_renamed_row_only_its_name(folder):
    import_divisions(folder, "990101")
    assert import_divisions(folder, "990101").counts == {Outcome.UNCHANGED: 6}
    (folder / "villages.csv").write_text(VILLAGES.replace("乙居委会", "乙社区居委会"), encoding="utf-8")
    assert import_divisions(folder, "990101").counts == {Outcome.UNCHANGED: 5, Outcome.CHANGED: 1}
    assert Grid.objects.get(code="990101001401").name == "乙社区居委会"
    assert_sound(Grid.objects.get(code="990101"))


def test_what_is_gone_upstream_is_told_and_stays(folder):
    import_divisions(folder, "990101")
    (folder / "villages.csv").write_text("\n".join(VILLAGES.splitlines()[:3]) + "\n", encoding="utf-8")
    assert import_divisions(folder, "990101").counts[Outcome.VANISHED] == 1
    assert Grid.objects.filter(code="990101102201").exists()


def test_a_street_may_be_left_out_with_its_communities_and_come_later(folder):
    import_divisions(folder, "990101", exclude_streets=["990101102"])
    assert not Grid.objects.filter(code__startswith="990101102").exists()
    assert import_divisions(folder, "990101").counts == {Outcome.UNCHANGED: 4, Outcome.ADDED: 2}
    assert_sound(Grid.objects.get(code="990101"))


def test_a_dry_run_writes_nothing(folder, capsys):
    call_command("import_divisions", str(folder), "--area", "990101", "--dry-run")
    assert "6" in capsys.readouterr().out
    assert not Grid.objects.exists()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("99010100100,短码,990101001,99,9901,990101", "12"),
        ("990101001001,又一个,990101001,99,9901,990101", r"两次|twice"),
        ("990101009001,没有街道,990101009,99,9901,990101", "990101009"),
        ("990101001777,号外,990101001,99,9901,990101", "990101001777"),
        ("990101001002,,990101001,99,9901,990101", r"名称|name"),
        (f"990101001002,{'长' * 81},990101001,99,9901,990101", r"过长|long"),
        ("990101001002,多格,990101001,99,9901,990101,x,y", r"多|more"),
    ],
)
def test_one_bad_line_is_named_and_changes_nothing(folder, line, words):
    (folder / "villages.csv").write_text(VILLAGES + line + "\n", encoding="utf-8")
    report = import_divisions(folder, "990101")
    refused = [entry for entry in report.entries if entry.outcome == Outcome.REFUSED]
    assert [(entry.file, entry.line) for entry in refused] == [("villages.csv", 5)]
    assert re.search(words, str(refused[0]))
    assert not Grid.objects.exists()


def test_everything_wrong_is_said_at_once(folder, capsys):
    (folder / "villages.csv").write_text(VILLAGES.replace("丙村委会", "") + "990101,x,990101001,99,9901,990101\n")
    with pytest.raises(CommandError):
        call_command("import_divisions", str(folder), "--area", "990101")
    out = capsys.readouterr().out
    assert "villages.csv:4" in out
    assert "villages.csv:5" in out


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", "编码,name\n1,2\n".encode(), b"\x00\x00"])
def test_an_unreadable_file_is_refused(folder, content):
    (folder / "villages.csv").write_bytes(content)
    assert import_divisions(folder, "990101").is_refused
    assert not Grid.objects.exists()


def test_a_missing_file_and_an_unknown_district_are_refused(folder):
    assert import_divisions(folder, "990199").is_refused
    (folder / "streets.csv").unlink()
    assert import_divisions(folder, "990101").is_refused


def test_a_byte_order_mark_does_no_harm(folder):
    (folder / "villages.csv").write_text(VILLAGES, encoding="utf-8-sig")
    assert not import_divisions(folder, "990101").is_refused


@pytest.mark.skipif(not UPSTREAM.is_dir(), reason="the published files are not beside the project")
@pytest.mark.parametrize(("area", "streets", "communities"), [("370811", 18, 439), ("410102", 14, 157)])
def test_the_published_files_of_two_districts_load(area, streets, communities):
    report = import_divisions(UPSTREAM, area)
    assert report.counts == {Outcome.ADDED: 1 + streets + communities}
    assert Grid.objects.filter(kind=Kind.STREET).count() == streets
    assert Grid.objects.filter(kind=Kind.COMMUNITY).count() == communities
    assert_sound(Grid.objects.get(code=area))
    assert import_divisions(UPSTREAM, area).counts == {Outcome.UNCHANGED: 1 + streets + communities}
