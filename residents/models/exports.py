"""Lists of the registers that somebody takes along: who asked, who decided, and the file until it expires."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Grid


class ListKind(models.TextChoices):
    PEOPLE = "people", _("People")
    HOUSES = "houses", _("Houses")
    ORGANISATIONS = "organisations", _("Organisations")


class ExportState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a decision")
    QUEUED = "queued", _("Being written")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Could not be written")
    EXPIRED = "expired", _("Expired")


class Export(models.Model):
    """One list of one area. Masked, unless somebody else than who asked for it approved that it is not."""

    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", verbose_name=_("area"))
    what = models.CharField(_("list"), max_length=13, choices=ListKind.choices)
    is_masked = models.BooleanField(_("masked"), default=True)
    purpose = models.CharField(_("purpose"), max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=ExportState.choices)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("asked by")
    )
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(_("note"), max_length=200, blank=True)
    rows = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=100, blank=True)
    """Where the encrypted file lies in the storage; empty before and after."""
    expires_at = models.DateTimeField()
    """Until when the file may be fetched, or the request be decided."""
    fetched = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("list taken along")
        verbose_name_plural = _("lists taken along")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("requested_by")),
                name="export_decided_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(is_masked=True)
                | ~models.Q(state__in=["queued", "ready"])
                | models.Q(decided_by__isnull=False),
                name="export_unmasked_was_approved",
            ),
        ]
        indexes = [
            # One's own, newest first.
            models.Index(fields=["requested_by", "-id"], name="export_of_person"),
            # Those to decide, to write and to expire.
            models.Index(
                fields=["state", "expires_at"],
                condition=models.Q(state__in=["waiting", "queued", "ready"]),
                name="export_open",
            ),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"
