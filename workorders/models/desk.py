"""What people keep for their own work with lists: what became of a move of many orders."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workorders.states import Move


class BulkMove(models.Model):
    """One person's move of many orders at once, and what became of each. Sent twice, it is made once."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    client_uuid = models.UUIDField()
    move = models.CharField(_("move"), max_length=20, choices=Move.choices)
    made_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    moved = models.JSONField(default=list, blank=True)
    """Primary key and number of each order that was moved."""
    refused = models.JSONField(default=list, blank=True)
    """Primary key, number and the reason, in the words of whoever asked, of each that was not."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "client_uuid"], name="bulkmove_uuid_once_per_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.move} by {self.actor_id} at {self.made_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("workorders:bulk-result", args=[self.pk])


class SavedFilter(models.Model):
    """A selection of the order list under a person's own name; `query` is its address after the question mark."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=1000)
    is_default = models.BooleanField(_("opens with the list"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="savedfilter_name_once_per_person"),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(is_default=True), name="savedfilter_one_default_per_person"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('workorders:list')}?{self.query}"
