"""The pages of applications: applying, weighing, deciding, what is assumed; who may open them."""

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from admission.models import Capacity, Effort, Task
from admission.states import TaskState
from grids.roles import Role
from tests.factories import make_grid, make_post, make_task, make_user

pytestmark = pytest.mark.django_db
TASKS, APPLY, EFFORTS = (reverse(f"admission:{name}") for name in ("tasks", "apply", "efforts"))


def signed_in(user, language="en") -> Client:
    user.language = language
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    return client


def filled(line, **changes) -> dict:
    day = timezone.localdate() + dt.timedelta(days=3)
    usual = {
        "unit": line.dept.pk,
        "title": "Stairs",
        "purpose": "Fire safety",
        "basis": "Fire law",
        "areas": [str(line.street.pk)],
        "in_base": "on",
        "rhythm": "monthly",
        "starts_on": day.isoformat(),
        "ends_on": (day + dt.timedelta(days=90)).isoformat(),
        "minutes": "15",
        "allowed_value": "5",
        "allowed_unit": "working_day",
        "q1-label": "Are the ways out free?",
        "q1-kind": "yes_no",
        "q1-is_required": "on",
        "q2-label": "What blocks them?",
        "q2-kind": "choice",
        "q2-choices": "bicycles，furniture、nothing",
    }
    return usual | changes


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_open_in_both_languages(line, language):
    task = make_task(line)
    for user, names in ((line.chief, ("task", "decide")), (line.bureau, ("task",)), (line.handler, ("task",))):
        for name in names:
            assert signed_in(user, language).get(reverse(f"admission:{name}", args=[task.pk])).status_code == 200
    for user in (line.chief, line.bureau, line.handler):
        for show in ("pending", "admitted", "closed", "nonsense"):
            assert signed_in(user, language).get(TASKS, {"show": show}).status_code == 200
    assert signed_in(line.bureau, language).get(APPLY).status_code == 200
    assert signed_in(line.chief, language).get(EFFORTS).status_code == 200


def test_workers_have_no_door_to_applications(line):
    task = make_task(line)
    client = signed_in(line.worker)
    assert client.get(TASKS).status_code == client.get(APPLY).status_code == client.get(EFFORTS).status_code == 403
    assert client.get(reverse("admission:task", args=[task.pk])).status_code == 404
    door = f'href="{TASKS}"'
    assert door not in client.get("/").content.decode()
    assert reverse("admission:mine") in client.get("/").content.decode()
    for user in (line.chief, line.bureau):
        assert door in signed_in(user).get("/").content.decode()


def test_an_application_is_sent_with_its_questions(line):
    answer = signed_in(line.bureau).post(APPLY, filled(line))
    task = Task.objects.get()
    assert answer["Location"] == task.get_absolute_url()
    assert (task.unit, task.applicant, task.minutes, list(task.nodes.all())) == (
        line.dept,
        line.bureau,
        15,
        [line.street],
    )
    assert [(f.label, f.kind, f.choices, f.is_required) for f in task.fields.all()] == [
        ("Are the ways out free?", "yes_no", [], True),
        ("What blocks them?", "choice", ["bicycles", "furniture", "nothing"], False),
    ]


def test_the_form_says_that_no_personal_data_is_asked_and_the_action_holds_it(line):
    client = signed_in(line.bureau)
    assert "Never ask who somebody is" in client.get(APPLY).content.decode()
    answer = client.post(APPLY, filled(line, **{"q1-label": "住户姓名"}))
    assert answer.status_code == 400
    assert "never collect who somebody is" in answer.content.decode()
    assert 'value="住户姓名"' in answer.content.decode()
    assert not Task.objects.exists()


def test_places_are_found_by_name_or_code_within_the_units_area(line):
    elsewhere = make_grid()
    client = signed_in(line.bureau)
    where = {"areas": [], "places": f"{line.base.code}\n{line.community.name}\n"}
    assert client.post(APPLY, filled(line, **where)).status_code == 302
    assert list(Task.objects.get().nodes.all()) == [line.community], "what lies in another chosen node is left out"
    for wrong in (elsewhere.code, "no such place", "\0"):
        answer = client.post(APPLY, filled(line, areas=[], places=wrong))
        assert answer.status_code == 400
    assert "no such place" in client.post(APPLY, filled(line, areas=[], places="no such place")).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("ends_on", ""), ("minutes", "many"), ("rhythm", ""), ("starts_on", "31.12.2026"), ("allowed_value", "99999")],
)
def test_what_is_wrong_is_said_beside_the_field(line, field, value):
    answer = signed_in(line.bureau).post(APPLY, filled(line, **{field: value}))
    assert answer.status_code == 400
    assert field in answer.context["form"].errors


