"""Saved filters: a person's own, named, one of them opening the list."""

import pytest
from django.test import Client

from tests.factories import make_line, make_order
from workorders import saved_filters
from workorders.models import SavedFilter
from workorders.states import State

pytestmark = pytest.mark.django_db
LIST, HERE = "/work-orders/", "/work-orders/filters/"


@pytest.fixture
def line():
    return make_line("worker", "secretary")


@pytest.fixture
def client(line):
    client = Client()
    client.force_login(line.secretary)
    return client


def test_filters_are_kept_under_a_name_and_lead_back_to_the_list(line, client):
    filed = make_order(line, State.FILED)
    make_order(line)
    answer = client.post(f"{HERE}?tab=all&state=filed&after=x&nonsense=1&q=", {"name": " 待派单 "})
    row = SavedFilter.objects.get()
    assert (row.user, row.name, row.query) == (line.secretary, "待派单", "tab=all&state=filed")
    assert answer["Location"] == f"{LIST}?tab=all&state=filed"
    assert [order.number for order in client.get(answer["Location"]).context["page"].rows] == [filed.number]
    assert "待派单" in client.get("/").content.decode()
    assert "待派单" in client.get(HERE, headers={"HX-Request": "true"}).content.decode()


def test_the_default_opens_the_list_and_an_address_overrides_it(client):
    client.post(f"{HERE}?tab=all&state=filed", {"name": "a", "is_default": "on"})
    assert client.get(LIST)["Location"] == f"{LIST}?tab=all&state=filed"
    assert client.get(LIST, {"tab": "todo"}).status_code == 200


def test_only_one_opens_the_list(line, client):
    for name in "ab":
        saved_filters.save(line.secretary, name=name, query=f"tab=all&q={name}", is_default=True)
    assert list(SavedFilter.objects.filter(is_default=True).values_list("name", flat=True)) == ["b"]


def test_a_name_is_given_once_and_changed_and_removed(line, client):
    row = saved_filters.save(line.secretary, name="a", query="tab=all")
    saved_filters.save(line.secretary, name="b", query="tab=done")
    assert client.post(f"{HERE}?tab=all", {"name": "a"}).status_code == 400
    client.post(f"{HERE}{row.pk}/", {"name": "b"})
    row.refresh_from_db()
    assert row.name == "a"
    client.post(f"{HERE}{row.pk}/", {"name": "c", "is_default": "on"})
    row.refresh_from_db()
    assert (row.name, row.is_default) == ("c", True)
    client.post(f"{HERE}{row.pk}/remove/")
    assert list(SavedFilter.objects.values_list("name", flat=True)) == ["b"]


def test_filters_are_one_s_own(line, client):
    theirs = saved_filters.save(line.worker, name="theirs", query="tab=all", is_default=True)
    assert "theirs" not in client.get(HERE).content.decode()
    assert client.post(f"{HERE}{theirs.pk}/", {"name": "x"}).status_code == 404
    assert client.post(f"{HERE}{theirs.pk}/remove/").status_code == 404
    assert client.get(LIST).status_code == 200


def test_there_is_a_most(line, client, monkeypatch):
    monkeypatch.setattr(saved_filters, "MOST", 1)
    client.post(f"{HERE}?tab=all", {"name": "a"})
    assert client.post(f"{HERE}?tab=all", {"name": "b"}).status_code == 400
    assert SavedFilter.objects.count() == 1
