"""The one map through the API: layers, points, outlines, figures, and one's own position."""

import pytest
import time_machine

from insights import rolling
from onemap.models import Position
from tests.factories import make_line, make_order
from tests.onemap.test_positions import MORNING
from workorders.states import State

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/map/"


def test_other_systems_read_what_the_map_shows(api):
    line = make_line("secretary")
    order = make_order(line, State.FILED, lng=116.505, lat=35.405)
    rolling.rebuild(line.district)
    client = api(line.secretary)
    layers = {row["key"]: row for row in client.get(f"{ADDRESS}layers/").json()}
    assert layers["orders"]["signs"][3]["label"] == "Overdue"
    assert client.get(f"{ADDRESS}points/orders/", {"box": "116.5,35.4,116.6,35.5"}).json()["p"][0] == order.pk
    assert client.get(f"{ADDRESS}points/orders/", {"box": "1,2,3"}).status_code == 400
    assert [row[0] for row in client.get(f"{ADDRESS}boundaries/base/").json()["g"]] == [line.base.pk]
    assert client.get(f"{ADDRESS}boundaries/planet/").status_code == 404
    figures = client.get(f"{ADDRESS}figures/", {"level": "base", "measure": "found", "length": "day"}).json()
    assert [(row["node"], row["numerator"], row["denominator"]) for row in figures] == [(line.base.pk, "1.0", None)]
    assert client.get(f"{ADDRESS}figures/", {"measure": "beauty"}).status_code == 400


def test_a_position_needs_consent_first(api):
    with time_machine.travel(MORNING, tick=False):
        line = make_line("worker", "secretary")
        client, place = api(line.worker), {"lng": 116.505, "lat": 35.405}
        assert client.post(f"{ADDRESS}position/", place).status_code == 409
        assert client.get(f"{ADDRESS}sharing/").json() == {"until": None}
        assert client.post(f"{ADDRESS}sharing/").json()["until"].startswith("2026-06-10T17:30")
        assert client.post(f"{ADDRESS}position/", {"lng": "nan", "lat": 1}).status_code == 400
        assert client.post(f"{ADDRESS}position/", place).status_code == 204
        assert api(line.secretary).get(f"{ADDRESS}points/workers/").json()["p"][0] == line.worker.pk
        assert client.delete(f"{ADDRESS}sharing/").status_code == 204
        assert not Position.objects.exists()
        assert api(line.secretary).post(f"{ADDRESS}sharing/").status_code == 403
