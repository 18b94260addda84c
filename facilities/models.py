"""The register of facilities (城市部件): what stands in the street, where, whose it is, and what became of it."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from facilities.querysets import FacilityQuerySet, ImportQuerySet
from facilities.states import SOURCES, BigClass, FacilityState, FacilityStep
from grids.coordinates import CRS
from grids.models import Grid, Unit
from residents.models.placed import Placed


class FacilityKind(models.Model):
    """A small class of components: big class and number in it, two digits each (DOMAIN.md §2.8)."""

    code = models.CharField(_("code"), max_length=4, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    related = models.CharField(max_length=200, blank=True)
    """Codes of categories, with spaces between, whose incidents such a thing may have beside its own class's."""
    is_camera = models.BooleanField(_("camera"), default=False)
    """Only where it stands is kept; there is no picture from it."""
    source = models.CharField(_("source"), max_length=120, blank=True)
    verified = models.BooleanField(_("verified"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ("code",)
        verbose_name = _("kind of facility")
        verbose_name_plural = _("kinds of facilities")

    def __str__(self) -> str:
        is_english = (get_language() or "").startswith("en")
        return self.name_en if is_english and self.name_en else self.name

    @property
    def big_class(self) -> str:
        code = self.code[:2]
        return str(BigClass(code).label) if code in BigClass.values else code

    @property
    def source_words(self) -> str:
        """Where a shipped kind comes from, in the reader's language; what somebody wrote stays as it is."""
        return str(SOURCES.get(self.source, self.source))


class Facility(Placed):
    """One component, at a point of a grid. Change it through `facilities.actions` only."""

    code = models.CharField(_("code"), max_length=16, unique=True)
    kind = models.ForeignKey(FacilityKind, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    lng = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6)
    lat = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit in charge")
    )
    owner = models.CharField(pgettext_lazy("of a facility", "owner"), max_length=80, blank=True)
    """Whose property it is, where that is no unit of the district (a power company)."""
    state = models.CharField(_("state"), max_length=8, choices=FacilityState.choices, default=FacilityState.IN_USE)
    installed_on = models.DateField(_("installed on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = FacilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")
        indexes = [
            # Lists of a node, by code.
            models.Index(fields=["grid", "code"], name="facility_of_grid"),
            models.Index(fields=["community", "code"], name="facility_of_community"),
            models.Index(fields=["street", "code"], name="facility_of_street"),
            models.Index(fields=["district", "code"], name="facility_of_district"),
            # What stands within some metres of a point; the rectangle of a map.
            models.Index(fields=["lat", "lng"], name="facility_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.kind} {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("facilities:detail", args=[self.pk])

    @property
    def is_removed(self) -> bool:
        return self.state == FacilityState.REMOVED


class FacilityGround(models.Model):
    """Which map of a district its facilities were last looked at against (facilities/ground.py)."""

    district = models.OneToOneField(Grid, on_delete=models.CASCADE, primary_key=True, related_name="+")
    map_version = models.PositiveIntegerField()
    looked_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.district_id} {self.map_version}"


class FacilityEvent(models.Model):
    """One change of an entry; a database trigger refuses changing or deleting it."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="events")
    step = models.CharField(max_length=5, choices=FacilityStep.choices)
    changes = models.JSONField(default=dict)
    """What each changed column held before and after, as texts."""
    note = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.facility_id} {self.step}"


class FacilityImport(models.Model):
    """A list brought in through the page: looked at first, then written; the file itself goes when that is done."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("file"), max_length=120)
    content = models.BinaryField(default=bytes)
    crs = models.CharField(_("system of the degrees"), max_length=6, choices=[(crs, crs) for crs in CRS])
    counts = models.JSONField(default=dict)
    entries = models.JSONField(default=list)
    """[outcome, line, subject, words] of the lines that need eyes, `facilities.uploads.KEPT` at most."""
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("facilities:import", args=[self.pk])
