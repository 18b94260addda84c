"""The requests of the demo's hotline that are open now, brought to where they stand by the product's own actions.

At the desk: what an operator meets in a morning. In the grid of the demo accounts: requests that became orders, each
in another state, one of them late, one asked for by several. Beside them the knowledge that the desk answers from.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from demo import hotline_words, plan, words
from demo.live import Case, Script, Theatre
from demo.scripts import SOON, Start, ago, office_ago
from grids.models import Grid
from grids.roles import Role
from hotline import actions
from hotline.models import Request, Snippet
from hotline.states import RefuseReason, ReplyWay, RequestKind, RequestSource
from workorders import actions as orders
from workorders.states import Source, Urgency

Kind = RequestKind
DAY = 8.0
"""Office hours of a working day."""


@dataclass(frozen=True)
class Call:
    """How somebody asks. is_placed: whether the grid is known, or only an address."""

    code: str
    kind: Kind
    start: Start
    source: RequestSource = RequestSource.PHONE
    is_placed: bool = True
    is_secret: bool = False
    urgency: str = Urgency.ORDINARY


AT_THE_DESK: tuple[Call, ...] = (
    Call("H0203", Kind.HELP, ago(minutes=6), urgency=Urgency.URGENT),
    Call("H0204", Kind.HELP, ago(minutes=14)),
    Call("H0502", Kind.ENQUIRY, ago(minutes=18), is_placed=False),
    Call("H0404", Kind.HELP, ago(minutes=25), RequestSource.QR),
    Call("H0602", Kind.TIP, ago(minutes=33), is_secret=True),
    Call("H0206", Kind.COMPLAINT, ago(minutes=48), RequestSource.PLATFORM, is_placed=False),
    Call("H0303", Kind.HELP, ago(minutes=70), RequestSource.WEB),
    Call("H0101", Kind.ENQUIRY, ago(minutes=85), is_placed=False),
    Call("H0902", Kind.SUGGESTION, office_ago(5), RequestSource.WEB, is_placed=False),
    Call("H0401", Kind.COMPLAINT, office_ago(7), RequestSource.COUNTER),
    Call("H0802", Kind.TIP, office_ago(9), RequestSource.LETTER, is_placed=False),
    Call("H0603", Kind.ENQUIRY, office_ago(5.5 * DAY), RequestSource.PLATFORM, is_placed=False),
)
"""What waits to be dispatched, answered or joined; the last of them is late."""
KNOWN = ("H0204", "H0502", "H0101", "H0103", "H0801", "H0901", "H0302", "H0604", "H0205", "H0102")
"""Classes whose questions the desk has checked answers to."""


SPOKEN = frozenset({RequestSource.PHONE, RequestSource.COUNTER, RequestSource.LETTER})
"""Ways by which the desk itself enters a request."""


def ask(case: Case, call: Call, said: tuple[str, str] | None = None) -> Request:
    """Let somebody ask, in these words (subject and text) or drawn ones; the request waits at the desk."""
    theatre = case.theatre
    rng, world = theatre.rng, theatre.world
    drawn = theatre.drawing.order_of(theatre.now, Source.HOTLINE, case.category, case.grid)
    place = plan.short(world.nodes[case.community_id].name)
    title, text = said or hotline_words.asked(call.code, call.kind, place, rng)
    name, phone = words.caller(rng)
    asked = actions.Asked(
        source=call.source,
        kind=call.kind,
        title=title,
        text=text,
        requester_name=name,
        requester_phone=phone,
        is_secret=call.is_secret,
        reply_way=rng.choice((ReplyWay.PHONE, ReplyWay.PHONE, ReplyWay.SMS)),
        urgency=call.urgency,
        category=case.category if call.is_placed else None,
        address=drawn.address if call.is_placed else f"{place}{drawn.address}",
        grid=case.grid if call.is_placed else None,
        lng=drawn.lng if call.is_placed else None,
        lat=drawn.lat if call.is_placed else None,
    )
    case.matter = actions.receive(
        world.district,
        asked,
        actor=case.who(Role.INTAKE_CLERK) if call.source in SPOKEN else None,
        client_uuid=drawn.client_uuid,
        now=theatre.now,
    )
    return case.matter


def send(case: Case) -> None:
    """Let the desk make an order of the request, in the case's grid."""
    assert case.matter is not None  # noqa: S101 - somebody asked before
    clerk, now = case.who(Role.INTAKE_CLERK), case.theatre.now
    case.matter = actions.dispatch(case.matter, actor=clerk, grid=case.grid, category=case.category, now=now)
    case.order = case.matter.order or case.order


