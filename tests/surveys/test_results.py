"""What is shown of answers and what is hidden, and the marks that the appraisal takes."""

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

from appraisal import surveyed
from grids.roles import Role
from hotline.models import Request
from hotline.periods import Period
from residents.models import Resident
from surveys import actions, results
from surveys.actions import Asked
from surveys.models import Survey
from tests.factories import make_order, make_post, make_user
from tests.hotlines import make_request
from tests.registers import make_house, make_resident
from tests.surveys.rows import NO, YES, answered, make_survey, opened
from tests.visiting import make_visited
from workorders.states import State

pytestmark = pytest.mark.django_db


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
