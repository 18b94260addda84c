"""Moves through the page: the form, the sending, and everything that is refused without losing what was typed."""

import pytest
from django.test import Client

from grids.roles import Role
from tests.factories import (
    make_category,
    make_grid,
    make_line,
    make_post,
    make_ruled_line,
    make_unit,
    make_user,
    report,
)
from tests.pictures import photo
from workorders import actions
from workorders.models import WorkOrder
from workorders.states import State

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def line():
    return make_ruled_line()


def client_of(user):
    user.language = "en"
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    return client


def url_of(order, move):
    return f"/work-orders/{order.pk}/{move}/"


def send(user, order, move, **typed):
    order.refresh_from_db()
    return client_of(user).post(url_of(order, move), {"version": order.version} | typed)


def state_of(order):
    return WorkOrder.objects.get(pk=order.pk).state


def waiting(line, **fields):
    """Return an order that waits for the community's dispatch."""
    order = report(line, line.worker, **fields)
    actions.escalate(order, actor=line.worker, note="too heavy")
    actions.escalate(order, actor=line.leader, note="too heavy")
    return WorkOrder.objects.get(pk=order.pk)


def test_a_move_s_form_is_a_page_and_for_htmx_the_form_alone(line):
    order = report(line, line.worker)
    client = client_of(line.worker)
    page = client.get(url_of(order, "sign")).content.decode()
    fragment = client.get(url_of(order, "sign"), headers=HTMX).content.decode()
    assert "<html" in page
    assert "<html" not in fragment
    assert f'name="version" value="{order.version}"' in fragment
    assert "csrfmiddlewaretoken" in fragment


def test_the_whole_story_through_the_forms(line):
    order = waiting(line)
    assert send(line.secretary, order, "dispatch", receiver=f"user-{line.worker.pk}").status_code == 302
    assert state_of(order) == State.DISPATCHED
    send(line.worker, order, "sign")
    send(line.worker, order, "submit-result", result="修好了", photos=[photo()])
    assert state_of(order) == State.PENDING_VERIFICATION
    send(line.secretary, order, "verify-fail", note="没修好")
    assert state_of(order) == State.IN_PROGRESS
    send(line.worker, order, "submit-result", result="又修了", photos=[photo((9, 9, 9))])
    send(line.secretary, order, "verify-pass")
    assert state_of(order) == State.PENDING_STRIKE_OFF
    send(line.secretary, order, "strike-off", note="属实")
    assert state_of(order) == State.PENDING_CLOSURE
    send(line.leader, order, "close", kind="solved")
    assert state_of(order) == State.CLOSED
    answer = send(line.clerk, order, "evaluate", rating="5")
    assert answer["Location"] == order.get_absolute_url()
    assert WorkOrder.objects.get().rating == 5


@pytest.mark.parametrize(
    ("who", "move"), [("clerk", "sign"), ("supervisor", "dispatch"), ("leader", "void"), ("admin", "accept")]
)
def test_who_may_not_make_a_move_is_refused(line, who, move):
    order = report(line, line.worker)
    user = line.people[who]
    if not WorkOrder.objects.visible_to(user).exists():
        assert client_of(user).get(url_of(order, move)).status_code == 404
        return
    client = client_of(user)
    order = order if move != "dispatch" else waiting(line)
    for answer in (client.get(url_of(order, move)), client.post(url_of(order, move), {"version": order.version})):
        assert answer.status_code == 403


@pytest.mark.parametrize("move", ["report", "nonsense", "SIGN", "submit_result", "self_handle"])
def test_a_move_that_does_not_exist_is_not_found(line, move):
    order = report(line, line.worker)
    assert client_of(line.worker).get(url_of(order, move)).status_code == 404


def test_a_move_that_the_state_forbids_is_said_plainly(line):
    order = report(line, line.worker)
    answer = client_of(line.secretary).get(url_of(order, "strike-off"), follow=True)
    assert answer.redirect_chain == [(order.get_absolute_url(), 302)]
    assert "not possible while the order is “To be signed”" in answer.content.decode()


