"""What may be corrected of a request that was dispatched: its subject, who asks, and how they want the answer."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models import Request
from hotline.states import ReplyWay
from workorders.forms.fields import Plain


class CorrectForm(Plain):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=pgettext_lazy("of a request", "subject"), max_length=200)
    requester_phone = forms.CharField(
        label=_("Phone"), required=False, max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    requester_name = forms.CharField(label=pgettext_lazy("of a person", "Name"), required=False, max_length=50)
    is_secret = forms.BooleanField(label=_("wants secrecy"), required=False)
    reply_way = forms.ChoiceField(label=_("Answer wanted"), choices=ReplyWay.choices)
    reply_address = forms.CharField(label=_("where to send the answer"), required=False, max_length=120)

    @classmethod
    def of(cls, matter: Request) -> "CorrectForm":
        """Return the form as the request stands."""
        return cls(initial={name: getattr(matter, name) for name in cls.base_fields})

    @property
    def changes(self) -> dict[str, object]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
