"""Counting what a node did in a day, a week or a month, and the text that is proposed for its report."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grids.models import Grid
from visits.models import LogEntry, Visit
from visits.states import REACHED, EntryKind, Period
from workorders.models import WorkOrder


@dataclass(frozen=True)
class Counts:
    """What happened in a node in a span of days."""

    visits: int
    reached: int
    nobody: int
    refused: int
    people: int
    organisations: int
    entries: dict[str, int]
    """By kind, those that occurred, the most frequent first."""
    turned: int
    """Entries that became orders."""
    open_turned: int
    late_turned: int
    """Of those orders: still open, and overdue now."""

    @property
    def entry_count(self) -> int:
        return sum(self.entries.values())

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def span(period: str, day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the day, the week (from Monday) or the month that holds this one."""
    if period == Period.DAY:
        return day, day
    if period == Period.WEEK:
        monday = day - dt.timedelta(days=day.weekday())
        return monday, monday + dt.timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


def count(node: Grid, starts_on: dt.date, ends_on: dt.date, now: dt.datetime) -> Counts:
    """Count in four queries; each stands on the index that leads with the node."""
    start, end = _start_of(starts_on), _start_of(ends_on + dt.timedelta(days=1))
    made = Visit.objects.valid().within(node).filter(visited_at__gte=start, visited_at__lt=end)
    sums = made.aggregate(
        visits=Count("pk"),
        reached=Count("pk", filter=Q(outcome__in=REACHED)),
        nobody=Count("pk", filter=Q(outcome="nobody")),
        refused=Count("pk", filter=Q(outcome="refused")),
        organisations=Count("organisation", distinct=True),
    )
    people = made.filter(outcome__in=REACHED).aggregate(n=Count("people__resident", distinct=True))["n"]
    told = LogEntry.objects.within(node).filter(heard_at__gte=start, heard_at__lt=end)
    kinds = dict(told.order_by().values_list("kind").annotate(n=Count("pk")))
    orders = WorkOrder.objects.filter(pk__in=told.exclude(order=None).values("order"))
    turned = orders.aggregate(
        n=Count("pk"),
        unfinished=Count("pk", filter=Q(finished_at=None)),
        late=Count("pk", filter=Q(finished_at=None, due_at__lt=now)),
    )
    by_kind = dict(sorted(kinds.items(), key=lambda item: (-item[1], item[0])))
    return Counts(
        **sums,
        people=people,
        entries=by_kind,
        turned=turned["n"],
        open_turned=turned["unfinished"],
        late_turned=turned["late"],
    )


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def compose(node: Grid, period: str, starts_on: dt.date, ends_on: dt.date, counts: Counts) -> str:
    """Propose the report's text in the language in force; whoever submits it edits it first."""
    when = f"{starts_on}" if period == Period.DAY else f"{starts_on} – {ends_on}"
    lines = [f"{node.name} · {Period(period).label} · {when}"]
    facts = {"visits": counts.visits, "people": counts.people, "nobody": counts.nobody, "refused": counts.refused}
    if counts.visits:
        lines.append(
            _("Visits: %(visits)s, %(people)s people reached; nobody home %(nobody)s times, refused %(refused)s times.")
            % facts
        )
    else:
        lines.append(_("No visits."))
    if counts.organisations:
        words = ngettext("%(n)s organisation visited.", "%(n)s organisations visited.", counts.organisations)
        lines.append(words % {"n": counts.organisations})
    if counts.entries:
        parts = [f"{EntryKind(kind).label} {number}" for kind, number in counts.entries.items()]
        words = _("Told by residents: %(count)s (%(kinds)s).")
        lines.append(words % {"count": counts.entry_count, "kinds": _(", ").join(parts)})
        words = _("Turned into work orders: %(turned)s, of these %(open)s still open and %(late)s overdue.")
        lines.append(words % {"turned": counts.turned, "open": counts.open_turned, "late": counts.late_turned})
    else:
        lines.append(_("Residents told nothing that needed writing down."))
    return "\n".join(lines)
