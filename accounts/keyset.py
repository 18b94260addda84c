"""Pages of a long list by key, not by count: as fast on the thousandth page as on the first."""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.http import HttpRequest

from accounts import crypto

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in the list's order; the addresses of the neighbouring pages, empty where there is none."""

    rows: list[Row]
    newer: str
    older: str


def page(
    request: HttpRequest,
    rows: models.QuerySet[Any, Row],
    fields: tuple[str, ...],
    size: int = 50,
    branches: Sequence[models.QuerySet[Any]] = (),
    is_private: bool = False,
) -> Page[Row]:
    """Cut the page that `?after=` or `?before=` asks for; one query.

    `fields` are the list's sort keys, all rising or all falling (`("-deliver_at", "-id")`), the last one unique.
    Rows may be named tuples (`values_list(named=True)`). A token that does not read as one gives the first page.
    With `branches` the list is what is in any of them: the head of each is taken on its own index and the heads are
    merged, which is one query more. Where the sort keys say something of a person (`is_private`), the addresses hold
    them encrypted.
    """
    seal, unseal = (_seal, _unseal) if is_private else (_encode, _decode)
    cut = _cut(request, rows.model, fields, size, unseal)
    if branches:
        heads = [cut.of(branch.values_list("pk", flat=True)) for branch in branches]
        rows = rows.filter(pk__in=list(heads[0].union(*heads[1:])))
        return cut.page(request, list(rows.order_by(*cut.order)[: size + 1]), seal)
    return cut.page(request, list(cut.of(rows)), seal)


@dataclass(frozen=True)
class Cut:
    """Where a page of a list begins and which way it is read; for who asks for the rows otherwise than `page` does."""

    fields: tuple[str, ...]
    size: int
    start: tuple[Any, ...] | None = None
    """The sort keys of the row before its first one; None begins at the beginning."""
    is_backwards: bool = False

    @property
    def names(self) -> list[str]:
        return [field.removeprefix("-") for field in self.fields]

    @property
    def order(self) -> list[str]:
        return _turned(self.fields) if self.is_backwards else list(self.fields)

    def of(self, rows: models.QuerySet[Any, Row]) -> models.QuerySet[Any, Row]:
        """Cut the page out of these rows, and one row more."""
        if self.start is not None:
            falls = self.fields[0].startswith("-")
            rows = rows.filter(_beyond(self.names, self.start, downwards=falls != self.is_backwards))
        return rows.order_by(*self.order)[: self.size + 1]

    def page(self, request: HttpRequest, found: list[Row], seal: "Callable[[str], str] | None" = None) -> Page[Row]:
        """Make the page of the rows that were cut: turned round where they were read backwards."""
        more, rows, names = len(found) > self.size, found[: self.size], self.names
        if self.is_backwards:
            rows.reverse()
        is_later = self.start is not None and bool(rows)
        has_older, has_newer = (bool(rows), more) if self.is_backwards else (more, is_later)
        return Page(
            rows,
            newer=_address(request, "before", names, rows[0], seal or _encode) if has_newer else "",
            older=_address(request, "after", names, rows[-1], seal or _encode) if has_older else "",
        )


def cut(request: HttpRequest, model: type[models.Model], fields: tuple[str, ...], size: int = 50) -> Cut:
    """Read where the page that is asked for begins; see `page` for the fields."""
    return _cut(request, model, fields, size, _decode)


def _cut(
    request: HttpRequest, model: type[models.Model], fields: tuple[str, ...], size: int, unseal: Callable[[str], str]
) -> Cut:
    names = [field.removeprefix("-") for field in fields]
    after, before = (_read(model, names, unseal, request.GET.get(key)) for key in ("after", "before"))
    if after is not None:
        return Cut(fields, size, tuple(after))
    return Cut(fields, size, tuple(before), is_backwards=True) if before is not None else Cut(fields, size)


def _turned(fields: tuple[str, ...]) -> list[str]:
    return [field[1:] if field.startswith("-") else f"-{field}" for field in fields]


def _beyond(names: list[str], values: Sequence[Any], *, downwards: bool) -> models.Q:
    """Rows after these values: `a <= x AND (a < x OR b < y)`, which an index on (a, b) answers."""
    sign = "lt" if downwards else "gt"
    inner = models.Q()
    for index in range(len(names)):
        equal = {names[i]: values[i] for i in range(index)}
        inner |= models.Q(**equal, **{f"{names[index]}__{sign}": values[index]})
    return models.Q(**{f"{names[0]}__{sign}e": values[0]}) & inner


def _address(request: HttpRequest, key: str, names: list[str], row: Any, seal: Callable[[str], str]) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)
    text = json.dumps([_exact(getattr(row, name)) for name in names], cls=DjangoJSONEncoder)
    query[key] = seal(text)
    return f"?{query.urlencode()}"


def _exact(value: Any) -> Any:
    """Keep the microseconds of a moment, which the encoder would cut: rows between would come twice or never."""
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _encode(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(token: str) -> str:
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()


def _seal(text: str) -> str:
    return _encode(crypto.encrypt(text))


def _unseal(token: str) -> str:
    try:
        return crypto.decrypt(_decode(token))
    except crypto.Undecipherable as error:
        raise ValueError(*error.args) from error


def _read(
    model: type[models.Model], names: list[str], unseal: Callable[[str], str], token: str | None
) -> list[Any] | None:
    if not token:
        return None
    try:
        values = json.loads(unseal(token))
        if not isinstance(values, list) or len(values) != len(names) or None in values:
            return None
        read = [_field(model, name).to_python(value) for name, value in zip(names, values, strict=True)]
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        return None
    return read if all(map(_can_be_stored, read)) else None


def _can_be_stored(value: Any) -> bool:
    """Say whether a column can hold this: no number beyond its range, and no text that PostgreSQL refuses."""
    if isinstance(value, str):
        return not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value)
    return not isinstance(value, int) or abs(value) < 2**63


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)  # noqa: S101 - sort keys are columns
    return field