def test_the_decider_sees_who_would_go_over_and_admits(line):
    task = make_task(line, applicant=line.bureau, minutes=480, rhythm="weekly", ends_on=timezone.localdate())
    Capacity.objects.create(district=line.district, employment="full_time", minutes=400, source="Test")
    client = signed_in(line.chief)
    html = client.get(reverse("admission:decide", args=[task.pk])).content.decode()
    assert "newly over" in html
    assert "Worker" in html
    assert "assumed by the product" in html
    form = client.get(reverse("admission:decide", args=[task.pk])).context["form"]
    sent = sent_along(form) | {"admit": "1", "opinion": "Go."}
    assert client.post(reverse("admission:decide", args=[task.pk]), sent).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.decided_by, task.opinion) == (TaskState.ADMITTED, line.chief, "Go.")
    assert task.events.get().details == {}


def sent_along(form) -> dict:
    """Read the hidden fields as a browser would send them."""
    sent = {"version": form["version"].value()}
    for field in form.weighed:
        value = field.value()
        if value not in (None, "", False, []):
            sent[field.html_name] = value.isoformat() if isinstance(value, dt.date) else value
    return sent


def test_what_is_admitted_is_what_was_weighed(line):
    second = make_grid(line.community)
    make_post(make_user(), Role.GRID_WORKER, second, is_primary=True)
    line.district.refresh_from_db()
    line.base.refresh_from_db()
    day = timezone.localdate()
    task = make_task(line, applicant=line.bureau, rhythm="weekly", ends_on=day + dt.timedelta(days=30))
    client, address = signed_in(line.chief), reverse("admission:decide", args=[task.pk])
    assert client.get(address).context["meter"].grids == 2
    other = {"look": "1", "areas": [], "places": line.base.code, "in_base": "on", "rhythm": "once", "starts_on": day}
    weighed = client.get(f"{address}?{urlencode(other, doseq=True)}")
    assert weighed.context["meter"].grids == 1
    assert weighed.context["is_changed"]
    client.post(address, sent_along(weighed.context["form"]) | {"admit": "1"})
    task.refresh_from_db()
    assert (task.state, task.rhythm, task.ends_on, list(task.nodes.all())) == ("admitted", "once", day, [line.base])
    assert set(task.events.get().details) == {"rhythm", "ends_on", "nodes"}


def test_a_refusal_without_an_opinion_keeps_the_form(line):
    task = make_task(line, applicant=line.bureau)
    client, address = signed_in(line.chief), reverse("admission:decide", args=[task.pk])
    answer = client.post(address, {"refuse": "1", "opinion": "", "version": task.version})
    assert answer.status_code == 400
    assert "opinion" in answer.context["form"].errors
    client.post(address, {"refuse": "1", "opinion": "Twice the same.", "version": task.version})
    task.refresh_from_db()
    assert task.state == TaskState.REFUSED


def test_the_applicant_and_the_decided_are_turned_away_from_the_decision(line):
    task = make_task(line, applicant=line.bureau)
    assert signed_in(line.bureau).get(reverse("admission:decide", args=[task.pk])).status_code == 403
    Task.objects.filter(pk=task.pk).update(state="withdrawn")
    answer = signed_in(line.chief).get(reverse("admission:decide", args=[task.pk]))
    assert answer.status_code == 302


def test_working_times_are_set_and_removed(line):
    client = signed_in(line.chief)
    assert client.post(EFFORTS, {"minutes": "45", "difficulty": "simple", "source": "Study 2026"}).status_code == 302
    row = Effort.objects.get()
    assert (row.minutes, row.category, row.changed_by) == (45, None, line.chief)
    assert "Study 2026" in client.get(EFFORTS).content.decode()
    client.post(EFFORTS, {"what": "capacity", "employment": "part_time", "minutes": "1000", "source": "Contract"})
    assert Capacity.objects.get().minutes == 1000
    assert client.post(EFFORTS, {"minutes": "0", "source": ""}).status_code == 400
    client.post(reverse("admission:effort-remove", args=[row.pk]))
    row.refresh_from_db()
    assert row.valid_to is not None


def test_the_list_costs_the_same_for_one_task_as_for_thirty(line):
    def count() -> int:
        client = signed_in(line.chief)
        with CaptureQueriesContext(connection) as caught:
            client.get(TASKS, {"show": "pending"})
        return len(caught)

    make_task(line)
    before = count()
    for _ in range(29):
        make_task(line)
    assert count() == before <= 14
