"""Who asks whom, and what is an answer."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import AuditRecord, Notification
from grids.roles import Role
from residents import looks
from residents.errors import NotPossible
from residents.models import Look
from surveys import actions
from surveys.actions import Asked
from surveys.models import Answer, NotAsked, Survey
from tests.factories import make_grid, make_post, make_user, square
from tests.surveys.rows import YES, opened

pytestmark = pytest.mark.django_db


def test_nobody_asks_about_their_own_work_or_grid(line):
    survey = opened(line)
    person = survey.sampled.first()
    with pytest.raises(PermissionDenied):
        actions.ask(person, actor=line.people["worker"], outcome="away")
    secretary = line.people["secretary"]
    make_post(secretary, Role.GRID_WORKER, line.base)
    with pytest.raises(PermissionDenied):
        actions.ask(person, actor=secretary, outcome="away")


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
