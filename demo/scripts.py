"""What becomes of the open orders: one script for each way to stand open, and the cast list of which play where."""

import datetime as dt
import uuid
from collections.abc import Callable
from functools import partial

from coordination import actions as coordination
from demo import words
from demo.life import Life
from demo.live import Case, Script, Theatre
from grids.models import Grid
from grids.roles import Role
from workorders import actions
from workorders.places import place_in
from workorders.routing import leading_function
from workorders.states import ExtensionReason, ReturnReason, Scheme, Source, SuspensionReason

SOON = dt.timedelta(minutes=25)
LEADER, SECRETARY, STREET, DISTRICT = 1, 2, 3, 4
"""Steps of the ladder."""
OWNERS = (Role.GRID_WORKER, Role.GRID_LEADER, Role.COMMUNITY_SECRETARY, Role.STREET_OPERATOR, Role.DUTY_CHIEF)

Start = Callable[[Theatre], dt.datetime]


def ago(**span: float) -> Start:
    return lambda theatre: theatre.ago(**span)


def office_ago(hours: float) -> Start:
    return lambda theatre: theatre.office_ago(hours)


def waiting_for_acceptance(case: Case, start: Start) -> Script:
    yield start(case.theatre)
    case.report(None, Source.CITIZEN)


def to_sign(case: Case, start: Start) -> Script:
    """Called in by a resident or noted by the duty chief, given to the worker or the unit by rule, not signed."""
    yield start(case.theatre)
    if case.category.scheme == Scheme.HOTLINE:
        case.report(case.who(Role.INTAKE_CLERK), Source.HOTLINE)
    else:
        case.report(case.who(Role.DUTY_CHIEF), Source.LEADER)


def in_hand(case: Case, start: Start) -> Script:
    yield from to_sign(case, start)
    yield case.theatre.now + SOON
    case.move(actions.sign, case.handler() if case.order.lead_unit_id else case.worker)


def own_find(case: Case, start: Start) -> Script:
    """The worker reports it and has it in hand."""
    yield start(case.theatre)
    case.report(case.worker)
    yield case.theatre.now + SOON
    case.move(actions.sign, case.handler() if case.order.lead_unit_id else case.worker)


def extension_asked(case: Case, start: Start) -> Script:
    """The worker has it in hand and asks for two more working days; the secretary has not decided yet."""
    yield from own_find(case, start)
    yield case.theatre.now + SOON
    order, theatre = case.order, case.theatre
    handler = theatre.user(order.assignee_id or 0)
    until = theatre.world.calendar.add(order.due_at or theatre.now, 2, "working_day")
    note = words.note("extension", theatre.rng)
    case.move(actions.request_extension, handler, reason=ExtensionReason.MATERIAL, note=note, until=until)


def suspended(case: Case, start: Start) -> Script:
    """The worker waits for an engineer; the secretary let every clock stop for a week."""
    yield from own_find(case, start)
    yield case.theatre.now + SOON
    handler = case.theatre.user(case.order.assignee_id or 0)
    until = case.theatre.world.calendar.add(case.theatre.end, 5, "working_day")
    note = words.note("suspension", case.theatre.rng)
    case.move(actions.request_suspension, handler, reason=SuspensionReason.MATERIAL, note=note, until=until)
    yield case.theatre.now + SOON
    case.move(actions.grant_suspension, case.who(Role.COMMUNITY_SECRETARY), opinion="情况属实，同意挂账。")


def to_verify(case: Case, start: Start) -> Script:
    yield from in_hand(case, start)
    yield case.theatre.now + SOON
    case.submit(case.theatre.user(case.order.assignee_id or 0))


def rework(case: Case, start: Start) -> Script:
    yield from to_verify(case, start)
    yield case.theatre.now + SOON
    checker = case.worker if case.order.handler_id != case.worker.pk else case.who(Role.GRID_LEADER)
    case.move(actions.verify_fail, checker, note=words.note("rework", case.theatre.rng))


def to_close(case: Case, start: Start) -> Script:
    yield from to_verify(case, start)
    yield case.theatre.now + SOON
    checker = case.worker if case.order.handler_id != case.worker.pk else case.who(Role.GRID_LEADER)
    case.move(actions.verify_pass, checker)


