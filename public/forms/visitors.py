"""Forms of the public's pages: they clean and type, and save nothing."""

import re
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.calling import LowReason
from hotline.states import Solved
from public.models import MAX_TEXT
from public.topics import Topic
from residents import phones
from residents.reading import Unreadable
from workorders.forms.fields import ManyFiles, Plain

MAX_ADDRESS = 200
_LINK = re.compile(r"https?://|www\.|\[url", re.IGNORECASE)
LEAST_WORDS = 2


class PointForm(Plain):
    """A position in degrees, WGS-84, as the browser gives it."""

    lng = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)

    @property
    def point(self) -> tuple[float, float] | None:
        """Return longitude and latitude, None where either is missing."""
        lng, lat = self.cleaned_data.get("lng"), self.cleaned_data.get("lat")
        return (lng, lat) if lng is not None and lat is not None else None


class WhereForm(PointForm):
    """An address, a position, or both."""

    address = forms.CharField(
        label=_("Your address"),
        required=False,
        max_length=MAX_ADDRESS,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not given.get("address", "").strip() and self.point is None:
            self.add_error("address", _("Write an address: the estate, or the road and number."))
        return given


class ReportForm(PointForm):
    """A report; the photos are looked at later, once it is sure that no robot sends them."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What is the matter?"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in a sentence what is the matter.")},
    )
    photos = forms.Field(
        label=_("Photos"),
        required=False,
        widget=ManyFiles(attrs={"accept": "image/*"}),
        help_text=_("Show the matter, not people. Up to four."),
    )
    topic = forms.ChoiceField(label=_("What is it about?"), required=False, widget=forms.RadioSelect)
    address = forms.CharField(label=_("Where is it?"), required=False, max_length=MAX_ADDRESS)
    phone = forms.CharField(
        label=_("Your telephone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("For the answer, and to look up what became of it. Without it neither is possible."),
    )
    name = forms.CharField(
        label=_("Your name"), required=False, max_length=50, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    is_secret = forms.BooleanField(
        label=_("Keep secret who I am: whoever handles it does not learn it"), required=False
    )
    token = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    proof = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    answer = forms.CharField(
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    contact_url = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = Topic.choices  # type: ignore[attr-defined]  # a ChoiceField, as declared above
        self.initial.setdefault("client_uuid", uuid.uuid4())

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].strip().replace("\x00", "")
        if len(text) < LEAST_WORDS:
            raise ValidationError(_("Say in a sentence what is the matter."))
        return text

    def clean_phone(self) -> str:
        given: str = self.cleaned_data["phone"]
        if not given.strip():
            return ""
        try:
            return phones.read(given).text
        except Unreadable as error:
            raise ValidationError(f"{error.message} {error.hint}") from error

    @property
    def has_links(self) -> bool:
        return bool(_LINK.search(self.cleaned_data["text"]))


class TrackForm(Plain):
    """The number of a report and the end of the telephone that was left with it."""

    number = forms.CharField(
        label=_("Number of the report"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    tail = forms.CharField(
        label=_("Last four digits of your telephone"),
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_tail(self) -> str:
        digits = "".join(sign for sign in self.cleaned_data["tail"] if sign.isdecimal())
        if len(digits) != 4:
            raise ValidationError(_("Write the last four digits."))
        return "".join(str(int(sign)) for sign in digits)


MARKS = [
    ("5", pgettext_lazy("rating", "5 · very satisfied")),
    ("4", pgettext_lazy("rating", "4 · satisfied")),
    ("3", pgettext_lazy("rating", "3 · fair")),
    ("2", pgettext_lazy("rating", "2 · dissatisfied")),
    ("1", pgettext_lazy("rating", "1 · very dissatisfied")),
]


class RateForm(Plain):
    """A requester's rating; a low mark asks for its reason, as the call-back does."""

    solved = forms.ChoiceField(label=_("Has it been solved?"), choices=Solved.choices, widget=forms.RadioSelect)
    satisfaction = forms.TypedChoiceField(
        label=_("How satisfied are you?"), choices=MARKS, coerce=int, widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(
        label=_("If not satisfied: why?"),
        required=False,
        choices=[("", "—"), *LowReason.choices],
    )
    note = forms.CharField(
        label=_("Anything to add?"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReopenForm(Plain):
    note = forms.CharField(
        label=_("Why is it not solved?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what is still wrong.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take what any form takes; it stands beside that of a rating, which has a note as well."""
        super().__init__(*args, auto_id="reopen_%s", **kwargs)
