"""The area tree, the units and posts attached to it, and the working-day calendar."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from mptt.models import MPTTModel, TreeForeignKey

from grids.querysets import GridManager, PostQuerySet, UnitQuerySet
from grids.roles import UNIT_ROLES, Role


class Kind(models.TextChoices):
    DISTRICT = "district", _("District")
    STREET = "street", _("Street or town")
    COMMUNITY = "community", _("Community or village")
    BASE = "base", _("Base grid")
    DEDICATED = "dedicated", _("Dedicated grid")
    MICRO = "micro", _("Micro-grid")


class Settlement(models.TextChoices):
    URBAN = "urban", _("Urban")
    RURAL = "rural", _("Rural")


def public_code() -> str:
    """Return an unguessable address for a public page."""
    return secrets.token_urlsafe(9)


class Grid(MPTTModel):  # type: ignore[misc]  # mptt ships no types
    """A node of the area tree. Change the tree through `grids.actions` only: it holds the district's lock."""

    parent = TreeForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=20, unique=True)
    statistical_code = models.CharField(_("statistical code"), max_length=12, blank=True)
    name = models.CharField(_("name"), max_length=80)
    settlement = models.CharField(_("urban or rural"), max_length=5, choices=Settlement.choices, blank=True)
    boundary = models.JSONField(_("boundary"), null=True, blank=True)  # GeoJSON geometry, WGS-84
    four_sides = models.CharField(_("four sides"), max_length=200, blank=True)
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    duties = models.TextField(_("duties shown to the public"), blank=True)
    co_managed_by = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="co_managed",
        verbose_name=_("co-managed by"),
    )
    default_unit = models.ForeignKey(
        "Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("default unit")
    )
    public_code = models.CharField(max_length=20, unique=True, default=public_code, editable=False)
    valid_from = models.DateField(_("valid from"), default=timezone.localdate)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    map_version = models.PositiveIntegerField(default=1, editable=False)
    """On a district: raised with each change of a node or boundary below it, so that cached indexes know."""

    objects: ClassVar[GridManager] = GridManager()

    class MPTTMeta:
        order_insertion_by = ["code"]

    class Meta:
        verbose_name = _("grid")
        verbose_name_plural = _("grids")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="district", parent=None)
                | (~models.Q(kind="district") & models.Q(parent__isnull=False)),
                name="grid_only_districts_are_roots",
            ),
            models.CheckConstraint(
                condition=models.Q(co_managed_by=None) | models.Q(kind="dedicated"), name="grid_co_managed_if_dedicated"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="grid_valid_span",
            ),
        ]
        indexes = [
            # Subtrees: tree_id = t AND lft BETWEEN a AND b.
            models.Index(fields=["tree_id", "lft"], name="grid_subtree"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("grids:detail", args=[self.pk])


class FormerCode(models.Model):
    """A code that a node had before it moved; it is never given to another one, and still finds its node."""

    grid = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="former_codes", verbose_name=_("grid"))
    code = models.CharField(_("code"), max_length=20, db_index=True)
    ended_at = models.DateTimeField(_("until"), default=timezone.now)

    class Meta:
        verbose_name = _("former code")
        verbose_name_plural = _("former codes")

    def __str__(self) -> str:
        return self.code


class UnitKind(models.TextChoices):
    CENTRE = "centre", _("Grid centre")
    DEPARTMENT = "department", _("Department")
    JOINT_TEAM = "joint_team", _("Joint team")
    PROPERTY = "property", _("Property company")


class Unit(models.Model):
    """An organisation attached to a node that orders can be handed to: centre, department, joint team."""

    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="units", verbose_name=_("node"))
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind.choices, default=UnitKind.DEPARTMENT)
    function = models.CharField(_("function"), max_length=30, blank=True)
    """What it is in charge of (`urban_management`, `water`, …); categories name the function that leads them."""
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [models.UniqueConstraint(fields=["node", "name"], name="unit_name_once_per_node")]

    def __str__(self) -> str:
        return self.name


class Employment(models.TextChoices):
    FULL_TIME = "full_time", _("Full-time")
    PART_TIME = "part_time", _("Part-time")


class Post(models.Model):
    """A person in a role at a node (and, for department roles, in a unit there) from a day to a day inclusive."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="posts", verbose_name=_("node"))
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="posts", verbose_name=_("unit")
    )
    employment = models.CharField(
        _("employment"), max_length=10, choices=Employment.choices, default=Employment.FULL_TIME
    )
    is_primary = models.BooleanField(_("primary worker of the grid"), default=False)
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")), name="post_span"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=sorted(UNIT_ROLES), unit__isnull=False)
                | ~models.Q(role__in=sorted(UNIT_ROLES)),
                name="post_department_roles_have_a_unit",
            ),
            models.UniqueConstraint(
                fields=["node"], condition=models.Q(is_primary=True, ends_on=None), name="post_one_primary_per_node"
            ),
        ]
        indexes = [
            # Who holds which role at a node.
            models.Index(fields=["node", "role"], name="post_node_role"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.node}"


class Badge(models.Model):
    """The code on the card of somebody in post (grids/badges.py); made when it is first shown."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="badge")
    code = models.CharField(max_length=20, unique=True, default=public_code, editable=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")

    def __str__(self) -> str:
        return f"badge of post {self.post_id}"


class DayKind(models.TextChoices):
    WORKDAY = "workday", _("Working day")
    HOLIDAY = "holiday", _("Holiday")
    MAKEUP_WORKDAY = "makeup_workday", _("Make-up working day")


class CalendarDay(models.Model):
    """One day of the working-day calendar (DOMAIN.md §2.10); a year is loaded when its 1 January has a row."""

    date = models.DateField(_("date"), primary_key=True)
    kind = models.CharField(_("kind"), max_length=15, choices=DayKind.choices)
    name = models.CharField(_("name"), max_length=40, blank=True)
    source = models.CharField(_("source"), max_length=40)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.get_kind_display()}"
