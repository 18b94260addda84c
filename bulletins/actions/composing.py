"""Composing a briefing, and counting the figures of a draft anew. Nothing here publishes."""

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from bulletins import access, rules
from bulletins.composing import kinds
from bulletins.composing.facts import facts
from bulletins.gathering import gather
from bulletins.models import Bulletin, Delivery
from bulletins.states import Kind, Mail, State
from grids.models import Grid
from grids.models import Kind as NodeKind
from hotline.periods import DAY, Period, around
from insights import figures
from residents.errors import NotPossible, Stale

logger = logging.getLogger(__name__)
CHINESE = "zh-hans"


@transaction.atomic
def compose(
    node: Grid,
    *,
    actor: User | None,
    kind: str,
    day: dt.date,
    language: str = CHINESE,
    now: dt.datetime | None = None,
) -> Bulletin:
    """Compose the briefing of the period that this day lies in; one that is there already is returned as it is.

    A day's may be composed before the day is over, a week's and a month's not. It goes to whom the last one went.
    Raises PermissionDenied, or ValidationError naming the field.
    """
    moment = now or timezone.now()
    access.check_writes(actor, node)
    if node.kind not in access.HAVE_BRIEFINGS:
        raise ValidationError({"node": _("There are briefings of districts, streets and communities.")})
    period = around(day, Kind(kind).length)
    if (period.first if kind == Kind.DAILY else period.last + DAY) > timezone.localdate(moment):
        raise ValidationError({"day": _("This period is not over.")})
    _check_counted(node, period)
    there = Bulletin.objects.filter(node=node, kind=kind, starts_on=period.first).exclude(state=State.WITHDRAWN)
    if (item := there.first()) is not None:
        return item
    item = Bulletin(node=node, kind=kind, starts_on=period.first, ends_on=period.last, language=language)
    item.author, item.year = actor, issue_year(kind, period)
    _count(item, moment)
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError:  # another worker composed it just now
        return there.get()
    _to_whom_the_last_went(item)
    return item


@transaction.atomic
def recompute(item: Bulletin | int, *, actor: User, version: int, now: dt.datetime | None = None) -> Bulletin:
    """Count a draft's figures anew and propose its sections anew; what people wrote stays beside the proposal."""
    draft = locked(item, version)
    access.check_writes(actor, draft.node)
    _count(draft, now or timezone.now())
    draft.version += 1
    draft.save(update_fields=["title", "sections", "figures", "composed_at", "version"])
    return draft


@transaction.atomic
def discard(item: Bulletin | int, *, actor: User, version: int) -> None:
    """Throw a draft away."""
    draft = locked(item, version)
    access.check_writes(actor, draft.node)
    audit.record(actor, "bulletins.discard", draft, {"kind": draft.kind, "from": draft.starts_on.isoformat()})
    draft.delete()


def compose_due(kind: str, now: dt.datetime | None = None) -> int:
    """Compose the drafts of every district and street whose period has come: today's day, the last week or month."""
    moment = now or timezone.now()
    today = timezone.localdate(moment)
    length = Kind(kind).length
    day = today if kind == Kind.DAILY else around(today, length).before.first
    made = 0
    nodes = Grid.objects.filter(kind__in=[NodeKind.DISTRICT, NodeKind.STREET], valid_to=None).defer("boundary")
    for node in nodes.order_by("tree_id", "lft"):
        period, first = around(day, length), first_counted(node)
        if first is None or period.last < first:
            continue
        if Bulletin.objects.filter(node=node, kind=kind, starts_on=period.first).exists():
            continue
        compose(node, actor=None, kind=kind, day=day, now=moment)
        made += 1
    return made


def first_counted(node: Grid) -> dt.date | None:
    """Return the first day of which the node's district has any figure; None while it has none."""
    return figures.begins_on(Grid.objects.only("pk").get(tree_id=node.tree_id, parent=None).pk)


def _check_counted(node: Grid, period: Period) -> None:
    """Refuse a period of which nothing was counted: zero would be said of it, and not be true."""
    first = first_counted(node)
    if first is None:
        raise ValidationError({"day": _("Nothing is counted in this district yet.")})
    if period.last < first:
        words = _("Nothing was counted in this period: figures begin on %(day)s.")
        raise ValidationError({"day": words % {"day": first.isoformat()}})


def issue_year(kind: str, period: Period) -> int:
    """Return the year among whose issues a period's briefing is counted."""
    return period.first.isocalendar().year if kind == Kind.WEEKLY else period.last.year


def locked(item: Bulletin | int, version: int) -> Bulletin:
    """Lock and return a draft as it was shown; raises NotPossible for a published one, Stale for another version."""
    pk = item if isinstance(item, int) else item.pk
    rows = Bulletin.objects.select_for_update(of=("self",)).select_related("node").defer("node__boundary")
    draft: Bulletin = rows.get(pk=pk)
    if not draft.is_draft:
        raise NotPossible(_("A published briefing does not change."))
    if draft.version != version:
        raise Stale(
            _("Somebody changed this briefing meanwhile. Look at it anew, then decide again."), version=draft.version
        )
    return draft


def _count(item: Bulletin, now: dt.datetime) -> None:
    written = {section["key"]: section for section in item.sections if section["text"] is not None}
    with translation.override(item.language):
        has_own_title = bool(item.title) and item.title != kinds.title(item.kind, item.figures["node"], item.period)
        item.figures = gather(item.node, item.period, rules.of(item.node.tree_id))
        item.sections = kinds.compose(item.kind, facts(item.figures, item.period))
        if not has_own_title:
            item.title = kinds.title(item.kind, item.figures["node"], item.period)
    item.composed_at = now
    for section in item.sections:
        if (before := written.pop(section["key"], None)) is not None:
            section["text"] = before["text"]
    item.sections += [section | {"proposed": "", "tables": []} for section in written.values()]


def _to_whom_the_last_went(item: Bulletin) -> None:
    last = (
        Bulletin.objects.filter(node=item.node_id, kind=item.kind, state=State.PUBLISHED)
        .order_by("-ends_on", "-id")
        .values_list("pk", flat=True)
        .first()
    )
    before = Delivery.objects.filter(bulletin=last, subscription=None, user__is_active=True) if last else []
    Delivery.objects.bulk_create(
        [Delivery(bulletin=item, user_id=row.user_id, starts_on=item.starts_on, state=Mail.NAMED) for row in before]
    )
