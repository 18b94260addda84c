"""The filters above the list of messages; what does not read as a filter is left out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.states import MessageState, Way


class MessageFilter(forms.Form):
    state = forms.ChoiceField(required=False, label=_("State"), choices=[("", _("All")), *MessageState.choices])
    way = forms.ChoiceField(
        required=False, label=pgettext_lazy("of a message", "Way"), choices=[("", _("All")), *Way.choices]
    )

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen, by column of a message."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
