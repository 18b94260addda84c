"""The arithmetic of each detector against numbers worked out by hand, a quiet counter-example each, and that more
cases never make it quieter."""

import datetime as dt
import random

import pytest

from alerts.detecting.counts import chance, grown, unusual
from alerts.detecting.dates import due
from alerts.detecting.places import Spot, clusters
from alerts.detecting.shares import Share, above
from alerts.finding.base import Finding
from alerts.parameters import PARAMETERS, Given, Number
from alerts.sameness import AGAIN, Memory, Past, Verdict
from alerts.states import RuleKind

DAY = dt.date(2026, 6, 10)
ASKED = {"least": 3, "percent": 200, "one_in": 20}


def test_chance_is_the_tail_of_the_negative_binomial():
    """Four weeks with two cases: shape 2.5, p = 4/5. P(0) = 0.8^2.5 = 0.57243, P(1) = P(0)·2.5·0.2 = 0.28622,
    P(2) = P(1)·3.5/2·0.2 = 0.10018; three or more: 0.04117."""
    assert chance(0, [1, 0, 1, 0]) == 1.0
    assert chance(1, [1, 0, 1, 0]) == pytest.approx(1 - 0.57243, abs=1e-4)
    assert chance(3, [1, 0, 1, 0]) == pytest.approx(0.04117, abs=1e-4)


def test_three_after_two_in_four_weeks_is_told_where_one_in_twenty_is_enough():
    found = unusual(3, [1, 0, 1, 0], **ASKED)
    assert found is not None
    assert (found.seen, found.expected, found.highest, found.one_in) == (3, 0.5, 1, 24)


@pytest.mark.parametrize(
    ("seen", "history", "changed"),
    [
        (3, [1, 0, 1, 0], {"one_in": 30}),
        (3, [1, 0, 3, 0], {}),
        (2, [0, 0, 0, 0], {}),
        (12, [9, 10, 11, 10], {}),
        (5, [], {}),
    ],
    ids=["chance brings it", "it was as high before", "too few", "little more than always", "no history"],
)
def test_what_chance_or_habit_explains_stays_quiet(seen, history, changed):
    assert unusual(seen, history, **ASKED | changed) is None


def test_more_cases_never_make_a_count_quieter():
    draw = random.Random(1)
    for _ in range(300):
        history = [draw.randrange(12) for _ in range(draw.randrange(1, 9))]
        limits = {
            "least": draw.randrange(1, 6),
            "percent": draw.randrange(100, 400),
            "one_in": draw.randrange(10, 5000),
        }
        warned = [unusual(seen, history, **limits) is not None for seen in range(90)]
        assert warned == sorted(warned)
        tails = [chance(seen, history) for seen in range(40)]
        assert tails == sorted(tails, reverse=True)


def test_a_topic_grows_when_it_doubles_and_not_before():
    assert grown(6, 3, least=5, percent=200)
    assert not grown(5, 3, least=5, percent=200)
    assert not grown(4, 0, least=5, percent=200)
    assert grown(5, 0, least=5, percent=500)


def test_reports_within_the_radius_are_one_place_and_the_next_street_is_another():
    """0.0004° of latitude are 44.5 m; 0.0005° of longitude at 35.4° north are 45.4 m, 0.0006° are 54.4 m."""
    near = [Spot(1, 116.5, 35.4), Spot(2, 116.5, 35.4004), Spot(3, 116.5005, 35.4)]
    far = Spot(4, 116.4994, 35.4)
    (found,) = clusters([*near, far], radius_m=50, least=3)
    assert (found.middle.pk, found.members) == (1, (1, 2, 3))
    assert clusters([*near[:2], far], radius_m=50, least=3) == []


def test_the_same_address_is_one_place_even_without_a_point():
    spots = [Spot(1, places=("7|A",)), Spot(2, 116.5, 35.4, ("7|A",)), Spot(3, places=("7|B",))]
    assert [one.members for one in clusters(spots, radius_m=50, least=2)] == [(1, 2)]


def test_reports_that_name_one_facility_are_one_place_before_all_others():
    cover = [Spot(number, 116.5, 35.4 + number / 100, facility=8) for number in (1, 2, 3)]
    beside = [Spot(number, 116.5, 35.41) for number in (4, 5)]
    found = clusters([*cover, *beside, Spot(6, 116.5, 35.41, facility=9)], radius_m=50, least=3)
    assert [(one.facility, one.members) for one in found] == [(8, (1, 2, 3)), (None, (4, 5, 6))]
    assert clusters(cover[:2], radius_m=50, least=3) == []


