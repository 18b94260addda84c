"""The pages of care over HTTP: what each person does there, and what is refused."""

import pytest
from django.urls import reverse
from django.utils import timezone

from care import actions, frequencies
from care.models import CareMembership, ContactDuty, ContactPlan, TierGrant, TierSwitch
from grids import posts as grid_posts
from grids.roles import Role
from tests.factories import make_post, make_user
from tests.registers import make_care_membership, make_contact_duty, make_house, make_resident

pytestmark = pytest.mark.django_db


def sign_in(client, user):
    client.force_login(user)
    return client


def test_from_proposal_to_approval(care, client):
    sign_in(client, care.line.worker)
    address = reverse("care:propose", args=[care.resident.pk])
    page = client.get(address).content.decode()
    assert "yellow-hardship" in page
    assert "orange-disaster" not in page
    assert care.resident.name not in page
    answer = client.post(
        address, {"reason_code": "yellow-hardship", "fact": "SecretFact", "basis": "Document 3", "days": "90"}
    )
    assert answer.status_code == 302
    grant = TierGrant.objects.get()
    sign_in(client, care.line.secretary)
    page = client.get(grant.get_absolute_url())
    assert "SecretFact" in page.content.decode()
    answer = client.post(reverse("care:approve", args=[grant.pk]), {"version": grant.version, "words": ""})
    assert answer.status_code == 302
    grant.refresh_from_db()
    assert grant.state == "in_force"
    again = client.post(reverse("care:approve", args=[grant.pk]), {"version": grant.version, "words": ""})
    assert again.status_code == 409


def test_a_child_without_a_notified_guardian_is_said_beside_the_field(care, client):
    child = make_resident(care.house, born_on=timezone.localdate().replace(day=1))
    sign_in(client, care.line.worker)
    given = {"reason_code": "yellow-left-behind", "fact": "x", "basis": "y", "days": "30"}
    answer = client.post(reverse("care:propose", args=[child.pk]), given)
    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {"guardian_notified_on"}


def test_somebody_is_entered_into_a_group_and_leaves_it(care, client):
    sign_in(client, care.line.worker)
    address = reverse("care:membership-enter", args=[care.resident.pk])
    given = {"group": "living_alone", "source": "visit", "started_on": timezone.localdate().isoformat()}
    assert client.get(address).status_code == 200
    assert client.post(address, given).status_code == 302
    assert client.post(address, given).status_code == 409
    row = CareMembership.objects.get()
    assert (row.entered_by, row.source) == (care.line.worker, "visit")
    ended = client.post(reverse("care:membership-end", args=[row.pk]), {"ended_on": timezone.localdate().isoformat()})
    assert ended.status_code == 302
    row.refresh_from_db()
    assert row.ended_on == timezone.localdate()
    assert care.resident.events.count() == 2


def test_a_group_that_follows_from_the_registers_is_not_entered(care, client):
    sign_in(client, care.line.worker)
    for group in ("rental_house", "aged_80", "left_behind"):
        given = {"group": group, "source": "visit", "started_on": timezone.localdate().isoformat()}
        assert client.post(reverse("care:membership-enter", args=[care.resident.pk]), given).status_code == 400


def test_the_district_changes_frequencies_reasons_and_switches(care, client):
    sign_in(client, care.line.chief)
    days = {name: "" if number is None else number for name, number in frequencies.STARTING.items()}
    assert client.post(reverse("care:frequencies-save"), days | {"blue": 30}).status_code == 302
    assert frequencies.of(care.line.district.pk)["blue"] == 30
    assert client.post(reverse("care:frequencies-save"), days | {"red": 0}).status_code == 400
    assert client.post(reverse("care:frequencies-save"), days | {"green": ""}).status_code == 400
    assert client.post(reverse("care:reasons-save"), {"used": ["yellow-hardship"]}).status_code == 302
    assert client.post(reverse("care:turn-on"), {"tier": "orange", "basis": ""}).status_code == 400
    assert client.post(reverse("care:turn-on"), {"tier": "orange", "basis": "Document 12"}).status_code == 302
    switch = TierSwitch.objects.get()
    assert client.post(reverse("care:turn-on-confirm", args=[switch.pk])).status_code == 403
    page = client.get(reverse("care:settings")).content.decode()
    assert "Document 12" in page
    second = make_user()
    make_post(second, Role.DUTY_CHIEF, care.line.district)
    sign_in(client, second)
    assert client.post(reverse("care:turn-on-confirm", args=[switch.pk])).status_code == 302
    switch.refresh_from_db()
    assert switch.is_on
    assert client.post(reverse("care:turn-off", args=[switch.pk])).status_code == 302


def test_a_leader_draws_up_edits_and_accepts_a_plan(care, client):
    for _ in range(3):
        make_resident(make_house(care.base))
    sign_in(client, care.line.leader)
    assert client.get(reverse("care:contacts")).status_code == 200
    answer = client.post(reverse("care:draw-up", args=[care.base.pk]))
    plan = ContactPlan.objects.get()
    assert answer["Location"] == plan.get_absolute_url()
    assert client.get(plan.get_absolute_url()).status_code == 200
    given = {"version": plan.version, "share-0": care.worker_post.pk, "accept": "1"}
    assert client.post(reverse("care:plan-edit", args=[plan.pk]), given).status_code == 302
    assert ContactDuty.objects.present().count() == 4
    plan.refresh_from_db()
    assert client.post(reverse("care:plan-drop", args=[plan.pk]), {"version": plan.version}).status_code == 302
    sign_in(client, care.line.worker)
    page = client.get(reverse("care:contacts"))
    assert care.house.building.estate.name in page.content.decode()
    assert client.post(reverse("care:draw-up", args=[care.base.pk])).status_code == 403


def test_a_plan_with_nobody_in_a_share_is_not_accepted(care, client):
    sign_in(client, care.line.leader)
    client.post(reverse("care:draw-up", args=[care.base.pk]))
    plan = ContactPlan.objects.get()
    answer = client.post(
        reverse("care:plan-edit", args=[plan.pk]), {"version": plan.version, "share-0": "", "accept": "1"}
    )
    assert answer.status_code == 409
    assert not ContactDuty.objects.exists()


def test_a_leader_hands_over_what_an_ended_post_leaves(care, client):
    second = make_post(make_user(), Role.GRID_WORKER, care.base)
    make_contact_duty(second, care.house)
    grid_posts.end_post(second, actor=None)
    sign_in(client, care.line.leader)
    item = second.hand_over
    assert client.get(item.get_absolute_url()).status_code == 200
    assert client.post(item.get_absolute_url(), {"all": care.worker_post.pk}).status_code == 302
    assert ContactDuty.objects.present().get().post == care.worker_post
    assert client.get(item.get_absolute_url()).status_code == 200


def test_no_address_tells_a_colour_or_a_name(care):
    grant = actions.propose(
        care.resident,
        actor=care.line.worker,
        tier="yellow",
        reason_code="yellow-asked",
        fact="x",
        basis="y",
        days=3,
    )
    make_care_membership(care.resident)
    for name in ("grant", "approve", "refuse", "withdraw", "revoke"):
        assert reverse(f"care:{name}", args=[grant.pk]).split("/")[:3] == ["", "care", "tiers"]
        assert "yellow" not in reverse(f"care:{name}", args=[grant.pk])
