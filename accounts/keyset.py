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
    names = [field.removeprefix("-") for field in fields]
    falls = fields[0].startswith("-")
    seal, unseal = (_seal, _unseal) if is_private else (_encode, _decode)
    after, before = (_read(rows.model, names, unseal, request.GET.get(key)) for key in ("after", "before"))
    backwards = after is None and before is not None
    start = before if backwards else after
    order = _turned(fields) if backwards else list(fields)
    beyond = models.Q() if start is None else _beyond(names, start, downwards=falls != backwards)
    if branches:
        heads = [branch.filter(beyond).order_by(*order).values_list("pk", flat=True)[: size + 1] for branch in branches]
        beyond = models.Q(pk__in=list(heads[0].union(*heads[1:])))
    cut = list(rows.filter(beyond).order_by(*order)[: size + 1])
    more, cut = len(cut) > size, cut[:size]
    if backwards:
        cut.reverse()
    has_older, has_newer = (bool(cut), more) if backwards else (more, start is not None and bool(cut))
    return Page(
        cut,
        newer=_address(request, "before", names, cut[0], seal) if has_newer else "",
        older=_address(request, "after", names, cut[-1], seal) if has_older else "",
    )


def _turned(fields: tuple[str, ...]) -> list[str]:
    return [field[1:] if field.startswith("-") else f"-{field}" for field in fields]


def _beyond(names: list[str], values: list[Any], *, downwards: bool) -> models.Q:
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
        return [_field(model, name).to_python(value) for name, value in zip(names, values, strict=True)]
    except (binascii.Error, ValueError, ValidationError):
        return None


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)  # noqa: S101 - sort keys are columns
    return field
