"""Organisations of a grid: enterprises, traders, schools, clinics, key sites (重点场所)."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from residents.models.placed import Placed
from residents.models.places import House
from residents.querysets import PlacedQuerySet


class OrganisationKind(models.TextChoices):
    ENTERPRISE = "enterprise", _("Enterprise")
    TRADER = "trader", _("Sole trader")
    SOCIAL = "social", _("Social organisation")
    SCHOOL = "school", _("School or kindergarten")
    CLINIC = "clinic", _("Clinic or hospital")
    PUBLIC = "public", _("Public body")
    OTHER = "other", _("Other")


class Organisation(Placed):
    """An organisation at an address; a key site is one whose safety is checked regularly."""

    kind = models.CharField(_("kind"), max_length=10, choices=OrganisationKind.choices)
    name = models.CharField(_("name"), max_length=100, db_collation="C")
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    is_key_site = models.BooleanField(_("key site"), default=False)
    address = models.CharField(_("address"), max_length=200, blank=True)
    house = models.ForeignKey(
        House, null=True, blank=True, on_delete=models.SET_NULL, related_name="organisations", verbose_name=_("house")
    )
    lng = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    trade = models.CharField(_("line of business"), max_length=60, blank=True)
    employees = models.PositiveIntegerField(_("people who work there"), null=True, blank=True)
    manager_name = models.CharField(_("person in charge"), max_length=60, blank=True)
    manager_phone = EncryptedTextField(_("telephone of the person in charge"), blank=True)
    safety_name = models.CharField(_("safety contact"), max_length=60, blank=True)
    safety_phone = EncryptedTextField(_("telephone of the safety contact"), blank=True)
    fire_checked_on = models.DateField(_("last fire safety check"), null=True, blank=True)
    electricity_checked_on = models.DateField(_("last electricity check"), null=True, blank=True)
    gas_checked_on = models.DateField(_("last gas check"), null=True, blank=True)
    closed_on = models.DateField(_("closed since"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PlacedQuerySet["Organisation"].as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "credit_code"],
                condition=~models.Q(credit_code="") & models.Q(closed_on=None),
                name="organisation_credit_code_once",
            )
        ]
        indexes = [
            # Lists by name, of each level.
            models.Index(fields=["grid", "name", "id"], name="organisation_of_grid"),
            models.Index(fields=["community", "name", "id"], name="organisation_of_community"),
            models.Index(fields=["street", "name", "id"], name="organisation_of_street"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("residents:organisation", args=[self.pk])
