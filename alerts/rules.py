"""A district's rules of early warning: its own rows where it has any, else what every district starts with.

A row is never edited: it ends and a new one begins under the same code, so that what held when a warning was given
stays readable. The shipped ones (alerts/data/rules.json) are proposals; a rule that a district changed or switched
off stands in its own row.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from alerts.models import WarningRule
from alerts.parameters import Given
from alerts.states import RuleKind, Severity
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from workorders.categories import in_language
from workorders.models import Category


@dataclass(frozen=True)
class Watch:
    """A rule as it holds in a district."""

    code: str
    kind: RuleKind
    name: str
    name_en: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    severity: str = Severity.SERIOUS
    category_id: int | None = None
    lapse_days: int = 14
    retire_after: int = 10
    retire_below: int = 30
    is_active: bool = True
    is_own: bool = False
    """Whether the district has a row of its own of it."""

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def given(self) -> Given:
        return Given(self.kind, self.parameters)

    def same_as(self, other: "Watch") -> bool:
        return (
            self.given.all() == other.given.all()
            and (self.name, self.severity, self.category_id) == (other.name, other.severity, other.category_id)
            and (self.lapse_days, self.retire_after) == (other.lapse_days, other.retire_after)
            and (self.retire_below, self.is_active) == (other.retire_below, other.is_active)
        )


@lru_cache(maxsize=1)
def _shipped() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "rules.json").read_text("utf-8"))
    return rows


def of(district_id: int) -> dict[str, Watch]:
    """Return the rules of a district as they hold now, by code: two queries."""
    wanted = {row["category"] for row in _shipped() if row["category"]}
    keys = dict(Category.objects.filter(code__in=wanted).values_list("code", "pk"))
    found = {}
    for row in _shipped():
        plain = {name: row[name] for name in ("code", "name", "name_en", "parameters", "severity")}
        found[row["code"]] = Watch(kind=RuleKind(row["kind"]), category_id=keys.get(row["category"]), **plain)
    rows = WarningRule.objects.filter(district_id=district_id, valid_to=None).order_by("pk")
    for own in cast("list[WarningRule]", list(rows)):
        found[own.code] = as_watch(own)
    return found


def as_watch(row: WarningRule) -> Watch:
    """Return a row as the sweep reads it."""
    names = ("code", "name", "name_en", "parameters", "severity", "category_id", "lapse_days")
    more = ("retire_after", "retire_below", "is_active")
    values = {name: getattr(row, name) for name in (*names, *more)}
    return Watch(kind=RuleKind(row.kind), is_own=True, **values)


@transaction.atomic
def set_rule(
    district: Grid, wanted: Watch, *, actor: User, note: str = "", now: dt.datetime | None = None
) -> WarningRule | None:
    """Let a rule hold like this from now on; None where it held so already. Raises PermissionDenied."""
    _locked(district, actor)
    present = of(district.pk).get(wanted.code)
    if present is not None and present.same_as(wanted):
        return None
    made = _write(district, wanted, actor, note, now or timezone.now())
    audit.record(actor, "alerts.change_rule", made, {"code": made.code, "parameters": made.parameters})
    return made


@transaction.atomic
def retire(district: Grid, code: str, *, actor: User, note: str, now: dt.datetime | None = None) -> WarningRule:
    """Switch a rule off because it warns in vain; why stays in its history. Raises KeyError, PermissionDenied."""
    _locked(district, actor)
    present = of(district.pk)[code]
    made = _write(district, replace(present, is_active=False), actor, note, now or timezone.now())
    audit.record(actor, "alerts.retire_rule", made, {"code": code})
    return made


def new_code(district_id: int, kind: str) -> str:
    """Return a code that no rule of the district has or had."""
    rows = cast("list[WarningRule]", list(WarningRule.objects.filter(district_id=district_id)))
    used = {row.code for row in rows} | set(of(district_id))
    base = slugify(kind.replace("_", "-"))
    return next(f"{base}-{number}" for number in range(2, 10_000) if f"{base}-{number}" not in used)


def _write(district: Grid, wanted: Watch, actor: User, note: str, now: dt.datetime) -> WarningRule:
    WarningRule.objects.filter(district=district, code=wanted.code, valid_to=None).update(valid_to=now)
    return WarningRule.objects.create(
        district=district,
        valid_from=now,
        changed_by=actor,
        code=wanted.code,
        kind=wanted.kind,
        name=wanted.name,
        name_en=wanted.name_en,
        parameters=wanted.given.all(),
        severity=wanted.severity,
        category_id=wanted.category_id,
        lapse_days=wanted.lapse_days,
        retire_after=wanted.retire_after,
        retire_below=wanted.retire_below,
        is_active=wanted.is_active,
        note=note.strip()[:200],
    )


def _locked(district: Grid, actor: User) -> None:
    """Let one person at a time change a district's rules."""
    posts = standing_for(actor).nodes(Permission.MANAGE_RULES)
    if not any(post.tree_id == district.tree_id for post in posts):
        raise PermissionDenied(_("Your posts do not let you change the rules of this district."))
    Grid.objects.select_for_update(of=("self",)).only("pk").get(pk=district.pk)
