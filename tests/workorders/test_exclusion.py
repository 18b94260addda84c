"""Exclusion of an order from assessment (剔除): asked for by those it counts against, decided by others, recorded."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import AuditRecord
from grids.roles import Role
from tests.factories import make_order, make_post, make_ruled_line
from tests.workorders.test_life import inbox, moves
from workorders import actions
from workorders.models import Approval
from workorders.states import ApprovalState, Move, State
from workorders.workflow import InvalidMove

pytestmark = pytest.mark.django_db
WHY = {"reason": "malicious", "note": "一月内同一电话反映十二次，均查无此事"}
CLOSED_AT = dt.datetime(2026, 3, 2, 4, tzinfo=dt.UTC)
SOON = CLOSED_AT + dt.timedelta(days=3)


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def closed(line, **fields):
    return make_order(line, State.CLOSED, **{"lead_unit": line.dept, "finished_at": CLOSED_AT} | fields)


def asked(line):
    return actions.request_exclusion(closed(line), actor=line.handler, now=SOON, **WHY)


def test_the_handling_unit_asks_and_somebody_else_excludes_which_is_recorded(line):
    order = asked(line)
    assert order.state == State.CLOSED
    assert inbox(line.chief) == inbox(line.supervisor) == ["exclusion_asked"]
    order = actions.grant_exclusion(order, actor=line.supervisor, opinion="情况属实")
    assert (order.is_excluded, order.pending_approvals) == (True, [])
    assert moves(order) == [Move.REQUEST_EXCLUSION, Move.GRANT_EXCLUSION]
    record = AuditRecord.objects.get(action="workorders.exclude")
    assert (record.actor, record.subject_id) == (line.supervisor, str(order.pk))
    assert inbox(line.handler) == ["exclusion_granted"]


def test_refused_it_counts_and_the_refusal_is_recorded_too(line):
    order = actions.refuse_exclusion(asked(line), actor=line.chief, opinion="证据不足")
    assert not order.is_excluded
    assert Approval.objects.get(order=order).state == ApprovalState.REFUSED
    assert AuditRecord.objects.filter(action="workorders.refuse_exclusion").exists()


def test_only_those_it_counts_against_ask(line):
    order = closed(line, holder=line.base)
    for name in ("clerk", "supervisor", "dispatcher"):
        with pytest.raises(PermissionDenied):
            actions.request_exclusion(order, actor=line.people[name], now=SOON, **WHY)
    assert actions.request_exclusion(order, actor=line.worker, now=SOON, **WHY).pending_approvals == ["exclusion"]


def test_nobody_decides_who_asked_or_is_of_the_unit_concerned(line):
    order = asked(line)
    make_post(line.supervisor, Role.DEPT_HANDLER, line.district, line.dept)
    with pytest.raises(PermissionDenied):
        actions.grant_exclusion(order, actor=line.supervisor)
    held = closed(line, lead_unit=None, holder=line.district)
    actions.request_exclusion(held, actor=line.chief, now=SOON, **WHY)
    with pytest.raises(PermissionDenied, match="second person"):
        actions.grant_exclusion(held, actor=line.chief)


def test_it_is_asked_for_within_thirty_days_once_and_with_evidence(line):
    order = closed(line)
    with pytest.raises(InvalidMove, match="30 days"):
        actions.request_exclusion(order, actor=line.handler, now=CLOSED_AT + dt.timedelta(days=31), **WHY)
    with pytest.raises(ValidationError):
        actions.request_exclusion(order, actor=line.handler, now=SOON, reason="malicious", note=" ")
    with pytest.raises(ValidationError):
        actions.request_exclusion(order, actor=line.handler, now=SOON, reason="whim", note="无")
    actions.request_exclusion(order, actor=line.handler, now=SOON, **WHY)
    with pytest.raises(InvalidMove, match="asked for already"):
        actions.request_exclusion(order, actor=line.handler, now=SOON, **WHY)
    actions.grant_exclusion(order, actor=line.chief)
    with pytest.raises(InvalidMove, match="excluded from assessment already"):
        actions.request_exclusion(order, actor=line.handler, now=SOON, **WHY)


def test_a_request_about_an_open_order_outlives_its_closing(line):
    order = make_order(line, State.PENDING_CLOSURE, lead_unit=line.dept, signed_at=CLOSED_AT, answer="已修")
    actions.request_exclusion(order, actor=line.handler, **WHY)
    actions.close(order, actor=line.leader)
    assert actions.grant_exclusion(order, actor=line.chief).is_excluded


def test_the_page_and_the_list_show_what_is_excluded(line):
    order = actions.grant_exclusion(asked(line), actor=line.supervisor)
    other = closed(line)
    line.chief.language = "en"
    line.chief.save(update_fields=["language"])
    client = Client()
    client.force_login(line.chief)
    assert "Excluded from assessment" in client.get(order.get_absolute_url()).content.decode()
    page = client.get(reverse("workorders:list"), {"tab": "all", "excluded": "on"}).content.decode()
    assert order.number in page
    assert other.number not in page
