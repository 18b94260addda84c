"""10,000 events for three receivers of which one is dead, against the same with the two live ones alone.

What counts is when the live two have everything. The receivers stand in a process of their own; the dead one either
refuses the connection or takes it and never answers, and the worse of the two is the result.
"""

import datetime as dt
import ipaddress
import multiprocessing
import statistics
import time

from django.conf import settings
from django.db import connection
from django.db.models import Max

from bench import doors, servers
from bench.build import district
from bench.remote import Remote
from bench.results import Result
from gateway import draining
from gateway.models import Delivery, Receiver
from workorders.models import Event

TEMPLATE, RUN = "bench_events", "bench_run"
SCALE = 0.02
EVENTS = 10_000
ROUNDS = 3
AT_MOST = 1.2
LIVE = 2


def measure() -> list[Result]:
    servers.built(TEMPLATE, f"{district.__module__}:{district.__name__}", SCALE)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    standing = context.Process(target=doors.stand, args=(theirs, LIVE), daemon=True)
    standing.start()
    ports = ours.recv()
    taken: dict[str, list[float]] = {"": [], "refuses": [], "hangs": []}
    for number in range(ROUNDS):
        for dead in sorted(taken, reverse=bool(number % 2)):
            servers.copied(RUN, TEMPLATE)
            with Remote(servers.address(RUN)) as remote:
                taken[dead].append(remote.call("bench.webhook_fanout:drain", ports, dead))
            ours.send("count")
            assert ours.recv() == [EVENTS] * LIVE, "each live receiver has each event once"
    servers.dropped(RUN)
    standing.terminate()
    standing.join()
    seconds = {dead: statistics.median(values) for dead, values in taken.items()}
    worst = max(("refuses", "hangs"), key=lambda dead: seconds[dead])
    alone = seconds[""]
    note = (
        f"{EVENTS:,} events to each of two live receivers, {LIVE * EVENTS / seconds[worst]:,.0f} deliveries a second; "
        f"the third {worst}; the other way of being dead: {min(seconds['refuses'], seconds['hangs']):.1f} s"
    )
    return [Result("webhook_fanout", seconds[worst], alone, seconds[worst] / alone, note, at_most=AT_MOST)]


# From here on: called in the other process, on the copy.


def drain(ports: dict[str, int], dead: str) -> float:
    """Return the seconds until the live receivers have everything, as the product's own runs get them there."""
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    newest = Event.objects.filter(order__is_confidential=False).order_by("-id").values_list("id", flat=True)
    mark = newest[EVENTS]
    district_id = Event.objects.values_list("district", flat=True)[0]
    names = [f"live {number}" for number in range(LIVE)] + ([dead] if dead else [])
    for name in names:
        Receiver.objects.create(
            district_id=district_id, name=name, url=f"http://127.0.0.1:{ports[name]}/", secret=name, read_upto=mark
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    live = Delivery.objects.filter(receiver__name__startswith="live", state="sent")
    began = time.time()
    while True:
        draining.run()
        if live.count() == LIVE * EVENTS:
            break
        assert time.time() - began < 600, "it takes too long"
    last: dt.datetime | None = live.aggregate(last=Max("tried_at"))["last"]
    assert last is not None
    return last.timestamp() - began
