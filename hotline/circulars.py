"""The weekly circular: its figures, composing, editing, publishing (周通报, DOMAIN.md §5.3 circulate).

Figures are counted when it is composed and again on demand, until it is published: then they are what was published.
They name orders, units, categories and hot topics (by the subject that the desk gives them), never a requester.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from grids.standing import Standing
from hotline.calling import Colour
from hotline.models import Card, Circular, KeyCase, Request, Topic
from hotline.periods import DAY, EARLIEST, LATEST, Length, Period, around
from hotline.rate_pages import names_of, scope_of
from hotline.rates import By, Figure, Rate, Row, total
from hotline.topics.querysets import Span
from residents.errors import NotPossible, Stale
from workorders import people

MOST = 50
TOPICS = 10


def edits(who: Standing, district_id: int) -> bool:
    """Say whether a person composes, edits and publishes a district's circulars."""
    return any(
        post.node_id == district_id and post.unit_id is None and post.gives(Permission.SUPERVISE) for post in who.posts
    )


def compose_all(now: dt.datetime | None = None) -> list[Circular]:
    """Compose the circular of the week before in every district that had requests and has none yet."""
    moment = now or timezone.now()
    week = around(timezone.localdate(moment) - dt.timedelta(days=7), Length.WEEK)
    made = []
    for district in Grid.objects.filter(parent=None).only("pk", "name").order_by("pk"):
        has_any = Request.objects.filter(district=district, received_at__lt=week.end).exists()
        if has_any and not Circular.objects.filter(district=district, monday=week.first).exists():
            made.append(compose(district, week.first, actor=None, now=moment))
    return made


@transaction.atomic
def compose(district: Grid, monday: dt.date, *, actor: User | None, now: dt.datetime | None = None) -> Circular:
    """Compose a week's circular, or count the figures of one that is not published anew; its words stay.

    Raises ValidationError for a week that is not over, NotPossible for a published one, PermissionDenied.
    """
    moment = now or timezone.now()
    _check(actor, district.pk)
    week = around(monday, Length.WEEK)
    if week.end > moment:
        raise ValidationError({"monday": _("This week is not over.")})
    item = Circular.objects.select_for_update().filter(district=district, monday=week.first).first()
    if item is not None and item.is_published:
        raise NotPossible(_("A published circular does not change."))
    is_new = item is None
    item = item or Circular(district=district, monday=week.first)
    item.figures, item.composed_at = figures(district.pk, week, moment), moment
    item.version += not is_new
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError:  # another worker composed it just now
        return Circular.objects.get(district=district, monday=week.first)
    if is_new and actor is None:
        told = people.at_nodes([district.pk], Permission.SUPERVISE, moment).get(district.pk, [])
        day = {"monday": week.first.isoformat()}
        notices.send(told, "circular_composed", day, item.get_absolute_url(), now=moment)
    return item


@transaction.atomic
def edit(item: Circular | int, *, actor: User, words: str, demands: str, version: int) -> Circular:
    """Write the words of a circular that is not published."""
    mine = _mine(item, actor, version)
    mine.words, mine.demands, mine.version = words.strip(), demands.strip(), mine.version + 1
    mine.save(update_fields=["words", "demands", "version"])
    return mine


@transaction.atomic
def publish(item: Circular | int, *, actor: User, version: int, now: dt.datetime | None = None) -> Circular:
    """Publish a circular with the figures that it shows; nothing of it changes any more."""
    mine = _mine(item, actor, version)
    mine.published_at, mine.published_by, mine.version = now or timezone.now(), actor, mine.version + 1
    mine.save(update_fields=["published_at", "published_by", "version"])
    audit.record(actor, "hotline.publish_circular", mine, {"monday": mine.monday.isoformat()})
    return mine


def _mine(item: Circular | int, actor: User, version: int) -> Circular:
    pk = item if isinstance(item, int) else item.pk
    locked = Circular.objects.select_for_update().get(pk=pk)
    _check(actor, locked.district_id)
    if locked.is_published:
        raise NotPossible(_("A published circular does not change."))
    if locked.version != version:
        message = _("Somebody changed this circular meanwhile. Look at it anew, then decide again.")
        raise Stale(message, version=locked.version)
    return locked


def _check(actor: User | None, district_id: int) -> None:
    if actor is not None and not edits(standing_for(actor), district_id):
        raise PermissionDenied(_("Your posts do not let you write the circular of this district."))


def figures(district_id: int, week: Period, now: dt.datetime) -> dict[str, Any]:
    """Count what a week's circular shows: plain JSON, decimals as text."""
    scope = scope_of(None, district_id, None, min(now, week.end))
    of_units, of_streets = scope.table(By.UNIT, week), scope.table(By.STREET, week)
    whole = total(of_units)
    own = Request.objects.filter(district_id=district_id)
    during = {"received_at__gte": week.begin, "received_at__lt": week.end}
    before = {"received_at__gte": week.before.begin, "received_at__lt": week.before.end}
    return {
        "received": own.filter(**during).count(),
        "received_before": own.filter(**before).count(),
        "rates": [_said(rate, whole) for rate in Rate],
        "units": _lines(By.UNIT, of_units),
        "streets": _lines(By.STREET, of_streets),
        "overdue": _overdue(district_id, now),
        "cards": _cards(district_id, week),
        "key": _key(district_id, week),
        "categories": _categories(district_id, week),
        "topics": _topics(district_id, week),
    }


