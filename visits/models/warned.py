"""Which leaders were told of overdue visits in which week: once a week each."""

from django.conf import settings
from django.db import models


class WarnedWeek(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    week_on = models.DateField()
    """The Monday."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "week_on"], name="warned_once_a_week")]

    def __str__(self) -> str:
        return f"{self.user_id} in the week of {self.week_on}"