def waits(case: Case, call: Call) -> Script:
    yield call.start(case.theatre)
    ask(case, call)


def asked_twice(case: Case, call: Call) -> Script:
    """Two neighbours call about the same; both wait, for the desk to see that they belong together."""
    yield call.start(case.theatre)
    first = ask(case, call)
    yield case.theatre.now + SOON / 5
    ask(case, call, (first.title, f"邻居也反映：{first.text}"))


def answered(case: Case, call: Call) -> Script:
    """The desk answers on the phone."""
    yield from waits(case, call)
    yield case.theatre.now + SOON / 5
    assert case.matter is not None  # noqa: S101 - somebody asked
    text = hotline_words.answer(call.code, case.matter.title, call.kind, "", case.theatre.rng)
    actions.answer_directly(case.matter, actor=case.who(Role.INTAKE_CLERK), answer=text, now=case.theatre.now)


def refused(case: Case, call: Call) -> Script:
    """The desk does not take on what a court has before it."""
    yield from waits(case, call)
    yield case.theatre.now + SOON / 5
    assert case.matter is not None  # noqa: S101 - somebody asked
    clerk, note = case.who(Role.INTAKE_CLERK), "已告知来电人通过诉讼程序解决。"
    actions.refuse(case.matter, actor=clerk, reason=RefuseReason.COURT, note=note, now=case.theatre.now)


def sent(case: Case, call: Call) -> Script:
    """The desk sent it to the grid's worker or the unit, who has not signed yet."""
    yield from waits(case, call)
    yield case.theatre.now + SOON / 5
    send(case)


def worked_on(case: Case, call: Call) -> Script:
    yield from sent(case, call)
    yield case.theatre.now + SOON
    case.move(orders.sign, case.handler() if case.order.lead_unit_id else case.worker)


def asked_by_several(case: Case, call: Call) -> Script:
    """In hand, and others who ask for the same are joined to its order."""
    yield from worked_on(case, call)
    first, clerk = case.matter, case.who(Role.INTAKE_CLERK)
    assert first is not None  # noqa: S101 - somebody asked
    for number in range(3):
        yield case.theatre.now + SOON * (number + 1)
        again = ask(case, call, (first.title, f"同一问题，{first.text}"))
        actions.merge(again, actor=clerk, into=first, note="与在办诉求为同一问题。", now=case.theatre.now)


def solved(case: Case, call: Call) -> Script:
    """Done and verified; the requester waits for the reply."""
    yield from worked_on(case, call)
    yield case.theatre.now + SOON
    handler = case.theatre.user(case.order.assignee_id or 0)
    case.move(orders.submit_result, handler, result=_answer(case, call), photos=())
    yield case.theatre.now + SOON
    checker = case.worker if case.order.handler_id != case.worker.pk else case.who(Role.GRID_LEADER)
    case.move(orders.verify_pass, checker)


def drafted(case: Case, call: Call) -> Script:
    """Whoever handled it wrote the reply, which waits for its review."""
    yield from solved(case, call)
    yield case.theatre.now + SOON
    handler = case.theatre.user(case.order.handler_id or 0)
    case.reply = actions.draft(case.order, actor=handler, text=_answer(case, call), now=case.theatre.now)