def _said(rate: Rate, row: Row) -> dict[str, Any]:
    now, before = row.now.get(rate, Figure()), row.before.get(rate, Figure())
    return {"rate": rate.value, **_numbers(now), "before": _numbers(before)}


def _numbers(figure: Figure) -> dict[str, Any]:
    top: Decimal = figure.numerator.normalize()
    percent = figure.percent
    return {"n": f"{top:f}", "d": figure.denominator, "percent": None if percent is None else str(percent)}


def _lines(by: By, rows: list[Row]) -> list[dict[str, Any]]:
    names = names_of(by, rows)
    lines = [
        {"name": names.get(row.key or 0, ""), "rates": [_said(rate, row) for rate in Rate]}
        for row in rows
        if any(figure.denominator for figure in row.now.values())
    ]
    return sorted(lines, key=lambda line: (not line["name"], line["name"]))[:MOST]


def _overdue(district_id: int, now: dt.datetime) -> list[dict[str, Any]]:
    """Call the roll of the overdue by unit, else by the street that has it: how many, since when the oldest."""
    late = Request.objects.overdue(now).filter(district_id=district_id, is_excluded=False, order__isnull=False)
    found = late.order_by().values(unit=F("order__lead_unit__name"), node=F("order__holder__name"))
    rows: dict[str, dict[str, Any]] = {}
    for row in found.annotate(count=Count("pk"), oldest=Min("due_at")):
        name = row["unit"] or row["node"]
        line = rows.setdefault(name, {"name": name, "count": 0, "oldest": row["oldest"]})
        line["count"] += row["count"]
        line["oldest"] = min(line["oldest"], row["oldest"])
    ordered = sorted(rows.values(), key=lambda line: (-line["count"], line["oldest"]))[:MOST]
    return [line | {"oldest": timezone.localtime(line["oldest"]).date().isoformat()} for line in ordered]


def _cards(district_id: int, week: Period) -> dict[str, Any]:
    given = Card.objects.filter(district_id=district_id, at__gte=week.begin, at__lt=week.end)
    counts = dict(given.order_by().values_list("colour").annotate(Count("pk")))
    rows = given.select_related("order", "unit", "node").defer("node__boundary", "node__duties").order_by("at", "id")
    listed = [
        {"order": card.order.number, "colour": card.colour, "name": (card.unit or card.node).name}
        for card in rows[:MOST]
    ]
    return {**{colour.value: counts.get(colour.value, 0) for colour in Colour}, "rows": listed}


def _key(district_id: int, week: Period) -> list[dict[str, Any]]:
    cases = KeyCase.objects.filter(district_id=district_id, flagged_at__lt=week.end, lifted_at=None)
    running = cases.filter(matter__closed_at=None) | cases.filter(matter__closed_at__gte=week.begin)
    rows = running.select_related("matter__category").order_by("flagged_at", "id")[:MOST]
    return [
        {
            "number": case.matter.number,
            "category": case.matter.category.name if case.matter.category else "",
            "reason": case.reason,
            "since": timezone.localtime(case.flagged_at).date().isoformat(),
            "state": case.matter.state,
        }
        for case in rows
    ]


def _categories(district_id: int, week: Period) -> list[dict[str, Any]]:
    """Name what most was asked about, with the week before."""
    first = week.before.begin
    asked = Request.objects.filter(district_id=district_id, received_at__gte=first, received_at__lt=week.end)
    from_now = Count("pk", filter=Q(received_at__gte=week.begin))
    rows = asked.filter(category__isnull=False).order_by().values(name=F("category__name"))
    counted = rows.annotate(now=from_now, all=Count("pk")).filter(now__gt=0).order_by("-now", "name")[:10]
    return [{"name": row["name"], "count": row["now"], "before": row["all"] - row["now"]} for row in counted]


def _topics(district_id: int, week: Period) -> list[dict[str, Any]]:
    """Name the week's hot topics as the desk calls them, with their community and the week before."""
    ranked = Topic.objects.filter(district_id=district_id).ranked(Span(week.end, 7))[:TOPICS]
    return [
        {
            "name": topic.title,
            "where": topic.community.name if topic.community else "",
            "count": vars(topic)["now"],
            "before": vars(topic)["earlier"],
        }
        for topic in ranked
    ]


def first_day(text: str | None, today: dt.date) -> dt.date:
    """Read a day of the week meant; the week before today where there is none."""
    try:
        day = dt.date.fromisoformat(text or "")
    except ValueError:
        day = dt.date.min
    return around(day if EARLIEST <= day <= LATEST else today - 7 * DAY, Length.WEEK).first
