"""Appraisal in life: a final period of workers with two objections and one of units, the present ones open, and what
is kept of the workers' service; all of it synthetic (DOMAIN.md §7.1).

Workers are judged by the month, units by the quarter: they lead few orders each. A demo that draws a small share of the
district's history has too few cases for the schemes' usual minima, so it asks for one case only.
"""

import datetime as dt
import random
from dataclasses import replace
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from appraisal import actions, evidence
from appraisal.actions.points import RuleFacts
from appraisal.models import Assessment, PointRule, Result, Scheme, WorkerRecord
from appraisal.states import Certificate, Code, Formula, Judged, PointKind
from demo import photos
from grids.models import Grid, Post
from grids.roles import Role
from hotline.periods import Period, around
from workorders.models import PhotoKind

D = Decimal
DAY = dt.timedelta(days=1)
SETTLED = 17 * DAY
"""So long after a month its objections are over, holidays in between too."""
WORKERS = (
    actions.IndicatorFacts(Code.ON_TIME, D(40), target=D(98), floor=D(60), minimum=2),
    actions.IndicatorFacts(Code.ACCEPTED, D(20), target=D(95), floor=D(50), minimum=2),
    actions.IndicatorFacts(Code.VISITS, D(20), target=D(80), floor=D(30), minimum=3),
    actions.IndicatorFacts(Code.SATISFACTION, D(10), target=D(95), floor=D(60), minimum=3),
    actions.IndicatorFacts(Code.SURVEY, D(10), formula=Formula.AS_IT_IS, minimum=5),
)
UNITS = (
    actions.IndicatorFacts(Code.ON_TIME, D(40), target=D(98), floor=D(60), minimum=3),
    actions.IndicatorFacts(Code.SOLVED, D(20), target=D(98), floor=D(70), minimum=3),
    actions.IndicatorFacts(Code.RETURNS, D(15), target=D(0), floor=D(20), minimum=3),
    actions.IndicatorFacts(Code.HELD_LATE, D(10), target=D(0), floor=D(20), minimum=3),
    actions.IndicatorFacts(Code.SATISFACTION, D(5), target=D(95), floor=D(60), minimum=3),
    actions.IndicatorFacts(Code.SURVEY, D(10), formula=Formula.AS_IT_IS, minimum=3),
)
SCHEMES = (
    (actions.SchemeFacts(Judged.WORKER, "网格员月度考核"), WORKERS),
    (actions.SchemeFacts(Judged.UNIT, "部门和联动队季度考核", length="quarter"), UNITS),
)
RULES = (
    RuleFacts(Judged.WORKER, "及时发现重大安全隐患", D(1), D(5), "区网格员考核办法第八条"),
    RuleFacts(Judged.WORKER, "化解矛盾纠纷成效突出", D(1), D(3), "区网格员考核办法第八条"),
    RuleFacts(Judged.WORKER, "上报信息失实", D(-5), D(-1), "区网格员考核办法第九条"),
    RuleFacts(Judged.WORKER, "定案结果更正", D(-20), D(20), "", PointKind.CORRECTION, needs_evidence=False),
    RuleFacts(Judged.UNIT, "主动认领疑难工单", D(1), D(3), "区部门考核办法第六条"),
    RuleFacts(Judged.UNIT, "推诿扯皮被通报", D(-5), D(-1), "区部门考核办法第七条"),
)


FULL = 0.3
"""From this scale on a worker has cases enough in a month."""


def last_judged(now: dt.datetime, length: str) -> Period:
    """Return the newest period whose objections are over."""
    past = around(timezone.localdate(now), length).before
    return past if now >= past.end + SETTLED else past.before


def appraise(district: Grid, now: dt.datetime, rng: random.Random, scale: float) -> None:
    """Set everything up as of `now`; needs the demo's cast, its orders and what its residents answered."""
    chief = User.objects.get(username="district")
    _keep_records(district, now, rng)
    schemes = []
    for facts, rows in SCHEMES:
        past = last_judged(now, facts.length)
        fitting = rows if scale >= FULL else [replace(one, minimum=min(1, one.minimum)) for one in rows]
        made = actions.add_scheme(
            district, actor=chief, facts=facts, indicators=fitting, valid_from=past.first, now=past.begin
        )
        schemes.append((made, past))
    for rule in RULES:
        actions.set_rule(district, actor=chief, facts=rule, now=min(past.begin for _scheme, past in schemes))
    worker = User.objects.get(username="worker")
    for scheme, past in schemes:
        _past(scheme, past, chief, worker, now)
        open_now = actions.open_period(scheme, actor=chief, day=timezone.localdate(now), now=now)
        if scheme.judged == Judged.WORKER:
            _give(open_now, worker, "化解矛盾纠纷成效突出", D(2), "邻里漏水纠纷当日调解，双方签字。", now)


