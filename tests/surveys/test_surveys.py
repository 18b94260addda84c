"""Questionnaires: who is drawn, who may ask, what is counted and what is hidden."""

import datetime as dt
import importlib
import io

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditRecord, Notification
from appraisal import surveyed
from grids.roles import Role
from hotline.models import Request
from hotline.periods import Period
from residents import held, looks
from residents.errors import NotPossible
from residents.models import Look, Resident
from surveys import actions, results, retention, sampling
from surveys.actions import Asked
from surveys.models import Answer, NotAsked, Sampled, Survey
from tests.factories import make_grid, make_line, make_order, make_post, make_user, square
from tests.hotlines import make_request
from tests.registers import make_house, make_resident
from tests.surveys.rows import make_survey
from tests.visiting import make_visited
from workorders.states import State

pytestmark = pytest.mark.django_db
YES, NO = 0, 1


@pytest.fixture
def line(db):
    line = make_line("worker", "secretary", "chief")
    house = make_house(line.base)
    for _ in range(12):
        make_resident(house, born_on=dt.date(1970, 1, 1))
    return line


def opened(line, **facts) -> Survey:
    survey = make_survey(line.district, **facts)
    actions.open_up(survey, actor=line.people["chief"])
    survey.refresh_from_db()
    return survey


def answered(survey, by, grades) -> None:
    for person, grade in zip(survey.sampled.order_by("position"), grades, strict=False):
        actions.ask(person, actor=by, outcome="reached", answers={"visit_made": YES, "satisfied": grade, "words": "好"})


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


def test_nobody_asks_about_their_own_work_or_grid(line):
    survey = opened(line)
    person = survey.sampled.first()
    with pytest.raises(PermissionDenied):
        actions.ask(person, actor=line.people["worker"], outcome="away")
    secretary = line.people["secretary"]
    make_post(secretary, Role.GRID_WORKER, line.base)
    with pytest.raises(PermissionDenied):
        actions.ask(person, actor=secretary, outcome="away")


def test_crosswise_nobody_asks_at_home_and_no_two_grids_each_other():
    for n in range(2, 8):
        turns = sampling.crosswise(range(n), range(n), seed=3)
        assert all(turns[grid] != grid for grid in range(n))
        assert sorted(turns.values()) == list(range(n))
        assert n == 2 or all(turns[turns[grid]] != grid for grid in range(n))
    assert sampling.crosswise([1], [1, 2], seed=3) == {2: 1}
    assert sampling.crosswise([], [1], seed=3) == {}


def test_a_worker_asks_in_the_grid_next_door_and_sees_no_more_than_that(client, line):
    neighbour = make_user()
    make_post(neighbour, Role.GRID_WORKER, make_grid(line.community, boundary=square(116.6, 35.5)))
    survey = opened(line, is_crosswise=True, size=3)
    assert Notification.objects.filter(kind="survey_opened", recipient=neighbour).exists()
    client.force_login(neighbour)
    rows = client.get(reverse("surveys:to-ask")).context["rows"]
    assert [row.position for row, *_masked in rows] == [1, 2, 3]
    assert reverse("surveys:to-ask") in client.get(reverse("home")).content.decode()
    person = rows[0][0]
    assert client.get(reverse("surveys:person", args=[person.pk])).status_code == 200
    assert client.get(person.resident.get_absolute_url()).status_code == 404
    assert client.get(survey.get_absolute_url()).context["results"] == []
    actions.ask(person, actor=neighbour, outcome="refused")
    client.force_login(line.people["worker"])
    assert client.get(reverse("surveys:to-ask")).context["rows"] == []
    assert client.get(reverse("surveys:person", args=[person.pk])).status_code == 404


