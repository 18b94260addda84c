"""Notices by e-mail: sent from the inbox rows, after the change that made them is committed.

At most once for each recipient. A worker claims a batch (FOR UPDATE SKIP LOCKED) and commits the claim before it
speaks to the mail server; a notice whose worker dies in between counts as sent, because the inbox has it and a second
mail would be worse than none. Only a failure that the server told us of is tried again, with growing delay.
"""

import datetime as dt
import logging
from smtplib import SMTPException

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts import audit_chain, notices, retention
from accounts.models import Notification

logger = logging.getLogger(__name__)
BATCH = 50
BATCHES_A_RUN = 20
DELAYS = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720)]
"""After the first, second, … failure; after the last of them the mail is given up. The inbox keeps the notice."""
SERVER_DOWN_DELAY = dt.timedelta(minutes=2)


@shared_task
def send_mail_notices() -> int:
    """Send what is due and return how many left; several workers may do so at once."""
    Notification.objects.mail_due(timezone.now()).without_address().update(email_due_at=None)
    sent = 0
    for _round in range(BATCHES_A_RUN):
        batch = _claim(timezone.now())
        if not batch:
            break
        left = _send(batch)
        sent += left
        if not left:
            break
    return sent


@shared_task
def anchor_audit() -> None:
    """Keep where the audit log stands: in a stamped row, and as a line of this process's own log."""
    audit_chain.anchor(timezone.now())


@shared_task
def purge() -> None:
    """Remove what was kept long enough; the audit log says what went, and this process's log how much."""
    if not retention.is_alone():
        return
    try:
        for outcome in retention.run(timezone.now()):
            if outcome.count:
                logger.info("Retention: %s of %s", outcome.count, outcome.rule.name)
    finally:
        retention.leave()


@transaction.atomic
def _claim(now: dt.datetime) -> list[Notification]:
    due = Notification.objects.mail_due(now).select_related("recipient").order_by("email_due_at", "id")
    batch = list(due.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    Notification.objects.filter(pk__in=[n.pk for n in batch]).update(
        email_sent_at=now, email_attempts=F("email_attempts") + 1
    )
    return batch


def _send(batch: list[Notification]) -> int:
    connection = get_connection()
    sent = 0
    for index, notification in enumerate(batch):
        try:
            connection.open()
        except (OSError, SMTPException) as error:
            logger.warning("The mail server does not answer: %s", type(error).__name__)
            _put_back(batch[index:])
            break
        sent += _send_one(notification, connection)
    connection.close()
    return sent


def _send_one(notification: Notification, connection: BaseEmailBackend) -> bool:
    try:
        message(notification, connection).send()
    except (OSError, SMTPException, ValueError) as error:
        logger.warning("Mail of notice %s failed: %s", notification.pk, type(error).__name__)
        connection.close()
        attempts = notification.email_attempts + 1
        next_at = timezone.now() + DELAYS[attempts - 1] if attempts <= len(DELAYS) else None
        Notification.objects.filter(pk=notification.pk).update(email_sent_at=None, email_due_at=next_at)
        return False
    return True


def _put_back(batch: list[Notification]) -> None:
    """Nobody's fault but the server's: no attempt is counted."""
    Notification.objects.filter(pk__in=[n.pk for n in batch]).update(
        email_sent_at=None, email_attempts=F("email_attempts") - 1, email_due_at=timezone.now() + SERVER_DOWN_DELAY
    )


def message(notification: Notification, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """Write the mail in the recipient's language, with a link to what it is about."""
    person = notification.recipient
    with translation.override(person.language):
        context = {
            "title": notices.title(notification),
            "person": person,
            "link": settings.SITE_URL + notification.url,
            "at": notification.created_at,
        }
        subject = render_to_string("emails/notice.subject.txt", context)
        mail = EmailMultiAlternatives(
            " ".join(subject.split()),
            render_to_string("emails/notice.txt", context),
            to=[person.email],
            connection=connection,
        )
        mail.attach_alternative(render_to_string("emails/notice.html", context), "text/html")
    return mail
