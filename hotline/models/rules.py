"""The rows that rule call-backs, rates and key supervision; a row is never edited, it ends and a new one begins."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hotline.calling import CallTrait, MeasureKey
from hotline.states import RequestKind, RequestSource
from workorders.models.rules import Rule
from workorders.states import LimitUnit, Profile, Urgency


class CallRule(Rule):
    """What share of answered requests is called back; blanks mean "any". The most specific row answers; one with a
    trait is heard beside it, and the greater share holds (hotline/rules.py)."""

    kind = models.CharField(_("kind"), max_length=10, choices=RequestKind.choices, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=RequestSource.choices, blank=True)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices, blank=True)
    profile = models.CharField(_("rule"), max_length=12, choices=Profile.choices, blank=True)
    trait = models.CharField(_("holds for"), max_length=12, choices=CallTrait.choices, blank=True)
    share = models.PositiveSmallIntegerField(_("share called back (%)"), validators=[MaxValueValidator(100)])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "kind", "source", "urgency", "profile", "trait"],
                condition=models.Q(valid_to=None),
                name="callrule_one_in_force_per_cell",
            ),
            models.CheckConstraint(condition=models.Q(share__lte=100), name="callrule_share_range"),
        ]

    def __str__(self) -> str:
        return f"{self.share}%"


class Measure(Rule):
    """A number that a district sets; 0 switches off what it rules, where that can be switched off."""

    key = models.CharField(_("what"), max_length=20, choices=MeasureKey.choices)
    value = models.PositiveSmallIntegerField(_("value"))
    unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "key"], condition=models.Q(valid_to=None), name="measure_one_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.value} {self.unit}"