def test_a_supervisor_sees_the_phone_of_whom_they_have_to_call_and_of_nobody_else(client, line):
    caller = line.people["supervisor"] = make_user()
    make_post(caller, Role.SUPERVISOR, line.district)
    survey = opened(line, size=2)
    called, later = survey.sampled.order_by("position")
    client.force_login(caller)
    url = reverse("surveys:phone", args=[called.pk])
    why = {"field": "phone", "reason": "visit", "reference": survey.title}
    assert url in client.get(called.get_absolute_url()).content.decode()
    assert client.post(url, why | {"reason": ""}).status_code == 400
    assert client.post(url, why | {"field": "identity_number"}).status_code == 400
    page = client.post(url, why)
    assert called.resident.phone in page.content.decode()
    assert page["Cache-Control"] == "no-store, private"
    look = Look.objects.get()
    assert (look.resident, look.actor, look.field) == (called.resident, caller, "phone")
    assert AuditRecord.objects.filter(action="residents.reveal", actor=caller).exists()
    with pytest.raises(PermissionDenied):
        looks.reveal(called.resident, actor=caller, **why | {"field": "identity_number"})
    actions.ask(called, actor=caller, outcome="refused")
    with pytest.raises(PermissionDenied):
        looks.reveal(called.resident, actor=caller, **why)
    Survey.objects.update(way="door")
    assert client.post(reverse("surveys:phone", args=[later.pk]), why).status_code == 403


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


def test_three_tries_end_it_and_who_wants_to_be_left_alone_is_not_drawn_again(line):
    survey, secretary = opened(line, size=2), line.people["secretary"]
    first, second = survey.sampled.order_by("position")
    for _ in range(3):
        actions.ask(first, actor=secretary, outcome="away")
    first.refresh_from_db()
    assert (first.outcome, first.tries, first.attempts.count()) == ("away", 3, 3)
    with pytest.raises(NotPossible):
        actions.ask(first, actor=secretary, outcome="reached")
    with pytest.raises(ValidationError):
        actions.ask(second, actor=secretary, outcome="reached", answers={"visit_made": YES, "satisfied": 9})
    actions.ask(second, actor=secretary, outcome="refused", never_again=True)
    assert opened(line, size=100).population == 11


def test_small_cells_are_hidden_and_a_second_one_with_them(line):
    survey = opened(line)
    answered(survey, line.people["secretary"], [5, 5, 5, 5])
    assert [result.n for result in results.of_survey(survey)] == [None, None, None]
    line_two = results.of_survey(survey)[1]
    assert line_two.lines == ()
    rest = survey.sampled.filter(outcome="").order_by("position")
    for person, grade in zip(rest, [5, 4, 4, 4, 4, 4], strict=True):
        actions.ask(
            person, actor=line.people["secretary"], outcome="reached", answers={"visit_made": YES, "satisfied": grade}
        )
    made, satisfied, words = results.of_survey(survey)
    assert (satisfied.n, satisfied.mean) == (10, satisfied.mean)
    assert round(satisfied.mean, 1) == 4.5
    assert [cell.count for cell in satisfied.lines] == [5, 5, 0, 0, 0]
    assert [cell.count for cell in made.lines] == [10, 0]
    assert words.n is None


def cells(survey) -> list[int | None]:
    return [cell.count for cell in results.of_survey(survey)[1].lines]


def test_a_single_small_cell_takes_another_with_it_and_the_average(client, line):
    survey = opened(line)
    answered(survey, line.people["secretary"], [5, 5, 5, 5, 5, 5, 5, 2])
    assert cells(survey) == [None] * 5
    assert results.of_survey(survey)[1].mean is None
    client.force_login(line.people["chief"])
    assert "4.63" not in client.get(survey.get_absolute_url()).text
    book = client.post(reverse("surveys:export", args=[survey.pk]))
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert [row[2:5] for row in sheet.values][4:6] == [(8, 8, None), ("—", 8, None)]


def test_fewer_than_five_people_are_never_what_is_left(line):
    for _ in range(4):
        make_resident(make_house(line.base), born_on=dt.date(1970, 1, 1))
    survey = opened(line, size=16)
    answered(survey, line.people["secretary"], [5] * 8 + [4] * 6 + [2, 1])
    assert cells(survey) == [8, None, None, None, None]


