"""What a resident may say a report is about, in plain words: few, and none is needed."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from hotline.states import RequestKind


class Topic(models.TextChoices):
    FACILITIES = "facilities", _("Lamps, roads, manholes")
    CLEANLINESS = "cleanliness", _("Rubbish, dirt")
    SUPPLY = "supply", _("Water, power, gas, heating")
    TRAFFIC = "traffic", _("Parking, traffic")
    NEIGHBOURS = "neighbours", _("Noise, neighbours")
    DANGER = "danger", pgettext_lazy("topic", "Something dangerous")
    QUESTION = "question", pgettext_lazy("topic", "A question")
    COMPLAINT = "complaint", _("A complaint about how an office works")
    OPINION = "opinion", _("A suggestion or praise")


KINDS = {
    Topic.QUESTION: RequestKind.ENQUIRY,
    Topic.COMPLAINT: RequestKind.COMPLAINT,
    Topic.OPINION: RequestKind.SUGGESTION,
}
"""The kind of request; all other topics ask for help."""
OF_A_BUILDING = (Topic.FACILITIES, Topic.CLEANLINESS, Topic.SUPPLY, Topic.TRAFFIC, Topic.NEIGHBOURS, Topic.DANGER)
"""What a building lead is offered."""


def kind_of(topic: str) -> RequestKind:
    """Return the kind of request for a topic, or for none."""
    return KINDS.get(Topic(topic), RequestKind.HELP) if topic else RequestKind.HELP


def title(topic: str, text: str) -> str:
    """Return the subject that the desk reads: the topic, in the office's language, and how the text begins."""
    line = " ".join(text.split())[:40]
    if not topic:
        return line
    with override("zh-hans"):
        return f"{Topic(topic).label}：{line}"
