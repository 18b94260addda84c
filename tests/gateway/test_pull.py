"""Events for who asks: what one may see, in pieces, nothing missed and nothing twice."""

import threading

import pytest
from django.db import connections, transaction
from rest_framework.test import APIClient

from accounts import tokens
from tests.factories import make_ruled_line, make_user
from tests.gateway.conftest import event_ids, make_moves
from workorders.models import Event

ADDRESS = "/api/v1/events/"


def ask(user, **query):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(user).key}")
    return client.get(ADDRESS, query)


@pytest.mark.django_db
def test_one_reads_on_with_the_answers_mark_until_there_is_no_more(line):
    make_moves(line, 3)
    after, told, asked = 0, [], 0
    while True:
        answer = ask(line.chief, after=after, limit=4).json()
        told, after, asked = told + answer["events"], answer["after"], asked + 1
        if not answer["more"]:
            break
    assert [event["id"] for event in told] == event_ids()
    assert asked == 3
    assert ask(line.chief, after=after).json() == {"events": [], "after": after, "more": False}
    assert set(told[0]) == {
        "id", "event", "occurred_at", "order", "kind", "from_state", "to_state", "node", "level", "unit",
    }  # fmt: skip


@pytest.mark.django_db
def test_one_is_told_only_of_orders_that_one_may_see_and_never_of_confidential_ones(line):
    make_moves(line)
    make_moves(line, is_confidential=True)
    assert len(ask(line.chief).json()["events"]) == 3
    assert ask(make_ruled_line("chief").chief).json()["events"] == []
    assert ask(make_user()).json()["events"] == []


@pytest.mark.django_db
def test_a_long_history_of_others_is_passed_in_pieces(line, monkeypatch):
    monkeypatch.setattr("gateway.api.LOOKED_AT", 5)
    make_moves(line, 3)
    theirs = make_ruled_line("worker", "chief")
    make_moves(theirs)
    after, told = 0, []
    for _ in range(3):
        answer = ask(theirs.chief, after=after).json()
        told, after = told + answer["events"], answer["after"]
    assert [event["id"] for event in told] == event_ids()[-3:]
    assert not answer["more"]


@pytest.mark.django_db
def test_its_queries_do_not_grow_with_the_events(line, django_assert_max_num_queries):
    make_moves(line, 5)
    token = tokens.issue(line.chief).key
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    with django_assert_max_num_queries(9):
        assert len(client.get(ADDRESS).json()["events"]) == 15


@pytest.mark.django_db
@pytest.mark.parametrize("query", [{"after": "x"}, {"after": -1}, {"limit": 0}, {"limit": 9999}])
def test_what_is_no_question_is_named(line, query):
    answer = ask(line.chief, **query)
    assert answer.status_code == 400
    assert set(answer.json()) == set(query)


@pytest.mark.django_db(transaction=True)
def test_an_event_that_could_be_overtaken_is_not_told_yet(line):
    make_moves(line)
    mark = ask(line.chief).json()["after"]
    event, written, go_on = Event.objects.earliest("id"), threading.Event(), threading.Event()
    event.pk = None

    def write() -> None:
        try:
            with transaction.atomic():
                event.save(force_insert=True)
                written.set()
                go_on.wait(20)
        finally:
            connections["default"].close()

    thread = threading.Thread(target=write)
    thread.start()
    assert written.wait(10)
    late = Event.objects.latest("id")
    late.pk = None
    late.save(force_insert=True)
    assert ask(line.chief, after=mark).json() == {"events": [], "after": mark, "more": False}
    go_on.set()
    thread.join()
    told = ask(line.chief, after=mark).json()["events"]
    assert [told_of["id"] for told_of in told] == [event.pk, late.pk]