def test_the_appraisal_gets_the_marks_of_a_spot_check_by_grid(line):
    make_visited(line)
    check = make_survey(line.district, kind="check", size=50)
    actions.open_up(check, actor=line.people["chief"])
    person = check.sampled.get()
    ask = {"actor": line.people["secretary"], "outcome": "reached"}
    actions.ask(person, **ask, answers={"visit_made": NO, "satisfied": "4"})
    period = Period(check.closes_on, check.closes_on)
    assert surveyed.results(line.district, period) == {}
    answered(opened(line), line.people["secretary"], [5, 5, 5, 5, 4])
    mark = surveyed.results(line.district, period)["node", line.base.pk]
    assert (mark.mark, mark.people) == (97.5, 5)
    before = Period(check.opens_on, check.closes_on - dt.timedelta(days=1))
    assert surveyed.results(line.district, before) == {}, "a questionnaire counts whole, in the period of its last day"


def test_who_was_served_judges_the_unit_that_led_it(client, line):
    *served, secret = list(Resident.objects.order_by("pk")[:7])
    at = timezone.now() - dt.timedelta(days=3)
    for person in [*served, secret]:
        order = make_order(line, State.CLOSED, lead_unit=line.dept, finished_at=at)
        make_request(line, order=order, requester_phone=person.phone, phone_hash=person.phone_hash)
    Request.objects.filter(phone_hash=secret.phone_hash).update(is_secret=True)
    survey = opened(line, kind="handling", size=50)
    drawn = list(survey.sampled.order_by("resident"))
    assert [(row.resident, row.unit) for row in drawn] == [(person, line.dept) for person in served]
    secretary, of_unit = line.people["secretary"], make_user()
    make_post(of_unit, Role.COMMUNITY_SECRETARY, line.community)
    make_post(of_unit, Role.DEPT_HANDLER, line.district, line.dept)
    with pytest.raises(PermissionDenied):
        actions.ask(drawn[0], actor=of_unit, outcome="away")
    client.force_login(line.people["chief"])
    period = Period(survey.opens_on, survey.closes_on)
    for row, grade in zip(drawn, (5, 5, 3, 3), strict=False):
        actions.ask(row, actor=secretary, outcome="reached", answers={"visit_made": YES, "satisfied": grade})
    assert client.get(survey.get_absolute_url()).context["units"] == [(line.dept, None)]
    assert surveyed.results(line.district, period) == {}
    for row in drawn[4:]:
        actions.ask(row, actor=secretary, outcome="reached", answers={"visit_made": YES, "satisfied": 4})
    ((unit, said),) = client.get(survey.get_absolute_url()).context["units"]
    assert (unit, said.mark, len(said.people)) == (line.dept, 87.5, 6)
    assert surveyed.results(line.district, period) == {("unit", line.dept.pk): surveyed.Surveyed(said.mark, 6)}


def test_only_questions_that_are_said_to_judge_count_in_the_appraisal(line):
    pair = ("有", "没有")
    questions = [
        Asked("satisfied", "满意吗？", "scale"),
        Asked("tidy", "楼道整洁吗？", "scale", judging="no"),
        Asked("gas", "用燃气吗？", "single", pair),
        Asked("visit_made", "来过吗？", "single", pair, "yes"),
        Asked("rooms", "几间房？", "number"),
    ]
    survey = opened(line, questions=questions)
    given = {"satisfied": 4, "tidy": 1, "gas": NO, "visit_made": YES, "rooms": 3}
    for person in survey.sampled.all():
        actions.ask(person, actor=line.people["secretary"], outcome="reached", answers=given)
    found = surveyed.results(line.district, Period(survey.opens_on, survey.closes_on))
    assert found == {("node", line.base.pk): surveyed.Surveyed(87.5, 10)}


@pytest.mark.parametrize(("kind", "choices"), [("number", ()), ("text", ()), ("single", "abc"), ("multiple", "ab")])
def test_what_is_no_mark_cannot_judge(line, kind, choices):
    with pytest.raises(ValidationError, match="不能计入考核"):
        make_survey(line.district, questions=[Asked("q", "几间房？", kind, choices, "yes")])
    survey = make_survey(line.district, questions=[Asked("q", "几间房？", kind, choices)])
    with pytest.raises(IntegrityError), transaction.atomic():
        survey.questions.update(is_judging=True)