def replied(case: Case, call: Call) -> Script:
    """The reply is approved; somebody still has to bring it to the requester, and then to call back."""
    yield from drafted(case, call)
    yield case.theatre.now + SOON
    assert case.reply is not None  # noqa: S101 - it was drafted
    leader, why = case.who(Role.GRID_LEADER), "情况已核实。"
    actions.approve(case.reply, actor=leader, reason=why, now=case.theatre.now)


def closed(case: Case, call: Call) -> Script:
    """The reply is with the requester and the leader closed the order: of a complaint a call-back follows always."""
    yield from replied(case, call)
    yield case.theatre.now + SOON
    case.order.refresh_from_db()
    case.move(orders.close, case.who(Role.GRID_LEADER), note=words.note("close", case.theatre.rng))


def _answer(case: Case, call: Call) -> str:
    assert case.matter is not None  # noqa: S101 - somebody asked
    day = case.theatre.now.astimezone(case.theatre.world.calendar.zone)
    return hotline_words.answer(call.code, case.matter.title, call.kind, f"{day.month}月{day.day}日", case.theatre.rng)


Scene = Callable[[Case, Call], Script]

AT_HOME: tuple[tuple[Scene, Call], ...] = (
    (sent, Call("H0304", Kind.HELP, ago(minutes=40))),
    (worked_on, Call("H0901", Kind.HELP, office_ago(1.5 * DAY))),
    (worked_on, Call("H0702", Kind.COMPLAINT, office_ago(14.3 * DAY), RequestSource.PLATFORM)),
    (asked_by_several, Call("H0403", Kind.HELP, office_ago(6 * DAY))),
    (solved, Call("H0303", Kind.HELP, office_ago(2 * DAY))),
    (drafted, Call("H0103", Kind.HELP, office_ago(1.2 * DAY), RequestSource.WEB)),
    (replied, Call("H0901", Kind.HELP, office_ago(1.6 * DAY))),
)
"""In the grid of the demo accounts, each an order: to sign, in hand, close to its limit, late, with its reply."""
STAY_OPEN, END = len(AT_HOME), 1
"""How many orders these scenes leave open, and finished (`closed`)."""
DONE: tuple[tuple[Scene, Call], ...] = (
    (asked_twice, Call("H0201", Kind.HELP, ago(minutes=55))),
    (answered, Call("H0204", Kind.ENQUIRY, ago(minutes=95))),
    (answered, Call("H0801", Kind.ENQUIRY, ago(hours=2))),
    (closed, Call("H0301", Kind.COMPLAINT, office_ago(2.4 * DAY))),
    (refused, Call("H0402", Kind.COMPLAINT, ago(hours=3))),
)


def cast(theatre: Theatre, home: Grid) -> None:
    """Add the desk's morning, and the orders of requests in the grid of the demo accounts."""
    world, rng = theatre.world, theatre.rng
    near = [grid for grid in world.grids if grid.parent_id == home.parent_id]
    for call in AT_THE_DESK:
        theatre.add(waits(Case(theatre, rng.choice(near), call.code), call))
    for scene, call in (*DONE, *AT_HOME):
        theatre.add(scene(Case(theatre, home, call.code), call))
    know(theatre)


def know(theatre: Theatre) -> None:
    """Give the desk checked answers to what is asked again and again."""
    chief = theatre.holder_of(theatre.world.district.pk, Role.DUTY_CHIEF)
    checked = theatre.end - dt.timedelta(days=20)
    Snippet.objects.bulk_create(
        Snippet(
            district=theatre.world.district,
            title=talk.questions[0],
            text=f"您好，{talk.told}。如需进一步了解，可在工作日到就近便民服务中心咨询。",
            keywords=theatre.world.categories[code].name,
            category=theatre.world.categories[code],
            verified_by=chief,
            verified_at=checked,
            used_count=theatre.rng.randrange(3, 60),
        )
        for code in KNOWN
        for talk in (hotline_words.leaf(code),)
    )
