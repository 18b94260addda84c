"""The pages of a running task: filling in, progress down the tree, what is missing, the workbook, ending it."""

import datetime as dt
import io
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditRecord
from admission import actions, fanout, progress
from admission.actions.filling import Filled
from admission.models import Answer, Assignment, Task
from grids.roles import Role
from tests.admission.test_fanout import MONDAY, admitted
from tests.admission.test_handing_in import EVERY_KIND, values
from tests.admission.test_task_pages import signed_in
from tests.factories import make_grid, make_post, make_unit, make_user
from tests.pictures import photo
from workorders.states import State

pytestmark = pytest.mark.django_db
NOON = MONDAY.replace(hour=12)


@pytest.fixture
def task(line) -> Task:
    """A task in four grids of two communities and two streets; each grid has a worker of its own."""
    second = make_grid(line.street)
    far = make_grid(make_grid(line.district))
    for community in (line.community, second, far):
        make_post(make_user(), Role.GRID_WORKER, make_grid(community), is_primary=True)
    made = admitted(line, fields=EVERY_KIND)
    fanout.run(MONDAY)
    return made


def hand_in(part: Assignment, minutes=10, now=NOON, **changes) -> None:
    actions.hand_in(part, actor=part.order.assignee, filled=Filled(values(part, **changes), minutes), now=now)


def parts() -> list[Assignment]:
    return list(Assignment.objects.select_related("task", "order__assignee").order_by("id"))


def test_progress_is_told_at_each_level_of_the_tree(line, task):
    first, second, third, fourth = parts()
    round_ = task.rounds.get()
    hand_in(first)
    hand_in(third, now=round_.due_at + dt.timedelta(hours=1))
    after = round_.due_at + dt.timedelta(hours=2)

    def told(within=None) -> list[tuple[int, int, int, int, int]]:
        rows = progress.by_node(round_, within, after)
        return [(part.total, part.done, part.late, part.open, part.overdue) for _node, part in rows]

    assert told() == [(3, 2, 1, 1, 1), (1, 0, 0, 1, 1)]
    assert told(line.street) == [(2, 1, 0, 1, 1), (1, 1, 1, 0, 0)]
    assert told(line.community) == [(1, 1, 0, 0, 0), (1, 0, 0, 1, 1)]
    assert progress.sum_of(round_, line.street, after).percent == 66
    assert second.pk
    assert fourth.pk


def test_answers_are_summed_or_counted_by_their_kind(line, task):
    for part, number, choice, free in zip(
        parts(), (1, 2, Decimal("4.5")), ("red", "blue", "blue"), (1, 1, 0), strict=False
    ):
        hand_in(part, minutes=int(number * 10), **{"How many?": Decimal(number), "Which?": choice, "Free?": bool(free)})
    round_ = task.rounds.get()
    found = {one.field.label: one for one in progress.by_field(task, round_, None)}
    assert (found["Free?"].yes, found["Free?"].no) == (2, 1)
    numbers = found["How many?"]
    assert (numbers.total, numbers.average, numbers.lowest, numbers.highest) == (
        Decimal("7.5"),
        Decimal("2.5"),
        1,
        Decimal("4.5"),
    )
    assert found["Which?"].choices == (("red", 1), ("blue", 2))
    assert (found["Remark"].count, found["Free?"].count) == (0, 3)
    assert progress.stated_minutes(round_, None) == (3, 20)
    assert {one.field.label: one.count for one in progress.by_field(task, round_, line.community)}["Free?"] == 2


def test_the_unit_and_the_centre_see_progress_and_nobody_else(line, task):
    stranger = make_user()
    make_post(stranger, Role.DEPT_LEADER, line.district, make_unit(line.district))
    for name in ("progress", "missing", "export"):
        address = reverse(f"admission:{name}", args=[task.pk])
        for user in (line.bureau, line.handler, line.chief):
            assert signed_in(user).get(address).status_code == 200
        for user in (stranger, line.worker, line.secretary):
            assert signed_in(user).get(address).status_code == 404


def test_the_progress_page_leads_down_to_the_grids(line, task):
    client = signed_in(line.bureau)
    address = reverse("admission:progress", args=[task.pk])
    top = client.get(address)
    assert line.street.name in top.content.decode()
    assert line.base.name not in top.content.decode()
    assert line.base.name in client.get(address, {"within": line.community.pk}).content.decode()
    for wrong in ({"round": "999999"}, {"within": line.base.pk}, {"within": "999999"}):
        assert client.get(address, wrong).status_code == 404
    assert client.get(address, {"round": "x", "within": "y"}).status_code == 200


def test_the_missing_grids_are_listed_with_whom_they_lie(line, task):
    client = signed_in(line.bureau)
    address = reverse("admission:missing", args=[task.pk])
    assert line.base.name in client.get(address).content.decode()
    hand_in(parts()[0])
    html = client.get(address).content.decode()
    assert line.base.name not in html
    assert len(client.get(address).context["page"].rows) == 3
    assert len(client.get(address, {"within": line.street.pk}).context["page"].rows) == 2


