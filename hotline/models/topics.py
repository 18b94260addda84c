"""Hot topics: requests about one place or matter."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Grid
from hotline.topics.querysets import TopicQuerySet
from workorders.models import WorkOrder


class Topic(models.Model):
    """A group of requests (`Request.topic`), found by the sweep or made by hand; it may be handled as one order."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(pgettext_lazy("of a topic", "subject"), max_length=200)
    community = models.ForeignKey(
        Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Where all of it is in one community."""
    first_at = models.DateTimeField(_("first request"))
    last_at = models.DateTimeField(_("latest request"))
    order = models.ForeignKey(WorkOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="topics")
    """The one order whose answer reaches all."""
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Who gave it its title; the sweep does not change that one."""
    dismissed_at = models.DateTimeField(null=True, blank=True)
    """A person found that the requests are not about the same."""
    made_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("hot topic")
        verbose_name_plural = _("hot topics")
        indexes = [
            models.Index(
                fields=["district", "-last_at", "-id"], condition=Q(dismissed_at=None), name="topic_of_district"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("hotline:topic", args=[self.pk])
