"""Reads on work orders: who sees which, and the lists that people work from."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from workorders.models import Category, Rule, StageClock, WorkOrder  # noqa: F401 - named in the bases below


class CategoryQuerySet(models.QuerySet["Category"]):
    def active(self) -> "CategoryQuerySet":
        return self.filter(is_active=True)


class RuleQuerySet(models.QuerySet["Rule"]):
    def in_force(self, at: dt.datetime) -> "RuleQuerySet":
        """Return the rows that held at this moment."""
        return self.filter(models.Q(valid_to=None) | models.Q(valid_to__gt=at), valid_from__lte=at)


class ClockQuerySet(models.QuerySet["StageClock"]):
    def running(self) -> "ClockQuerySet":
        return self.filter(stopped_at=None)


class OrderQuerySet(models.QuerySet["WorkOrder"]):
    def open(self) -> "OrderQuerySet":
        return self.filter(finished_at=None)
