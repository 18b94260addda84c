"""The forms of one node: its facts, its place in the tree, its end, its boundary."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.coordinates import CRS
from grids.forms.fields import Guarded, NodeField, day_field
from grids.models import Grid, Kind, Settlement, Unit
from grids.rules import PARENT_KIND

MAX_BOUNDARY_BYTES = 2_000_000
CRS_WORDS = {
    "wgs84": gettext_lazy("WGS-84 or CGCS2000 (GPS, Tianditu)"),
    "gcj02": gettext_lazy("GCJ-02 (AMap, Tencent)"),
    "bd09": gettext_lazy("BD-09 (Baidu)"),
}


class NodeForm(Guarded):
    """The facts of a node. Fields that do not fit its kind are left out."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    code = forms.CharField(label=gettext_lazy("Code"), max_length=20)
    settlement = forms.ChoiceField(
        label=gettext_lazy("Urban or rural"), choices=[("", "—"), *Settlement.choices], required=False
    )
    statistical_code = forms.RegexField(
        r"^[0-9]{0,12}$",
        label=gettext_lazy("Statistical code"),
        max_length=12,
        required=False,
        error_messages={"invalid": gettext_lazy("Digits only, as published.")},
    )
    households = forms.IntegerField(label=gettext_lazy("Households"), min_value=0, max_value=2**31 - 1, required=False)
    population = forms.IntegerField(label=gettext_lazy("Population"), min_value=0, max_value=2**31 - 1, required=False)
    four_sides = forms.CharField(
        label=gettext_lazy("Four sides"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("What lies east, west, south and north of it, in words."),
    )
    duties = forms.CharField(
        label=gettext_lazy("Duties shown to the public"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    co_managed_by = NodeField(label=gettext_lazy("Co-managed by"), required=False)
    default_unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Default unit"),
        required=False,
        help_text=gettext_lazy("Orders that nobody else takes fall to it."),
    )
    valid_from = day_field(gettext_lazy("In force since"))

    def __init__(self, *args: Any, parent: Grid | None, node: Grid | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.node, self.parent = node, parent
        kinds = [kind for kind, above in PARENT_KIND.items() if parent and above == parent.kind]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0] if kinds else None
        self.fields["valid_from"].initial = timezone.localdate()
        above = node or parent
        if above is not None:
            communities = Grid.objects.filter(tree_id=above.tree_id, kind=Kind.COMMUNITY)
            self.fields["co_managed_by"].queryset = communities  # type: ignore[attr-defined]
            units = Unit.objects.active().filter(node__in=Grid.objects.on_path_to(above)).order_by("node__lft", "name")
            self.fields["default_unit"].queryset = units  # type: ignore[attr-defined]
        if node is None:
            self.fields["code"].required = False
            self.fields["code"].help_text = _("Left empty, it takes the next free one.")
        else:
            self._edit(node)

    def _edit(self, node: Grid) -> None:
        del self.fields["kind"]
        if node.parent is None:
            del self.fields["code"]
        if node.kind not in {Kind.COMMUNITY, Kind.BASE}:
            del self.fields["settlement"]
        if node.kind in {Kind.BASE, Kind.DEDICATED, Kind.MICRO}:
            del self.fields["statistical_code"]
        else:
            del self.fields["duties"]
        if node.kind != Kind.DEDICATED:
            del self.fields["co_managed_by"]
        shown = model_to_dict(node, [name for name in self.fields if name != "seen"])
        self.initial.update(shown)
        if "co_managed_by" in self.fields:
            self.initial["co_managed_by"] = node.co_managed_by
        self.guard(shown)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.node is not None:
            return cleaned
        if cleaned.get("kind") != Kind.DEDICATED:
            cleaned.pop("co_managed_by", None)
        # A second press of the button would else add a second node, since each takes the next free code.
        same = Grid.objects.in_force(timezone.localdate()).filter(parent=self.parent, name=cleaned.get("name"))
        if same.exists():
            self.add_error("name", _("There is a node of this name here."))
        return cleaned


class MoveForm(forms.Form):
    """Where a node goes."""

    parent = NodeField(label=gettext_lazy("New place"))
    code = forms.CharField(
        label=gettext_lazy("Code there"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Left empty, it takes the next free one. The old code is kept on record."),
    )

    def __init__(self, *args: Any, node: Grid, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Grid.objects.filter(tree_id=node.tree_id, kind=PARENT_KIND[Kind(node.kind)])
        self.fields["parent"].queryset = places.in_force(timezone.localdate())  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """The last day of a node."""

    valid_to = day_field(gettext_lazy("Last day"), initial=timezone.localdate)


class BoundaryForm(Guarded):
    """A boundary drawn, pasted or uploaded as GeoJSON; empty takes it away."""

    boundary = forms.CharField(
        label=gettext_lazy("Boundary as GeoJSON"),
        required=False,
        max_length=MAX_BOUNDARY_BYTES,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false", "class": "code"}),
        help_text=gettext_lazy("A Polygon or MultiPolygon. Drawing on the map writes it here."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        widget=forms.FileInput({"accept": ".geojson,.json,application/geo+json"}),
    )
    crs = forms.ChoiceField(
        label=gettext_lazy("Coordinates are in"), choices=[(crs, CRS_WORDS[crs]) for crs in CRS], initial="wgs84"
    )

    def __init__(self, *args: Any, node: Grid, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if node.boundary:
            self.initial["boundary"] = json.dumps(node.boundary, separators=(",", ":"))
        self.guard(node.boundary)

    def clean_file(self) -> str:
        upload: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if upload is None:
            return ""
        if (upload.size or 0) > MAX_BOUNDARY_BYTES:
            raise ValidationError(_("The file is too large for one boundary."))
        try:
            text: str = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError(_("The file is not GeoJSON text.")) from None
        self.keep("boundary", text)
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        text = cleaned.pop("file", "") or cleaned.get("boundary", "")
        cleaned["boundary"] = self._read(text) if text.strip() else None
        return cleaned

    def _read(self, text: str) -> Any:
        try:
            read = json.loads(text)
        except (ValueError, RecursionError):
            self.add_error("boundary", _("This is not GeoJSON."))
            return None
        if isinstance(read, dict) and read.get("type") == "FeatureCollection":
            features = read.get("features")
            if not isinstance(features, list) or len(features) != 1:
                self.add_error("boundary", _("The collection must hold exactly one feature."))
                return None
            return features[0]
        if not isinstance(read, dict):
            self.add_error("boundary", _("This is not GeoJSON."))
        return read
