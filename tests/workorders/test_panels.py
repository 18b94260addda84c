"""Panels of other apps on the order page."""

import pytest
from django.urls import reverse

from grids import panels
from tests.factories import make_order, make_ruled_line
from workorders.models import WorkOrder
from workorders.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def restored():
    """Leave the registered panels as they were."""
    before = dict(panels._panels)
    yield
    panels._panels.clear()
    panels._panels.update(before)


@pytest.mark.usefixtures("restored")
def test_the_order_page_shows_the_panels_that_have_something_to_say(client):
    line = make_ruled_line()
    order = make_order(line, State.FILED)
    says = {"symbol": "bell", "words": "First to speak"}
    panels.register(panels.Panel("silent", WorkOrder, "no/such/template.html", lambda order, who, now: None))
    plain, last = "components/empty_state.html", says | {"words": "Last"}
    panels.register(panels.Panel("late", WorkOrder, plain, lambda order, who, now: last, 900))
    panels.register(panels.Panel("early", WorkOrder, plain, lambda order, who, now: says, 1))
    client.force_login(line.leader)
    page = client.get(reverse("workorders:detail", args=[order.pk])).content.decode()
    assert page.index("First to speak") < page.index("Last")
