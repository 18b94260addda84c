"""The forms of posts: giving one, ending one, and finding them."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.forms.fields import NodeField, PersonField, day_field
from grids.models import Employment, Grid, Unit
from grids.roles import Role


class PostForm(forms.Form):
    user = PersonField(label=_("Person"))
    role = forms.ChoiceField(label=_("Role"), choices=[("", "—"), *Role.choices])
    node = NodeField(label=_("Node"))
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), required=False, help_text=_("For department roles: a unit of this node.")
    )
    employment = forms.ChoiceField(label=_("Employment"), choices=Employment.choices)
    is_primary = forms.BooleanField(label=_("Primary worker of the grid"), required=False)
    starts_on = day_field(_("From"), initial=timezone.localdate)
    ends_on = day_field(_("Until"), required=False, help_text=_("Left empty, the post is held until it is ended."))

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nodes = Grid.objects.visible_to(actor).in_force(timezone.localdate())
        self.fields["user"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["node"].queryset = nodes  # type: ignore[attr-defined]
        units = Unit.objects.visible_to(actor).active().select_related("node").order_by("node__lft", "name")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = lambda unit: f"{unit.name} · {unit.node.name}"  # type: ignore[attr-defined]


class EndForm(forms.Form):
    ends_on = day_field(_("Last day"), initial=timezone.localdate)


class PostFilter(forms.Form):
    """What the list of posts is narrowed to; what cannot be read narrows nothing and says so at its field."""

    node = NodeField(label=_("At or below"), required=False, help_text="")
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("All roles")), *Role.choices], required=False)
    q = forms.CharField(label=_("Person"), max_length=50, required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].queryset = Grid.objects.visible_to(actor)  # type: ignore[attr-defined]
