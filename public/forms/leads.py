"""The building lead's short form, and what the desk and the office choose."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from public.models import MAX_TEXT
from public.topics import OF_A_BUILDING, Topic
from workorders.forms.fields import PhotosField, Plain


class LeadForm(Plain):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    photos = PhotosField(label=_("Photos"), required=False)
    text = forms.CharField(
        label=_("What is the matter?"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a sentence what is the matter.")},
    )
    topic = forms.ChoiceField(label=_("What is it about?"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(topic.value, topic.label) for topic in Topic if topic in OF_A_BUILDING]
        self.fields["topic"].choices = offered  # type: ignore[attr-defined]  # a ChoiceField, as declared above
        self.initial.setdefault("client_uuid", uuid.uuid4())
