"""Replies to requesters: drafted by who handles the matter, reviewed by who answers for it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Grid, Unit
from hotline.models.requests import Request
from hotline.reply_querysets import ReplyQuerySet
from hotline.states import ReplyState
from workorders.models import WorkOrder


class Reply(models.Model):
    """One reply: of an order, to all whose requests it settles; or of the desk, to one request."""

    order = models.ForeignKey(WorkOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    matter = models.ForeignKey(Request, null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    text = models.TextField(pgettext_lazy("of a reply", "text"), max_length=2000)
    state = models.CharField(_("state"), max_length=8, choices=ReplyState.choices, default=ReplyState.DRAFT)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField(default=timezone.now)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """The unit that drafted it."""
    review_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    review_node = models.ForeignKey(
        Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Whose people review it: the unit that answers for the order, else a node; the level above may always."""
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    remark = models.TextField(pgettext_lazy("of a review", "remark"), blank=True)
    warnings = models.JSONField(default=list, blank=True)
    """What the plain-language check said of the approved text, by code; `remark` says why it went out nevertheless."""
    version = models.PositiveIntegerField(default=1)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        constraints = [
            models.CheckConstraint(condition=Q(order=None) ^ Q(matter=None), name="reply_of_an_order_or_a_request"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state=ReplyState.DRAFT), name="reply_one_draft_of_an_order"
            ),
            models.CheckConstraint(
                condition=Q(state=ReplyState.DRAFT) ^ Q(reviewed_at__isnull=False), name="reply_draft_or_reviewed"
            ),
        ]
        indexes = [
            # The lists of what waits for review, by unit and by node.
            models.Index(
                fields=["review_unit", "id"], condition=Q(state=ReplyState.DRAFT), name="reply_to_review_unit"
            ),
            models.Index(
                fields=["review_node", "id"], condition=Q(state=ReplyState.DRAFT), name="reply_to_review_node"
            ),
        ]

    def __str__(self) -> str:
        return f"reply {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("hotline:reply", args=[self.pk])
