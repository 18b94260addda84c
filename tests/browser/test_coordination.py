"""Whistles and joint reviews in a real browser: nothing sticks out or bars anybody; checking in is one tap."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from coordination import actions
from coordination.models import Summons
from tests.browser.conftest import DESK, PHONE
from tests.browser.looks import LONG_NAME, barriers, too_wide
from tests.coordination.conftest import blow
from tests.coordination.test_reviews import climbed, convene, decide
from tests.factories import make_ruled_line

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def line():
    line = make_ruled_line()
    for thing in (line.community, line.dept):
        thing.name = LONG_NAME
        thing.save(update_fields=["name"])
    return line


def pages_of(line) -> list[str]:
    """Put one of each there, in the states that look different, and return the addresses."""
    open_call, ended = blow(line, now=timezone.now(), words="请到场联合处置。" * 20), blow(line, now=timezone.now())
    actions.check_in(ended, actor=line.handler, unit=line.dept)
    actions.report(ended, actor=line.handler, unit=line.dept, words="已清理")
    actions.rate(ended, actor=line.secretary, unit=line.dept, rating=2, note="到场较慢")
    actions.close(ended, actor=line.secretary, outcome="已畅通")
    waiting, decided, free = climbed(line), climbed(line), climbed(line)
    meeting = convene(line, waiting)
    actions.record_minutes(meeting, actor=line.secretary, words="各单位发言")
    over = convene(line, decided)
    actions.record_minutes(over, actor=line.secretary, words="各单位发言")
    decide(line, over)
    return [
        "/whistles/?tab=area",
        "/whistles/?tab=past",
        "/whistles/blow/",
        open_call.get_absolute_url(),
        ended.get_absolute_url(),
        "/reviews/",
        "/reviews/?tab=done",
        f"/reviews/convene/?order={free.pk}",
        meeting.get_absolute_url(),
        over.get_absolute_url(),
        waiting.get_absolute_url(),
        "/work-orders/precedents/",
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_sticks_out_at_any_size(open_for, line, language):
    User.objects.filter(pk=line.secretary.pk).update(language=language)
    paths = pages_of(line)
    page = open_for(line.secretary, PHONE)
    assert too_wide(page, paths) == []


def test_pages_bar_nobody_out(open_for, line):
    paths = pages_of(line)
    page = open_for(line.secretary, DESK, color_scheme="light")
    assert barriers(page, paths) == {}


def test_a_unit_checks_in_with_one_tap_on_a_phone_without_scripts(open_for, line):
    blow(line, now=timezone.now())
    page = open_for(line.handler, PHONE, "/whistles/", java_script_enabled=False)
    page.get_by_role("button", name="报到").first.click()
    expect(page.get_by_text("报到成功")).to_be_visible()
    assert Summons.objects.get().attendance == "on_time"
