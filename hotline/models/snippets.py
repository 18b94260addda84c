"""What the desk knows by heart: checked answers to what is asked again and again."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Grid
from hotline.querysets import SnippetQuerySet
from workorders.models import Category


class Snippet(models.Model):
    """A checked answer for the desk to start from; one that has expired is not offered any more."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(pgettext_lazy("of a snippet", "question"), max_length=100)
    text = models.TextField(pgettext_lazy("of a snippet", "answer"), max_length=2000)
    keywords = models.CharField(
        _("keywords"), max_length=200, blank=True, help_text=_("Words that a request on this would hold, with spaces.")
    )
    category = models.ForeignKey(
        Category,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("category"),
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("checked by")
    )
    verified_at = models.DateTimeField(_("checked"))
    used_count = models.PositiveIntegerField(_("used"), default=0)

    objects = SnippetQuerySet.as_manager()

    class Meta:
        verbose_name = _("knowledge snippet")
        verbose_name_plural = _("knowledge snippets")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("hotline:snippet-edit", args=[self.pk])

    def is_expired(self, day: dt.date) -> bool:
        return self.valid_until is not None and self.valid_until < day
