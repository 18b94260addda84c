"""The inbox: what one was told, when it was to be told, and where it leads."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts import notices
from accounts.models import Notification
from tests.factories import make_user

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)  # 12:00 in Shanghai
NIGHT = dt.datetime(2026, 3, 2, 15, 30, tzinfo=dt.UTC)  # 23:30 in Shanghai
MORNING = dt.datetime(2026, 3, 3, 0, 0, tzinfo=dt.UTC)  # 08:00 the next day
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    monkeypatch.setattr(notices, "_kinds", dict(notices._kinds))
    notices.register("test.news", "Order %(number)s has news", icon="bell")


@pytest.fixture
def wang(client):
    user = make_user("wang", language="en")
    client.force_login(user)
    return user


def tell(*people, number="W1", url="/accounts/profile/", now=None, **options):
    now = now or timezone.now() - dt.timedelta(days=1)
    return notices.send([p.pk for p in people], "test.news", {"number": number}, url, now=now, **options)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOON, NOON),
        (NIGHT, MORNING),
        (NIGHT + dt.timedelta(hours=5), MORNING),
        (MORNING, MORNING),
        (MORNING - dt.timedelta(seconds=1), MORNING),
        (dt.datetime(2026, 3, 2, 13, 0, tzinfo=dt.UTC), MORNING),
        (dt.datetime(2026, 3, 2, 12, 59, tzinfo=dt.UTC), dt.datetime(2026, 3, 2, 12, 59, tzinfo=dt.UTC)),
    ],
)
def test_the_night_is_quiet_from_nine_to_eight(now, expected):
    assert notices.end_of_quiet(now) == expected


@pytest.mark.parametrize(
    ("span", "expected"),
    [("", NOON), ("12:00-14:00", NOON + dt.timedelta(hours=2)), ("12:30-14:00", NOON), ("08:00-08:00", NOON)],
)
def test_the_quiet_hours_are_a_setting(settings, span, expected):
    settings.QUIET_HOURS = span
    assert notices.end_of_quiet(NOON) == expected


def test_a_notice_of_the_night_appears_in_the_morning_in_list_and_count(client, time_machine):
    wang = make_user("wang", language="en")
    tell(wang, now=NIGHT)
    for moment, count in [(NIGHT + dt.timedelta(minutes=1), 0), (MORNING + dt.timedelta(minutes=1), 1)]:
        time_machine.move_to(moment, tick=False)
        client.logout()
        client.force_login(wang)
        page = client.get("/accounts/notices/")
        assert len(page.context["lines"]) == count
        assert page.context["unread_count"]() == count


def test_an_emergency_is_told_at_night(wang):
    [notice] = tell(wang, now=NIGHT, is_urgent=True)
    assert notice.deliver_at == notice.email_due_at == NIGHT


def test_the_bells_count_is_the_number_of_unread_lines(client, wang):
    for number in range(7):
        tell(wang, number=f"W{number}")
    tell(make_user("zhang"))
    tell(wang, now=timezone.now() + dt.timedelta(hours=1), is_urgent=True)
    read = Notification.objects.filter(recipient=wang).first()
    client.post(f"/accounts/notices/{read.pk}/open/")

    everything, unread = client.get("/accounts/notices/"), client.get("/accounts/notices/?unread=1")

    assert len(everything.context["lines"]) == 7
    assert len(unread.context["lines"]) == everything.context["unread_count"]() == 6


def test_opening_a_notice_marks_it_read_and_goes_where_it_points(client, wang):
    [notice] = tell(wang)
    assert client.post(f"/accounts/notices/{notice.pk}/open/").url == "/accounts/profile/"
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert client.get(f"/accounts/notices/{notice.pk}/open/").status_code == 405


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_a_notice_never_leads_off_the_site(client, wang, url):
    [notice] = tell(wang, url=url)
    assert client.post(f"/accounts/notices/{notice.pk}/open/").url == "/accounts/notices/"


def test_the_notices_of_others_are_not_there(client, wang):
    [notice] = tell(make_user("zhang"))
    assert client.post(f"/accounts/notices/{notice.pk}/open/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_can_be_marked_read_at_once_but_only_ones_own(client, wang):
    zhang = make_user("zhang")
    for _index in range(3):
        tell(wang, zhang)
    answer = client.post("/accounts/notices/read-all/", follow=True)
    assert "3 notices are marked as read." in answer.content.decode()
    assert Notification.objects.unread().filter(recipient=wang).count() == 0
    assert Notification.objects.unread().filter(recipient=zhang).count() == 3


def test_everybody_reads_a_notice_in_their_own_language(client, wang):
    tell(wang)
    Notification.objects.update(kind="gone.kind")
    assert "There is news for you." in client.get("/accounts/notices/").content.decode()
    client.post("/accounts/language/", {"language": "zh-hans"})
    assert "您有一条新消息。" in client.get("/accounts/notices/").content.decode()


def test_a_notice_says_its_values_and_cannot_smuggle_markup(client, wang):
    tell(wang, number="<b>W7</b>")
    assert "Order &lt;b&gt;W7&lt;/b&gt; has news" in client.get("/accounts/notices/").content.decode()


def test_several_people_are_told_once_each(wang):
    zhang = make_user("zhang")
    tell(wang, zhang, wang)
    assert Notification.objects.count() == 2


def test_the_inbox_is_read_in_pages_without_a_gap(client, wang):
    for number in range(120):
        tell(wang, number=f"W{number}")
    seen, address = [], "/accounts/notices/"
    while address:
        page = client.get(address).context["page"]
        seen += [row.params["number"] for row in page.rows]
        address = f"/accounts/notices/{page.older}" if page.older else ""
    assert seen == [f"W{number}" for number in reversed(range(120))]


def test_a_longer_inbox_takes_no_more_queries(client, wang, django_assert_max_num_queries):
    for number in range(60):
        tell(wang, number=f"W{number}")
    client.get("/accounts/notices/")
    with django_assert_max_num_queries(6):
        client.get("/accounts/notices/")
