"""Submitting the report of a day, a week or a month."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from visits import summaries
from visits.models import Report
from visits.states import Period

MAX_TEXT = 4000


def may_submit(node: Grid, actor: User) -> bool:
    """Say whether a post at exactly this node, or at its community above it, lets them report of it."""
    return standing_for(actor).has_at(Permission.VISIT, node.pk)


@transaction.atomic
def submit_report(
    node: Grid, *, actor: User, period: str, day: dt.date, text: str, now: dt.datetime | None = None
) -> Report:
    """Submit the report of the period that holds this day; submitted again before the period ends, it is replaced.

    The counts are taken now and stay as they are. Raises PermissionDenied, or ValidationError naming the field.
    """
    moment = now or timezone.now()
    if not may_submit(node, actor):
        raise PermissionDenied(_("A report is submitted at the node where one has a post."))
    if period not in Period.values:
        raise ValidationError({"period": _("Choose day, week or month.")})
    text = text.strip()
    if not text or len(text) > MAX_TEXT:
        raise ValidationError({"text": _("Write between 1 and 4000 characters.")})
    starts_on, ends_on = summaries.span(period, day)
    today = timezone.localdate(moment)
    if starts_on > today:
        raise ValidationError({"day": _("This period has not begun.")})
    Grid.objects.select_for_update(no_key=True).only("pk").get(pk=node.pk)
    kept = Report.objects.filter(node=node, period=period, starts_on=starts_on).first()
    if kept is not None and timezone.localdate(kept.submitted_at) > ends_on:
        raise ValidationError(_("This report is submitted; it is not changed after its period."))
    report = kept or Report(node=node, period=period, starts_on=starts_on)
    report.ends_on, report.author, report.submitted_at = ends_on, actor, moment
    report.counts, report.text = summaries.count(node, starts_on, ends_on, moment).as_json(), text
    report.save()
    return report
