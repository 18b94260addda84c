"""The forms of accounts: they clean and type, and save nothing."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UsernameField
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User


class SignInForm(AuthenticationForm):
    """Name and password; the one answer to anything wrong is the same for every name."""

    username = UsernameField(
        label=_("Sign-in name"),
        max_length=50,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": _("The name and the password do not match an account in use."),
        "inactive": _("The name and the password do not match an account in use."),
    }


class PasswordForm(PasswordChangeForm):
    """The old password, and a new one that differs from it."""

    def clean_new_password1(self) -> str:
        new: str = self.cleaned_data["new_password1"]
        if self.user.check_password(new):
            raise ValidationError(_("The new password must differ from the old one."), code="password_same")
        return new


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person may change about themselves."""

    class Meta:
        model = User
        fields = ["phone", "is_phone_published", "email"]


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an administrator writes about an account."""

    username = UsernameField(
        label=_("Sign-in name"),
        max_length=50,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )

    class Meta:
        model = User
        fields = ["username", "display_name", "employee_number", "phone", "is_phone_published", "email"]


class UserFilter(forms.Form):
    """The search field above the list of users."""

    q = forms.CharField(required=False, max_length=50, label=_("Name, sign-in name or employee number"))


class AuditFilter(forms.Form):
    """The filters above the audit log; what does not read as a filter is left out."""

    person = forms.CharField(required=False, max_length=50, label=_("Person"))
    first = forms.DateField(required=False, label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(required=False, label=_("To"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = sorted(audit.ACTIONS.items(), key=lambda item: str(item[1]))
        self.fields["action"] = forms.ChoiceField(required=False, label=_("Action"), choices=[("", _("All")), *labels])
