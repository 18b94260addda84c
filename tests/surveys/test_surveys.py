"""Questionnaires: who is drawn, how one closes, how long answers are kept, and the pages from draft to results."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Notification
from grids.roles import Role
from residents import held
from residents.errors import NotPossible
from surveys import actions, retention, sampling
from surveys.models import Answer, NotAsked, Sampled, Survey
from tests.factories import make_post, make_user
from tests.registers import make_house, make_resident
from tests.surveys.rows import answered, opened

pytestmark = pytest.mark.django_db


def test_a_sample_is_divided_by_size_and_comes_out_the_same_again():
    strata = {1: range(1, 71), 2: range(100, 120), 3: range(200, 211)}
    drawn = sampling.draw(strata, 10, seed=5)
    assert drawn == sampling.draw(strata, 10, seed=5) != sampling.draw(strata, 10, seed=6)
    assert [sum(key in keys for key in drawn) for keys in strata.values()] == [7, 2, 1]
    assert len(set(sampling.draw(strata, 1000, seed=5))) == 101


def test_only_adults_who_are_here_and_may_be_asked_are_drawn_and_askers_are_told(line):
    house = make_house(line.base)
    child = make_resident(house, born_on=timezone.localdate() - dt.timedelta(days=3000))
    dead = make_resident(house, born_on=dt.date(1950, 1, 1), gone="died", gone_on=dt.date(2026, 1, 1))
    shy = make_resident(house, born_on=dt.date(1980, 1, 1))
    NotAsked.objects.create(resident=shy)
    survey = opened(line, size=100)
    assert (survey.population, survey.drawn) == (12, 12)
    assert not survey.sampled.filter(resident__in=[child, dead, shy]).exists()
    assert set(survey.sampled.values_list("worker", flat=True)) == {line.people["worker"].pk}
    told = Notification.objects.filter(kind="survey_opened").values_list("recipient", flat=True)
    assert line.people["secretary"].pk in told
    assert line.people["worker"].pk not in told
    with pytest.raises(NotPossible):
        actions.open_up(survey, actor=line.people["chief"])


def test_crosswise_nobody_asks_at_home_and_no_two_grids_each_other():
    for n in range(2, 8):
        turns = sampling.crosswise(range(n), range(n), seed=3)
        assert all(turns[grid] != grid for grid in range(n))
        assert sorted(turns.values()) == list(range(n))
        assert n == 2 or all(turns[turns[grid]] != grid for grid in range(n))
    assert sampling.crosswise([1], [1, 2], seed=3) == {2: 1}
    assert sampling.crosswise([], [1], seed=3) == {}


def test_what_is_past_its_last_day_closes_once_and_its_maker_is_told(line):
    today = timezone.localdate()
    ended = opened(line, opens_on=today - dt.timedelta(days=3), closes_on=today)
    Survey.objects.filter(pk=ended.pk).update(made_by=line.people["chief"])
    running = opened(line, closes_on=today + dt.timedelta(days=1))
    assert actions.close_ended() == 0
    tomorrow = timezone.now() + dt.timedelta(days=1)
    assert [actions.close_ended(now=tomorrow), actions.close_ended(now=tomorrow)] == [1, 0]
    assert dict(Survey.objects.values_list("pk", "state")) == {ended.pk: "closed", running.pk: "open"}
    told = Notification.objects.get(kind="survey_closed")
    assert (told.recipient, told.url) == (line.people["chief"], ended.get_absolute_url())


def test_answers_are_in_the_copy_for_their_owner_until_they_were_kept_long_enough(line):
    survey = opened(line)
    answered(survey, line.people["secretary"], [5])
    person = Sampled.objects.get(outcome="reached")
    lines = dict(next(rows for _title, rows in held.everything(person.resident) if ("您满意吗？", "5") in rows))
    assert lines["还有什么意见？"] == "好"
    later = timezone.now() + dt.timedelta(days=30)
    retention._people(later, False)
    person.refresh_from_db()
    assert person.resident is None
    assert set(Answer.objects.values_list("text", flat=True)) == {""}


def test_pages_draft_draw_ask_and_show_counts_with_masked_people(client, line):
    chief, secretary = line.people["chief"], line.people["secretary"]
    client.force_login(chief)
    today = timezone.localdate()
    given = {
        **{"title": "入户抽查", "purpose": "核实", "kind": "opinion", "way": "phone", "node": line.district.code},
        **{"opens_on": today, "closes_on": today, "size": "5", "looks_back_days": "30", "seed": "11"},
        **{"q-TOTAL_FORMS": "2", "q-INITIAL_FORMS": "0", "q-0-text": "满意吗？", "q-0-kind": "scale"},
        **{"q-0-code": "satisfied", "q-1-text": "来过吗？", "q-1-kind": "single", "q-1-choices": "来过\n没来"},
    }
    assert client.post(reverse("surveys:add"), given | {"q-1-choices": "来过"}).status_code == 400
    page = client.post(reverse("surveys:add"), given)
    survey = Survey.objects.get()
    assert page.url == survey.get_absolute_url()
    client.post(reverse("surveys:draw", args=[survey.pk]))
    client.force_login(secretary)
    people = client.get(reverse("surveys:people", args=[survey.pk])).content.decode()
    person = survey.sampled.order_by("position").first()
    assert person.resident.name not in people
    assert person.resident.phone not in people
    assert person.get_absolute_url() in people
    url = person.get_absolute_url()
    assert client.post(url, {"outcome": "reached", "answer-satisfied": "5"}).status_code == 400
    assert client.post(url, {"outcome": "reached", "answer-satisfied": "5", "answer-q2": "0"}).status_code == 302
    answer = client.post(
        reverse("api:survey-answer", args=[survey.sampled.order_by("position")[1].pk]),
        {"outcome": "reached", "answers": {"satisfied": 4, "q2": 1}},
        "application/json",
    )
    assert answer.json()["outcome"] == "reached"
    assert client.get(reverse("api:survey-list")).json()["results"][0]["questions"][0]["code"] == "satisfied"
    client.force_login(chief)
    shown = client.get(survey.get_absolute_url()).content.decode()
    assert "满意吗？" in shown
    assert f">2 / {survey.sampled.count()}<" in client.get(reverse("surveys:list")).text
    book = client.post(reverse("surveys:export", args=[survey.pk]))
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert [cell.value for cell in sheet[2]][2:4] == ["—", 2]
    client.post(reverse("surveys:close", args=[survey.pk]))
    survey.refresh_from_db()
    assert survey.state == "closed"


def test_who_neither_asks_nor_sets_up_sees_none(client, line):
    survey = opened(line)
    client.force_login(line.people["worker"])
    assert client.get(survey.get_absolute_url()).status_code == 404
    stranger = make_user()
    make_post(stranger, Role.MICRO_LEAD, line.base)
    client.force_login(stranger)
    assert client.get(reverse("surveys:list")).status_code == 403