def test_the_workbook_holds_every_grid_and_no_formula(line, task):
    line.base.name = "=HYPERLINK(1)"
    line.base.save(update_fields=["name"])
    for part, text in zip(parts(), ('=cmd|" /C calc"!A0', "+1", "@sum", "plain"), strict=True):
        hand_in(part, **{"Remark": text})
    answer = signed_in(line.bureau).get(reverse("admission:export", args=[task.pk]))
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    head = rows[4]
    assert len(rows) == 5 + 4
    said = {row[head.index("Remark")] for row in rows[5:]}
    assert said == {'=cmd|" /C calc"!A0', "+1", "@sum", "plain"}
    assert rows[5][head.index("Grid")] == "=HYPERLINK(1)"
    evil = [c for row in sheet.iter_rows() for c in row if str(c.value).startswith(("=", "+", "@"))]
    assert len(evil) == 4
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in evil)
    assert (rows[5][head.index("How many?")], rows[5][head.index("Minutes")]) == (12.5, 10)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert AuditRecord.objects.filter(action="admission.export", actor=line.bureau).count() == 1


def test_a_worker_fills_in_on_the_page_and_comes_back_to_the_list(line, task):
    part = parts()[0]
    client = signed_in(line.worker)
    with time_machine.travel(NOON):
        assert part.task.title in client.get(reverse("admission:mine")).content.decode()
        address = reverse("admission:fill", args=[part.pk])
        assert client.get(address).status_code == 200
        keys = {field.label: f"field-{field.pk}" for field in task.fields.all()}
        sent = {
            keys["Free?"]: "yes",
            keys["How many?"]: "7",
            keys["Which?"]: "red",
            keys["Picture"]: photo(),
            "minutes": "",
            "version": part.order.version,
        }
        answer = client.post(address, sent)
        assert answer.status_code == 400
        assert "minutes" in answer.context["form"].errors
        sent[keys["Picture"]] = photo()
        answer = client.post(address, sent | {"took": "15"})
        assert answer["Location"] == reverse("admission:mine")
        part.refresh_from_db()
        assert (part.minutes, part.order.__class__.objects.get(pk=part.order_id).state) == (15, State.CLOSED)
        assert Answer.objects.filter(photo__isnull=False).count() == 1
        assert client.get(address)["Location"] == part.order.get_absolute_url()
        page = client.get(part.order.get_absolute_url()).content.decode()
    assert "How many?" in page
    assert ">7<" in page


def test_what_is_out_of_bounds_is_said_beside_the_question(line, task):
    part = parts()[0]
    key = next(f"field-{field.pk}" for field in task.fields.all() if field.label == "How many?")
    answer = signed_in(line.worker).post(reverse("admission:fill", args=[part.pk]), {key: "51", "took": "5"})
    assert answer.status_code == 400
    assert key in answer.context["form"].errors


def test_the_form_is_the_workers_alone_and_others_read_at_the_order(line, task):
    part = parts()[0]
    address = reverse("admission:fill", args=[part.pk])
    assert signed_in(line.leader).get(address).status_code == 403
    assert signed_in(line.handler).get(address).status_code == 404
    assert task.title in signed_in(line.leader).get(part.order.get_absolute_url()).content.decode()


def test_the_orders_button_leads_to_the_form(line, task):
    part = parts()[0]
    address = reverse("workorders:move", args=[part.order_id, "submit-result"])
    fill = reverse("admission:fill", args=[part.pk])
    client = signed_in(line.worker)
    assert client.get(address)["Location"] == fill
    assert client.get(address, headers={"HX-Request": "true"})["HX-Redirect"] == fill


def test_the_workbench_counts_tasks_to_fill_in_and_applications_to_decide(line, task):
    with time_machine.travel(NOON):
        assert reverse("admission:mine") in signed_in(line.worker).get("/").content.decode()
        html = signed_in(line.chief).get("/").content.decode()
    assert "Applications to decide" not in html, "an empty tile is left out"


def test_ending_is_asked_for_a_reason_and_done(line, task):
    client = signed_in(line.bureau)
    address = reverse("admission:end", args=[task.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": " "}).status_code == 400
    assert client.post(address, {"reason": "The campaign is over."})["Location"] == task.get_absolute_url()
    task.refresh_from_db()
    assert task.state == "ended"
    assert client.get(address).status_code == 302


def test_the_pages_of_a_running_task_cost_the_same_for_many_grids(line, task):
    def count(name: str) -> int:
        client = signed_in(line.bureau)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse(f"admission:{name}", args=[task.pk])).status_code == 200
        return len(caught)

    names = ("task", "progress", "missing", "export")
    before = {name: count(name) for name in names}
    street = make_grid(line.district)
    for _ in range(12):
        make_post(make_user(), Role.GRID_WORKER, make_grid(make_grid(street)), is_primary=True)
    Task.objects.filter(pk=task.pk).update(
        next_on=MONDAY.date() + dt.timedelta(days=1), ends_on="2026-12-30", rhythm="weekly"
    )
    fanout.run(MONDAY + dt.timedelta(days=7))
    assert Assignment.objects.count() == 4 + 16
    assert {name: count(name) for name in names} == before
    assert max(before.values()) <= 20
