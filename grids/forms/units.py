"""The form of a unit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.forms.fields import Guarded, NodeField
from grids.models import Grid, Unit, UnitKind


class UnitForm(Guarded):
    node = NodeField(label=_("Node"))
    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices, initial=UnitKind.DEPARTMENT)
    function = forms.RegexField(
        r"^[a-z_]{0,30}$",
        label=_("Function"),
        max_length=30,
        required=False,
        help_text=_("The word by which categories find it, such as urban_management."),
        error_messages={"invalid": _("Small letters and underscores only.")},
    )
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, *args: Any, actor: User, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].queryset = Grid.objects.visible_to(actor)  # type: ignore[attr-defined]
        if unit is None:
            del self.fields["is_active"]
            return
        del self.fields["node"]
        shown = {name: getattr(unit, name) for name in ("name", "kind", "function", "phone", "is_active")}
        self.initial.update(shown)
        self.guard(shown)
