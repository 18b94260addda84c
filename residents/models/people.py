"""Residents and their households.

Not stored, by decision (DOMAIN.md §4.4): religion, diagnoses, petitions, criminal records in general.
Identity numbers and telephone numbers are encrypted; a keyed fingerprint of 128 bits finds an equal one, and the last
four digits stand beside it for whoever asks by those.
"""

import datetime as dt

from django.db import models
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.fields import EncryptedTextField
from residents.models.placed import Placed
from residents.models.places import House
from residents.querysets import HouseholdQuerySet, ResidentQuerySet


class ResidentKind(models.TextChoices):
    REGISTERED = "registered", _("Registered here")
    FLOATING = "floating", _("Floating")
    FOREIGN = "foreign", _("From abroad")
    LEFT_BEHIND = "left_behind", _("Left behind")


class Gone(models.TextChoices):
    """Why somebody is no longer in the register."""

    MOVED = "moved", _("Moved away")
    DIED = "died", _("Died")
    DOUBLE = "double", _("Entered twice")


LONG_NAME = models.Q(name__regex=r"^.{4}")
"""Names of more than three characters: few, so that a search may read all of a street."""


class Resident(Placed):
    """A person who lives in a grid, or is registered there and lives elsewhere; the path is that of the grid."""

    kind = models.CharField(_("kind"), max_length=11, choices=ResidentKind.choices, default=ResidentKind.REGISTERED)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60, db_collation="C")
    initials = models.CharField(max_length=60, blank=True, db_collation="C", editable=False)
    """The pinyin initials of the name in lower case (residents/pinyin.py)."""
    sex = models.CharField(_("sex"), max_length=1, default="0")
    born_on = models.DateField(_("born on"), null=True, blank=True)
    certificate = models.CharField(_("certificate"), max_length=3, default="111")
    identity_number = EncryptedTextField(_("identity number"), blank=True)
    identity_hash = models.UUIDField(null=True, blank=True, editable=False)
    identity_last4 = models.CharField(max_length=4, blank=True, editable=False)
    phone = EncryptedTextField(_("phone"), blank=True)
    phone_hash = models.UUIDField(null=True, blank=True, editable=False)
    phone_last4 = models.CharField(max_length=4, blank=True, editable=False)
    ethnicity = models.CharField(_("ethnic group"), max_length=2, blank=True)
    marital = models.CharField(_("marital status"), max_length=2, blank=True)
    education = models.CharField(_("education"), max_length=2, blank=True)
    political = models.CharField(_("party membership"), max_length=2, blank=True)
    occupation = models.CharField(_("occupation"), max_length=60, blank=True)
    employer = models.CharField(_("place of work or school"), max_length=100, blank=True)
    house = models.ForeignKey(
        House,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="residents",
        db_index=False,
        verbose_name=_("lives in"),
    )
    registered_house = models.ForeignKey(
        House,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="registered_residents",
        db_index=False,
        verbose_name=_("registered in"),
    )
    registered_address = models.CharField(_("address of registration elsewhere"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    since_on = models.DateField(_("here since"), null=True, blank=True)
    gone = models.CharField(_("no longer here because"), max_length=6, choices=Gone.choices, blank=True)
    gone_on = models.DateField(_("no longer here since"), null=True, blank=True)
    anonymised_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "identity_hash"],
                condition=models.Q(identity_hash__isnull=False) & ~models.Q(gone="double"),
                name="resident_identity_once",
            ),
            models.CheckConstraint(
                condition=models.Q(gone="", gone_on=None) | (~models.Q(gone="") & models.Q(gone_on__isnull=False)),
                name="resident_gone_has_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(identity_number="", identity_hash=None)
                | (~models.Q(identity_number="") & models.Q(identity_hash__isnull=False)),
                name="resident_identity_with_hash",
            ),
        ]
        indexes = [
            # Search by name, also by its second and third character on: short ranges, whatever the register's size.
            models.Index("street", "name", "id", name="resident_name"),
            models.Index("street", Substr("name", 2), name="resident_name_from_2"),
            models.Index("street", Substr("name", 3), name="resident_name_from_3"),
            models.Index("street", "name", condition=LONG_NAME, name="resident_long_name"),
            models.Index(fields=["street", "initials"], name="resident_initials"),
            # Search by number: whole through the fingerprint (identity: the constraint), or by its end.
            models.Index(fields=["phone_hash"], name="resident_phone"),
            models.Index(fields=["identity_last4"], name="resident_identity_end"),
            models.Index(fields=["phone_last4"], name="resident_phone_end"),
            # Who lives in a house, who is registered there.
            models.Index(fields=["house"], name="resident_of_house"),
            models.Index(
                fields=["registered_house"],
                condition=models.Q(registered_house__isnull=False),
                name="resident_registered_in",
            ),
            # Lists of a grid and of a community, by name.
            models.Index(fields=["grid", "name", "id"], name="resident_of_grid"),
            models.Index(fields=["community", "name", "id"], name="resident_of_community"),
        ]

    def __str__(self) -> str:
        return f"resident {self.pk}"  # a name would end up in logs

    def get_absolute_url(self) -> str:
        return reverse("residents:person", args=[self.pk])

    @property
    def is_here(self) -> bool:
        return not self.gone

    @property
    def is_consistent(self) -> bool:
        """人户一致标识: lives where they are registered (01), or not (02)."""
        return self.house_id is not None and self.house_id == self.registered_house_id

    def age(self, day: dt.date) -> int | None:
        """Return full years on this day, or None where the birth is not known."""
        born = self.born_on
        return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class FloatingFacts(models.Model):
    """What is kept of somebody who is registered elsewhere (流动人口)."""

    resident = models.OneToOneField(Resident, primary_key=True, on_delete=models.CASCADE, related_name="floating")
    inflow_reason = models.CharField(_("reason for coming"), max_length=2, blank=True)
    dwelling = models.CharField(_("kind of dwelling"), max_length=10, blank=True)
    home_region = models.CharField(_("home region"), max_length=6, blank=True)
    permit_expires_on = models.DateField(_("residence permit until"), null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["permit_expires_on"], name="floating_permit_ends")]  # Permits that run out.

    def __str__(self) -> str:
        return f"floating facts of {self.resident_id}"


