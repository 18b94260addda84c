"""Two people, or two tabs, write one draft: nothing of either is lost, and only what both changed is asked about."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from bulletins import document
from bulletins.actions import composing, writing
from bulletins.merging import digest, merged
from bulletins.models import Bulletin
from insights.measures import Measure
from insights.models import Tally
from tests.bulletins.papers import NOW, OCTOBER, make_months
from tests.factories import Line

pytestmark = pytest.mark.django_db
Sending = Callable[..., HttpResponse]


@pytest.fixture
def line() -> Line:
    return make_months()


@pytest.fixture
def item(line: Line) -> Bulletin:
    return composing.compose(line.district, actor=line.dispatcher, kind="monthly", day=OCTOBER, now=NOW)


@pytest.fixture
def tab(line: Line, item: Bulletin) -> Callable[[], Sending]:
    """Open the page of the draft in a tab; what is returned sends its form with some texts changed."""

    def opened() -> Sending:
        browser = Client()
        browser.force_login(line.dispatcher)
        address = reverse("bulletins:edit", args=[item.pk])
        held = sent(browser.get(address))

        def send(**changed: str) -> HttpResponse:
            held.update(changed)
            answer = browser.post(address, held)
            if answer.status_code != 302:
                held.update(sent(answer))
            return answer

        return send

    return opened


def sent(page: Any) -> dict[str, Any]:
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields}


def texts(item: Bulletin) -> dict[str, str]:
    item.refresh_from_db()
    return {section["key"]: document.words(section) for section in item.sections}


def test_a_text_that_one_did_not_touch_takes_what_the_other_wrote(item: Bulletin, tab: Callable[[], Sending]) -> None:
    first, second = tab(), tab()
    assert first(text_overview="总体平稳。").status_code == 302
    assert second(title="十月情况").status_code == 302
    assert texts(item)["overview"] == "总体平稳。"
    assert item.title == "十月情况"


def test_who_changed_the_same_text_sees_both_and_decides(item: Bulletin, tab: Callable[[], Sending]) -> None:
    first, second = tab(), tab()
    first(text_overview="总体平稳。", text_demands="请抓紧。", title="甲题")
    answer = second(text_overview="总体向好。", title="乙题")
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("总体平稳。", "总体向好。", "请抓紧。", "甲题", "乙题", "他人已同时修改"):
        assert words in page
    assert texts(item)["overview"] == "总体平稳。"
    assert second().status_code == 302
    assert (texts(item)["overview"], texts(item)["demands"], item.title) == ("总体向好。", "请抓紧。", "乙题")


def test_what_was_counted_anew_meanwhile_is_not_written_over(
    line: Line, item: Bulletin, tab: Callable[[], Sending]
) -> None:
    second, before = tab(), texts(item)["overview"]
    Tally.objects.filter(measure=Measure.FOUND, node=line.district).update(count=100)
    composing.recompute(item, actor=line.dispatcher, version=item.version)
    assert second(text_demands="请抓紧。").status_code == 302
    assert texts(item)["overview"] != before
    assert item.sections[0]["text"] is None, "nobody wrote it"


def test_words_in_a_section_that_is_gone_are_told(line: Line, item: Bulletin, tab: Callable[[], Sending]) -> None:
    second = tab()
    Tally.objects.filter(measure=Measure.FELL_DUE).delete()
    composing.recompute(item, actor=line.dispatcher, version=item.version)
    assert "last" not in texts(item)
    answer = second(text_last="末位的另行约谈。", title="十月情况")
    assert answer.status_code == 409
    assert "末位的另行约谈。" in answer.content.decode()
    assert item.title != "十月情况"


def test_a_number_of_a_person_is_refused_after_merging_too(item: Bulletin, tab: Callable[[], Sending]) -> None:
    first, second = tab(), tab()
    first(text_overview="总体平稳。")
    answer = second(text_demands="电话138 1234 5678")
    assert (answer.status_code, answer.context["form"]["text_overview"].value()) == (400, "总体平稳。")
    assert second(text_demands="请抓紧。").status_code == 302
    assert texts(item)["overview"] == "总体平稳。"


def test_blanks_and_line_ends_are_no_change() -> None:
    both = merged({"title": digest("一\n二")}, {"title": " 一 \r\n二\r\n"}, {"title": "三"})
    assert (both.texts, both.theirs) == ({"title": "三"}, {})


@pytest.mark.django_db(transaction=True)
def test_who_saves_in_the_very_moment_is_brought_together_too(
    line: Line, item: Bulletin, tab: Callable[[], Sending]
) -> None:
    second, is_locked = tab(), Event()

    def write_slowly() -> None:
        with transaction.atomic():
            writing.edit(item, actor=line.dispatcher, title="甲题", texts={}, version=item.version)
            is_locked.set()
            time.sleep(1)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(write_slowly)
        assert is_locked.wait(10)
        assert second(text_demands="请抓紧。").status_code == 302
        first.result()
    assert texts(item)["demands"] == "请抓紧。"
    assert item.title == "甲题"