def solved_on_the_spot(case: Case, start: Start) -> Script:
    """Waits for the leader to close it."""
    yield start(case.theatre)
    case.solve_at_once(case.worker)


def returned(case: Case, start: Start, times: int) -> Script:
    """The unit hands it back: to the leader, and after a second return to the level above."""
    yield from to_sign(case, start)
    unit = case.theatre.world.units[leading_function(case.category)]
    for number in range(times):
        if number:
            yield case.theatre.now + SOON
            case.move(actions.dispatch, case.who(Role.GRID_LEADER), unit=unit)
        yield case.theatre.now + SOON
        case.move(
            actions.return_order,
            case.handler(),
            reason=ReturnReason.NOT_OUR_DUTY,
            note=words.note("return", case.theatre.rng),
        )


def climbed(case: Case, position: int, arrived: Start) -> Script:
    """Nobody acted; it reached this step of the ladder at that moment and waits for its owner."""

    def arrival(start: dt.datetime) -> dt.datetime:
        return _arrival(case, position, start)

    yield case.theatre.latest_start(arrival, arrived(case.theatre))
    case.report(case.worker)
    yield from case.climb_to(position)


def sent_down(case: Case, position: int, arrived: Start) -> Script:
    """It climbed, and the owner of the step gave it to the leading unit, which has it in hand."""
    yield from climbed(case, position, arrived)
    yield case.theatre.now + SOON
    unit = case.theatre.world.units[leading_function(case.category)]
    case.move(actions.dispatch, case.who(OWNERS[position]), unit=unit, note="请尽快到现场处理。")
    yield case.theatre.now + SOON
    case.move(actions.sign, case.handler())


def reviewed(case: Case, position: int, arrived: Start) -> Script:
    """It climbed, and a meeting of that level decided who leads, for this order and as precedent for later ones."""
    yield from climbed(case, position, arrived)
    chair, now = case.who(OWNERS[position]), case.theatre.now
    lead, *others = [case.theatre.world.units[name] for name in ("housing", "environment", "urban_management")]
    review = coordination.convene(
        case.order,
        actor=chair,
        units=[lead, *others],
        question=words.REVIEW["question"],
        meets_at=now + 2 * SOON,
        place=words.REVIEW["place"],
        due_at=now + dt.timedelta(days=2),
        now=now,
    )
    yield now + 4 * SOON
    coordination.record_minutes(review, actor=chair, words=words.REVIEW["minutes"], now=case.theatre.now)
    yield case.theatre.now + SOON
    coordination.decide(
        review,
        actor=chair,
        decision="solve",
        words=words.REVIEW["decision"],
        lead_unit=lead,
        now=case.theatre.now,
    )
    case.order.refresh_from_db()
    yield case.theatre.now + SOON
    case.move(actions.sign, case.handler())


def whistled(case: Case, start: Start) -> Script:
    """The worker has it in hand, and the community called three units together: one came and reported, two did not."""
    yield from in_hand(case, start)
    yield case.theatre.now + SOON
    units = [case.theatre.world.units[name] for name in ("urban_management", "market", "traffic_police")]
    whistle = coordination.blow(
        actor=case.who(Role.COMMUNITY_SECRETARY),
        node=case.theatre.world.nodes[case.community_id],
        units=units,
        subject=words.WHISTLE["subject"],
        words=words.WHISTLE["words"],
        place=case.order.address or words.WHISTLE["place"],
        order=case.order,
        client_uuid=uuid.uuid5(uuid.NAMESPACE_OID, case.order.number),
        now=case.theatre.now,
    )
    yield case.theatre.now + SOON
    came = case.theatre.user(case.theatre.world.first_handler(units[1].pk))
    coordination.check_in(whistle, actor=came, unit=units[1], now=case.theatre.now)
    yield case.theatre.now + SOON
    coordination.report(whistle, actor=came, unit=units[1], words=words.WHISTLE["report"], now=case.theatre.now)


