"""What appraisal means for pay: the elements, and what is kept of each worker for them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.fields import EncryptedTextField
from appraisal.querysets import PayElementQuerySet
from appraisal.states import Certificate, PayKind
from grids.models import Grid


class PayElement(models.Model):
    """What a district pays for something, from a day to a day inclusive; a change ends the row."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=11, choices=PayKind.choices)
    level = models.CharField(_("level"), max_length=12, blank=True)
    """Of a certificate: its level."""
    at_least = models.DecimalField(_("from this result on"), max_digits=6, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=8, decimal_places=2)
    """CNY a month; of the part-time share, percent."""
    cap = models.DecimalField(_("at most"), max_digits=8, decimal_places=2, null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = PayElementQuerySet.as_manager()

    class Meta:
        verbose_name = _("pay element")
        verbose_name_plural = _("pay elements")
        ordering = ["kind", "level", "at_least", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="payelement_amount"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="payelement_span",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.level}"


class WorkerRecord(models.Model):
    """What of a worker's service and certificate decides about pay."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="worker_record")
    hired_on = models.DateField(_("in service since"), null=True, blank=True)
    certificate = models.CharField(
        pgettext_lazy("of a social worker", "certificate"), max_length=9, choices=Certificate.choices, blank=True
    )
    certificate_number = EncryptedTextField(_("number of the certificate"), blank=True)
    valid_until = models.DateField(_("certificate valid until"), null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("worker's record")
        verbose_name_plural = _("workers' records")

    def __str__(self) -> str:
        return f"record of {self.user_id}"

    @property
    def masked_number(self) -> str:
        """Return the certificate's number with its middle hidden."""
        number = self.certificate_number
        shown = 3 if len(number) > 8 else 1
        return (
            f"{number[:shown]}{'*' * (len(number) - 2 * shown)}{number[-shown:]}"
            if len(number) > 2
            else "*" * len(number)
        )


class RecordChange(models.Model):
    """One change of a worker's record: which columns, and dates and levels before; a trigger refuses changing it."""

    record = models.ForeignKey(WorkerRecord, on_delete=models.PROTECT, related_name="changes", db_index=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    """Of the certificate's number only that it changed."""

    class Meta:
        indexes = [models.Index(fields=["record", "-id"], name="recordchange_of_record")]  # The history.

    def __str__(self) -> str:
        return f"change of {self.record_id}"

    @property
    def said(self) -> list[tuple[str, str, str]]:
        """Return what changed in words: column, before, after."""
        fields = WorkerRecord._meta
        return [
            (_named(fields, name), _said(name, self.before.get(name)), _said(name, value))
            for name, value in self.after.items()
        ]


def _named(fields: Any, name: str) -> str:
    return str(fields.get_field(name).verbose_name)


def _said(name: str, value: str | None) -> str:
    return str(Certificate(value or "").label) if name == "certificate" else value or ""
