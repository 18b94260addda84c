"""Publishing a briefing to whom it is named for and who subscribed to it, and withdrawing it."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.models import Notification, User
from bulletins import access, rules
from bulletins.actions.composing import locked
from bulletins.models import Bulletin, Delivery, Subscription
from bulletins.states import Mail, State, Topic
from grids.models import Grid
from residents.errors import NotPossible


@transaction.atomic
def publish(item: Bulletin | int, *, actor: User, version: int, now: dt.datetime | None = None) -> Bulletin:
    """Publish a draft: it gets its number, goes to its recipients, and never changes again.

    Raises PermissionDenied without the permission, NotPossible where another person has to publish it.
    """
    moment = now or timezone.now()
    draft = locked(item, version)
    access.check_publishes(actor, draft.node)
    needs = rules.of(draft.node.tree_id).needs_second_person
    if access.waits_for_another(draft, actor, needs_second_person=needs):
        raise NotPossible(_("Who wrote a briefing does not publish it; another person has to."))
    Grid.objects.select_for_update(no_key=True).only("pk").get(pk=draft.node_id)
    issues = Bulletin.objects.filter(node=draft.node_id, kind=draft.kind, year=draft.year)
    draft.number = (issues.aggregate(last=Max("number"))["last"] or 0) + 1
    draft.state, draft.published_at, draft.published_by = State.PUBLISHED, moment, actor
    draft.version += 1
    draft.save(update_fields=["number", "state", "published_at", "published_by", "version"])
    _add_subscribers(draft)
    _send(draft, moment)
    audit.record(actor, "bulletins.publish", draft, {"kind": draft.kind, "number": draft.number})
    return draft


@transaction.atomic
def withdraw(
    item: Bulletin | int, *, actor: User, reason: str, version: int, now: dt.datetime | None = None
) -> Bulletin:
    """Withdraw a published briefing: it stays as it was, marked, with the reason; whoever got it is told."""
    moment = now or timezone.now()
    pk = item if isinstance(item, int) else item.pk
    rows = Bulletin.objects.select_for_update(of=("self",)).select_related("node").defer("node__boundary")
    mine: Bulletin = rows.get(pk=pk)
    access.check_publishes(actor, mine.node)
    if mine.state != State.PUBLISHED or mine.version != version:
        raise NotPossible(_("Only a published briefing can be withdrawn."))
    if not reason.strip() or len(reason) > 500:
        raise ValidationError({"reason": _("Say why, in at most 500 characters.")})
    mine.state, mine.withdrawn_at, mine.withdrawn_by = State.WITHDRAWN, moment, actor
    mine.withdrawn_why, mine.version = reason.strip(), mine.version + 1
    mine.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawn_why", "version"])
    told = mine.deliveries.filter(told_at__isnull=False).values_list("user_id", flat=True)
    notices.send(told, "bulletin_withdrawn", {"number": mine.number}, mine.get_absolute_url(), now=moment)
    mine.deliveries.filter(due_at__isnull=False).update(due_at=None, state=Mail.STOPPED)
    audit.record(actor, "bulletins.withdraw", mine, {"kind": mine.kind, "number": mine.number})
    return mine


def _add_subscribers(item: Bulletin) -> None:
    wanted = Subscription.objects.running().filter(topic=Topic.BULLETIN, length=item.length, node=item.node_id)
    fresh = wanted.exclude(user__in=item.deliveries.values("user"))
    Delivery.objects.bulk_create(
        [
            Delivery(bulletin=item, subscription=row, user_id=row.user_id, starts_on=item.starts_on, state=Mail.NAMED)
            for row in fresh
        ]
    )


def _send(item: Bulletin, now: dt.datetime) -> None:
    """Put a notice into the inbox of everybody named, and the e-mail with the PDF where there is an address for it.

    The notice itself asks for no e-mail where the one with the PDF leaves. A subscriber gets the e-mail only.
    """
    rows = list(item.deliveries.filter(state=Mail.NAMED).select_related("user").order_by("pk"))
    named = [row for row in rows if row.subscription_id is None]
    told = notices.make(
        [row.user_id for row in named], "bulletin_published", {"number": item.number}, item.get_absolute_url(), now=now
    )
    with_mail = {row.user_id for row in named if row.user.email}
    for notice in told:
        if notice.recipient_id in with_mail:
            notice.email_due_at = None
    Notification.objects.bulk_create(told, batch_size=1000)
    for row in rows:
        row.told_at = now if row.subscription_id is None else None
        row.state, row.due_at = (Mail.WAITING, now) if row.user.email else (Mail.INBOX, None)
    Delivery.objects.bulk_update(rows, ["told_at", "state", "due_at"], batch_size=500)
