"""Forms of estates, buildings and houses; what may stand in them, the actions decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from grids.backends import standing_for
from grids.forms.fields import NodeField
from grids.models import Grid, Kind
from grids.roles import Permission
from residents import codes, masking, phones
from residents.actions.relocations import community_condition
from residents.models import Building, Estate, House, HouseUse, Resident
from residents.reading import Unreadable

GRIDS = (Kind.BASE, Kind.DEDICATED, Kind.MICRO)


class PlaceForm(forms.Form):
    """Gives every widget the class of the house's style sheet, and offers only nodes that the person may change."""

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        for field in self.fields.values():
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs.setdefault("class", "form-select" if select else "form-control")

    def offer_grids(self, community_id: int) -> None:
        """Let the field `grid` name one of the grids of a community; with only one it is filled in."""
        community = Grid.objects.only("tree_id", "lft", "rght").get(pk=community_id)
        offered = Grid.objects.within(community).filter(kind__in=GRIDS).defer("boundary", "duties")
        self.fields["grid"].queryset = offered  # type: ignore[attr-defined]
        if "grid" not in self.initial:
            mine = [post.node_id for post in _posts(self.actor)]
            self.initial["grid"] = offered.filter(pk__in=mine).first() or _only(offered)


class EstateForm(PlaceForm):
    community = NodeField(label=_("community"))
    name = forms.CharField(label=_("name"), max_length=60)
    road = forms.CharField(label=_("road and number"), max_length=100, required=False)
    property_company = forms.CharField(label=_("property company"), max_length=80, required=False)
    property_phone = forms.CharField(label=_("telephone of the property company"), max_length=30, required=False)

    def __init__(self, *args: Any, estate: Estate | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if estate is not None:
            del self.fields["community"]
            self.initial = {name: getattr(estate, name) for name in self.fields}
            return
        offered = Grid.objects.filter(community_condition(self.actor)).defer("boundary", "duties")
        self.fields["community"].queryset = offered  # type: ignore[attr-defined]
        self.initial.setdefault("community", _only(offered))

    def clean_property_phone(self) -> str:
        return read_phone(self.cleaned_data["property_phone"])


class PointForm(PlaceForm):
    """A place that may be marked on the map."""

    lng = forms.DecimalField(label=_("Longitude"), max_digits=9, decimal_places=6, required=False)
    lat = forms.DecimalField(label=_("Latitude"), max_digits=9, decimal_places=6, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("lng") is None) != (cleaned.get("lat") is None):
            self.add_error("lat", _now("Give both longitude and latitude, or neither."))
        lng, lat = cleaned.get("lng"), cleaned.get("lat")
        if lng is not None and lat is not None and not (73 <= lng <= 136 and 3 <= lat <= 54):
            self.add_error("lng", _now("This point is not in China."))
        return cleaned


class BuildingForm(PointForm):
    number = forms.CharField(label=_("building number"), max_length=20, help_text=_("Such as 4, 12 or A."))
    grid = NodeField(label=_("grid"))
    units = forms.IntegerField(label=pgettext_lazy("of a building", "units"), min_value=1, max_value=50, required=False)
    floors = forms.IntegerField(label=_("floors"), min_value=1, max_value=120, required=False)
    reason = forms.CharField(
        label=_("reason"), max_length=200, required=False, help_text=_("Why it passes to another grid; on record.")
    )
    field_order = ("number", "grid", "reason", "units", "floors", "lng", "lat")

    def __init__(self, *args: Any, estate: Estate, building: Building | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if building is None:
            del self.fields["reason"]
        else:
            shown = {name: getattr(building, name) for name in ("number", "units", "floors", "lng", "lat")}
            self.initial = shown | {"grid": building.micro or building.grid}
        self.offer_grids(estate.community_id)


class PassForm(forms.Form):
    """Why places pass to the grids in which they lie."""

    reason = forms.CharField(
        label=_("reason"), max_length=200, help_text=_("Why they pass to another grid; on record with each house.")
    )


class HousesForm(PlaceForm):
    """Many houses of a building at once."""

    units = forms.IntegerField(label=pgettext_lazy("of a building", "units"), min_value=1, max_value=50, initial=1)
    first_floor = forms.IntegerField(label=_("lowest floor with homes"), min_value=1, max_value=120, initial=1)
    last_floor = forms.IntegerField(label=_("highest floor"), min_value=1, max_value=120)
    rooms = forms.IntegerField(label=_("homes on a floor of a unit"), min_value=1, max_value=99, initial=2)

    def __init__(self, *args: Any, building: Building, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(units=building.units or 1, last_floor=building.floors)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("first_floor", 0) > cleaned.get("last_floor", 999):
            self.add_error("last_floor", _now("The highest floor is below the lowest."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """Return what `actions.add_houses` takes."""
        given = self.cleaned_data
        return {
            "units": [str(unit) for unit in range(1, given["units"] + 1)],
            "floors": range(given["first_floor"], given["last_floor"] + 1),
            "rooms": given["rooms"],
        }


class HouseForm(PointForm):
    unit_no = forms.CharField(label=pgettext_lazy("of a building", "unit"), max_length=10, required=False)
    floor = forms.IntegerField(label=_("floor"), min_value=-9, max_value=120, required=False)
    room_no = forms.CharField(label=_("room or house number"), max_length=20)
    grid = NodeField(label=_("grid"))
    reason = forms.CharField(
        label=_("reason"), max_length=200, required=False, help_text=_("Why it passes to another grid; on record.")
    )
    use = forms.ChoiceField(label=_("use"), choices=HouseUse.choices)
    nature = forms.ChoiceField(
        label=_("nature of the building"),
        required=False,
        choices=lambda: [("", "—"), *codes.choices("building_nature")],
    )
    area = forms.DecimalField(label=_("area in m²"), min_value=1, max_digits=8, decimal_places=2, required=False)
    owner_name = forms.CharField(label=pgettext_lazy("of a house", "owner"), max_length=60, required=False)
    owner_phone = forms.CharField(label=_("telephone of the owner"), max_length=30, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = (
        "unit_no",
        "floor",
        "room_no",
        "use",
        "grid",
        "reason",
        "nature",
        "area",
        "owner_name",
        "owner_phone",
    )

    def __init__(
        self,
        *args: Any,
        community_id: int,
        building: Building | None = None,
        house: House | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.house = house
        for name in ("owner_name", "owner_phone"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        if house is not None:
            shown = ("unit_no", "floor", "room_no", "use", "nature", "area", "lng", "lat", "version")
            self.initial = {name: getattr(house, name) for name in shown} | {"grid": house.micro or house.grid}
            self._say_what_is_kept(house)
        else:
            del self.fields["reason"]
            if building is not None:
                self.initial["grid"] = building.micro or building.grid
        if building is None and not (house and house.building_id):
            del self.fields["unit_no"], self.fields["floor"]
        self.offer_grids(community_id)

    def _say_what_is_kept(self, house: House) -> None:
        """Show the owner masked: a form is no way to read a number in full. What is left empty stays as it is."""
        kept = {"owner_name": masking.name(house.owner_name), "owner_phone": masking.phone(house.owner_phone)}
        for name, shown in kept.items():
            if shown:
                self.fields[name].help_text = _now("Kept: %(shown)s. Empty leaves it, a hyphen deletes it.") % {
                    "shown": shown
                }

    def clean_owner_phone(self) -> str:
        given: str = self.cleaned_data["owner_phone"]
        return given if given.strip() == "-" else read_phone(given)

    def facts(self) -> dict[str, Any]:
        """Return what the actions take; an owner's field that was left empty stays out of it."""
        facts = {name: value for name, value in self.cleaned_data.items() if name not in {"reason", "grid", "version"}}
        for name in ("owner_name", "owner_phone"):
            if facts[name].strip() == "-":
                facts[name] = ""
            elif not facts[name]:
                del facts[name]
        return facts


class HeadForm(PlaceForm):
    """Who leads a building: somebody who lives there, or nobody."""

    head = forms.TypedChoiceField(label=_("building lead"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, people: list[Resident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [(str(p.pk), f"{masking.name(p.name)} · {p.house.room_no if p.house else ''}") for p in people]
        self.fields["head"].choices = [("", _now("Nobody")), *told]  # type: ignore[attr-defined]


class HouseFilter(forms.Form):
    """What narrows the list of houses."""

    use = forms.ChoiceField(label=_("use"), required=False, choices=lambda: [("", _now("All")), *HouseUse.choices])
    node = NodeField(label=_("Node"), required=False)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["use"].widget.attrs["class"] = "form-select"
        self.fields["node"].widget.attrs["class"] = "form-control"
        self.fields["node"].queryset = Grid.objects.visible_to(actor).defer("boundary", "duties")  # type: ignore[attr-defined]


class EstateFilter(HouseFilter):
    q = forms.CharField(label=_("name"), max_length=60, required=False)
    field_order = ("q", "node")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["use"]
        self.fields["q"].widget.attrs["class"] = "form-control"


def read_phone(given: str) -> str:
    """Return a telephone number in its one form; empty stays empty. Raises ValidationError."""
    if not given.strip():
        return ""
    try:
        return phones.read(given).text
    except Unreadable as problem:
        raise forms.ValidationError(f"{problem.message} {problem.hint}") from None


def _posts(actor: User) -> list[Any]:
    return standing_for(actor).nodes(Permission.EDIT_REGISTERS)


def _only(nodes: Any) -> Grid | None:
    found = list(nodes[:2])
    return found[0] if len(found) == 1 else None
