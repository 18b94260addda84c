"""{% key_panel matter %}: key supervision and cards of a request, on its page."""

from typing import Any

from django import template
from django.template.context import RequestContext

from grids.backends import standing_for
from grids.roles import Permission
from hotline.actions.acting import may
from hotline.forms.calling import WordsForm
from hotline.forms.key import FlagForm
from hotline.models import Card, KeyCase, Request

register = template.Library()


@register.inclusion_tag("hotline/_key_panel.html", takes_context=True)
def key_panel(context: RequestContext, matter: Request) -> dict[str, Any]:
    """Show the open case and the cards, and to whoever supervises what to do: two queries."""
    case = KeyCase.objects.filter(matter=matter, lifted_at=None).select_related("supervision", "flagged_by").first()
    cards = Card.objects.filter(order=matter.order_id).order_by("id") if matter.order_id else Card.objects.none()
    may_act = may(standing_for(context["request"].user), Permission.SUPERVISE, matter)
    return {
        "matter": matter,
        "case": case,
        "cards": list(cards),
        "flag_form": FlagForm(None, initial={"version": matter.version}) if may_act and not matter.is_ended else None,
        "unflag_form": WordsForm(None, initial={"version": matter.version}, auto_id="unflag_%s") if may_act else None,
        "csrf_token": context.get("csrf_token"),
    }
