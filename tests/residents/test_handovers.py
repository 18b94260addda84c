"""A community asks another for a registration: without seeing it, answered by somebody else, moved with its history."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import AuditRecord, Notification, User
from residents import actions
from residents.actions.relocations import relocate
from residents.errors import AlreadyThere, NotPossible
from residents.models import Handover, House, Household, Resident
from tests.factories import make_grid, make_line, make_post, make_user
from tests.registers import make_handover, make_house, make_household, make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return make_line("worker", "secretary")


@pytest.fixture
def asker(line):
    asker = make_user(language="en")
    make_post(asker, "community_secretary", make_grid(line.street))
    return asker


@pytest.fixture
def home(asker):
    return make_house(make_grid(asker.posts.get().node), address="新家园1号楼1单元101")


@pytest.fixture
def resident(line):
    return make_resident(make_house(line.base), name="王测试甲")


def opened(user, address, **data):
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client.post(address, data) if data else client.get(address)


def test_the_form_that_is_refused_asks_the_other_community_and_shows_nothing_of_the_entry(line, asker, home, resident):
    given = {
        "name": "王测试甲",
        "kind": "registered",
        "identity_number": resident.identity_number,
        "certificate": "111",
    }
    given |= {"lives": "both", "sex": "0", "household": ""}
    address = f"/residents/add/?house={home.pk}"
    refused = opened(asker, address, **given)
    assert refused.status_code == 409
    assert 'name="ask"' in refused.text
    answer = opened(asker, address, **given, ask="1")
    row = Handover.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, row.get_absolute_url())
    assert 'href="/registers/handovers/"' in opened(asker, "/residents/").text
    page = opened(asker, row.get_absolute_url()).text
    assert "has been told" in page
    assert f"/residents/{resident.pk}/" not in page
    assert "accept/" not in page
    notice = Notification.objects.get(recipient=line.secretary)
    assert (notice.kind, notice.url, notice.params) == ("handover_asked", row.get_absolute_url(), {"number": row.pk})
    shown = opened(line.secretary, row.get_absolute_url()).text
    assert f"/residents/{resident.pk}/" in shown
    assert opened(line.worker, row.get_absolute_url()).status_code == 404
    with pytest.raises(NotPossible):
        actions.ask_handover(actor=asker, identity_number=resident.identity_number, house=home)


def test_accepting_moves_the_entry_with_its_history_and_needs_somebody_else(line, asker, home, resident):
    fellow = make_resident(resident.house)
    make_household(resident, fellow)
    actions.edit_resident(resident, actor=None, details={"note": "有狗"})
    row = make_handover(resident, home, asked_by=asker)
    address = f"{row.get_absolute_url()}accept/"
    assert opened(asker, address, day="2026-01-01").status_code == 403
    assert 'name="with_household"' in opened(line.secretary, row.get_absolute_url()).text
    assert opened(line.secretary, address, day="2026-01-01", version=2).status_code == 409
    assert opened(line.secretary, address, day="2026-01-01", version=2, new_head=fellow.pk).status_code == 302
    moved = Resident.objects.get(pk=resident.pk)
    assert (moved.community_id, moved.house_id, moved.registered_house_id) == (home.community_id, home.pk, home.pk)
    assert [event.step for event in moved.events.order_by("id")] == ["edit", "head", "household", "move"]
    assert Household.objects.get(ended_on=None).head == fellow
    assert Notification.objects.get(recipient=asker).kind == "handover_accepted"
    assert AuditRecord.objects.filter(action="residents.accept_handover", actor=line.secretary).exists()
    assert opened(asker, moved.get_absolute_url()).status_code == 200
    assert opened(line.secretary, moved.get_absolute_url()).status_code == 404
    late = opened(line.secretary, f"{row.get_absolute_url()}refuse/", reason="已经移交")
    assert (late.status_code, "已" in late.text, 'role="alert"' in late.text) == (409, True, True)


def test_the_household_goes_along_where_the_asked_community_says_so(line, asker, home, resident):
    fellow, abroad = make_resident(resident.house), make_resident(resident.house, registered_house=None)
    make_household(resident, fellow, abroad)
    row = make_handover(resident, home, asked_by=asker)
    elsewhere = make_handover(fellow, make_house(home.grid), asked_by=asker)
    answer = opened(
        line.secretary, f"{row.get_absolute_url()}accept/", day="2026-01-01", with_household="on", version=1
    )
    assert answer.status_code == 302
    states = Handover.objects.order_by("pk").values_list("state", "decided_by")
    assert list(states) == [("accepted", line.secretary.pk), ("overtaken", line.secretary.pk)]
    assert AuditRecord.objects.get(action="residents.overtake_handover").actor == line.secretary
    told = dict(Notification.objects.filter(recipient=asker).values_list("kind", "url"))
    assert told["handover_overtaken"] == elsewhere.get_absolute_url()
    page = opened(asker, elsewhere.get_absolute_url())
    assert (page.status_code, line.secretary.display_name in page.text) == (200, False)
    assert opened(line.secretary, f"{elsewhere.get_absolute_url()}refuse/", reason="已经移交").status_code == 409
    moved = {one.pk: one for one in Resident.objects.all()}
    assert {one.house_id for one in moved.values()} == {home.pk}
    assert [moved[one.pk].registered_house_id for one in (resident, fellow, abroad)] == [home.pk, home.pk, None]
    household = Household.objects.get(ended_on=None)
    assert (household.head, household.house, household.memberships.count()) == (resident, home, 3)


def test_an_open_request_follows_its_house_and_ends_when_the_person_leaves(line, asker, home, resident):
    row = make_handover(resident, home, asked_by=asker)
    beside = make_house(make_grid(make_grid(line.street)))
    relocate(House.objects.get(pk=resident.house_id), beside, actor=None, reason="界线", now=timezone.now())
    row.refresh_from_db()
    assert (row.state, row.community_id) == ("open", beside.community_id)
    assert opened(line.secretary, row.get_absolute_url()).status_code == 404
    actions.move_house(resident, actor=None, house=make_house(beside.grid))
    row.refresh_from_db()
    assert row.is_open, "still the same community's to answer"
    actions.leave(resident, actor=None, why="moved")
    row.refresh_from_db()
    assert (row.state, Notification.objects.get(recipient=asker).kind) == ("overtaken", "handover_overtaken")
    assert "enter them anew" in opened(asker, row.get_absolute_url()).text


def test_a_refusal_says_why_without_numbers_and_the_asker_may_withdraw(line, asker, home, resident):
    row = make_handover(resident, home, asked_by=asker)
    with pytest.raises(ValidationError):
        actions.refuse_handover(row, actor=line.secretary, reason=f"他的电话是 {12000000001}")
    actions.refuse_handover(row, actor=line.secretary, reason="本人仍住在原处")
    assert "本人仍住在原处" in opened(asker, row.get_absolute_url()).text
    again = make_handover(resident, home, asked_by=asker)
    actions.withdraw_handover(again, actor=asker)
    assert sorted(Handover.objects.values_list("state", flat=True)) == ["refused", "withdrawn"]


def test_who_sees_the_entry_or_keeps_both_communities_asks_nobody(line, home, resident):
    street = make_user()
    make_post(street, "street_operator", line.street)
    with pytest.raises(AlreadyThere):
        actions.ask_handover(actor=street, identity_number=resident.identity_number, house=home)
    row = make_handover(resident, home, asked_by=street)
    with pytest.raises(NotPossible):
        actions.accept_handover(row, actor=street)
