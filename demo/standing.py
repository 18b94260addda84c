"""Two tasks of the grids: one that runs through its second round, and one that waits for the centre's decision."""

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from admission import actions, fanout
from admission.actions.filling import Filled
from admission.facts import Proposal, Question, Terms
from admission.models import Assignment, Task
from admission.states import FieldKind, Rhythm
from grids.models import Grid, Kind, Post
from grids.roles import Role

DAY = dt.timedelta(days=1)
RUNNING = Proposal(
    title="背街小巷环境卫生检查",
    purpose="掌握背街小巷保洁情况，问题点位当周清运。",
    basis="《山东省城乡生活垃圾管理条例》及区环境整治方案",
    terms=Terms(nodes=(), starts_on=dt.date.min, ends_on=dt.date.min),
    minutes=25,
    fields=(
        Question(FieldKind.YES_NO, "主要巷道是否整洁"),
        Question(FieldKind.NUMBER, "积存垃圾点位（处）", minimum=Decimal(0), maximum=Decimal(99)),
        Question(FieldKind.CHOICE, "最突出的问题", choices=("无", "乱堆乱放", "垃圾未清运", "占道经营")),
        Question(FieldKind.TEXT, "需协调事项", is_required=False),
    ),
)
PENDING = Proposal(
    title="建筑垃圾堆放点排查",
    purpose="摸清建筑垃圾临时堆放点数量和清运状态。",
    basis="《城市建筑垃圾管理规定》（建设部令第139号）",
    terms=RUNNING.terms,
    minutes=40,
    allowed_value=7,
    allowed_unit="calendar_day",
    fields=(
        Question(FieldKind.NUMBER, "临时堆放点（处）", minimum=Decimal(0), maximum=Decimal(200)),
        Question(FieldKind.YES_NO, "是否全部苫盖"),
        Question(FieldKind.PHOTO, "现场照片", is_required=False),
    ),
)


def stage(home: Grid, now: dt.datetime, rng: random.Random) -> None:
    """Let the department of the cast apply for both; `home` is the community of the cast's worker."""
    post = Post.objects.select_related("unit__node", "user").get(user__username="bureau")
    chief = User.objects.get(posts__role=Role.DUTY_CHIEF, username="district")
    assert post.unit is not None  # noqa: S101 - a department's post
    applied = now - 10 * DAY
    first = timezone.localdate(now - 8 * DAY)
    there = Terms(nodes=(home,), rhythm=Rhythm.WEEKLY, starts_on=first, ends_on=first + 84 * DAY)
    task = actions.apply(post.unit, actor=post.user, proposal=_with(RUNNING, there), now=applied)
    actions.admit(task, actor=chief, opinion="同意，每周一次。", now=applied + DAY)
    for age in (8, 1):
        begun = now - age * DAY
        fanout.run(begun)
        _hand_in(task, begun, rng, leaves_some=age == 1)
    district = Grid.objects.get(tree_id=home.tree_id, kind=Kind.DISTRICT)
    start = timezone.localdate(now + 5 * DAY)
    everywhere = Terms(nodes=(district,), rhythm=Rhythm.WEEKLY, starts_on=start, ends_on=start + 180 * DAY)
    actions.apply(post.unit, actor=post.user, proposal=_with(PENDING, everywhere), now=now - DAY / 2)


def _with(proposal: Proposal, terms: Terms) -> Proposal:
    return Proposal(**{**vars(proposal), "terms": terms})


def _hand_in(task: Task, begun: dt.datetime, rng: random.Random, *, leaves_some: bool) -> None:
    """Let workers hand in a round within the day; the cast's own worker and every second one leave the last open."""
    open_ones = Assignment.objects.open().filter(task=task).select_related("order__assignee", "grid").order_by("id")
    for number, part in enumerate(open_ones):
        worker = part.order.assignee
        if worker is None or (leaves_some and (number % 2 or worker.username == "worker")):
            continue
        values = {field.pk: _value(field.kind, field.choices, rng) for field in task.fields.all()}
        moment = begun + dt.timedelta(minutes=rng.randrange(60, 600))
        actions.hand_in(part, actor=worker, filled=Filled(values, rng.choice((10, 15, 20, 20, 30, 35))), now=moment)


def _value(kind: str, choices: list[str], rng: random.Random) -> Any:
    if kind == FieldKind.YES_NO:
        return rng.random() < 0.7
    if kind == FieldKind.NUMBER:
        return Decimal(rng.randrange(5))
    return rng.choice(choices) if kind == FieldKind.CHOICE else ""
