"""A draft: what it may not say, how it is written anew, and how it is thrown away."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditRecord
from surveys import actions
from surveys.models import Question, Survey
from tests.surveys.rows import make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client, line):
    client.force_login(line.chief)
    return client


def filled(line, **changes) -> dict[str, object]:
    """Return what a form of two questions sends."""
    today = timezone.localdate()
    return {
        **{"title": "入户抽查", "purpose": "核实", "kind": "opinion", "way": "phone", "node": line.district.code},
        **{"opens_on": today, "closes_on": today, "size": "5", "looks_back_days": "30", "seed": "11"},
        **{"q-TOTAL_FORMS": "3", "q-INITIAL_FORMS": "0", "q-0-text": "满意吗？", "q-0-kind": "scale"},
        **{"q-0-code": "satisfied", "q-1-text": "来过吗？", "q-1-kind": "single", "q-1-choices": "来过\n没来"},
        **{"q-2-text": "", "q-2-kind": "single"},
        **changes,
    }


def sent_again(page) -> dict[str, object]:
    """Return what a browser sends of an edit form in which nothing was typed."""
    forms = [page.context["form"], page.context["questions"].management_form, *page.context["questions"]]
    return {field.html_name: "" if field.value() is None else field.value() for form in forms for field in form}


ELEVEN = "\n".join(f"第{n}项" for n in range(11))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"q-2-code": "gas"}, "请填写问题，或同时清空编码和选项。"),
        ({"q-2-choices": "有\n没有"}, "请填写问题，或同时清空编码和选项。"),
        ({"q-1-choices": ELEVEN}, "最多10个选项，现有11个。"),
        ({"q-1-choices": "来过\n没来\n 来过 "}, "“来过”重复出现。"),
        ({"q-0-choices": "好\n差"}, "这类问题没有选项"),
        ({"q-1-choices": "来过"}, "至少"),
        ({"opens_on": "2020-01-01", "closes_on": "2020-01-31"}, "这一天已过"),
    ],
)
def test_what_would_be_lost_or_never_asked_is_refused_with_words(chief, line, changes, words):
    page = chief.post(reverse("surveys:add"), filled(line, **changes))
    assert (page.status_code, Survey.objects.count()) == (400, 0)
    assert words in page.text


def test_ten_different_answers_are_kept(chief, line):
    ten = [f"第{n}项" for n in range(10)]
    assert chief.post(reverse("surveys:add"), filled(line, **{"q-1-choices": "\n".join(ten)})).status_code == 302
    assert Question.objects.get(position=2).choices == ten


def test_what_was_due_before_today_is_not_drawn(chief, line):
    survey = make_survey(line.district)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Survey.objects.update(opens_on=yesterday, closes_on=yesterday)
    page = chief.post(reverse("surveys:draw", args=[survey.pk]))
    assert (page.status_code, survey.sampled.count()) == (409, 0)
    assert "最后一天已过" in page.text


def test_a_draft_is_written_anew_from_its_page(chief, line):
    survey = make_survey(line.district)
    url = reverse("surveys:edit", args=[survey.pk])
    assert url in chief.get(survey.get_absolute_url()).text
    given = sent_again(chief.get(url))
    before = list(survey.questions.values("code", "text", "kind", "choices", "is_judging"))
    assert chief.post(url, given).url == survey.get_absolute_url()
    assert list(survey.questions.values("code", "text", "kind", "choices", "is_judging")) == before
    given = sent_again(chief.get(url)) | {"title": "新标题", "size": "3", "q-0-text": "", "q-0-code": ""}
    given |= {"q-0-choices": "", "q-0-judging": "", "q-1-judging": "no", "q-2-kind": "number"}
    assert chief.post(url, given).status_code == 302
    survey.refresh_from_db()
    assert (survey.title, survey.size, survey.seed, survey.state) == ("新标题", 3, 7, "draft")
    rows = survey.questions.values_list("position", "code", "kind", "is_judging")
    assert list(rows) == [(1, "satisfied", "scale", False), (2, "words", "number", False)]


def test_what_somebody_else_wrote_meanwhile_is_told_before_it_is_overwritten(chief, line):
    survey = make_survey(line.district)
    url = reverse("surveys:edit", args=[survey.pk])
    mine, other = sent_again(chief.get(url)), sent_again(chief.get(url))
    chief.post(url, other | {"title": "别人的标题", "q-1-text": "别人的问题？"})
    page = chief.post(url, mine | {"title": "我的标题"})
    assert page.status_code == 400
    assert "现为：别人的标题" in page.text
    assert "现为：别人的问题？" in page.text
    assert Survey.objects.get().title == "别人的标题"
    assert chief.post(url, sent_again(page)).status_code == 302
    assert Survey.objects.get().title == "我的标题"


def test_what_was_changed_since_one_looked_is_neither_drawn_nor_thrown_away(chief, line):
    survey = make_survey(line.district)
    page = chief.get(survey.get_absolute_url()).text
    assert f'name="version" value="{survey.version}"' in page
    url = reverse("surveys:edit", args=[survey.pk])
    chief.post(url, sent_again(chief.get(url)) | {"title": "新标题"})
    for name in ("draw", "discard"):
        answer = chief.post(reverse(f"surveys:{name}", args=[survey.pk]), {"version": survey.version})
        assert answer.status_code == 409
        assert "已有人修改" in answer.text
    assert Survey.objects.get().state == "draft"


def test_a_draft_is_thrown_away_and_that_goes_on_record(chief, line):
    survey = make_survey(line.district)
    url = reverse("surveys:discard", args=[survey.pk])
    assert url in chief.get(survey.get_absolute_url()).text
    assert chief.post(url, {"version": survey.version}).url == reverse("surveys:list")
    assert not Survey.objects.exists()
    assert not Question.objects.exists()
    assert AuditRecord.objects.get(action="surveys.discard").actor == line.chief


def test_what_is_drawn_is_neither_edited_nor_thrown_away(chief, line):
    survey = make_survey(line.district)
    given = sent_again(chief.get(reverse("surveys:edit", args=[survey.pk])))
    actions.open_up(survey, actor=line.chief)
    page = chief.get(survey.get_absolute_url()).text
    for name in ("edit", "discard"):
        url = reverse(f"surveys:{name}", args=[survey.pk])
        assert url not in page
        assert chief.post(url, given).status_code == 409
    assert survey.questions.count() == 3


def test_who_only_asks_sees_no_draft(client, line):
    survey = make_survey(line.district)
    client.force_login(line.secretary)
    for name in ("edit", "discard"):
        assert client.post(reverse(f"surveys:{name}", args=[survey.pk])).status_code == 404