def test_questions_of_before_judge_where_they_ask_about_work_that_was_done(line):
    rows = (
        ("opinion", "scale", ()),
        ("opinion", "single", "ab"),
        ("check", "single", "ab"),
        ("check", "single", "abc"),
    )
    for n, (kind, how, choices) in enumerate(rows):
        make_survey(line.district, kind=kind, questions=[Asked(f"q{n}", "？", how, choices, "no")])
    migration = importlib.import_module("surveys.migrations.0007_judge_as_before")
    migration.mark(apps, None)
    judging = Survey.objects.order_by("pk").values_list("questions__is_judging", flat=True)
    assert list(judging) == [True, False, True, False]


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


NO_NUMBERS = ("99999999.999", "-99999999.995", "1e400", "-Infinity", "NaN", "sNaN", "1" * 5000, "four", [3], {"a": 1})


@pytest.mark.parametrize("given", NO_NUMBERS)
def test_a_number_that_cannot_be_kept_is_refused_at_its_question(client, line, given):
    survey = opened(line, questions=[Asked("rooms", "几间房？", "number")])
    client.force_login(line.people["secretary"])
    url = reverse("api:survey-answer", args=[survey.sampled.first().pk])
    answer = client.post(url, {"outcome": "reached", "answers": {"rooms": given}}, "application/json")
    assert (answer.status_code, list(answer.json())) == (400, ["rooms"])
    assert not Answer.objects.exists()


def test_a_number_beyond_every_float_is_refused_for_a_choice_too(client, line):
    survey = opened(
        line, questions=[Asked("rooms", "几间房？", "number"), Asked("gas", "用燃气？", "single", ("是", "否"))]
    )
    client.force_login(line.people["secretary"])
    url = reverse("api:survey-answer", args=[survey.sampled.first().pk])
    answer = client.post(url, '{"outcome": "reached", "answers": {"rooms": 1e400, "gas": 1e400}}', "application/json")
    assert (answer.status_code, set(answer.json())) == (400, {"rooms", "gas"})


@pytest.mark.parametrize(("given", "kept"), [("99999999.994", "99999999.99"), (2.005, "2.01"), (-3, "-3.00")])
def test_a_number_is_kept_to_two_decimals(line, given, kept):
    survey = opened(line, questions=[Asked("rooms", "几间房？", "number")])
    actions.ask(survey.sampled.first(), actor=line.people["secretary"], outcome="reached", answers={"rooms": given})
    assert str(Answer.objects.get().number) == kept


def test_questions_may_have_the_codes_of_the_forms_own_fields(client, line):
    codes = ("outcome", "never_again", "csrfmiddlewaretoken")
    survey = opened(line, questions=[Asked(code, f"{code}？", "scale") for code in codes], size=2)
    person = survey.sampled.first()
    client.force_login(line.people["secretary"])
    given = {f"answer-{code}": "4" for code in codes}
    assert client.post(person.get_absolute_url(), given | {"outcome": "away"}).status_code == 302
    assert client.post(person.get_absolute_url(), given | {"outcome": "reached"}).status_code == 302
    assert set(Answer.objects.values_list("question__code", "number")) == {(code, 4) for code in codes}
    assert not NotAsked.objects.exists()


def test_only_words_are_optional_where_somebody_is_reached(client, line):
    survey = opened(line, size=2)
    person = survey.sampled.first()
    client.force_login(line.people["secretary"])
    fields = client.get(person.get_absolute_url()).context["form"].asked
    assert [field.field.required for field in fields] == [True, True, False]
    page = client.post(person.get_absolute_url(), {"outcome": "reached", "answer-satisfied": "5"})
    refused = {field.name: field.errors for field in page.context["form"].asked}
    assert refused == {"answer-visit_made": ["尚未作答。"], "answer-satisfied": [], "answer-words": []}
    assert "尚未作答。" in page.text
    assert client.post(person.get_absolute_url(), {"outcome": "away"}).status_code == 302


def test_who_neither_asks_nor_sets_up_sees_none(client, line):
    survey = opened(line)
    client.force_login(line.people["worker"])
    assert client.get(survey.get_absolute_url()).status_code == 404
    stranger = make_user()
    make_post(stranger, Role.MICRO_LEAD, line.base)
    client.force_login(stranger)
    assert client.get(reverse("surveys:list")).status_code == 403
