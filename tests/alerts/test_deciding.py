"""Deciding on a warning: the order that it becomes, what is refused, how precise each rule was, trying a change."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts import tokens
from accounts.models import AuditRecord
from alerts import actions, explaining, precision, rules, trying
from alerts.models import EarlyWarning, WarningEvent
from alerts.rules import Watch
from alerts.states import RuleKind, State
from grids.backends import standing_for
from grids.models import Post
from grids.roles import Role
from hotline.periods import Period
from tests.early_warnings import count_of, make_warning
from tests.factories import make_category, make_line, make_order, make_post, make_ruled_line, make_user
from tests.hotlines import make_topic
from tests.registers import make_organisation
from workorders.models import WorkOrder
from workorders.states import Source
from workorders.states import State as OrderState
from workorders.workflow import InvalidMove, StaleOrder

TODAY = dt.date(2026, 6, 10)
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)


@pytest.fixture
def line(db):
    return make_ruled_line("worker", "secretary", "dispatcher", "supervisor", "chief")


@pytest.fixture
def warning(line):
    return make_warning(line, category=make_category(name="暴露垃圾", needs_photo=True))


def test_confirmed_it_is_an_order_at_its_place_from_the_fitting_source(line, warning):
    done = actions.confirm(warning, actor=line.secretary, description="到现场核实", note="属实")
    order = done.order
    assert (done.state, order.grid, order.category, order.source) == (
        State.CONFIRMED,
        line.community,
        warning.category,
        Source.LEADER,
    )
    assert (order.reporter, order.description) == (line.secretary, "到现场核实")
    event = WarningEvent.objects.get()
    assert (event.act, event.actor, event.actor_role, event.note) == (
        "confirm",
        line.secretary,
        Role.COMMUNITY_SECRETARY,
        "属实",
    )


def test_a_place_is_reported_at_its_point_and_a_topic_is_linked_to_the_order_it_has(line):
    place = make_warning(line, kind="place", node=line.base, lng="116.504", lat="35.404", category=make_category())
    assert str(actions.confirm(place, actor=line.secretary, description="看看").order.lng) == "116.504000"
    order = make_order(line)
    topic = make_warning(line, kind="topic", topic=make_topic(line, order=order))
    assert actions.confirm(topic, actor=line.dispatcher).order == order
    assert WorkOrder.objects.filter(description="看看").count() == 1


def test_it_is_decided_once_by_those_over_the_place_and_on_the_version_that_they_saw(line, warning):
    with pytest.raises(PermissionDenied):
        actions.dismiss(warning, actor=line.worker, reason="false")
    with pytest.raises(PermissionDenied):
        actions.dismiss(warning, actor=make_line("secretary").secretary, reason="false")
    with pytest.raises(StaleOrder):
        actions.dismiss(warning, actor=line.secretary, reason="false", version=7)
    with pytest.raises(ValidationError, match="reason"):
        actions.dismiss(warning, actor=line.secretary, reason="bored")
    actions.dismiss(warning, actor=line.secretary, reason="known")
    with pytest.raises(InvalidMove):
        actions.confirm(warning, actor=line.secretary, description="x")
    assert WorkOrder.objects.count() == 0


def test_its_history_cannot_be_changed(line, warning):
    actions.dismiss(warning, actor=line.secretary, reason="known")
    for change in (lambda: WarningEvent.objects.update(note="x"), lambda: WarningEvent.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_page_says_why_in_both_languages_and_confirms_in_one_tap(client, line, warning):
    client.force_login(line.secretary)
    url = reverse("alerts:detail", args=[warning.pk])
    page = client.get(url)
    said = "“暴露垃圾”7 天内（截至"
    assert said in page.content.decode()
    with translation.override("en"):
        words = explaining.sentence(warning, None)
    assert "9 reports of “暴露垃圾” in 7 days" in words
    assert "once in 50,000 such periods" in words
    for expected, history, english, chinese in (
        (1.5, [1, 2], "where 1.5 were to be expected", "按以往同期约为 1.5 件"),
        (1.0, [1, 1], "where 1 was to be expected", "按以往同期约为 1 件"),
        (0.0, [0, 1], "where hardly any was to be expected", "以往同期极少"),
        (0.0, [0, 0], "where none was to be expected", "以往同期没有"),
    ):
        warning.figures |= {"expected": expected, "history": history}
        assert chinese in explaining.sentence(warning, None)
        with translation.override("en"):
            assert english in explaining.sentence(warning, None)
    assert [line.shown for line in explaining.lines(warning)] == ["9", "0", "3", "50,000"]
    warning.refresh_from_db()
    form = page.context["confirming"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert client.post(reverse("alerts:confirm", args=[warning.pk]), sent).status_code == 302
    warning.refresh_from_db()
    assert warning.order.description == sent["description"]
    assert warning.order.number in client.get(url).content.decode()
    assert client.post(reverse("alerts:confirm", args=[warning.pk]), sent).status_code == 409


def test_what_is_wrong_with_a_decision_stands_on_the_page(client, line):
    warning = make_warning(line)
    client.force_login(line.secretary)
    answer = client.post(reverse("alerts:confirm", args=[warning.pk]), {"description": "x"})
    assert (answer.status_code, bool(answer.context["confirming"].errors["category"])) == (400, True)
    assert client.post(reverse("alerts:dismiss", args=[warning.pk]), {}).status_code == 400
    assert client.post(reverse("alerts:dismiss", args=[warning.pk]), {"reason": "false"}).status_code == 302


def test_others_areas_are_not_there_and_the_list_costs_the_same_however_long(
    client, line, django_assert_max_num_queries
):
    other = make_line("secretary")
    theirs = make_warning(other)
    client.force_login(line.secretary)
    assert client.get(reverse("alerts:detail", args=[theirs.pk])).status_code == 404
    site = make_organisation(line.base, name="鲜味楼", is_key_site=True)
    for number in range(12):
        make_warning(line, node=line.base, category=make_category(), subject=f"n{number}")
    checks = {"checks": ["fire:2026-01-02"], "name": "检查"}
    make_warning(line, kind="checks", organisation=site, figures=checks, node=line.base)
    client.get(reverse("alerts:list"))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("alerts:list"))
    assert len(page.context["rows"]) == 13
    assert "鲜味楼" in page.content.decode()
    assert len(client.get(reverse("alerts:list"), {"kind": "checks"}).context["rows"]) == 1


def test_a_key_sites_name_is_told_to_whoever_sees_the_registers_there_alone(client, line):
    site = make_organisation(line.base, name="鲜味楼", is_key_site=True)
    warning = make_warning(
        line, kind="checks", organisation=site, figures={"checks": ["fire:2026-01-02"], "name": "检查"}
    )
    for person, knows in ((line.secretary, True), (line.supervisor, False)):
        client.force_login(person)
        told = client.get(reverse("alerts:detail", args=[warning.pk])).content.decode()
        assert ("鲜味楼" in told, site.get_absolute_url() in told) == (knows, knows)


def test_missed_care_visits_lead_only_those_on_to_the_tiers_who_decide_on_them(client, line):
    figures = {"missed": None, "fewer_than": 10, "name": "走访"}
    warning = make_warning(line, kind="tier_visits", figures=figures, size=1)
    for person, knows in ((line.secretary, True), (line.dispatcher, False), (line.supervisor, False)):
        assert bool(explaining.list_url(warning, standing_for(person))) == knows
        client.force_login(person)
        told = client.get(reverse("alerts:detail", args=[warning.pk])).content.decode()
        assert (f'href="{reverse("care:grants")}" ' in told or f'btn" href="{reverse("care:grants")}"' in told) == knows


def test_the_list_taken_along_is_on_record(client, line, warning):
    client.force_login(line.secretary)
    answer = client.post(reverse("alerts:workbook") + "?tab=new&kind=rate")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"PK")
    kept = AuditRecord.objects.get(action="alerts.export_list")
    assert kept.detail == {"tab": "new", "count": 1, "kind": "rate"}


def test_the_api_lists_shows_and_decides(client, line, warning):
    headers = {"Authorization": f"Token {tokens.issue(line.secretary).key}"}
    (row,) = client.get("/api/v1/warnings/?state=new", headers=headers).json()["results"]
    assert (row["id"], row["kind"]) == (warning.pk, "rate")
    shown = client.get(f"/api/v1/warnings/{warning.pk}/", headers=headers).json()
    assert shown["history"] == [1, 3, 2, 0]
    url = f"/api/v1/warnings/{warning.pk}/confirm/"
    done = client.post(url, {"version": 1}, "application/json", headers=headers)
    assert (done.status_code, done.json()["state"]) == (200, "confirmed")
    assert client.post(url, {}, "application/json", headers=headers).status_code == 409


def decided(line, confirmed: int, dismissed: int, solved: int = 0) -> None:
    now = timezone.now()
    for number in range(confirmed):
        order = make_order(line, OrderState.CLOSED if number < solved else OrderState.REPORTED)
        if number < solved:
            WorkOrder.objects.filter(pk=order.pk).update(closing_kind="solved")
        make_warning(line, State.CONFIRMED, order=order, closed_at=now, subject=f"c{number}")
    for number in range(dismissed):
        make_warning(line, State.DISMISSED, closed_at=now, subject=f"d{number}")


def test_a_rule_that_warns_in_vain_is_proposed_and_a_person_retires_it(client, line):
    decided(line, confirmed=2, dismissed=8, solved=1)
    today = timezone.localdate()
    (one,) = precision.in_district(line.district, Period(today, today)).values()
    assert (one.decided, one.confirmed, one.percent, one.ended, one.solved_percent) == (10, 2, 20.0, 1, 100.0)
    client.force_login(line.chief)
    page = client.get(reverse("alerts:rules"))
    assert [watch.code for watch, _done in page.context["against"]] == ["rate-community"]
    assert rules.of(line.district.pk)["rate-community"].is_active
    client.post(reverse("alerts:rule-retire", args=["rate-community"]))
    watch = rules.of(line.district.pk)["rate-community"]
    assert (watch.is_active, watch.is_own) == (False, True)
    assert client.get(reverse("alerts:rules")).context["against"] == []
    assert AuditRecord.objects.filter(action="alerts.retire_rule").count() == 1


def test_nine_decisions_are_too_few_to_judge_a_rule(client, line):
    decided(line, confirmed=0, dismissed=9)
    client.force_login(line.chief)
    assert client.get(reverse("alerts:rules")).context["against"] == []


def test_a_changed_rule_is_tried_against_the_past_before_it_holds(client, line):
    key, today = str(make_category(name="暴露垃圾").pk), timezone.localdate()
    for day, count in ((today - 85 * DAY, 12), (today - 20 * DAY, 8)):
        count_of(line.community, day, key, count)
    one = make_warning(
        line, State.CONFIRMED, order=make_order(line), subject=f"node:{line.community.pk}|category:{key}"
    )
    EarlyWarning.objects.filter(pk=one.pk).update(first_on=today - 26 * DAY, last_on=today - 20 * DAY)
    client.force_login(line.chief)
    url = reverse("alerts:rule-edit", args=["rate-community"])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"least": "10", "is_active": "on"}
    page = client.post(url, sent | {"try": "1"})
    trial = page.context["trial"]
    assert (trial.count, trial.present, trial.shared) == (1, 2, 1)
    assert [found[1:3] for found in page.context["found"]] == [(line.community.name, "暴露垃圾")]
    trial = client.post(url, sent | {"try": "1", "least": "5"}).context["trial"]
    assert (trial.count, trial.shared, trial.confirmed, trial.dismissed) == (2, 2, 1, 0)
    assert not rules.of(line.district.pk)["rate-community"].is_own
    client.post(url, sent)
    assert rules.of(line.district.pk)["rate-community"].given.number("least") == 10
    stale = client.post(url, sent | {"least": "7"})
    assert (stale.status_code, stale.context["form"]["least"].value()) == (400, "7")
    assert rules.of(line.district.pk)["rate-community"].given.number("least") == 10
    again = {name: stale.context["form"][name].value() or "" for name in sent if name != "is_active"}
    assert client.post(url, again | {"is_active": "on"}).status_code == 302
    assert rules.of(line.district.pk)["rate-community"].given.number("least") == 7
    assert EarlyWarning.objects.count() == 1


def test_editing_ends_a_row_and_begins_another_and_only_the_districts_own_may(line):
    watch = rules.of(line.district.pk)["place"]
    changed = Watch(**watch.__dict__ | {"parameters": {"least": 6}})
    first = rules.set_rule(line.district, changed, actor=line.chief)
    assert rules.set_rule(line.district, changed, actor=line.chief) is None
    second = rules.set_rule(line.district, Watch(**watch.__dict__ | {"lapse_days": 3}), actor=line.chief)
    first.refresh_from_db()
    assert (first.valid_to, second.valid_to) == (second.valid_from, None)
    with pytest.raises(PermissionDenied):
        rules.set_rule(line.district, watch, actor=make_line("chief").chief)
    with pytest.raises(PermissionDenied):
        rules.set_rule(line.district, watch, actor=line.secretary)


def test_a_further_rule_gets_a_code_of_its_own(client, line):
    client.force_login(line.chief)
    url = reverse("alerts:rule-add", args=["backlog"])
    assert client.get(reverse("alerts:rule-kind"), {"kind": "backlog"}).url == url
    form = client.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"name": "镇街积压", "level": "street"}
    assert client.post(url, sent | {"is_active": "on"}).status_code == 302
    added = rules.of(line.district.pk)["backlog-2"]
    assert (added.name, added.given.choice("level"), added.is_active) == ("镇街积压", "street", True)
    assert client.post(url, sent | {"least": "0"}).status_code == 400


def test_the_navigation_and_the_workbench_count_what_waits_for_a_decision(client, line, warning):
    make_warning(line, State.DISMISSED, subject="past")
    client.force_login(line.secretary)
    page = client.get(reverse("home"))
    (link,) = [
        link for task in page.context["navigation"].work for link in task.links if link.url == reverse("alerts:list")
    ]
    assert link.count == 1
    assert f'href="{reverse("alerts:list")}"' in page.content.decode()


def test_a_kind_whose_past_nobody_keeps_cannot_be_tried(line):
    watch = rules.of(line.district.pk)["tier-visits"]
    assert not trying.may_try(watch)
    with pytest.raises(ValueError, match=RuleKind.TIER_VISITS):
        trying.against_the_past(line.district, watch, None)


def test_a_post_in_a_unit_opens_no_warning(line, warning):
    head = make_user()
    make_post(head, Role.DISPATCHER, line.district)
    Post.objects.filter(user=head).update(unit=line.dept)
    assert not EarlyWarning.objects.visible_to(head).exists()
    assert EarlyWarning.objects.visible_to(line.dispatcher).exists()
