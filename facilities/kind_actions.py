"""Kinds of facilities as administrators keep them: entering one, changing its words, putting it out of use.

The code stands in every facility's own code and stays, and so does whether it is a camera.
"""

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from facilities import kinds
from facilities.models import FacilityKind
from facilities.states import BigClass
from grids.backends import standing_for
from grids.roles import Permission

CODE = re.compile(r"\d{4}")
CATEGORY = re.compile(r"[A-Z]\d{2,4}")
FIELDS = ("name", "name_en", "related", "is_active")
Known = Callable[[Collection[str]], Iterable[str]]
_known: list[Known] = []


def know_categories_by(known: Known) -> None:
    """Let the app above that has the categories say which of some codes there are (from its `AppConfig.ready()`)."""
    _known.append(known)


@transaction.atomic
def add_kind(*, actor: User | None, code: str, is_camera: bool = False, **words: Any) -> FacilityKind:
    """Enter a kind: big class and number in it, two digits each (DOMAIN.md §2.8).

    Raises PermissionDenied, or ValidationError by field.
    """
    _demand(actor)
    kinds.in_use()  # the shipped ones come first: else they would never come
    wrong = {}
    if not CODE.fullmatch(code) or code[:2] not in BigClass.values or code.endswith("00"):
        wrong["code"] = _("Four digits: the big class, 01 to 05, and the number in it, from 01.")
    elif FacilityKind.objects.filter(code=code).exists():
        wrong["code"] = _("This code is given already.")
    if wrong:
        raise ValidationError(wrong)
    row = FacilityKind(code=code, is_camera=is_camera)
    _fill(row, words)
    row.save(force_insert=True)
    audit.record(actor, "facilities.add_kind", row, {"code": code})
    return row


@transaction.atomic
def edit_kind(kind: FacilityKind, *, actor: User | None, **words: Any) -> FacilityKind:
    """Change what a kind is called, which incidents it may have, whether it is in use; raises what `add_kind` does."""
    _demand(actor)
    row = FacilityKind.objects.select_for_update().get(pk=kind.pk)
    before = {name: getattr(row, name) for name in FIELDS}
    _fill(row, words)
    changed = [name for name, old in before.items() if getattr(row, name) != old]
    if changed:
        row.save(update_fields=changed)
        audit.record(actor, "facilities.change_kind", row, {"code": row.code, "fields": changed})
    return row


def _fill(row: FacilityKind, words: dict[str, Any]) -> None:
    before = set(row.related.split())
    for name in FIELDS:
        if name in words:
            value = words[name]
            setattr(row, name, " ".join(value.upper().split()) if name == "related" else value)
    row.name, row.name_en = row.name.strip(), row.name_en.strip()
    if not row.name:
        raise ValidationError({"name": _("Give it a name.")})
    if not all(CATEGORY.fullmatch(one) for one in row.related.split()):
        raise ValidationError({"related": _("Codes of categories with spaces between, as E0401 H0201.")})
    unknown = _unknown(set(row.related.split()) - before)
    if unknown:
        raise ValidationError({"related": _("No category has the code %(codes)s.") % {"codes": " ".join(unknown)}})


def _unknown(codes: set[str]) -> list[str]:
    return sorted(codes.difference(*(known(codes) for known in _known))) if codes else []


def _demand(actor: User | None) -> None:
    if actor is not None and not standing_for(actor).has(Permission.MANAGE_RULES):
        raise PermissionDenied
