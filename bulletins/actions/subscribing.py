"""Subscriptions: taking one, ending it, and putting the tables of a period that is over in line for sending."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bulletins.access import HAVE_BRIEFINGS
from bulletins.models import Delivery, Subscription
from bulletins.states import File, Mail, Topic
from grids.models import Grid
from hotline.periods import Length, around
from insights import access as figures_access

FILES = {topic: (File.PDF, File.DOCX) if topic == Topic.BULLETIN else (File.XLSX, File.PDF) for topic in Topic}
"""The first is the usual one."""


@transaction.atomic
def subscribe(
    *, actor: User, node: Grid, topic: str, length: str, file: str = "", now: dt.datetime | None = None
) -> Subscription:
    """Subscribe to a kind of briefing or a table of a node whose figures one may see; asked again, it is the same
    subscription, which comes in the file that is asked for now.

    Raises Http404 for a node that one may not see, ValidationError naming the field.
    """
    figures_access.node_for(actor, node.pk)
    if not actor.email:
        raise ValidationError(_("Write your e-mail address into your profile first."))
    if topic not in FILES or length not in (Length.DAY, Length.WEEK, Length.MONTH):
        raise ValidationError({"topic": _("Choose what is to be sent, and how often.")})
    if topic == Topic.BULLETIN and node.kind not in HAVE_BRIEFINGS:
        raise ValidationError({"node": _("There are briefings of districts, streets and communities.")})
    if file and file not in FILES[Topic(topic)]:
        raise ValidationError({"file": _comes_as(Topic(topic))})
    User.objects.select_for_update(no_key=True).only("pk").get(pk=actor.pk)
    running = Subscription.objects.running().filter(user=actor, node=node, topic=topic, length=length)
    if (there := running.first()) is not None:
        return _change_file(there, file or there.file)
    file = file or FILES[Topic(topic)][0]
    return Subscription.objects.create(
        user=actor, node=node, topic=topic, length=length, file=file, created_at=now or timezone.now()
    )


def _comes_as(topic: Topic) -> str:
    if topic == Topic.BULLETIN:
        return _("A briefing comes as PDF or Word.")
    return _("A table comes as Excel or PDF.")


def _change_file(item: Subscription, file: str) -> Subscription:
    if item.file != file:
        item.file = file
        item.save(update_fields=["file"])
    return item


@transaction.atomic
def end(item: Subscription, *, actor: User | None, now: dt.datetime | None = None) -> None:
    """End a subscription: by oneself, or by the system (None) because no post opens the node any more."""
    mine = Subscription.objects.select_for_update().get(pk=item.pk)
    if mine.ended_at is not None:
        return
    mine.ended_at, mine.ended_why = now or timezone.now(), "post" if actor is None else "person"
    mine.save(update_fields=["ended_at", "ended_why"])
    waiting = mine.deliveries.filter(due_at__isnull=False)
    waiting.update(due_at=None, state=Mail.STOPPED)


@transaction.atomic
def line_up(now: dt.datetime | None = None) -> int:
    """Put the tables of periods that are over in line for whoever subscribed to them; a second run adds nothing."""
    moment = now or timezone.now()
    today = timezone.localdate(moment)
    made = 0
    for length in (Length.DAY, Length.WEEK, Length.MONTH):
        first = around(today, length).before.first
        wanted = Subscription.objects.running().filter(length=length).exclude(topic=Topic.BULLETIN)
        rows = [
            Delivery(subscription=row, user_id=row.user_id, starts_on=first, state=Mail.WAITING, due_at=moment)
            for row in wanted.exclude(deliveries__starts_on=first)
        ]
        Delivery.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
        made += len(rows)
    return made