def test_a_stale_form_is_refused_and_keeps_what_was_typed(line):
    order = waiting(line)
    old = order.version
    actions.dispatch(order, actor=line.secretary, assignee=line.worker)
    actions.return_order(order, actor=line.worker, reason="not_our_duty", note="不归我")
    typed = {"version": old, "receiver": f"user-{line.worker.pk}", "note": "请今天去看看"}
    answer = client_of(line.secretary).post(url_of(order, "dispatch"), typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody moved this order meanwhile" in page
    assert "请今天去看看" in page
    assert state_of(order) == State.FILED
    fresh = WorkOrder.objects.get(pk=order.pk).version
    assert f'name="version" value="{fresh}"' in page
    assert client_of(line.secretary).post(url_of(order, "dispatch"), typed | {"version": fresh}).status_code == 302


def test_a_move_overtaken_by_another_keeps_what_was_typed(line):
    order = waiting(line)
    typed = {"version": order.version, "receiver": f"user-{line.worker.pk}", "note": "我的长说明"}
    actions.void(order, actor=line.chief, note="duplicate")
    answer = client_of(line.secretary).post(url_of(order, "dispatch"), typed)
    assert answer.status_code == 409
    assert "我的长说明" in answer.content.decode()
    assert "finished" in answer.content.decode()


def test_the_same_move_sent_twice_is_made_once(line):
    order = report(line, line.worker)
    typed = {"version": order.version}
    client = client_of(line.worker)
    assert client.post(url_of(order, "sign"), typed).status_code == 302
    assert client.post(url_of(order, "sign"), typed).status_code == 409
    assert order.events.filter(move="sign").count() == 1


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_form_without_a_sound_version_moves_nothing(line, version):
    order = report(line, line.worker)
    answer = client_of(line.worker).post(url_of(order, "sign"), {"version": version})
    assert answer.status_code in {400, 409}
    assert state_of(order) == State.DISPATCHED


def test_what_is_missing_is_said_beside_its_field(line):
    order = report(line, line.worker)
    actions.sign(order, actor=line.worker)
    answer = send(line.worker, order, "submit-result", result="")
    assert answer.status_code == 400
    assert "This field is required." in answer.content.decode()
    answer = send(line.worker, order, "return-order", reason="", note="x" * 2001)
    assert answer.status_code == 400
    assert state_of(order) == State.IN_PROGRESS
    answer = send(line.worker, order, "return-order", reason="because", note="说明")
    assert answer.status_code == 400
    assert "说明" in answer.content.decode()


def test_a_result_needs_its_photo_where_the_category_says_so(line):
    category = make_category(needs_photo=False)
    order = report(line, line.worker, category=category)
    actions.sign(order, actor=line.worker)
    category.needs_photo = True
    category.save()
    assert send(line.worker, order, "submit-result", result="好了").status_code == 400
    assert send(line.worker, order, "submit-result", result="好了", photos=[photo()]).status_code == 302
    assert order.photos.get().kind == "after"


def test_the_picker_offers_the_area_s_units_and_people_with_the_leading_unit_first(line):
    category = make_category(needs_photo=False, lead_function="water")
    other = make_grid(line.community)
    neighbour = make_user(display_name="Neighbour")
    make_post(neighbour, Role.GRID_WORKER, other)
    water = make_unit(line.street, function="water", name="Water station")
    closed = make_unit(line.street, name="Closed office", is_active=False)
    far = make_line("worker", lng=117.0)
    order = waiting(line, category=category)
    client = client_of(line.secretary)
    form = client.get(url_of(order, "dispatch")).context["form"]
    groups = {str(group["words"]): [key for key, _ in group["rows"]] for group in form.fields["receiver"].groups}
    assert list(groups)[:2] == ["Myself", "Suggested for this category"]
    assert groups["Suggested for this category"] == [f"unit-{water.pk}"]
    offered = {key for keys in groups.values() for key in keys}
    assert {f"unit-{line.dept.pk}", f"user-{line.worker.pk}", f"user-{neighbour.pk}"} <= offered
    assert (
        not {f"unit-{closed.pk}", f"unit-{far.dept.pk}", f"user-{far.worker.pk}", f"user-{line.handler.pk}"} & offered
    )


def test_a_receiver_who_was_not_offered_is_refused(line):
    far = make_line("worker", lng=117.0)
    order = waiting(line)
    for receiver in (f"unit-{far.dept.pk}", f"user-{far.worker.pk}", "unit-0", "x", ""):
        answer = send(line.secretary, order, "dispatch", receiver=receiver)
        assert answer.status_code == 400, receiver
    assert state_of(order) == State.FILED


def test_dispatching_to_oneself_signs_at_once(line):
    order = waiting(line)
    send(line.secretary, order, "dispatch", receiver=f"user-{line.secretary.pk}")
    assert state_of(order) == State.IN_PROGRESS


def test_a_unit_that_receives_signs_through_its_people(line):
    order = waiting(line)
    send(line.secretary, order, "dispatch", receiver=f"unit-{line.dept.pk}")
    assert send(line.handler, order, "sign").status_code == 302
    assert WorkOrder.objects.get(pk=order.pk).assignee == line.handler


def test_accepting_corrects_category_and_gravity(line):
    better = make_category(name="更合适", needs_photo=False)
    order = report(line, line.handler, source="department")
    answer = send(line.worker, order, "accept", category=better.pk, difficulty="hard", urgency="urgent")
    assert answer.status_code == 302
    kept = WorkOrder.objects.get(pk=order.pk)
    assert (kept.category, kept.difficulty, kept.urgency) == (better, "hard", "urgent")


def test_a_broken_photo_is_named_and_the_result_is_kept(line):
    order = report(line, line.worker)
    actions.sign(order, actor=line.worker)
    bad = photo()
    bad.file.truncate(40)
    bad.size = 40
    answer = send(line.worker, order, "submit-result", result="修好了", photos=[bad])
    assert answer.status_code == 400
    assert "IMG_0001.jpg" in answer.content.decode()
    assert "修好了" in answer.content.decode()
