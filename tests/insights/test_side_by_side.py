"""Several at once, and broken off in the middle: real connections side by side."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction
from django.utils import timezone

from hotline.periods import Period
from insights import counting, figures, rolling
from insights.measures import Measure
from insights.models import Mark, Tally
from tests.factories import Line, make_order, make_ruled_line, report

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.timedelta(days=1)


class Aside:
    """Work in a transaction of another connection, done but not committed until it is told."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work, self.done, self.go_on = work, threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Aside":
        self.thread.start()
        assert self.done.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self.commit()

    def commit(self) -> None:
        self.go_on.set()
        self.thread.join(20)

    def _run(self) -> None:
        try:
            with transaction.atomic():
                self.work()
                self.done.set()
                self.go_on.wait(20)
        finally:
            connections["default"].close()


@pytest.fixture
def line() -> Line:
    return make_ruled_line("worker", "leader")


def found(line: Line) -> int:
    today = timezone.localdate()
    period = Period(today - DAY, today)
    return figures.of_nodes([line.district.pk], period)[line.district.pk].count(Measure.FOUND)


def test_a_move_that_commits_after_a_later_one_was_counted_is_not_missed(line: Line) -> None:
    rolling.refresh()
    with Aside(lambda: report(line, line.worker)) as late:
        make_order(line)
        rolling.refresh()
        assert found(line) == 1
        late.commit()
        rolling.refresh()
    assert found(line) == 2


def test_a_run_leaves_a_district_to_whoever_counts_it_already_and_waits_for_nobody(line: Line) -> None:
    make_order(line)
    with Aside(rolling.refresh) as other:
        assert rolling.refresh() == 0
        assert found(line) == 0
        other.commit()
    assert found(line) == 1
    assert rolling.refresh() > 0


def test_a_run_that_was_killed_leaves_everything_as_it_was_and_the_next_makes_it_good(line: Line) -> None:
    rolling.refresh()
    marks, rows = Mark.objects.count(), Tally.objects.count()
    report(line, line.worker)
    with pytest.raises(KeyboardInterrupt):
        _killed_at_the_end()
    assert (Mark.objects.count(), Tally.objects.count()) == (marks, rows)
    rolling.refresh()
    assert found(line) == 1


@transaction.atomic
def _killed_at_the_end() -> None:
    rolling.refresh()
    raise KeyboardInterrupt


def test_a_rebuild_broken_off_keeps_what_it_had_done_and_says_how_far_it_is(line: Line, monkeypatch) -> None:
    monkeypatch.setattr(counting, "STRETCH", 2)
    today = timezone.localdate()
    for days in range(5):
        make_order(line, reported_at=timezone.now() - days * DAY)
    heard = []

    def hear(done: int, all_of_them: int) -> None:
        heard.append((done, all_of_them))
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rolling.rebuild(line.district, heard=hear)
    assert heard == [(2, 5), (4, 5)]
    counted = Tally.objects.filter(node=line.street, measure=Measure.FOUND).values_list("day", flat=True)
    assert set(counted) == {today - days * DAY for days in (1, 2, 3, 4)}
    rolling.refresh()
    assert counting.differing(line.district, today - 4 * DAY, today) == 0
