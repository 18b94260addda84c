"""The forms of replies: writing one, approving it, sending it back."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.plainness import LONGEST


def _text(
    label: object, *, rows: int, required: bool = True, longest: int = LONGEST, hint: object = ""
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "class": "form-control", "maxlength": longest})
    return forms.CharField(label=label, required=required, max_length=longest, widget=widget, help_text=hint)  # type: ignore[arg-type]


class Versioned(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class DraftForm(Versioned):
    text = _text(
        pgettext_lazy("of a reply", "Reply"),
        rows=9,
        hint=_("Say what was done, when and by whom, and whom to ask. It goes to the requester as it stands here."),
    )


class ApproveForm(Versioned):
    text = _text(pgettext_lazy("of a reply", "Reply"), rows=9)
    reason = _text(
        _("Why it goes out although the check warns"),
        rows=2,
        required=False,
        longest=500,
        hint=_("Needed only where the check above warns of something."),
    )


class ReturnForm(Versioned):
    remark = _text(_("What is to be mended"), rows=3, longest=500)
