"""Where people live and work: estate, building, house; each in a grid."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.fields import EncryptedTextField
from grids.models import Grid
from residents.models.placed import Placed
from residents.querysets import EstateQuerySet, PlacedQuerySet


class Estate(models.Model):
    """A residential quarter (小区), or a natural village; its buildings may lie in several grids of the community."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    street = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    community = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", verbose_name=_("community"))
    name = models.CharField(_("name"), max_length=60)
    road = models.CharField(_("road and number"), max_length=100, blank=True)
    property_company = models.CharField(_("property company"), max_length=80, blank=True)
    property_phone = models.CharField(_("telephone of the property company"), max_length=30, blank=True)
    retired_on = models.DateField(_("no longer there since"), null=True, blank=True)

    objects = EstateQuerySet.as_manager()

    class Meta:
        verbose_name = _("estate")
        verbose_name_plural = _("estates")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "name"], condition=models.Q(retired_on=None), name="estate_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("residents:estate", args=[self.pk])


class Building(Placed):
    """A building of an estate, in one grid, with the person who leads it (楼长)."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="buildings", verbose_name=_("estate"))
    number = models.CharField(_("building number"), max_length=20)
    units = models.PositiveSmallIntegerField(pgettext_lazy("of a building", "units"), null=True, blank=True)
    floors = models.PositiveSmallIntegerField(_("floors"), null=True, blank=True)
    head = models.ForeignKey(
        "Resident",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="leads_buildings",
        verbose_name=_("building lead"),
    )
    lng = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    retired_on = models.DateField(_("no longer there since"), null=True, blank=True)

    objects = PlacedQuerySet["Building"].as_manager()

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        constraints = [
            models.UniqueConstraint(
                fields=["estate", "number"], condition=models.Q(retired_on=None), name="building_number_once"
            )
        ]
        indexes = [
            models.Index(fields=["grid"], name="building_of_grid"),  # Contact households, places of a grid.
        ]

    def __str__(self) -> str:
        return _("Building %(number)s") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("residents:building", args=[self.pk])


class HouseUse(models.TextChoices):
    OWNED = "owned", _("Lived in by the owner")
    RENTED = "rented", _("Rented")
    GROUP_LET = "group_let", _("Let by the room or bed")
    VACANT = "vacant", _("Vacant")


class House(Placed):
    """A dwelling: one room number of a building, or a house number of a village."""

    estate = models.ForeignKey(
        Estate, null=True, blank=True, on_delete=models.PROTECT, related_name="houses", verbose_name=_("estate")
    )
    building = models.ForeignKey(
        Building,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="houses",
        db_index=False,
        verbose_name=_("building"),
    )
    unit_no = models.CharField(pgettext_lazy("of a building", "unit"), max_length=10, blank=True)
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    room_no = models.CharField(_("room or house number"), max_length=20)
    address = models.CharField(_("address"), max_length=200)
    """As it is shown, from the estate's name on."""
    address_key = models.CharField(max_length=160, db_collation="C", editable=False)
    """The address normalised (residents/addresses.py): what rosters and searches find the house by."""
    use = models.CharField(_("use"), max_length=10, choices=HouseUse.choices, default=HouseUse.OWNED)
    nature = models.CharField(_("nature of the building"), max_length=20, blank=True)
    """A code of the set `building_nature`."""
    area = models.DecimalField(_("area in m²"), max_digits=8, decimal_places=2, null=True, blank=True)
    owner_name = models.CharField(pgettext_lazy("of a house", "owner"), max_length=60, blank=True)
    owner_phone = EncryptedTextField(_("telephone of the owner"), blank=True)
    lng = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    retired_on = models.DateField(_("no longer there since"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PlacedQuerySet["House"].as_manager()

    class Meta:
        verbose_name = _("house")
        verbose_name_plural = _("houses")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "address_key"], condition=models.Q(retired_on=None), name="house_address_once"
            )
        ]
        indexes = [
            # The building's page.
            models.Index(fields=["building", "unit_no", "floor", "room_no"], name="house_of_building"),
            # Lists of a grid, a street; a community's is led by the constraint above.
            models.Index(fields=["grid", "address_key", "id"], name="house_of_grid"),
            models.Index(fields=["street", "address_key", "id"], name="house_of_street"),
        ]

    def __str__(self) -> str:
        return self.address

    def get_absolute_url(self) -> str:
        return reverse("residents:house", args=[self.pk])


class Relocation(models.Model):
    """A change of the grid that a house lies in; a database trigger refuses changing or deleting it."""

    house = models.ForeignKey(House, on_delete=models.CASCADE, related_name="relocations")
    from_grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"house {self.house_id}: {self.from_grid_id} → {self.to_grid_id}"