class ForeignFacts(models.Model):
    """What is kept of somebody from abroad (境外人员)."""

    resident = models.OneToOneField(Resident, primary_key=True, on_delete=models.CASCADE, related_name="foreign")
    country = models.CharField(_("country or region"), max_length=3, blank=True)
    latin_name = models.CharField(_("name in Latin letters"), max_length=80, blank=True)
    purpose = models.CharField(_("purpose of the stay"), max_length=60, blank=True)
    arrived_on = models.DateField(_("arrived on"), null=True, blank=True)
    certificate_expires_on = models.DateField(_("certificate until"), null=True, blank=True)
    leaves_on = models.DateField(_("means to leave on"), null=True, blank=True)

    def __str__(self) -> str:
        return f"foreign facts of {self.resident_id}"


class LeftBehindFacts(models.Model):
    """Whom to reach for somebody whose family works away (留守人员)."""

    class Group(models.TextChoices):
        CHILD = "child", _("Child")
        WOMAN = "woman", _("Woman")
        ELDERLY = "elderly", _("Elderly person")

    resident = models.OneToOneField(Resident, primary_key=True, on_delete=models.CASCADE, related_name="left_behind")
    group = models.CharField(_("group"), max_length=7, choices=Group.choices)
    guardian_name = models.CharField(_("family member to reach"), max_length=60, blank=True)
    guardian_relation = models.CharField(_("relation"), max_length=2, blank=True)
    guardian_phone = EncryptedTextField(_("telephone of the family member"), blank=True)

    def __str__(self) -> str:
        return f"left-behind facts of {self.resident_id}"


class Household(models.Model):
    """People who keep house together in a house; the head is always exactly one of its members (see actions)."""

    house = models.ForeignKey(House, on_delete=models.PROTECT, related_name="households", verbose_name=_("house"))
    head = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="heads", verbose_name=_("head"))
    number = models.CharField(_("household number"), max_length=9, blank=True)
    started_on = models.DateField(_("from"), default=timezone.localdate)
    ended_on = models.DateField(_("to"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [
            models.UniqueConstraint(fields=["head"], condition=models.Q(ended_on=None), name="household_head_of_one"),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="household_span",
            ),
        ]

    def __str__(self) -> str:
        return f"household {self.pk}"


class Membership(models.Model):
    """Somebody's time in a household, and how they are related to its head (GB/T 4761)."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="memberships")
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    kinship = models.CharField(_("relation to the head"), max_length=2, default="99")
    started_on = models.DateField(_("from"), default=timezone.localdate)
    ended_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership of a household")
        verbose_name_plural = _("memberships of households")
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=models.Q(ended_on=None), name="membership_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="membership_span",
            ),
        ]
        indexes = [models.Index(fields=["resident", "-started_on"], name="membership_of_resident")]  # Their page.

    def __str__(self) -> str:
        return f"{self.resident_id} in {self.household_id}"
