"""Who is named as ranked last where several have the same rate; how a good case is told. No database."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from bulletins.composing import judging
from bulletins.composing.facts import Case, Facts, Part
from hotline.periods import Length, around
from insights.measures import Measure
from insights.sums import Sums
from tests.bulletins.papers import OCTOBER


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def part(name: str, due: int, late: int) -> Part:
    sums = Sums()
    sums.add(Measure.FELL_DUE, "late", late)
    sums.add(Measure.FELL_DUE, "on_time", due - late)
    return Part(name, sums, None)


def said(*parts: Part, last: int = 3) -> str:
    facts = Facts("区", "district", around(OCTOBER, Length.MONTH), Sums(), None, None, places=parts, last=last)
    section = judging.last_ranked(facts)
    assert section is not None
    return section.text


def test_those_with_the_same_rate_are_named_together_or_counted() -> None:
    best, worst = part("甲街道", 10, 0), part("乙街道", 10, 5)
    twins = [part("丙街道", 20, 2), part("丁街道", 10, 1)]
    assert "的是丁街道（90.0%，9/10）、丙街道（90.0%，18/20）、乙街道（50.0%，5/10）。" in said(best, *twins, worst)
    cut = said(best, *twins, worst, last=2)
    assert "的是乙街道（50.0%，5/10），另有2个同为90.0%，并列不逐一点名。" in cut
    assert "丙街道（" not in cut
    many = said(best, *(part(f"{n}镇", 10, 1) for n in range(9)))
    assert "，末位9个同为90.0%，并列不逐一点名。" in many
    assert "全部按期办结" in said(best, part("戊街道", 10, 0))


def test_places_are_shared_in_the_table() -> None:
    places = tuple(part(name, 10, late) for name, late in (("甲", 0), ("乙", 1), ("丙", 1), ("丁", 4)))
    section = judging.last_ranked(
        Facts("区", "district", around(OCTOBER, Length.MONTH), Sums(), None, None, places=places)
    )
    assert section is not None
    assert [row[0] for row in section.tables[0].rows] == ["1", "2", "2", "4"]


def test_a_good_case_says_what_came_which_way_who_handled_it_and_how_long_it_took() -> None:
    cases = (
        Case("健身设施", "北门社区", 3 * 3600, 5, "grid"),
        Case("燃气隐患", "南池社区", 26 * 3600, 5, "hotline", "区燃气公司", "street"),
    )
    facts = Facts("区", "district", around(OCTOBER, Length.MONTH), Sums(), None, None, cases=cases)
    section = judging.cases(facts)
    assert section is not None
    assert section.text.splitlines() == [
        "（一）北门社区办理“健身设施”事项（来源：网格巡查），由网格工作人员承办，用时3小时，群众评价5分。",
        "（二）南池社区办理“燃气隐患”事项（来源：热线），由镇街协调、区燃气公司承办，用时1天2小时，群众评价5分。",
    ]


def test_nobody_is_named_overdue_of_whom_few_orders_fell_due() -> None:
    whole = part("区", 34, 7).now
    facts = Facts(
        *("区", "district", around(OCTOBER, Length.MONTH), whole, None, None),
        places=(part("甲街道", 20, 2), part("乙街道", 12, 3), part("丙街道", 1, 1), part("丁街道", 1, 0)),
        units=(part("城管局", 1, 1),),
    )
    section = judging.overdue(facts)
    assert section.text.splitlines() == [
        "到期工单34件中逾期7件，逾期率20.6%。",
        "逾期较多的（按地区）：乙街道（3件，逾期率25.0%）、甲街道（2件，逾期率10.0%）。另有1个虽有逾期，但到期不足10件，不点名（按地区）。",
        "另有1个虽有逾期，但到期不足10件，不点名（单位）。",
    ]
    assert [row[0] for table in section.tables for row in table.rows] == ["乙街道", "甲街道"]
