"""A service tier from proposal to end: who may, what is refused, what the database holds whatever the code does."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from accounts.models import Notification
from care import actions, retention, sweeps
from care.models import TierGrant, TierStep, TierSwitch
from care.tiers import LADDERS, reasons, reasons_of
from grids.roles import Role
from tests.factories import make_post, make_user
from tests.registers import make_grant, make_resident
from workorders.workflow import InvalidMove

pytestmark = pytest.mark.django_db
FORBIDDEN = [
    "宗教",
    "信仰",
    "民族",
    "政治",
    "信访",
    "上访",
    "投诉",
    "疾病",
    "病",
    "艾滋",
    "前科",
    "犯罪",
    "矫正",
    "性取向",
]


def proposed(care, actor, tier="yellow", resident=None, **given):
    usual = {"reason_code": reasons_of(tier)[0].code, "fact": "a fact", "basis": "a basis", "days": 20}
    return actions.propose(resident or care.resident, actor=actor, tier=tier, **usual | given)


def turn_on(care, *tiers):
    second = make_user()
    make_post(second, Role.DUTY_CHIEF, care.line.district)
    for tier in tiers:
        asked = actions.ask_to_turn_on(care.line.district, tier, actor=care.line.chief, basis="Document 12")
        actions.confirm_turning_on(asked, actor=second)
    return second


def test_a_worker_proposes_yellow_and_the_secretary_approves(care):
    grant = proposed(care, care.line.worker)
    assert grant.state == "proposed"
    assert set(Notification.objects.filter(kind="care_to_decide").values_list("recipient", flat=True)) == {
        care.line.secretary.pk
    }
    grant = actions.approve(grant, actor=care.line.secretary)
    today = timezone.localdate()
    assert (grant.state, grant.starts_on, grant.ends_on) == ("in_force", today, today + dt.timedelta(days=19))
    assert list(grant.steps.order_by("id").values_list("act", flat=True)) == ["propose", "approve", "begin"]


def test_nobody_approves_their_own_proposal(care):
    grant = proposed(care, care.line.secretary)
    with pytest.raises(PermissionDenied, match="than the proposer"):
        actions.approve(grant, actor=care.line.secretary)
    assert actions.approve(grant, actor=care.line.operator).state == "in_force"


def test_a_worker_proposes_neither_orange_nor_red(care):
    turn_on(care, "orange", "red")
    for tier in ("orange", "red"):
        with pytest.raises(PermissionDenied):
            proposed(care, care.line.worker, tier)
    with pytest.raises(PermissionDenied):
        proposed(care, care.line.secretary, "red")


@pytest.mark.parametrize("tier", ["orange", "red"])
def test_orange_and_red_are_off_until_two_people_turned_them_on(care, tier):
    with pytest.raises(ValidationError, match="off in this district"):
        proposed(care, care.line.operator, tier)
    asked = actions.ask_to_turn_on(care.line.district, tier, actor=care.line.chief, basis="Document 12")
    with pytest.raises(PermissionDenied, match="Somebody else"):
        actions.confirm_turning_on(asked, actor=care.line.chief)
    with pytest.raises(ValidationError, match="off in this district"):
        proposed(care, care.line.operator, tier)
    with pytest.raises(IntegrityError, match="tierswitch_two_people"), transaction.atomic():
        type(asked).objects.filter(pk=asked.pk).update(confirmed_by=asked.asked_by, confirmed_at=timezone.now())


def test_orange_needs_the_street_and_a_second_person(care):
    turn_on(care, "orange")
    grant = proposed(care, care.line.secretary, "orange")
    grant = actions.approve(grant, actor=care.line.operator)
    assert grant.state == "proposed"
    with pytest.raises(InvalidMove, match="another person"):
        actions.approve(grant, actor=care.line.operator)
    assert actions.approve(grant, actor=care.street_leader).state == "in_force"


def test_red_needs_the_district_whoever_comes_first(care):
    turn_on(care, "red")
    grant = proposed(care, care.line.operator, "red")
    grant = actions.approve(grant, actor=care.street_leader)
    assert (grant.state, grant.approved_by, grant.seconded_by) == ("proposed", None, care.street_leader)
    assert actions.approve(grant, actor=care.line.chief).state == "in_force"


def test_turning_off_ends_what_is_in_force_and_what_waits(care):
    turn_on(care, "orange")
    grant = proposed(care, care.line.secretary, "orange")
    for actor in (care.line.operator, care.street_leader):
        actions.approve(grant, actor=actor)
    other = proposed(care, care.line.secretary, "orange", make_resident(care.house))
    actions.turn_off(TierSwitch.objects.get(tier="orange"), actor=care.line.chief)
    grant.refresh_from_db()
    other.refresh_from_db()
    assert (grant.state, grant.ended_because, other.state) == ("ended", "turned_off", "withdrawn")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason_code": "red-self"}, "reason_code"),
        ({"reason_code": "made-up"}, "reason_code"),
        ({"fact": " "}, "fact"),
        ({"basis": ""}, "basis"),
        ({"days": 181}, "days"),
        ({"days": 0}, "days"),
    ],
)
def test_what_does_not_say_why_and_how_long_is_refused(care, given, field):
    with pytest.raises(ValidationError) as refused:
        proposed(care, care.line.worker, **given)
    assert list(refused.value.message_dict) == [field]


def test_a_reason_the_district_does_not_use_is_refused(care):
    actions.switch_reason(care.line.district, "yellow-asked", actor=care.line.chief, is_used=False)
    with pytest.raises(ValidationError):
        proposed(care, care.line.worker, reason_code="yellow-asked")
    actions.switch_reason(care.line.district, "yellow-asked", actor=care.line.chief, is_used=True)
    assert proposed(care, care.line.worker, reason_code="yellow-asked").pk


def test_the_closed_list_holds_no_forbidden_reason():
    for reason in reasons().values():
        assert not [word for word in FORBIDDEN if word in reason.name], reason.code
        assert reason.code.startswith(f"{reason.tier}-")


def test_a_child_is_at_most_yellow_and_the_guardian_is_notified(care):
    turn_on(care, "orange")
    today = timezone.localdate()
    child = make_resident(care.house, born_on=today - dt.timedelta(days=13 * 365))
    with pytest.raises(ValidationError, match="14 or older"):
        proposed(care, care.line.secretary, "orange", child)
    with pytest.raises(ValidationError, match="guardian"):
        proposed(care, care.line.worker, resident=child)
    grant = proposed(care, care.line.worker, resident=child, guardian_notified_on=today)
    assert (grant.is_minor, grant.guardian_notified_on) == (True, today)
    with pytest.raises(IntegrityError, match="grant_minors_only_yellow"), transaction.atomic():
        make_grant(make_resident(care.house), "orange", is_minor=True, guardian_notified_on=today)
    with pytest.raises(IntegrityError, match="grant_guardian_notified"), transaction.atomic():
        make_grant(make_resident(care.house), "yellow", is_minor=True)


def test_somebody_of_unknown_age_is_never_orange(care):
    turn_on(care, "orange")
    with pytest.raises(ValidationError, match="14 or older"):
        proposed(care, care.line.secretary, "orange", make_resident(care.house, born_on=None, identity_number=""))


def test_a_higher_tier_is_not_put_aside_by_a_lower_one(care):
    make_grant(care.resident, "red")
    grant = proposed(care, care.line.worker)
    with pytest.raises(InvalidMove, match="at present"):
        actions.approve(grant, actor=care.line.secretary)


def test_a_renewal_is_a_new_proposal_and_takes_the_place_of_the_old(care):
    old = make_grant(care.resident)
    new = actions.approve(proposed(care, care.line.worker), actor=care.line.secretary)
    old.refresh_from_db()
    assert (old.state, old.ended_because, new.state) == ("ended", "replaced", "in_force")


def test_refusing_and_revoking_need_a_reason(care):
    grant = proposed(care, care.line.worker)
    with pytest.raises(ValidationError):
        actions.refuse(grant, actor=care.line.secretary, words=" ")
    assert actions.refuse(grant, actor=care.line.secretary, words="Not needed.").state == "refused"
    grant = make_grant(make_resident(care.house))
    with pytest.raises(PermissionDenied):
        actions.revoke(grant, actor=care.line.worker, words="No.")
    assert actions.revoke(grant, actor=care.line.secretary, words="No longer.").ended_because == "revoked"


def test_a_tier_ends_by_itself_and_is_not_renewed(care):
    today = timezone.localdate()
    over = make_grant(care.resident, starts_on=today - dt.timedelta(days=30), ends_on=today - dt.timedelta(days=1))
    last_day = make_grant(make_resident(care.house), ends_on=today)
    assert sweeps.run().ended == 1
    over.refresh_from_db()
    last_day.refresh_from_db()
    assert (over.state, over.ended_because, last_day.state) == ("ended", "expired", "in_force")
    assert sweeps.run().ended == 0
    assert not TierGrant.objects.filter(resident=care.resident, state__in=["in_force", "proposed"]).exists()


def test_a_review_is_asked_for_once_seven_days_before(care):
    today = timezone.localdate()
    grant = make_grant(care.resident, proposed_by=care.line.worker, ends_on=today + dt.timedelta(days=7))
    make_grant(make_resident(care.house), ends_on=today + dt.timedelta(days=8))
    assert sweeps.run().warned == 1
    assert sweeps.run().warned == 0
    told = Notification.objects.filter(kind="care_ends_soon").values_list("recipient_id", flat=True)
    assert set(told) == {care.line.worker.pk, grant.approved_by_id}


def test_a_tier_ends_when_the_resident_has_gone(care):
    grant = make_grant(care.resident)
    waiting = make_grant(care.resident, state="proposed")
    type(care.resident).objects.filter(pk=care.resident.pk).update(gone="moved", gone_on=timezone.localdate())
    done = sweeps.run()
    grant.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.ended, done.withdrawn, grant.ended_because, waiting.state) == (1, 1, "gone", "withdrawn")


def test_history_goes_a_year_after_the_return_to_green_and_not_before(care):
    now = timezone.now()
    days = {"starts_on": timezone.localdate(), "ends_on": timezone.localdate()}
    old = make_grant(care.resident, closed_at=now - dt.timedelta(days=366), state="ended", **approved(), **days)
    TierStep.objects.create(grant=old, at=now, act="end")
    recent_resident = make_resident(care.house)
    make_grant(recent_resident, closed_at=now - dt.timedelta(days=500), state="ended", **approved(), **days)
    young = make_grant(recent_resident, closed_at=now - dt.timedelta(days=300), state="ended", **approved(), **days)
    before = now - dt.timedelta(days=365)
    assert retention.remove(before, True) == 1
    assert retention.remove(before, False) == 1
    assert retention.remove(before, False) == 0
    assert not TierGrant.objects.filter(pk=old.pk).exists()
    with pytest.raises(IntegrityError, match="kept for a year"), transaction.atomic():
        young.delete()


def approved():
    return {"approved_by": make_user(), "approved_at": timezone.now()}


@pytest.mark.parametrize(
    "change",
    [
        {"tier": "red"},
        {"days": 29},
        {"reason_code": "yellow-asked"},
        {"approved_by": None},
        {"state": "proposed"},
        {"ends_on": dt.date(2100, 1, 1)},
    ],
)
def test_what_was_proposed_and_approved_stands(care, change):
    grant = make_grant(care.resident)
    with pytest.raises(IntegrityError), transaction.atomic():
        TierGrant.objects.filter(pk=grant.pk).update(**change)


def test_steps_are_append_only_but_for_the_change_of_keys(care):
    grant = proposed(care, care.line.worker)
    step = grant.steps.get()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        TierStep.objects.filter(pk=step.pk).update(actor=care.line.secretary)
    with pytest.raises(IntegrityError, match="kept for a year"), transaction.atomic():
        step.delete()
    TierStep.objects.filter(pk=step.pk).update(words="anew")


def test_fact_and_basis_are_encrypted_at_rest(care):
    grant = proposed(care, care.line.worker, fact="SecretFact", basis="SecretBasis")
    with connection.cursor() as cursor:
        cursor.execute("SELECT fact, basis FROM care_tiergrant WHERE id = %s", [grant.pk])
        stored = " ".join(cursor.fetchone())
    assert "Secret" not in stored


WHO = ["worker", "leader", "secretary", "operator", "street_leader", "chief", "dispatcher", "second"]


@hypothesis(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tier=st.sampled_from(["yellow", "orange", "red"]),
    proposer=st.sampled_from(WHO),
    acts=st.lists(
        st.tuples(st.sampled_from(WHO), st.sampled_from(["approve", "refuse", "withdraw", "revoke"])), max_size=6
    ),
)
def test_whatever_people_do_a_tier_in_force_had_its_people(care, tier, proposer, acts):
    """Any course of acts: in force means proposed and approved at the right levels by different people."""
    with transaction.atomic():
        second = turn_on(care, "orange", "red")
        cast = {name: getattr(care.line, name) for name in WHO if name not in {"street_leader", "second"}}
        cast |= {"street_leader": care.street_leader, "second": second}
        try:
            grant = proposed(care, cast[proposer], tier, make_resident(care.house))
        except PermissionDenied:
            grant = None
        for name, act in acts if grant is not None else []:
            words = {"words": "because"}
            try:
                with transaction.atomic():
                    getattr(actions, act)(grant, actor=cast[name], **words)
            except (PermissionDenied, InvalidMove):
                continue
        if grant is not None:
            holds(grant, cast, LADDERS[tier])
        transaction.set_rollback(True)


def holds(grant, cast, ladder):
    grant.refresh_from_db()
    kind = {user.pk: user.posts.first().node.kind for user in cast.values()}
    involved = [pk for pk in (grant.proposed_by_id, grant.approved_by_id, grant.seconded_by_id) if pk is not None]
    assert len(set(involved)) == len(involved)
    assert kind[grant.proposed_by_id] in ladder.proposes
    if grant.approved_by_id is not None:
        assert kind[grant.approved_by_id] in ladder.approves
    if grant.seconded_by_id is not None:
        assert kind[grant.seconded_by_id] in ladder.seconds
    if grant.starts_on is not None:
        assert grant.approved_by_id is not None
        assert (grant.seconded_by_id is not None) == bool(ladder.seconds)
    acts = list(grant.steps.values_list("act", flat=True))
    assert acts.count("approve") <= 1
    assert ("begin" in acts) == (grant.starts_on is not None)
