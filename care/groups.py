"""Care groups (重点人群): facts of service by which somebody is visited more often (六必访, DOMAIN.md §1.2).

A certificate is a fact of service, a diagnosis is not stored. Some groups are entered with a source and a day, others
follow from what the registers hold already, so that nothing has to be kept in step.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Group(models.TextChoices):
    HARDSHIP = "hardship", _("Household in hardship")
    LIVING_ALONE = "living_alone", _("Elderly person living alone")
    DISABLED = "disabled", _("Disabled household (by certificate)")
    RENTAL_HOUSE = "rental_house", _("Rental house")
    UNEMPLOYED = "unemployed", _("Registered as unemployed")
    LEFT_BEHIND = "left_behind", _("Left-behind child")
    AGED_80 = "aged_80", _("80 years and older")
    VETERAN = "veteran", _("Veteran")


ENTERED = (Group.HARDSHIP, Group.LIVING_ALONE, Group.DISABLED, Group.UNEMPLOYED, Group.VETERAN)
"""Memberships that somebody enters. The others follow from the registers: the house's use, the facts of a left-behind
child, the birth date."""
MUST_VISIT = (
    Group.HARDSHIP,
    Group.LIVING_ALONE,
    Group.DISABLED,
    Group.RENTAL_HOUSE,
    Group.UNEMPLOYED,
    Group.LEFT_BEHIND,
)
"""六必访."""


class GroupSource(models.TextChoices):
    """Where a membership is known from."""

    VISIT = "visit", _("Seen at a visit")
    SELF = "self", _("Said by the resident or the family")
    DEPARTMENT = "department", _("List of a department")
    ROSTER = "roster", _("Roster import")
