"""`load_demo` makes a district to work in whatever the hour; here, where no district is there already to be undone."""

import datetime as dt

import pytest

from demo import load
from tests.demo.test_load_demo import WORKING, account, waiting_for
from workorders import sight
from workorders.models import Event
from workorders.states import Move


@pytest.mark.slow
@pytest.mark.parametrize(
    "now",
    [
        dt.datetime(2026, 11, 21, 19, 30, tzinfo=dt.UTC),  # Sunday, half past three at night
        dt.datetime(2026, 2, 19, 4, 0, tzinfo=dt.UTC),  # in the Spring Festival
        dt.datetime(2027, 1, 8, 1, 5, tzinfo=dt.UTC),  # in a year whose calendar nobody has loaded
    ],
)
def test_it_works_at_any_time(db, now):
    made = load.load("taibaihu", scale=0.001, seed=1, now=now)
    assert made.open_orders == 112
    assert not Event.objects.filter(at__gt=now).exists()
    for username in WORKING:
        waiting = waiting_for(account(username))
        assert waiting.filter(is_escalated=True).exists(), username
        assert waiting.filter(sight.overdue(now)).exists(), username
    assert Event.objects.filter(move=Move.RETURN_ORDER).exists()
