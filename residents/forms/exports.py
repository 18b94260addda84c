"""The form that asks for a list."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Grid
from grids.roles import Permission
from grids.standing import Standing
from residents.forms.privacy import Styled
from residents.models import ListKind


def areas_of(who: Standing) -> "Any":
    """Return the nodes of one's posts that let lists be taken along, and the nodes right below them."""
    nodes = [post.node_id for post in who.nodes(Permission.EXPORT_REGISTERS) if post.unit_id is None]
    found = Grid.objects.filter(Q(pk__in=nodes) | Q(parent__in=nodes)).exclude(kind="micro")
    return found.defer("boundary", "duties").order_by("tree_id", "lft")


class AreaField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Grid) -> str:
        return obj.name


class AskForm(Styled):
    what = forms.ChoiceField(label=_("list"), choices=ListKind.choices, widget=forms.RadioSelect)
    node = AreaField(label=_("area"), queryset=Grid.objects.none(), empty_label=None)
    is_masked = forms.ChoiceField(
        label=_("How"),
        choices=[("yes", _("Masked")), ("no", _("Not masked: somebody else has to approve"))],
        widget=forms.RadioSelect,
    )
    purpose = forms.CharField(
        label=_("purpose"),
        max_length=200,
        help_text=_("It stands on every page of the list, with your name and the time."),
    )

    def __init__(self, data: Any, *, areas: Any, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial, auto_id="export_%s")
        node = self.fields["node"]
        assert isinstance(node, forms.ModelChoiceField)  # noqa: S101 - declared above
        node.queryset = areas

    def arguments(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"is_masked": given["is_masked"] == "yes"}