def _past(scheme: Scheme, past: Period, chief: User, worker: User, now: dt.datetime) -> None:
    """Open, count and publish a period. The workers' becomes final after two objections of the cast's worker; that of
    units is published late, so that its objection still waits for a decision."""
    counted = past.end + dt.timedelta(hours=33) if scheme.judged == Judged.WORKER else now - DAY
    held = actions.open_period(scheme, actor=chief, day=past.first, now=past.begin)
    if scheme.judged == Judged.WORKER:
        _give(held, worker, "及时发现重大安全隐患", D(3), "巡查发现燃气管道泄漏，及时上报并疏散居民。", counted)
        _give(held, worker, "上报信息失实", D(-2), "上报井盖缺失，现场核查为临时检修。", counted)
    actions.compute(held, actor=chief, now=counted)
    held = actions.publish(held, actor=chief, now=counted)
    if scheme.judged == Judged.UNIT:
        _object_for_a_unit(held, now)
        return
    _object(held, worker, counted + DAY)
    actions.finalise(held, actor=chief, now=now)


def _give(period: Assessment, worker: User, rule: str, points: D, words: str, now: dt.datetime) -> None:
    """Give points to the cast's worker by the street's operator, with an order of theirs and a photo as evidence."""
    operator = User.objects.get(username="street")
    order = evidence.orders(worker, period.period).filter(reporter=worker).order_by("-reported_at").first()
    if order is None:
        return
    actions.give_points(
        period,
        actor=operator,
        rule=PointRule.objects.get(district=period.district, name=rule),
        points=points,
        words=words,
        happened_on=min(period.last, timezone.localdate(now)),
        user=worker,
        order=order,
        photos=[photos.picture(PhotoKind.BEFORE, 0)] if points > 0 else [],
        now=now,
    )


def _object(period: Assessment, worker: User, now: dt.datetime) -> None:
    """Let the worker object to the taken points, which is upheld, and to a line, which is rejected."""
    supervisor = User.objects.get(username="supervisor")
    entry = period.entries.filter(user=worker, points__lt=0).first()
    if entry is not None:
        raised = actions.object_to(entry, actor=worker, reason="facts", words="上报时井盖确实缺失，有照片。", now=now)
        actions.decide(
            raised,
            actor=supervisor,
            is_upheld=True,
            opinion="经核实现场照片，上报时井盖确已缺失，扣分依据不足，予以取消。",
            remedy="strike",
            now=now + DAY,
        )
    result = Result.objects.filter(assessment=period, user=worker).first()
    line = result.lines.filter(revision=result.revision, denominator__gt=0).first() if result is not None else None
    if line is not None:
        words = "有两件未计入本月。"
        raised = actions.object_to(line, actor=worker, reason="arithmetic", words=words, now=now)
        opinion = "经核对，所述两件属于下月，本月计数无误。"
        actions.decide(raised, actor=supervisor, is_upheld=False, opinion=opinion, now=now + DAY)


def _object_for_a_unit(period: Assessment, now: dt.datetime) -> None:
    """Let the leader of the first unit that has one and a rate object to it; nobody decides yet."""
    leaders = Post.objects.in_force(timezone.localdate(now)).holding(Role.DEPT_LEADER).select_related("user")
    heads = {post.unit_id: post.user for post in leaders.filter(unit__isnull=False).order_by("-id")}
    for result in period.results.exclude(total=None).order_by("-rank", "id"):
        line = result.lines.filter(denominator__gt=0).exclude(value=None).first()
        if line is not None and result.unit_id in heads:
            words = "其中一件因管线权属不清由区里协调，不应计入我单位。"
            actions.object_to(line, actor=heads[result.unit_id], reason="unreasonable", words=words, now=now)
            return


def _keep_records(district: Grid, now: dt.datetime, rng: random.Random) -> None:
    """Draw a service date for every worker and leader, and a certificate for one in three."""
    today = timezone.localdate(now)
    posts = Post.objects.filter(node__tree_id=district.tree_id, role__in=[Role.GRID_WORKER, Role.GRID_LEADER])
    levels = (*[Certificate.ASSISTANT] * 4, *[Certificate.MIDDLE] * 2, Certificate.SENIOR)
    records = []
    for user_id in posts.order_by("user_id").values_list("user_id", flat=True).distinct():
        record = WorkerRecord(user_id=user_id, hired_on=today - rng.randrange(60, 4600) * DAY, changed_at=now)
        if rng.random() < 0.33:
            record.certificate = rng.choice(levels)
            record.certificate_number = f"370899{rng.randrange(10**8):08d}"
        records.append(record)
    WorkerRecord.objects.bulk_create(records, batch_size=1000)
