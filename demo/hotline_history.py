"""The finished requests of the demo's hotline: those of finished orders, and those that the desk or the city answered.

47,452 a year at scale 1 (DOMAIN.md §1.1). Of a year's requests, those that became orders of this district have them in
its history; enquiries were answered at the desk; the rest came finished from the city platform, as a district that
begins with this product brings its past along (manage.py import_hotline --as-history).
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.utils import timezone

from demo import hotline_words, plan, words
from demo.arrivals import report_times
from demo.bulk import BulkLoad
from demo.callers import Caller
from demo.history import STEP, Drawing, request_kind
from demo.hotline_calls import Agents, Step
from demo.rows import fresh
from grids.roles import Role
from hotline import identity
from hotline.models import CallBack, CallTry, QueuedCall, Reply, Request, RequestEvent
from hotline.states import (
    AT_THE_DESK,
    Act,
    RefuseReason,
    ReplyState,
    ReplyWay,
    RequestKind,
    RequestSource,
    RequestState,
    profile_for,
)
from workorders.models import Category, NumberSequence, WorkOrder
from workorders.states import Profile, Source

A_YEAR = 47_452
DAYS = 365
CHANNELS = {
    RequestSource.PHONE: 95.5,
    RequestSource.WEB: 3.4,
    RequestSource.QR: 0.6,
    RequestSource.COUNTER: 0.3,
    RequestSource.LETTER: 0.1,
    RequestSource.MEDIA: 0.1,
}
"""Heze, first half of 2023 (DOMAIN.md §2.9); WeChat counts as web."""
DESK_SHARE = 0.6
"""Of requests without an order here: ended by a direct answer (a neighbouring city: 52.7 % of all, DOMAIN.md §2.9)."""
MEDIAN_HOURS = 42.0
"""From receipt to answer at the city platform (DOMAIN.md §7.4: median 2.1 working days, 1.2 % overdue)."""
LIMIT_DAYS = {Profile.HOTLINE: 5, Profile.COMPLAINT: 15}
SUGGESTED_FOR = dt.timedelta(days=60)
"""How long the desk has been offered categories."""
RANKS: dict[int | None, float] = {1: 76, 2: 11, 3: 4, 0: 5, None: 4}
MINUTE = dt.timedelta(minutes=1)


@dataclass
class Finished:
    """A request with what happened to it: act, moment, user, state after it, in their order."""

    matter: Request
    steps: list[Step]
    reply: Reply | None = None
    ended: dt.datetime | None = None
    """When its work had ended; None where it is not called back: refused, or finished before it came here."""


class Scribe:
    """Writes finished requests down, each with its history."""

    def __init__(self, drawing: Drawing, now: dt.datetime) -> None:
        self.drawing = drawing
        self.world = drawing.world
        self.rng = random.Random(drawing.rng.getrandbits(64))
        self.now = now
        self.clerks = self.world.people(self.world.district.pk, Role.INTAKE_CLERK)

    def of_order(self, order: WorkOrder) -> Finished:
        """Write the request that became this finished order."""
        rng = self.rng
        title, _, text = order.description.partition("\n")
        caller = Caller(order.contact_name, order.contact_phone) if order.contact_phone else self.drawing.callers.draw()
        received = order.reported_at - MINUTE * rng.uniform(2, 12)
        matter = self._new(title, text, hotline_words.kind_of(title), caller, received, order.category)
        matter.client_uuid = order.client_uuid
        matter.is_secret = not order.contact_phone
        matter.street_id, matter.community_id = order.street_id, order.community_id
        matter.grid_id, matter.is_located = order.grid_id, True
        matter.address, matter.lng, matter.lat = order.address, order.lng, order.lat
        matter.order_id, matter.urgency = order.pk, order.urgency
        matter.due_at, matter.dispatched_at = order.whole_due_at, order.reported_at
        matter.received_by_id = order.reporter_id
        finished = order.finished_at or self.now
        steps = [
            Step(Act.RECEIVE, received, order.reporter_id, RequestState.RECEIVED),
            Step(Act.DISPATCH, order.reported_at, order.reporter_id, RequestState.DISPATCHED),
        ]
        if not order.answer:
            steps.append(Step(Act.ORDER_ENDED, finished, None, RequestState.RECEIVED))
            steps.append(Step(Act.REFUSE, finished, order.reporter_id, RequestState.REFUSED))
            matter.state, matter.refusal, matter.closed_at = RequestState.REFUSED, RefuseReason.REPEATED, finished
            return Finished(matter, steps)
        answered = max(order.reported_at + MINUTE, finished - MINUTE * rng.uniform(10, 50))
        leader = self.world.owner(order.grid_id, Role.GRID_LEADER)
        matter.answer, matter.answered_at = order.answer, answered
        told = answered + MINUTE * rng.uniform(5, 200)
        matter.told_at = told if told < self.now - dt.timedelta(hours=26) else None
        steps += [
            Step(Act.DRAFT, answered - MINUTE * 5, order.handler_id, RequestState.DISPATCHED),
            Step(Act.APPROVE_REPLY, answered, leader, RequestState.ANSWERED),
            Step(Act.ORDER_ENDED, finished, None, RequestState.ANSWERED),
        ]
        reply = Reply(
            order_id=order.pk,
            text=order.answer[:2000],
            state=ReplyState.APPROVED,
            drafted_by_id=order.handler_id,
            drafted_at=answered - MINUTE * 5,
            unit_id=order.lead_unit_id,
            reviewed_by_id=leader,
            reviewed_at=answered,
        )
        matter.state = RequestState.ANSWERED
        return Finished(matter, steps, reply, finished)

    def without_order(self, at: dt.datetime) -> Finished:
        """Write a request that the desk ended with an answer, or that came finished from the city platform."""
        rng = self.rng
        category = self.drawing.category(Source.HOTLINE, at.month)
        kind = request_kind(category.code, rng)
        is_ours = kind in AT_THE_DESK or rng.random() < DESK_SHARE
        kind = RequestKind.ENQUIRY if is_ours and kind not in AT_THE_DESK else kind
        grid = rng.choices(self.drawing.grids, cum_weights=self.drawing.grid_weights)[0]
        _district, street_id, community_id, grid_id = self.world.path(grid)
        place = plan.short(self.world.nodes[community_id].name)
        title, text = hotline_words.asked(category.code, kind, place, rng)
        matter = self._new(title, text, kind, self.drawing.callers.draw(), at, category)
        matter.is_secret = rng.random() < 0.02
        matter.street_id, matter.community_id, matter.grid_id, matter.is_located = (
            street_id,
            community_id,
            grid_id,
            True,
        )
        matter.address = words.address(rng)
        matter.due_at = self.world.calendar.add(at, LIMIT_DAYS[profile_for(kind)], "working_day")
        if is_ours:
            clerk = rng.choice(self.clerks)
            matter.received_by_id = clerk
            answered = at + MINUTE * rng.uniform(3, 25)
            steps = [Step(Act.RECEIVE, at, clerk, RequestState.RECEIVED)]
            steps += [Step(Act.ANSWER_DIRECTLY, answered, clerk, RequestState.CLOSED)]
        else:
            matter.source = RequestSource.PLATFORM
            matter.platform_no = f"DH{timezone.localdate(at):%Y%m%d}{rng.randrange(10**6):06d}{rng.randrange(100):02d}"
            answered = min(at + dt.timedelta(hours=MEDIAN_HOURS * rng.lognormvariate(0, 0.5)), self.now - MINUTE * 30)
            steps = [Step(Act.RECEIVE, at, None, RequestState.RECEIVED)]
            steps += [Step(Act.UPDATE, answered, None, RequestState.CLOSED)]
        day = timezone.localdate(answered)
        matter.answered_at = matter.told_at = answered
        matter.answer = hotline_words.answer(category.code, title, kind, f"{day.month}月{day.day}日", rng)
        matter.state, matter.closed_at = RequestState.CLOSED, answered
        return Finished(matter, steps, ended=answered if is_ours else None)

    def _new(
        self, title: str, text: str, kind: RequestKind, caller: Caller, at: dt.datetime, category: Category
    ) -> Request:
        rng = self.rng
        matter = fresh(
            Request,
            district_id=self.world.district.pk,
            client_uuid=UUID(int=rng.getrandbits(128), version=4),
            source=rng.choices(list(CHANNELS), list(CHANNELS.values()))[0],
            kind=kind,
            title=title,
            text=text,
            requester_name=caller.name,
            requester_phone=caller.phone,
            phone_hash=identity.hash_to_keep(caller.phone),
            reply_way=rng.choices([ReplyWay.PHONE, ReplyWay.SMS, ReplyWay.NONE], [88, 8, 4])[0],
            category_id=category.pk,
            received_at=at,
        )
        if at > self.now - SUGGESTED_FOR:
            matter.suggestion_rank = rng.choices(list(RANKS), list(RANKS.values()))[0]
        return matter


def write(drawing: Drawing, scale: float, now: dt.datetime, step: Callable[[int], None]) -> None:
    """Draw and load the finished requests; `step` hears how many more are done."""
    scribe = Scribe(drawing, now)
    district_id = drawing.world.district.pk
    agents = Agents(
        district_id, drawing.world.people(district_id, Role.CALLBACK_AGENT), scribe.rng.getrandbits(64), now
    )
    numbers: Counter[str] = Counter()
    waiting: list[QueuedCall] = []
    done = 0
    with BulkLoad(Request, RequestEvent, Reply, CallBack, CallTry) as load:
        for done, one in enumerate(_drawn(scribe, scale, now), 1):
            matter = one.matter
            day = timezone.localdate(matter.received_at)
            prefix = f"{drawing.world.district.code[:6]}{day:%Y%m%d}R"
            numbers[prefix] += 1
            matter.pk, matter.number = done, f"{prefix}{numbers[prefix]:05d}"
            if one.ended is not None:
                calls = agents.call(matter, ended=one.ended)
                one.steps += calls.steps
                load.tables[CallBack].add([calls.draw])
                load.tables[CallTry].add(calls.tries)
                if calls.queued is not None:
                    calls.queued.matter = matter
                    waiting.append(calls.queued)
            matter.version = len(one.steps)
            load.tables[Request].add([matter])
            load.tables[RequestEvent].add(_events(scribe, one))
            if one.reply is not None:
                load.tables[Reply].add([one.reply])
            if done % STEP == 0:
                step(STEP)
    step(done % STEP)
    QueuedCall.objects.bulk_create(waiting, batch_size=2000)
    NumberSequence.objects.bulk_create(
        [NumberSequence(prefix=prefix, last=last) for prefix, last in numbers.items()], batch_size=2000
    )


def _drawn(scribe: Scribe, scale: float, now: dt.datetime) -> Iterator[Finished]:
    """Yield the finished requests as they came in: a year of all kinds, before it those that have orders here."""
    orders = list(
        WorkOrder.objects.filter(source=Source.HOTLINE, finished_at__isnull=False)
        .select_related("category")
        .defer("routing")
        .order_by("reported_at", "pk")
    )
    begins = now - dt.timedelta(days=DAYS)
    others = max(0, round(A_YEAR * scale) - sum(order.reported_at >= begins for order in orders))
    rng = np.random.default_rng(scribe.rng.getrandbits(64))
    times = report_times(others, now, rng, DAYS)
    pending = iter(orders)
    order = next(pending, None)
    for at in times:
        while order is not None and order.reported_at <= at:
            yield scribe.of_order(order)
            order = next(pending, None)
        yield scribe.without_order(at)
    while order is not None:
        yield scribe.of_order(order)
        order = next(pending, None)


def _events(scribe: Scribe, one: Finished) -> Iterator[RequestEvent]:
    before = ""
    matter = one.matter
    drafter = Role.DEPT_HANDLER if one.reply is not None and one.reply.unit_id else Role.GRID_WORKER
    roles = {
        Act.DRAFT: drafter,
        Act.APPROVE_REPLY: Role.GRID_LEADER,
        Act.CALL: Role.CALLBACK_AGENT,
        Act.CLOSE: Role.CALLBACK_AGENT,
    }
    for act, at, actor_id, state in one.steps:
        yield fresh(
            RequestEvent,
            district_id=matter.district_id,
            matter_id=matter.pk,
            at=at,
            act=act,
            actor_id=actor_id,
            actor_role=roles.get(act, Role.INTAKE_CLERK) if actor_id is not None else "",
            from_state=before,
            to_state=state,
            details={"order": matter.order_id} if act in {Act.DISPATCH, Act.ORDER_ENDED} else {},
        )
        before = state
