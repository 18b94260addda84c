"""What a link for a screen is given with."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from insights.displays import LASTS
from workorders.forms.fields import Plain


def _days() -> list[tuple[int, str]]:
    return [(days, ngettext("%(n)d day", "%(n)d days", days) % {"n": days}) for days in LASTS]


class DisplayForm(Plain):
    """Which node a screen shows, where it hangs, for how long."""

    name = forms.CharField(label=_("Where the screen hangs"), max_length=60)
    node = forms.ModelChoiceField(Grid.objects.none(), label=_("Shows"))
    days = forms.TypedChoiceField(label=_("Valid for"), choices=_days, coerce=int)
    has_ticker = forms.BooleanField(label=_("Show the latest moves by order number"), required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = Q(pk__in=())
        for post in standing_for(user).nodes(Permission.GIVE_DISPLAYS):
            area |= Q(tree_id=post.tree_id, lft__gte=post.lft, lft__lte=post.rght)
        nodes: Any = self.fields["node"]
        nodes.queryset = (
            Grid.objects.filter(area, kind__in=[Kind.DISTRICT, Kind.STREET]).order_by("lft").defer("boundary")
        )
        nodes.empty_label = None