def test_more_reports_never_silence_a_place():
    draw = random.Random(2)
    for _ in range(60):
        spots: list[Spot] = []
        warned = []
        for number in range(25):
            named = draw.choice([None, None, 7, 8])
            spots.append(Spot(number, 116.5 + draw.random() / 200, 35.4 + draw.random() / 200, facility=named))
            warned.append(bool(clusters(spots, radius_m=60, least=3)))
        assert warned == sorted(warned)


def test_a_backlog_is_told_when_its_share_is_ten_points_above_every_week_before():
    history = [Share(2, 10), Share(3, 10), Share(1, 20)]
    assert above(Share(6, 15), history, least=5, points=10)  # 40 % after 30 % at most
    assert not above(Share(6, 16), history, least=5, points=10)  # 37.5 %
    assert not above(Share(4, 5), history, least=5, points=10)
    assert not above(Share(9, 9), [], least=5, points=10)


def test_more_overdue_orders_never_make_a_backlog_quieter():
    draw = random.Random(3)
    for _ in range(200):
        history = [Share(draw.randrange(9), 9) for _ in range(4)]
        rest = draw.randrange(20)
        warned = [above(Share(late, late + rest), history, least=3, points=10) for late in range(60)]
        assert warned == sorted(warned)


def test_a_check_of_a_year_ago_is_due_and_one_of_last_month_is_not():
    checked = [("fire", DAY - dt.timedelta(days=358)), ("gas", DAY - dt.timedelta(days=357)), ("electricity", None)]
    assert [one.sign for one in due(checked, DAY, ahead_days=7, never=False)] == ["fire:2026-06-17"]
    assert [one.kind for one in due(checked, DAY, ahead_days=7, never=True)] == ["fire", "electricity"]
    assert due(checked, DAY, ahead_days=6, never=False) == []


def test_every_parameter_lies_in_its_bounds_and_nonsense_is_as_usual():
    for kind, parameters in PARAMETERS.items():
        for one in parameters:
            if isinstance(one, Number):
                assert one.least <= one.usual <= one.most
        assert Given(kind).all() == Given(kind, {"level": "nowhere"}).all()
    assert Given(RuleKind.RATE, {"weeks": 999}).number("weeks") == 52


def finding(**fields) -> Finding:
    usual = {"subject": "a", "node_id": 1, "first_on": DAY, "last_on": DAY, "size": 6, "figures": {}}
    return Finding(**usual | fields)


def test_a_matter_is_told_once_and_reminded_once_when_it_grew_by_half():
    assert Memory().judge(finding()) == Verdict.NEW
    told = Memory([Past("a", 4)])
    assert told.judge(finding(size=5)) == Verdict.KNOWN
    assert told.judge(finding(size=6)) == Verdict.GROWN
    assert Memory([Past("a", 4, was_reminded=True)]).judge(finding(size=60)) == Verdict.KNOWN


def test_after_a_decision_only_what_came_later_is_told():
    decided = Memory([Past("a", 4, until=DAY)])
    assert decided.judge(finding(first_on=DAY, last_on=DAY + AGAIN)) == Verdict.KNOWN
    assert decided.judge(finding(first_on=DAY + dt.timedelta(days=1))) == Verdict.NEW


def test_of_a_standing_matter_only_another_fact_is_news_unless_nobody_ever_decided():
    fire, both = frozenset({"fire"}), frozenset({"fire", "gas"})
    decided = Memory([Past("a", 1, fire, until=DAY)])
    assert decided.judge(finding(evidence=fire, last_on=DAY + 3 * AGAIN)) == Verdict.KNOWN
    assert decided.judge(finding(evidence=both)) == Verdict.NEW
    lapsed = Memory([Past("a", 1, fire, until=DAY, has_lapsed=True)])
    assert lapsed.judge(finding(evidence=fire, last_on=DAY + AGAIN)) == Verdict.KNOWN
    assert lapsed.judge(finding(evidence=fire, last_on=DAY + AGAIN + dt.timedelta(days=1))) == Verdict.NEW
