"""The report form: shape and type of what a phone, a desk, or a page without scripts sends."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from facilities.models import Facility
from facilities.querysets import area
from grids.models import Grid, Kind
from grids.roles import Permission
from grids.standing import Standing
from locating import finding
from workorders import places, repeats
from workorders.categories import Branch
from workorders.doubles import Spot
from workorders.forms.fields import NodeField, PhotosField, Plain
from workorders.models import Category
from workorders.sources import DESK, sources_for
from workorders.states import Urgency

MAX_TEXT = 2000
LISTED = 300
"""Up to so many grids are offered as a list; beyond, one writes a code or a name."""
CRS = ("wgs84", "gcj02", "bd09")


def reporting_area(standing: Standing) -> Any:
    """Return the grids in which a person reports: those below their posts."""
    area = Q(pk__in=[])
    for post in standing.nodes(Permission.REPORT):
        area |= Q(tree_id=post.tree_id, lft__gte=post.lft, lft__lte=post.rght)
    kinds = [Kind.BASE, Kind.DEDICATED, Kind.COMMUNITY, Kind.STREET, Kind.DISTRICT]
    return Grid.objects.filter(area, kind__in=kinds, valid_to=None).order_by("tree_id", "lft")


class ReportForm(Plain):
    """An incident. `place()` and `arguments()` give what `actions.report` takes."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    photos = PhotosField(label=_("Photos"), required=False, camera=True)
    lng = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    crs = forms.ChoiceField(choices=[(crs, crs) for crs in CRS], required=False, widget=forms.HiddenInput)
    accuracy_m = forms.FloatField(required=False, min_value=0, widget=forms.HiddenInput)
    grid = NodeField(label=_("Grid"), required=False)
    address = forms.CharField(label=_("Address in words"), required=False, max_length=200)
    facility = forms.CharField(
        label=_("Code of the facility"),
        required=False,
        max_length=16,
        help_text=_("As it stands on the manhole cover, the lamp, the pole; nearby ones are offered by themselves."),
    )
    facility_near = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    """The one that was chosen among those nearby."""
    category = forms.TypedChoiceField(
        label=_("Category"),
        coerce=int,
        error_messages={"required": _("Choose a category."), "invalid_choice": _("Choose a category from the list.")},
    )
    description = forms.CharField(
        label=_("What is the matter"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a sentence what is the matter.")},
    )
    urgency = forms.ChoiceField(label=_("Urgency"), required=False)
    is_confidential = forms.BooleanField(label=_("Confidential"), required=False)
    contact_name = forms.CharField(label=_("Resident's name"), required=False, max_length=50)
    contact_phone = forms.CharField(label=_("Resident's phone"), required=False, max_length=30)
    source = forms.ChoiceField(label=_("Source"))
    same_as = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    """The open order that the reporter says this repeats; whether they may see it the action asks."""
    self_handled = forms.BooleanField(label=_("Solved on the spot"), required=False)
    result = forms.CharField(
        label=_("What was done"), required=False, max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )
    after_photos = PhotosField(label=_("Photos after the work"), required=False, camera=True)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        standing: Standing,
        branches: Iterable[Branch],
        initial: Any = None,
    ) -> None:
        sources = sources_for(standing)
        start = {"client_uuid": uuid.uuid4(), "source": sources[0].value, "crs": "wgs84"}
        super().__init__(data, files, initial=start | (initial or {}))
        self.standing, self.user_id = standing, standing.user_id
        self.branches = [branch for branch in branches if branch.category.is_active]
        self.by_pk = {branch.category.pk: branch.category for branch in self.branches}
        self._fill("category", [("", _("Choose…")), *[(b.category.pk, b.path) for b in self.branches if b.is_leaf]])
        self._fill("urgency", [("", _("Usual for the category")), *Urgency.choices])
        self._fill("source", [(source.value, source.label) for source in sources])
        self.has_one_source = len(sources) == 1
        self.is_desk = bool(standing.roles & DESK)
        self._offer_grids(reporting_area(standing))

    def _fill(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def _offer_grids(self, area: Any) -> None:
        field = self.fields["grid"]
        assert isinstance(field, NodeField)  # noqa: S101 - declared above
        field.offered = area
        listed = list(area.only("pk", "name", "kind", "lft", "rght", "tree_id", "parent_id")[: LISTED + 1])
        if len(listed) <= LISTED:
            choices = [("", _("By the map")), *[(node.pk, node.name) for node in listed]]
            field.widget = forms.Select(choices=choices, attrs={"class": "form-select"})
        else:
            field.help_text = _("The grid's code, or its whole name.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "grid" not in self.errors and "lng" not in self.errors and "lat" not in self.errors:
            self._find_place(given)
        return given

    def clean_facility_near(self) -> Facility | None:
        """Take the facility that was chosen among those nearby, else the one whose code was typed."""
        near, typed = self.cleaned_data["facility_near"], self.cleaned_data.get("facility", "")
        code = near or typed
        found = Facility.objects.standing().filter(area(self.standing), code=code).first() if code else None
        if code and found is None:
            words = _("No facility of your area has this code.")
            self.add_error("facility", words)
        return found

    def _find_place(self, given: dict[str, Any]) -> None:
        lng, lat, chosen = given.get("lng"), given.get("lat"), given.get("grid")
        if chosen is not None:
            given["place"] = places.place_in(chosen)
            return
        if lng is None or lat is None:
            self._find_by_words(given)
            return
        accuracy = given.get("accuracy_m")
        try:
            given["place"] = places.place_at(
                lng, lat, given.get("crs") or "wgs84", None if accuracy is None else round(min(accuracy, 1e6))
            )
        except ValidationError as error:
            self.add_error("grid", error)

    def _find_by_words(self, given: dict[str, Any]) -> None:
        """Take the grid that the address surely means; else say which it may mean."""
        district = finding.reporting_districts(self.standing).first()
        address = given.get("address", "").strip()
        found = (
            finding.find(address, district=district, most=3) if address and district is not None else finding.NOTHING
        )
        if found.best is None:
            self.add_error("grid", _("Say where it is: on the map, or by the grid."))
        elif found.is_sure:
            given["place"] = places.place_in(Grid.objects.select_related("parent").get(pk=found.best.base_id))
        else:
            names = _(", ").join(candidate.name for candidate in found.candidates)
            words = _("The address alone does not tell the grid; it may be %(names)s. Choose one, or the map.")
            self.add_error("grid", words % {"names": names})

    def arguments(self) -> dict[str, Any]:
        """Return what `actions.report` takes beside the actor."""
        given = self.cleaned_data
        category: Category = self.by_pk[given["category"]]
        return {
            "place": given["place"],
            "category": category,
            "description": given["description"],
            "source": given["source"],
            "client_uuid": given["client_uuid"],
            "address": given["address"],
            "urgency": given["urgency"] or None,
            "is_confidential": True if given["is_confidential"] else None,
            "contact_name": given["contact_name"],
            "contact_phone": given["contact_phone"],
            "photos": given["photos"],
            "self_handled": given["self_handled"],
            "result": given["result"],
            "after_photos": given["after_photos"],
            "same_as": given["same_as"],
            "facility": given["facility_near"],
        }

    def spot(self) -> Spot | None:
        """Return what to look for duplicates around, of a form that may be half filled in; None without place or
        category."""
        self.is_valid()
        given = self.cleaned_data
        place, category = given.get("place"), self.by_pk.get(given.get("category") or 0)
        if place is None or category is None:
            return None
        district_id = Grid.objects.filter(tree_id=place.grid.tree_id, parent=None).values_list("pk", flat=True)[0]
        return Spot(
            district_id,
            place.grid.pk,
            category,
            (place.lng, place.lat) if place.lng is not None and place.lat is not None else None,
            given.get("address", "").strip(),
            self.user_id,
            tuple(repeats.contact_hashes(given.get("contact_phone", ""))),
        )


class NearForm(forms.Form):
    """A point, and the category where one is chosen: what facilities are offered for."""

    lng = forms.FloatField(min_value=-180, max_value=180)
    lat = forms.FloatField(min_value=-90, max_value=90)
    crs = forms.ChoiceField(choices=[(crs, crs) for crs in CRS], required=False)
    category = forms.IntegerField(required=False, min_value=1)
