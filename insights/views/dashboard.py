"""The state of an area in a period, and of what lies directly below it."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.requests import UserRequest
from grids.models import Grid
from hotline.forms.rates import RatesForm
from insights import access, figures
from insights.measures import Measure


@require_GET
@permission_required("insights.view", raise_exception=True)
def dashboard(request: UserRequest, pk: int | None = None) -> HttpResponse:
    """Show a node's figures of a period, and those of the nodes directly below it."""
    node = access.node_for(request.user, pk)
    period = RatesForm(request.GET).period(timezone.localdate())
    children = Grid.objects.filter(parent=node, kind__in=access.CHILD_KINDS).defer("boundary", "duties")
    sums = figures.of_nodes([node.pk, *(child.pk for child in children)], period)
    lines = [(child, sums[child.pk].count(Measure.FOUND)) for child in children]
    context = {
        **{"node": node, "period": period, "lines": lines, "found": sums[node.pk].count(Measure.FOUND)},
        "rates": [(name.label, figures.rate(name, sums[node.pk])) for name in figures.Rate],
    }
    return render(request, "insights/dashboard.html", context)
