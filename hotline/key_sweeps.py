"""What the clock does for key supervision: flags by the district's rules, yellow and red cards for complaints."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import notices
from accounts.notices import Draft
from coordination.people import leaders
from grids.calendar import load_calendar
from grids.models import Grid
from grids.roles import Permission
from hotline.actions.acting import record
from hotline.actions.key import flag
from hotline.calling import Colour, KeyReason, MeasureKey
from hotline.models import Card, KeyCase, Request
from hotline.rules import Span, measures
from hotline.states import Act, RequestKind
from residents.errors import NotPossible
from supervision.rules import Span as Since
from supervision.rules import cutoff
from workorders import people
from workorders.models import WorkOrder
from workorders.states import Profile, State
from workorders.workflow import InvalidMove

BATCH = 500
SECOND = {KeyReason.SAME_ORDER: MeasureKey.KEY_SAME_ORDER, KeyReason.SAME_PHONE: MeasureKey.KEY_SAME_PHONE}
"""A second complaint, within days of the first: of these rows the number counts as calendar days."""
COMPLAINTS = (RequestKind.COMPLAINT, RequestKind.TIP)


@dataclass
class Done:
    flagged: int = 0
    yellow: int = 0
    red: int = 0


def run(now: dt.datetime | None = None) -> Done:
    """Flag what a rule names and give the cards that are due; a run that comes twice does nothing twice."""
    moment, done = now or timezone.now(), Done()
    for district in Grid.objects.filter(parent=None).only("pk"):
        known = measures(district.pk)
        for reason, found in _named(district.pk, known, moment):
            for pk in list(found.order_by("id").values_list("pk", flat=True)[:BATCH]):
                done.flagged += _flag(pk, reason, moment)
        done.yellow += len(_give(Colour.YELLOW, _nearly(district.pk, known, moment), moment))
        if load_calendar().is_workday(timezone.localdate(moment)):
            done.red += len(_give(Colour.RED, _awaited(district.pk).filter(whole_due_at__lt=moment), moment))
    return done


def _named(district_id: int, known: dict[str, Span], now: dt.datetime) -> Iterator[tuple[KeyReason, QuerySet[Request]]]:
    """Yield each rule that is switched on with the open requests that it names and that no such rule named before."""
    opened = Request.objects.open().filter(district_id=district_id, is_key=False, is_excluded=False)
    complaints = opened.filter(kind__in=COMPLAINTS)
    others = Request.objects.filter(district_id=district_id, kind__in=COMPLAINTS).exclude(pk=OuterRef("pk"))
    within = {"received_at__lte": OuterRef("received_at")}
    for reason, key in SECOND.items():
        if not known[key].value:
            continue
        days = dt.timedelta(days=known[key].value)
        near = others.annotate(since=ExpressionWrapper(OuterRef("received_at") - days, DateTimeField()))
        near = near.filter(received_at__gte=F("since"))
        if reason == KeyReason.SAME_ORDER:
            same = Q(Exists(near.filter(**within, order=OuterRef("order"))))
            same |= Q(Exists(near.filter(merged_into=OuterRef("pk"))))
        else:
            same = Q(Exists(near.filter(**within, phone_hash=OuterRef("phone_hash"))))
        yield reason, _fresh(complaints.filter(same), reason)
    span = known[MeasureKey.KEY_OVERDUE]
    if span.value:
        before = cutoff(load_calendar(), now, Since(span.value, span.unit))
        yield KeyReason.OVERDUE, _fresh(opened.filter(answered_at=None, due_at__lt=before), KeyReason.OVERDUE)


def _fresh(found: QuerySet[Request], reason: KeyReason) -> QuerySet[Request]:
    return found.filter(~Exists(KeyCase.objects.filter(matter=OuterRef("pk"), reason=reason)))


def _flag(pk: int, reason: KeyReason, now: dt.datetime) -> int:
    try:
        flag(pk, actor=None, reason=reason, now=now)
    except (NotPossible, InvalidMove):  # somebody acted on it meanwhile
        return 0
    return 1


def _awaited(district_id: int) -> QuerySet[WorkOrder]:
    """Return complaints' orders whose requester still waits; suspended and excluded ones get no card."""
    waits = Request.objects.open().filter(order=OuterRef("pk"), answered_at=None)
    mine = WorkOrder.objects.open().filter(Exists(waits), district_id=district_id, profile=Profile.COMPLAINT)
    return mine.filter(is_excluded=False, whole_due_at__isnull=False).exclude(state=State.SUSPENDED)


def _nearly(district_id: int, known: dict[str, Span], now: dt.datetime) -> QuerySet[WorkOrder]:
    """Return those with no more than the row's time left, and not overdue yet."""
    span = known[MeasureKey.YELLOW_CARD]
    if not span.value:
        return WorkOrder.objects.none()
    until = load_calendar().add(now, span.value, span.unit)
    return _awaited(district_id).filter(whole_due_at__gte=now, whole_due_at__lte=until)


@transaction.atomic
def _give(colour: Colour, orders: QuerySet[WorkOrder], now: dt.datetime) -> list[Card]:
    """Give the card to each order that has none of this colour, with a row in its requests' history and notices."""
    had = Card.objects.filter(order=OuterRef("pk"), colour=colour)
    wanting = orders.filter(~Exists(had)).order_by("whole_due_at", "id")
    locked = list(wanting.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    already = set(Card.objects.filter(order__in=locked, colour=colour).values_list("order_id", flat=True))
    fresh = [order for order in locked if order.pk not in already]
    cards = Card.objects.bulk_create(
        Card(
            district_id=order.district_id,
            order=order,
            colour=colour,
            at=now,
            due_at=order.whole_due_at or now,
            unit_id=order.lead_unit_id,
            node_id=order.holder_id,
        )
        for order in fresh
    )
    for matter in Request.objects.open().filter(order__in=fresh).order_by("id"):
        details = {"colour": colour.value, "order": matter.order_id}
        record(matter, Act.CARD, actor=None, now=now, from_state=matter.state, details=details)
    notices.send_many(list(_told(colour, fresh, now)), now=now)
    return cards


def _told(colour: Colour, orders: Iterable[WorkOrder], now: dt.datetime) -> Iterator[Draft]:
    """Tell the leaders of the unit that has it, else whoever dispatches at the node that has it."""
    many = list(orders)
    of_units = leaders({order.lead_unit_id for order in many if order.lead_unit_id is not None}, now)
    at_nodes = people.at_nodes({order.holder_id for order in many}, Permission.DISPATCH, now)
    trust = people.trusted(many, now)
    for order in many:
        heads = of_units.get(order.lead_unit_id or 0) or at_nodes.get(order.holder_id, [])
        for user_id in people.only_trusted(heads, order, trust):
            yield Draft(user_id, f"card_{colour.value}", {"number": order.number}, order.get_absolute_url())
