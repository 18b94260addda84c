"""The audit log, for the audit administrator."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import audit, keyset
from accounts.forms import AuditFilter
from accounts.models import AuditRecord, User
from accounts.querysets import AuditQuerySet
from accounts.requests import UserRequest

ORDER = ("-at", "-id")


@dataclass(frozen=True)
class Line:
    record: AuditRecord
    action: Promise | str
    subject: str
    detail: str


@require_GET
@permission_required("accounts.view_audit", raise_exception=True)
def audit_log(request: UserRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    form.is_valid()
    page = keyset.page(request, _found(form).select_related("actor"), ORDER)
    context = {"form": form, "page": page, "lines": _lines(page.rows), "is_filtered": any(form.cleaned_data.values())}
    return render(request, "accounts/audit.html", context)


def _found(form: AuditFilter) -> AuditQuerySet:
    asked = form.cleaned_data
    found = AuditRecord.objects.between(asked.get("first"), asked.get("last"))
    if asked.get("action"):
        found = found.filter(action=asked["action"])
    return found.by_person(asked["person"]) if asked.get("person") else found


def _lines(records: Sequence[AuditRecord]) -> list[Line]:
    people = User.objects.in_bulk([int(r.subject_id) for r in records if r.subject_type == "accounts.user"])
    return [
        Line(
            record,
            audit.ACTIONS.get(record.action, _("Another action")),
            _subject(record, people),
            ", ".join(f"{key}: {_said(value)}" for key, value in record.detail.items()),
        )
        for record in records
    ]


def _subject(record: AuditRecord, people: dict[int, User]) -> str:
    if record.subject_type == "accounts.user":
        return str(people.get(int(record.subject_id), record.subject_id))
    try:
        thing = str(apps.get_model(record.subject_type)._meta.verbose_name)
    except (LookupError, ValueError):
        thing = record.subject_type
    return f"{thing} {record.subject_id}".strip()


def _said(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
