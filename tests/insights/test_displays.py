"""A screen on a wall: a link that shows sums alone, day and night, until it is revoked or ends."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import AuditRecord
from insights import displays
from insights.models import Display
from tests.factories import make_line, make_ruled_line

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 6, 10, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def given():
    cache.clear()
    line = make_ruled_line("worker", "chief", "secretary")
    display, token = displays.give(line.district, actor=line.chief, name="Hall", days=7, now=NOON)
    return line, display, f"/insights/display/{token}/"


def test_it_shows_for_days_without_signing_in_and_ends_on_its_day(given, client: Client) -> None:
    line, display, address = given
    with time_machine.travel(NOON, tick=False) as clock:
        page = client.get(address)
        assert page.status_code == 200
        assert line.street.name in page.content.decode()
        assert "sessionid" not in client.cookies
        for _ in range(6):
            clock.shift(dt.timedelta(days=1))
            assert client.get(address, headers={"X-Background": "1"}).status_code == 200
        clock.shift(dt.timedelta(days=2))
        assert client.get(address, headers={"X-Background": "1"}).status_code == 404
    display.refresh_from_db()
    assert display.last_seen_at == NOON + dt.timedelta(days=6)
    assert AuditRecord.objects.filter(action="insights.open_display").count() == 1


def test_it_opens_what_lies_below_its_node_and_nothing_else(given, client: Client) -> None:
    line, _display, address = given
    with time_machine.travel(NOON, tick=False):
        assert client.get(f"{address}?node={line.community.pk}").status_code == 200
        assert client.get(f"{address}?node={make_line('admin').district.pk}").status_code == 404
        assert client.get(f"{address}?node=x").status_code == 404
        assert client.get(f"/insights/cockpit/{line.district.pk}/").status_code == 302


def test_the_chief_gives_it_reads_its_address_once_and_revokes_it(client: Client, given) -> None:
    line, _display, _address = given
    client.force_login(line.chief)
    form = {"name": "Duty room", "node": line.street.pk, "days": 30}
    page = client.post("/insights/displays/give/", form, follow=True).content.decode()
    made = Display.objects.get(name="Duty room")
    code = page.split("/insights/display/")[1].split("/")[0]
    assert displays.hash_of(code) == made.token_hash
    client.cookies.pop("fresh_display")
    assert code not in client.get("/insights/displays/").content.decode()
    assert Client().get(f"/insights/display/{code}/").status_code == 200
    client.post(f"/insights/displays/{made.pk}/revoke/")
    assert Client().get(f"/insights/display/{code}/").status_code == 404
    assert set(AuditRecord.objects.filter(subject_id=str(made.pk)).values_list("action", flat=True)) == {
        *("insights.give_display", "insights.open_display", "insights.revoke_display"),
    }


def test_who_may_not_give_one_gets_none(given) -> None:
    line, display, _address = given
    with pytest.raises(PermissionDenied):
        displays.give(line.community, actor=line.secretary, name="x", days=7)
    with pytest.raises(PermissionDenied):
        displays.give(make_line("admin").district, actor=line.chief, name="x", days=7)
    with pytest.raises(PermissionDenied):
        displays.revoke(display, actor=line.secretary)