def to_strike_off(case: Case, position: int, arrived: Start, confirmed: int) -> Script:
    """It climbed and was solved; so many of the levels it passed have struck it off, from the top down."""
    yield from sent_down(case, position, arrived)
    yield case.theatre.now + SOON
    case.submit(case.theatre.user(case.order.assignee_id or 0))
    yield case.theatre.now + SOON
    case.move(actions.verify_pass, case.who(OWNERS[position]))
    for role in OWNERS[position : position - confirmed : -1]:
        yield case.theatre.now + SOON
        case.move(actions.strike_off, case.who(role), note=words.note("strike_off", case.theatre.rng))


def district_wide(theatre: Theatre, code: str, start: Start, source: Source) -> Script:
    """A report that names no place: a resident's waits at the district for acceptance, a leader's for its dispatch."""
    yield start(theatre)
    world = theatre.world
    category = world.categories[code]
    name, phone = words.caller(theatre.rng) if source == Source.CITIZEN else ("", "")
    chief = theatre.holder_of(world.district.pk, Role.DUTY_CHIEF)
    actions.report(
        actor=chief if source == Source.LEADER else None,
        place=place_in(world.district),
        category=category,
        description=words.report(code, category.name, theatre.rng),
        source=source,
        client_uuid=uuid.UUID(int=theatre.rng.getrandbits(128), version=4),
        contact_name=name,
        contact_phone=phone,
        now=theatre.now,
    )


def _arrival(case: Case, position: int, start: dt.datetime) -> dt.datetime:
    """Say when an order reported at `start` that nobody touches reaches a step, by a life on paper."""
    theatre = case.theatre
    life = Life(theatre.world, theatre.drawing.order_of(start, Source.GRID, case.category, case.grid), start)
    worker = (case.worker.pk, Role.GRID_WORKER)
    life.report(worker)
    life.accept(worker)
    if case.category.goes_straight_to_unit:
        life.dispatch(None, unit=theatre.world.units[leading_function(case.category)])
    else:
        life.dispatch(None, user_id=worker[0])
    for _ in range(position):
        life.let_climb()
    return life.now


Scene = Callable[[Case], Script]

# Codes of categories: E0102 garbage, E0104 dirty road, E0502 trading outside, P01 stairwell, V02 elderly alone,
# S01 fire lane, S05 gas, D02 neighbours, C0208 pavement and C0202 footbridge (to urban management), C0109 lamp.

AT_HOME: tuple[tuple[str, Scene], ...] = (
    ("E0102", partial(waiting_for_acceptance, start=ago(minutes=20))),
    ("P01", partial(waiting_for_acceptance, start=office_ago(3))),
    ("V02", partial(to_sign, start=ago(minutes=25))),
    ("H0901", partial(to_sign, start=office_ago(2))),
    ("E0502", partial(whistled, start=ago(hours=3))),
    ("P01", partial(in_hand, start=ago(hours=21))),
    ("S01", partial(in_hand, start=ago(hours=27))),
    ("E0506", partial(own_find, start=ago(hours=2))),
    ("E0501", partial(own_find, start=ago(hours=30))),
    ("D02", partial(own_find, start=ago(hours=20))),
    ("S05", partial(own_find, start=ago(minutes=50))),
    ("P01", partial(extension_asked, start=ago(hours=3))),
    ("P13", partial(suspended, start=ago(hours=50))),
    ("E0508", partial(rework, start=ago(hours=5))),
    ("E0505", partial(to_verify, start=ago(hours=6))),
    ("E0503", partial(to_verify, start=office_ago(12))),
    ("C0208", partial(to_verify, start=ago(hours=26))),
    ("C0109", partial(to_verify, start=ago(hours=7))),
    ("E0502", partial(solved_on_the_spot, start=ago(hours=4))),
    ("P13", partial(solved_on_the_spot, start=office_ago(20))),
    ("E0506", partial(to_close, start=ago(hours=9))),
    ("E0203", partial(to_close, start=office_ago(22))),
    ("C0208", partial(returned, start=ago(hours=3), times=1)),
    ("C0202", partial(returned, start=ago(hours=4), times=2)),
    ("E0504", partial(climbed, position=LEADER, arrived=ago(hours=2))),
    ("E0102", partial(climbed, position=LEADER, arrived=office_ago(10))),
    ("E0502", partial(climbed, position=SECRETARY, arrived=ago(hours=3))),
    ("P01", partial(climbed, position=SECRETARY, arrived=office_ago(18))),
    ("S02", partial(climbed, position=STREET, arrived=ago(hours=2))),
    ("E0503", partial(climbed, position=STREET, arrived=office_ago(25))),
    ("E0506", partial(climbed, position=DISTRICT, arrived=ago(hours=2))),
    ("E0507", partial(climbed, position=DISTRICT, arrived=office_ago(41))),
    ("E0302", partial(reviewed, position=STREET, arrived=ago(hours=8))),
    ("E0502", partial(to_strike_off, position=STREET, arrived=ago(hours=30), confirmed=0)),
    ("E0501", partial(to_strike_off, position=STREET, arrived=ago(hours=30), confirmed=1)),
    ("E0506", partial(to_strike_off, position=DISTRICT, arrived=ago(hours=30), confirmed=0)),
    ("E0505", partial(to_strike_off, position=STREET, arrived=ago(hours=30), confirmed=2)),
    ("C0208", partial(to_sign, start=ago(minutes=35))),
    ("C0202", partial(to_sign, start=office_ago(3))),
    ("C0208", partial(in_hand, start=ago(hours=2))),
    ("C0202", partial(in_hand, start=ago(hours=80))),
)
"""In the grid of the demo accounts: something to do, overdue and escalated for each of them."""

