"""What a briefing says of one thing adds up from sentence to sentence, in Chinese and in English. No database."""

from dataclasses import replace

from django.utils import translation

from bulletins.composing import opinions, overview
from bulletins.composing.facts import Facts, Part
from hotline.periods import Length, around
from insights.measures import Measure
from insights.sums import Sums
from tests.bulletins.papers import OCTOBER
from workorders.states import Stage

M = Measure
MONTH = around(OCTOBER, Length.MONTH)


def sums(**counts: dict[str, int]) -> Sums:
    found = Sums()
    for measure, keys in counts.items():
        for key, count in keys.items():
            found.add(measure, key, count, count * 3600)
    return found


def place(name: str, now: int, before: int) -> Part:
    return Part(name, sums(found={"grid": now}), sums(found={"grid": before}))


FACTS = Facts("区", "district", MONTH, Sums(), Sums(), None)


def test_what_lies_in_no_place_is_one_of_the_parts() -> None:
    facts = replace(
        FACTS,
        now=sums(found={"grid": 30}, found_category={"7": 30}),
        before=sums(found={"grid": 6}, found_category={"7": 6}),
        categories={"7": "市容环境"},
        places=(place("甲街道", 25, 4), place("乙街道", 4, 2)),
    )
    with translation.override("zh-hans"):
        section = overview.changes(facts)
    assert section is not None
    assert "发现事件增加24件，其中市容环境增加24件。" in section.text
    assert "分地区看，发现事件增加24件，其中甲街道增加21件、乙街道增加2件、未归入下级地区的增加1件。" in section.text


def test_the_whole_order_is_no_stage() -> None:
    over = {Stage.HANDLE.value: 9, Stage.SIGN.value: 9, Stage.WHOLE.value: 2}
    stopped = {Stage.HANDLE.value: 20, Stage.WHOLE.value: 10}
    facts = replace(FACTS, now=sums(went_overdue=over, stage=stopped))
    with translation.override("zh-hans"):
        changes, stages = overview.changes(facts), overview.stages(facts)
    assert changes is not None
    assert stages is not None
    assert "环节超时（共18件）增加18件，其中处置增加9件、签收增加9件。" in changes.text
    assert "工单全程超时（共2件）增加2件。" in changes.text
    assert stages.text == "超时最多的环节是签收，共9件，占全部超时的50.0%。工单全程平均用时1小时，全程超时2件。"
    (table,) = stages.tables
    assert sum(int(row[-1]) for row in table.rows) == 18
    assert "全程" not in {row[0] for row in table.rows}


def test_one_of_a_thing_is_said_in_the_singular() -> None:
    ones = {"found": {"grid": 1}, "ended": {"solved": 1}, "fell_due": {"late": 1}, "reworked": {"": 1}}
    facts = replace(FACTS, before=None, now=sums(**ones, rated={"5": 1}, told={"demand": 1}, request={"": 1}))
    with translation.override("en"):
        said = overview.overview(facts).text + opinions.opinions(facts).text
    for words in ("1 incident was found", "1 was solved", "1 was sent back for rework", "1 was rated", "1 entry"):
        assert words in said
    assert "The hotline received 1 request." in said
    assert "1 fell due, 0 of these solved on time and 1 late" in said
