"""Statements that come again on a connection are prepared there, and answer as they did."""

import re

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import prepared
from accounts.kept import Kept
from accounts.models import User
from accounts.prepared import TIMES
from tests.factories import make_line

pytestmark = pytest.mark.django_db


def named(word: str) -> Kept[User]:
    """Ask for people by key whose name holds no such word: each test has a statement of its own."""
    return Kept(lambda pk: User.objects.filter(pk=pk).exclude(display_name__contains=f"50%{word}"), pk=-1)


def asked(kept: Kept[User], pk: int) -> tuple[list[User], str]:
    with CaptureQueriesContext(connection) as captured:
        found = kept.instances(pk=pk)
    (query,) = captured
    return found, query["sql"]


def test_what_comes_again_is_prepared_by_its_fourth_time_and_each_time_is_one_query():
    line, kept = make_line("worker", "leader"), named("again")
    people = [line.worker, line.leader]
    for number in range(TIMES):
        found, sql = asked(kept, people[number % 2].pk)
        assert (found, sql.startswith("SELECT")) == ([people[number % 2]], True)
    found, sql = asked(kept, line.worker.pk)
    assert found == [line.worker]
    assert re.search(rf"PREPARE (\w+) AS SELECT .*; EXECUTE \1\({line.worker.pk}\)$", sql)
    for person in people:
        found, sql = asked(kept, person.pk)
        assert (found, sql.startswith("EXECUTE")) == ([person], True)
    User.objects.filter(pk=line.leader.pk).update(display_name="50%again")
    assert asked(kept, line.leader.pk)[0] == []


def test_a_plan_outlives_a_transaction_that_is_taken_back_but_not_its_connection(transactional_db):
    worker, kept = make_line("worker").worker, named("back")
    with transaction.atomic():
        for _ in range(TIMES + 1):
            kept.instances(pk=worker.pk)
        transaction.set_rollback(True)
    assert asked(kept, worker.pk)[1].startswith("EXECUTE")
    connection.close()
    found, sql = asked(kept, worker.pk)
    assert (found, sql.startswith("SELECT")) == ([worker], True)


def test_what_was_asked_once_gives_way_to_what_comes_again(monkeypatch):
    worker, often = make_line("worker").worker, named("often")
    for _ in range(TIMES + 1):
        often.instances(pk=worker.pk)
    known = prepared._known[connection.connection]
    monkeypatch.setattr(prepared, "MOST", len(known) + 2)
    for number in range(5):
        named(f"once {number}").instances(pk=worker.pk)
        assert len(known) <= prepared.MOST
    late = named("late")
    for _ in range(TIMES + 1):
        assert late.instances(pk=worker.pk) == [worker]
    assert asked(late, worker.pk)[1].startswith("EXECUTE")
    assert asked(often, worker.pk)[1].startswith("EXECUTE")


def test_a_statement_that_failed_is_asked_as_it_is_and_prepared_anew():
    worker, kept = make_line("worker").worker, named("failed")
    for _ in range(TIMES + 2):
        kept.instances(pk=worker.pk)
    with pytest.raises(DataError), transaction.atomic():
        kept.instances(pk=2**70)
    found, sql = asked(kept, worker.pk)
    assert (found, sql.startswith("SELECT")) == ([worker], True)
    for _ in range(TIMES):
        assert kept.instances(pk=worker.pk) == [worker]
    assert asked(kept, worker.pk)[1].startswith("EXECUTE")