NEARBY: tuple[tuple[str, Scene], ...] = (
    ("E0102", partial(in_hand, start=ago(hours=4))),
    ("S02", partial(in_hand, start=ago(hours=28))),
    ("V04", partial(to_sign, start=ago(minutes=30))),
    ("C0109", partial(in_hand, start=ago(hours=20))),
    ("E0501", partial(climbed, position=SECRETARY, arrived=ago(hours=5))),
    ("P04", partial(climbed, position=STREET, arrived=ago(hours=4))),
    ("E0504", partial(solved_on_the_spot, start=ago(hours=3))),
    ("E0502", partial(to_close, start=ago(hours=12))),
)
"""In other grids of the same community."""

AROUND: tuple[tuple[str, Scene], ...] = (
    *NEARBY,
    ("C0208", partial(to_sign, start=ago(minutes=40))),
    ("C0202", partial(in_hand, start=ago(hours=75))),
    ("E0506", partial(climbed, position=DISTRICT, arrived=ago(hours=20))),
    ("E0503", partial(sent_down, position=STREET, arrived=ago(hours=26))),
    ("E0508", partial(to_strike_off, position=DISTRICT, arrived=ago(hours=30), confirmed=1)),
    ("H0201", partial(in_hand, start=ago(hours=18))),
    ("D02", partial(own_find, start=ago(hours=40))),
    ("C0208", partial(returned, start=ago(hours=6), times=1)),
)
"""In other streets and communities."""

DISTRICT_WIDE = (
    ("H0902", ago(minutes=50), Source.LEADER),
    ("H0103", office_ago(3), Source.LEADER),
    ("H0603", ago(hours=30), Source.LEADER),
    ("H0901", ago(minutes=15), Source.CITIZEN),
    ("H0604", office_ago(2), Source.CITIZEN),
    ("H0102", office_ago(4), Source.CITIZEN),
)
"""Reports that name no place, for the dispatcher and the operator."""


def cast(theatre: Theatre, home: Grid, total: int) -> None:
    """Give every open order its script: the home grid's first, then the community's, then others' up to `total`."""
    world, rng = theatre.world, theatre.rng
    near = [grid for grid in world.grids if grid.parent_id == home.parent_id and grid.pk != home.pk] or [home]
    street_of = {grid.pk: world.nodes[grid.parent_id].parent_id for grid in world.grids}
    same_street = [grid for grid in world.grids if street_of[grid.pk] == street_of[home.pk] and grid.pk != home.pk]
    scenes = [(home, *scene) for scene in AT_HOME]
    scenes += [(rng.choice(near), *scene) for scene in NEARBY]
    for number in range(total - len(scenes) - len(DISTRICT_WIDE)):
        grid = rng.choice(same_street if number % 3 == 0 else world.grids)
        scenes.append((grid, *AROUND[number % len(AROUND)]))
    for grid, code, scene in scenes:
        theatre.add(scene(Case(theatre, grid, code)))
    for code, start, source in DISTRICT_WIDE:
        theatre.add(district_wide(theatre, code, start, source))
