"""A position is shown only by own consent, in office hours, to who leads there; it is forgotten when either ends."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts import retention
from accounts.models import AuditRecord
from grids.roles import Role
from onemap import actions, duty_hours
from onemap.models import DutyHours, Position, Sharing
from onemap.querysets import posts_that_see
from tests.duties import make_duty_hours
from tests.factories import make_grid, make_line, make_post, make_user

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 6, 10, 1, 0, tzinfo=dt.UTC)
"""A Wednesday, 9:00 in the district."""
PLACE = {"lng": 116.505123456, "lat": 35.405}


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as moved:
        yield moved


@pytest.fixture
def line(clock):
    return make_line()


def seen_by(user) -> list[int]:
    return list(Position.objects.visible_to(user, timezone.now()).values_list("pk", flat=True))


def share(person):
    actions.begin_sharing(actor=person)
    return actions.put_position(actor=person, **PLACE)


def test_without_consent_no_position_is_taken(line):
    with pytest.raises(actions.NotShared, match=r"do not share|未共享"):
        actions.put_position(actor=line.worker, **PLACE)
    assert not Position.objects.exists()


def test_those_over_the_grid_see_it_and_nobody_else(line):
    position = share(line.worker)
    assert str(position.lng) == "116.50512"
    for name in ("worker", "leader", "secretary", "operator", "dispatcher", "chief"):
        assert seen_by(line.people[name]) == [line.worker.pk], name
    elsewhere = make_line("leader", "chief", lng=117.0)
    for user in (line.clerk, line.handler, line.supervisor, line.admin, elsewhere.leader, elsewhere.chief):
        assert seen_by(user) == []


def test_the_list_says_how_long_ago_somebody_was_heard_of(client, line, clock):
    share(line.worker)
    clock.shift(dt.timedelta(minutes=24))
    client.force_login(line.people["secretary"])
    page = client.get("/map/list/", {"layer": "workers"}).content.decode().replace("\xa0", " ")
    assert "24 分钟前" in page
    assert "超过 15 分钟未更新" in page


def test_who_shares_is_told_who_sees_it(line):
    told = {post.user_id for post in posts_that_see(line.worker)}
    assert told == {line.people[name].pk for name in ("leader", "secretary", "operator", "dispatcher", "chief")}


def test_a_leader_of_another_grid_of_the_community_does_not_see_it(line):
    other = make_user()
    make_post(other, Role.GRID_LEADER, make_grid(line.community))
    share(line.worker)
    assert seen_by(other) == []


def test_only_who_works_in_a_grid_can_share(line):
    with pytest.raises(PermissionDenied):
        actions.begin_sharing(actor=line.secretary)


def test_the_last_position_replaces_the_one_before(line, clock):
    share(line.worker)
    clock.shift(120)
    actions.put_position(actor=line.worker, lng=116.6, lat=35.5)
    assert [float(row.lng) for row in Position.objects.all()] == [116.6]


def test_outside_office_hours_nothing_is_taken_and_after_closing_nothing_is_shown(line, clock):
    held = actions.begin_sharing(actor=line.worker)
    assert timezone.localtime(held.ends_at).strftime("%H:%M") == "17:30"
    actions.put_position(actor=line.worker, **PLACE)
    clock.move_to(MORNING + dt.timedelta(hours=3, minutes=30))  # 12:30, the office is closed for lunch
    with pytest.raises(actions.NotShared):
        actions.put_position(actor=line.worker, **PLACE)
    assert seen_by(line.leader) == [line.worker.pk]
    clock.move_to(MORNING + dt.timedelta(hours=8, minutes=31))
    assert seen_by(line.leader) == []
    assert seen_by(line.worker) == []
    assert actions.forget(timezone.now()) == 1
    assert not Position.objects.exists()
    assert Sharing.objects.get().ended_at == held.ends_at


def test_on_a_day_off_nobody_can_begin(line, clock):
    clock.move_to(MORNING + dt.timedelta(days=3))
    with pytest.raises(actions.NotShared):
        actions.begin_sharing(actor=line.worker)


SATURDAY_EVENING = MORNING + dt.timedelta(days=3, hours=10, minutes=30)
"""19:30 in the district."""


def test_in_a_weekend_shift_one_may_share_until_it_ends_and_no_longer(line, clock):
    make_duty_hours(line.community, days="67")
    clock.move_to(SATURDAY_EVENING)
    held = actions.begin_sharing(actor=line.worker)
    assert timezone.localtime(held.ends_at).strftime("%a %H:%M") == "Sat 21:00"
    share(line.worker)
    assert seen_by(line.leader) == [line.worker.pk]
    clock.shift(dt.timedelta(hours=1, minutes=31))
    assert seen_by(line.leader) == []
    with pytest.raises(actions.NotShared):
        actions.put_position(actor=line.worker, **PLACE)
    assert actions.forget(timezone.now()) == 1


def test_hours_of_others_of_other_places_that_are_over_or_removed_open_nothing(line, clock):
    clock.move_to(SATURDAY_EVENING)
    elsewhere, gone = make_grid(line.community), make_duty_hours(line.base)
    duty_hours.remove(gone, actor=line.admin)
    make_duty_hours(elsewhere)
    make_duty_hours(line.base, person=line.leader)
    make_duty_hours(line.base, ends_on=dt.date(2026, 6, 12))
    make_duty_hours(line.base, days="5")
    with pytest.raises(actions.NotShared):
        actions.begin_sharing(actor=line.worker)
    assert actions.begin_sharing(actor=line.leader)


def test_a_night_shift_of_friday_runs_until_saturday_morning(line, clock):
    make_duty_hours(line.base, days="5", begins="22:00", ends="06:00", ends_on=dt.date(2026, 6, 12))
    clock.move_to(MORNING + dt.timedelta(days=2, hours=18))  # Saturday, 3:00
    held = actions.begin_sharing(actor=line.worker)
    assert timezone.localtime(held.ends_at).strftime("%a %H:%M") == "Sat 06:00"


def test_duty_hours_are_set_on_their_page_by_who_gives_posts_there(line, client):
    client.force_login(line.admin)
    given = {"node": line.base.code, "days": ["6", "7"], "begins": "09:00", "ends": "12:00", "starts_on": "2026-06-10"}
    stranger = {"person": line.secretary.username}
    assert client.post("/map/duty-hours/", given | stranger).status_code == 400
    assert client.post("/map/duty-hours/", given | {"ends_on": "2026-06-01"}).status_code == 400
    assert client.post("/map/duty-hours/", given).status_code == 302
    made = DutyHours.objects.get()
    assert (made.days, made.person, made.made_by) == ("67", None, line.admin)
    assert "09:00–12:00" in client.get("/map/duty-hours/").content.decode()
    client.force_login(line.worker)
    assert "09:00–12:00" in client.get("/map/sharing/").content.decode()
    client.force_login(line.admin)
    assert client.post(f"/map/duty-hours/{made.pk}/remove/").status_code == 302
    assert "09:00–12:00" not in client.get("/map/duty-hours/").content.decode()
    assert AuditRecord.objects.filter(action__startswith="onemap.").count() == 2
    api = client.post("/api/v1/map/duty-hours/", given | {"node": line.base.pk}, content_type="application/json")
    assert (api.status_code, api.json()["days"]) == (201, "67")
    assert len(client.get("/api/v1/map/duty-hours/").json()["results"]) == 1


def test_yesterdays_consent_is_none_today(line, clock):
    share(line.worker)
    clock.move_to(MORNING + dt.timedelta(days=1))
    assert seen_by(line.leader) == []
    with pytest.raises(actions.NotShared):
        actions.put_position(actor=line.worker, **PLACE)
    share(line.worker)
    assert seen_by(line.leader) == [line.worker.pk]
    assert Sharing.objects.count() == 2


def test_stopping_deletes_at_once_and_twice_is_the_same(line):
    share(line.worker)
    actions.stop_sharing(actor=line.worker)
    actions.stop_sharing(actor=line.worker)
    assert not Position.objects.exists()
    assert Sharing.objects.get().ended_at is not None


def test_beginning_twice_is_one_consent(line):
    assert actions.begin_sharing(actor=line.worker) == actions.begin_sharing(actor=line.worker)


def test_the_nightly_run_removes_what_outlived_its_consent(line, clock):
    share(line.worker)
    clock.move_to(MORNING + dt.timedelta(hours=16, minutes=40))
    counts = {outcome.rule.name: outcome.count for outcome in retention.run(timezone.now(), only="positions")}
    assert counts == {"positions": 1}
    assert not Position.objects.exists()


def test_the_switch_works_without_a_script(line, client):
    client.force_login(line.worker)
    answer = client.post("/map/sharing/begin/", {"next": "/accounts/profile/"})
    assert answer["Location"] == "/accounts/profile/"
    assert Sharing.objects.in_force(timezone.now()).filter(user=line.worker).exists()
    assert client.post("/map/sharing/position/", {"lng": "116.5", "lat": "35.4", "accuracy_m": "12"}).status_code == 200
    assert client.post("/map/sharing/position/", {"lng": "nan", "lat": "35.4"}).status_code == 400
    page = client.get("/map/sharing/").content.decode()
    assert line.leader.display_name in page
    client.post("/map/sharing/stop/", {"next": "https://elsewhere.example/"})
    assert client.post("/map/sharing/position/", {"lng": "116.5", "lat": "35.4"}).status_code == 409


def test_the_point_turns_grey_after_a_quarter_of_an_hour(line, client, clock):
    share(line.worker)
    client.force_login(line.leader)
    address = f"/map/points/workers.json?within={line.district.pk}"
    assert client.get(address).json()["p"][3] == 0
    clock.shift(16 * 60)
    assert client.get(address).json()["p"][3] == 1
