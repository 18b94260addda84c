"""Objections: heard in their days, decided by another person, and what an upheld one changes."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Notification
from appraisal import actions
from appraisal.actions.objections import Numbers
from appraisal.errors import Refusal
from appraisal.models import Objection, PointEntry, Result
from grids.roles import Role
from tests.appraisal.conftest import AFTER, LATER, own_result
from tests.factories import make_post
from workorders.models import WorkOrder

D = Decimal


def raised(line, published, code="on_time", reason="facts"):
    row = own_result(line, published).lines.get(indicator__code=code)
    return actions.object_to(row, actor=line.worker, reason=reason, words="It was in time", now=AFTER)


def test_those_judged_are_told_and_object_within_the_days(line, published):
    told = Notification.objects.get(recipient=line.worker, kind="appraisal_published")
    assert told.params == {"period": "2026-10", "until": "2026-11-09"}
    row = own_result(line, published).lines.get(indicator__code="on_time")
    with pytest.raises(Refusal, match="until the last day"):
        actions.object_to(row, actor=line.worker, reason="facts", words="x", now=LATER)
    with pytest.raises(PermissionDenied):
        actions.object_to(row, actor=line.secretary, reason="facts", words="x", now=AFTER)
    raised(line, published)
    with pytest.raises(Refusal, match="already"):
        raised(line, published)
    with pytest.raises(Refusal, match="undecided"):
        actions.finalise(published, actor=line.chief, now=LATER)
    assert actions.finalise_next(now=LATER) is None


def test_an_upheld_objection_makes_a_new_revision(line, published):
    objection = raised(line, published)
    actions.decide(
        objection,
        actor=line.street_leader,
        is_upheld=True,
        opinion="The meter was wrong",
        remedy="recount",
        numbers=Numbers(D(7), 7),
        now=AFTER,
    )
    result = own_result(line, published)
    # on time 100 → capped at 100 × 60 % = 60.00; + 12.50 + 12.00 + 3
    assert (result.revision, result.total) == (2, D("87.50"))
    assert result.lines.filter(revision=1).count() == 3, "what was published stays to be seen"
    kept = objection.correction
    assert (kept.before["total"], kept.after["total"]) == ("81.07", "87.50")
    assert (kept.before["numerator"], kept.after["numerator"]) == ("6.00", "7")
    assert Notification.objects.filter(recipient=line.worker, kind="appraisal_decided").exists()


def test_a_case_is_taken_out_only_where_a_decision_excluded_it(line, published):
    objection = raised(line, published, reason="unreasonable")
    given = {
        "actor": line.street_leader,
        "is_upheld": True,
        "opinion": "So decided",
        "remedy": "excluded",
        "now": AFTER,
    }
    with pytest.raises(Refusal, match="None of these orders is excluded"):
        actions.decide(objection, **given)
    late = objection.line.others[0]
    WorkOrder.objects.filter(pk=late).update(is_excluded=True)
    actions.decide(objection, **given)
    row = own_result(line, published).lines.get(revision=2, indicator__code="on_time")
    assert (row.numerator, row.denominator, row.others) == (6, 6, [])


def test_struck_points_count_no_more(line, published):
    entry = PointEntry.objects.get()
    objection = actions.object_to(entry, actor=line.worker, reason="facts", words="Not me", now=AFTER)
    actions.decide(objection, actor=line.street_leader, is_upheld=True, opinion="So it is", remedy="strike", now=AFTER)
    assert own_result(line, published).points == 0


def test_a_rejected_objection_changes_nothing(line, published):
    before = Result.objects.values().get(user=line.worker)
    objection = actions.decide(
        raised(line, published), actor=line.street_leader, is_upheld=False, opinion="The log is clear", now=AFTER
    )
    assert objection.state == "rejected"
    assert Result.objects.values().get(user=line.worker) == before
    with pytest.raises(Refusal, match="decided already"):
        actions.decide(objection, actor=line.street_leader, is_upheld=True, opinion="x", remedy="recount", now=AFTER)
    assert actions.finalise_next(now=AFTER) is None
    assert actions.finalise_next(now=LATER) == published
    assert actions.finalise_next(now=LATER) is None
    published.refresh_from_db()
    assert (published.state, published.final_by) == ("final", None)
    told = Notification.objects.filter(kind="appraisal_final").values_list("recipient", flat=True)
    assert set(told) >= {line.worker.pk, line.chief.pk}


def test_neither_who_gave_the_points_nor_who_is_judged_decides(line, published):
    mark, points = raised(line, published, "manual"), PointEntry.objects.get()
    about_points = actions.object_to(points, actor=line.worker, reason="facts", words="x", now=AFTER)
    for person, node in ((line.operator, line.street), (line.worker, line.street)):
        make_post(person, Role.STREET_LEADER, node)
        for objection in (mark, about_points):
            with pytest.raises(PermissionDenied):
                actions.decide(objection, actor=person, is_upheld=False, opinion="x", now=AFTER)
    with pytest.raises(PermissionDenied):
        actions.decide(mark, actor=line.chief, is_upheld=False, opinion="x", now=AFTER)
    actions.decide(mark, actor=line.supervisor, is_upheld=False, opinion="Looked at", now=AFTER)
    assert list(Objection.objects.open()) == [about_points]


@pytest.mark.parametrize(
    ("code", "numbers", "why"),
    [
        ("manual", Numbers(D("100.01")), "between 0 and 100"),
        ("reports", Numbers(D(1_000_000)), "between 0 and 999999"),
        ("reports", Numbers(D("4.5")), "whole numbers"),
        ("on_time", Numbers(D(-1), 3), "between 0 and 999999"),
        ("on_time", Numbers(D("2.5"), 3), "whole numbers"),
        ("on_time", Numbers(D(4), 3), "not below the numerator"),
        ("on_time", Numbers(D(1), 1_000_000), "between 0 and 999999"),
    ],
)
def test_a_decision_states_only_what_could_have_been_counted(line, published, code, numbers, why):
    given = {"actor": line.street_leader, "is_upheld": True, "opinion": "So it is", "remedy": "recount", "now": AFTER}
    with pytest.raises(Refusal, match=why):
        actions.decide(raised(line, published, code), numbers=numbers, **given)
    assert own_result(line, published).revision == 1


def test_who_is_judged_reads_why_they_do_not_decide(line, published, client):
    mark = raised(line, published, "manual")
    make_post(line.worker, Role.STREET_LEADER, line.street)
    client.force_login(line.worker)
    sent = {"decision": "reject", "opinion": "x"}
    answer = client.post(reverse("appraisal:objection", args=[mark.pk]), sent)
    assert (answer.status_code, "不得裁定与本人考核有关的异议" in answer.text) == (403, True)
