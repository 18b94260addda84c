"""Briefings and subscribed tables by e-mail, from the rows of `Delivery`, with the file attached.

As with the notices (accounts/tasks.py): a batch is claimed and committed before the mail server is spoken to, so that
nobody gets one twice; only what the server refused is tried again, with growing delay. Whether a subscriber still has a
post over the node is asked at the moment of sending.
"""

import datetime as dt
import logging
from smtplib import SMTPException
from typing import IO

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts import notices
from accounts.tasks import DELAYS, SERVER_DOWN_DELAY
from accounts.workbooks import CONTENT_TYPE
from bulletins import document, pdf, tables, word
from bulletins.actions import subscribing
from bulletins.models import Delivery, Subscription
from bulletins.states import File, Mail
from grids.standing import load_standing
from hotline.periods import around
from insights.access import posts_of

logger = logging.getLogger(__name__)
BATCH = 20
BATCHES_A_RUN = 10
TYPES = {
    File.PDF: "application/pdf",
    File.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    File.XLSX: CONTENT_TYPE,
}


def send_due(now: dt.datetime | None = None) -> int:
    """Send what is due and return how many left; several workers may do so at once."""
    sent = 0
    for _round in range(BATCHES_A_RUN):
        batch = _claim(now or timezone.now())
        if not batch:
            break
        left = _send(batch, now or timezone.now())
        sent += left
        if not left:
            break
    return sent


@transaction.atomic
def _claim(now: dt.datetime) -> list[Delivery]:
    due = Delivery.objects.mail_due(now).select_for_update(skip_locked=True, of=("self",))
    batch = list(
        due.select_related("user", "bulletin__node", "bulletin__published_by", "subscription__node").defer(
            "bulletin__node__boundary", "subscription__node__boundary"
        )[:BATCH]
    )
    Delivery.objects.filter(pk__in=[row.pk for row in batch]).update(
        state=Mail.SENT, sent_at=now, due_at=None, attempts=F("attempts") + 1
    )
    return batch


def _send(batch: list[Delivery], now: dt.datetime) -> int:
    connection = get_connection()
    sent = 0
    for index, row in enumerate(batch):
        if not _is_entitled(row, now):
            continue
        try:
            connection.open()
        except (OSError, SMTPException) as error:
            logger.warning("The mail server does not answer: %s", type(error).__name__)
            Delivery.objects.filter(pk__in=[one.pk for one in batch[index:]]).update(
                state=Mail.WAITING, sent_at=None, due_at=now + SERVER_DOWN_DELAY, attempts=F("attempts") - 1
            )
            break
        sent += _send_one(row, connection, now)
    connection.close()
    return sent


def _is_entitled(row: Delivery, now: dt.datetime) -> bool:
    """Say whether it may go; a subscriber without a post over the node any more is told, and it ends."""
    item = row.subscription
    if item is not None and item.ended_at is None and row.user.is_active and _is_over(item, now):
        return True
    if item is None and row.user.is_active and row.user.email:
        return True
    with transaction.atomic():
        Delivery.objects.filter(pk=row.pk).update(state=Mail.STOPPED, sent_at=None)
        if item is not None and item.ended_at is None:
            subscribing.end(item, actor=None, now=now)
            url = reverse("bulletins:subscriptions")
            notices.send([row.user_id], "subscription_stopped", {"node": item.node.name}, url, now=now)
    return False


def _is_over(item: Subscription, now: dt.datetime) -> bool:
    node = item.node
    posts = posts_of(load_standing(item.user_id, timezone.localdate(now)))
    return bool(item.user.email) and any(
        post.tree_id == node.tree_id and post.lft <= node.lft and post.rght >= node.rght for post in posts
    )


def _send_one(row: Delivery, connection: BaseEmailBackend, now: dt.datetime) -> bool:
    try:
        message(row, connection).send()
    except (OSError, SMTPException, ValueError) as error:
        logger.warning("Mail of delivery %s failed: %s", row.pk, type(error).__name__)
        connection.close()
        attempts = row.attempts + 1
        next_at = now + DELAYS[attempts - 1] if attempts <= len(DELAYS) else None
        state = Mail.WAITING if next_at is not None else Mail.FAILED
        Delivery.objects.filter(pk=row.pk).update(state=state, sent_at=None, due_at=next_at)
        return False
    return True


def message(row: Delivery, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """Write the mail in the recipient's language with the file, a link, and how to end it where it is subscribed."""
    with translation.override(row.user.language):
        title, kind, file = _content(row)
        link = row.bulletin.get_absolute_url() if row.bulletin is not None else reverse("bulletins:subscriptions")
        context = {
            "title": title,
            "person": row.user,
            "link": settings.SITE_URL + link,
            "stop": settings.SITE_URL + reverse("bulletins:subscriptions") if row.subscription is not None else "",
        }
        mail = EmailMultiAlternatives(
            " ".join(render_to_string("emails/bulletin.subject.txt", context).split()),
            render_to_string("emails/bulletin.txt", context),
            to=[row.user.email],
            connection=connection,
        )
        mail.attach_alternative(render_to_string("emails/bulletin.html", context), "text/html")
        with file:
            mail.attach(f"{title}.{kind}", file.read(), TYPES[kind])
    return mail


def _content(row: Delivery) -> tuple[str, File, IO[bytes]]:
    item = row.subscription
    if row.bulletin is not None:
        kind = File.DOCX if item is not None and item.file == File.DOCX else File.PDF
        paper = document.of(row.bulletin)
        return paper.title, kind, word.write(paper) if kind == File.DOCX else pdf.write(paper)
    assert item is not None  # noqa: S101 - a check of the database
    period = around(row.starts_on, item.length)
    title = tables.title(item, period)
    if item.file == File.XLSX:
        return title, File.XLSX, tables.workbook(item, period)
    return title, File.PDF, pdf.write(tables.document(item, period))
