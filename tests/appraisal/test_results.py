"""A result that can be reckoned by hand, from the rows that each number counts; and what never changes afterwards."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from appraisal import actions, facts
from appraisal.arithmetic import Counted, Terms, judge, ranks
from appraisal.errors import Refusal
from appraisal.models import Line, PointEntry, Result, Scheme
from insights import figures, rolling
from tests.appraisal.conftest import (
    AFTER,
    COUNT,
    HALF,
    LATER,
    NOVEMBER,
    OCTOBER,
    make_due,
    make_rule,
    make_scheme,
    month,
    own_result,
)
from workorders.models import WorkOrder

D = Decimal


def test_a_result_is_what_a_reader_reckons_by_hand(line, october):
    actions.compute(october, actor=line.chief, now=AFTER)
    result = own_result(line, october)
    on_time, reports, mark = result.lines.order_by("id")
    # 6 of 7 = 85.71 %; between 50 and 90: 35.71 / 40 = 89.28; × 60 % = 53.57
    assert (on_time.numerator, on_time.denominator, on_time.value) == (6, 7, D("85.71"))
    assert (on_time.raw_score, on_time.weight, on_time.points) == (D("89.28"), 60, D("53.57"))
    # 4 of 8 wanted: 50; × 25 % = 12.50
    assert (reports.value, reports.raw_score, reports.points) == (4, 50, D("12.50"))
    # 80 × 15 % = 12
    assert (mark.raw_score, mark.points) == (80, 12)
    assert (result.score, result.points, result.total) == (D("78.07"), 3, D("81.07"))
    assert (result.rank, result.group_size, result.group) == (1, 1, "urban")


def test_each_number_is_the_length_of_its_list(line, october):
    actions.compute(october, actor=line.chief, now=AFTER)
    for row in Line.objects.filter(result__user=line.worker).exclude(indicator__code="manual"):
        assert len(row.hits) == row.numerator
        assert row.denominator in {None, len(row.hits) + len(row.others)}
    late = WorkOrder.objects.get(pk=Line.objects.get(indicator__code="on_time").others[0])
    assert late.finished_at > late.whole_due_at


def test_a_units_rate_is_the_one_of_the_figures(line):
    for day, late in ((3, False), (4, True), (5, False), (6, False)):
        make_due(line, day=day, late=late, lead_unit=line.dept)
    make_due(line, day=7, late=True, lead_unit=line.dept, is_excluded=True)
    rolling.rebuild(line.district, now=AFTER)
    period = month(make_scheme(line, actions.IndicatorFacts("on_time", D(100)), judged="unit"), line.chief).period
    fact = facts.count(facts.Scope(line.district, "unit", period, AFTER), ["on_time"])["on_time"][line.dept.pk]
    figure = figures.rate("orders_on_time", figures.of_units([line.dept.pk], period)[line.dept.pk])
    assert (fact.numerator, fact.denominator) == (figure.numerator, figure.denominator) == (3, 4)


def test_too_few_cases_are_left_out_and_their_weight_is_spread():
    few = (Terms(D(60), "between", D(90), D(50), minimum=5), Counted(D(0), 4))
    count = (Terms(D(25), "ratio", D(8), is_rate=False), Counted(D(4)))
    mark = (Terms(D(15), "as_it_is", D(100), is_rate=False), Counted(D(80)))
    outcome = judge([few, count, mark], [D(9), D(-1)], D(5))
    assert [(line.note, line.weight, line.points) for line in outcome.lines] == [
        ("too_few", 0, 0),
        ("", D("62.50"), D("31.25")),
        ("", D("37.50"), D("30.00")),
    ]
    assert (outcome.score, outcome.points, outcome.total) == (D("61.25"), 5, D("66.25"))
    assert judge([few], [D(2)], D(5)).total is None


@pytest.mark.parametrize(
    ("formula", "target", "floor", "cap", "value", "score"),
    [
        ("between", 90, 50, 100, 50, 0),
        ("between", 90, 50, 120, 94, 110),
        ("between", 0, 20, 100, 5, 75),
        ("between", 0, 20, 100, 30, 0),
        ("reached", 95, 0, 100, "94.99", 0),
        ("reached", 5, 20, 100, 5, 100),
        ("ratio", 8, 0, 100, 20, 100),
    ],
)
def test_the_formulas_do_what_their_words_say(formula, target, floor, cap, value, score):
    terms = Terms(D(100), formula, D(target), D(floor), D(cap), is_rate=False)
    assert judge([(terms, Counted(D(value)))], [], D(0)).total == score


def test_equal_totals_share_a_place():
    assert ranks([D(80), None, D(90), D(80), D(70)]) == [2, None, 1, 2, 4]


def test_weights_must_sum_to_a_hundred(line):
    with pytest.raises(Refusal, match="sum to 85"):
        make_scheme(line, HALF, COUNT)
    assert not Scheme.objects.exists()


def test_a_change_of_the_scheme_never_alters_the_past(line, published):
    scheme = published.scheme
    before = list(own_result(line, published).lines.order_by("id").values())
    facts_ = actions.SchemeFacts("worker", "Stricter", objection_days=3)
    rows = [actions.IndicatorFacts("on_time", D(100), target=D(100), floor=D(80), minimum=3)]
    fresh = actions.change_scheme(scheme, actor=line.chief, facts=facts_, indicators=rows)
    scheme.refresh_from_db()
    assert (fresh.version, fresh.valid_from, scheme.valid_to, scheme.name) == (2, NOVEMBER, published.last, "Monthly")
    assert list(own_result(line, published).lines.order_by("id").values()) == before
    assert scheme.indicators.count() == 3
    with pytest.raises(Refusal, match="not in force"):
        month(fresh, line.chief, OCTOBER)
    again = actions.change_scheme(fresh, actor=line.chief, facts=facts_, indicators=[MARKED_ONLY])
    assert again == fresh  # no period under it yet: changed in place
    frozen = (
        lambda: scheme.indicators.update(weight=1),
        lambda: Scheme.objects.filter(pk=scheme.pk).update(points_limit=1),
    )
    for change in frozen:
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            change()


MARKED_ONLY = actions.IndicatorFacts("manual", D(100), formula="as_it_is", minimum=0)


def test_what_is_final_stays(line, published):
    with pytest.raises(Refusal, match="Objections may still be raised"):
        actions.finalise(published, actor=line.chief, now=AFTER)
    final = actions.finalise(published, actor=line.chief, now=LATER)
    result = own_result(line, final)
    entry = PointEntry.objects.get()
    for change in (
        lambda: Result.objects.filter(pk=result.pk).update(total=100),
        lambda: result.lines.all().delete(),
        lambda: Line.objects.filter(result=result).update(points=1),
        lambda: PointEntry.objects.filter(pk=entry.pk).update(points=1),
        lambda: type(final).objects.filter(pk=final.pk).update(state="open"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(Refusal, match="not in a state"):
        actions.compute(final, actor=line.chief, now=LATER)


def test_a_final_result_is_made_good_by_a_row_in_a_later_period(line, published):
    final = actions.finalise(published, actor=line.chief, now=LATER)
    rule = make_rule(line, kind="correction", name="Correction", least=D(-10), most=D(10), needs_evidence=False)
    later = actions.open_period(final.scheme, actor=line.chief, day=NOVEMBER, now=LATER)
    given = {"actor": line.chief, "rule": rule, "points": D(2), "words": "Counted twice", "user": line.worker}
    with pytest.raises(Refusal, match="names the final result"):
        actions.give_points(later, happened_on=NOVEMBER, now=LATER, **given)
    entry = actions.give_points(later, happened_on=OCTOBER, corrects=own_result(line, final), now=LATER, **given)
    assert entry.corrects.assessment == final


def test_points_keep_to_their_rule_and_are_not_given_to_oneself(line, october):
    rule = make_rule(line)
    order = make_due(line, day=9)
    given = {"rule": rule, "words": "x", "happened_on": dt.date(2026, 10, 9), "user": line.worker, "order": order}
    with pytest.raises(Refusal, match="allows 1 to 4"):
        actions.give_points(october, actor=line.operator, points=D(5), **given)
    with pytest.raises(Refusal, match="Name the work order"):
        actions.give_points(october, actor=line.operator, points=D(2), **given | {"order": None})
    with pytest.raises(PermissionDenied):
        actions.give_points(october, actor=line.secretary, points=D(2), **given)
    entry = actions.give_points(october, actor=line.operator, points=D(2), now=AFTER, **given)
    actions.take_back(entry, actor=line.operator, words="Wrong person", now=AFTER)
    actions.compute(october, actor=line.chief, now=AFTER)
    assert own_result(line, october).points == 3


def test_a_period_is_counted_only_when_it_is_over(line, october):
    with pytest.raises(Refusal, match="not over yet"):
        actions.compute(october, actor=line.chief, now=dt.datetime(2026, 10, 31, 12, tzinfo=dt.UTC))
