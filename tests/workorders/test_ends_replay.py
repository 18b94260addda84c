"""Merged, taken out, withdrawn and reopened orders: their history alone gives what is stored."""

import datetime as dt

import pytest

from tests.factories import make_category, make_ruled_line, report
from tests.workorders.test_life import MONDAY
from tests.workorders.test_merge import pair
from tests.workorders.test_reopen import WHY, closed
from tests.workorders.test_replay import found
from workorders import actions

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def line():
    return make_ruled_line()


def test_a_merger_and_its_undoing_come_out_of_the_history(line):
    head, order = pair(line, make_category(needs_photo=False))
    actions.merge(order, actor=line.clerk, into=head, now=MONDAY + DAY)
    assert found() == []
    actions.unmerge(order, actor=line.clerk, note="不是同一处", now=MONDAY + 2 * DAY)
    assert found() == []


def test_an_order_in_work_that_was_merged_and_taken_out_comes_out_of_the_history(line):
    head, _ = pair(line, make_category(needs_photo=False))
    other, _ = pair(line, make_category(needs_photo=False))
    actions.merge(other, actor=line.dispatcher, into=head, now=MONDAY + DAY)
    actions.unmerge(other, actor=line.dispatcher, note="不是同一处", now=MONDAY + 2 * DAY)
    assert found() == []


def test_a_reopened_order_comes_out_of_the_history(line):
    order = closed(line)
    actions.reopen(order, actor=line.supervisor, now=order.finished_at + 7 * DAY, **WHY)
    assert found() == []


def test_a_withdrawn_and_an_explained_order_come_out_of_the_history(line):
    order = report(line, line.clerk, source="hotline", now=MONDAY)
    actions.withdraw(order, actor=line.clerk, note="撤诉", now=MONDAY + DAY)
    order = actions.sign(report(line, line.clerk, source="hotline", now=MONDAY), actor=line.worker, now=MONDAY)
    told = {"reason": "policy", "basis": "《条例》第三条", "note": "已说明"}
    actions.request_explanation(order, actor=line.worker, now=MONDAY + DAY, **told)
    order = actions.grant_explanation(order, actor=line.secretary, now=MONDAY + DAY)
    actions.close(order, actor=line.leader, now=MONDAY + 2 * DAY)
    assert found() == []
