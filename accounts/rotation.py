"""Writing every encrypted column anew under the first key of the ring and the algorithms of CRYPTO_PROFILE.

Columns are found in the models; a column of fingerprints says by `register` which encrypted column it is made of.
Each batch is one short transaction that locks its rows, so that an edit waits or is read, and never lost. It waits for
nobody: rows that somebody else has locked are left for the end and then taken one by one, so that no deadlock can come
of it. What is written anew begins with the new key's id and is passed over by a second run, which is all that a killed
one needs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from accounts import bulk, crypto
from accounts.fields import EncryptedTextField


@dataclass(frozen=True)
class Fingerprint:
    """A column that finds equal texts of an encrypted one. `make` returns what to keep for a plain text."""

    column: str
    source: str
    make: Callable[[str], Any]


_fingerprints: dict[str, list[Fingerprint]] = {}


def register(model: str, column: str, source: str, make: Callable[[str], Any]) -> None:
    """Declare a fingerprint column of a model, named `app.Model`; called from an app's `AppConfig.ready()`."""
    kept = [known for known in _fingerprints.get(model.lower(), []) if known.column != column]
    _fingerprints[model.lower()] = [*kept, Fingerprint(column, source, make)]


@dataclass(frozen=True)
class Target:
    """One model's encrypted columns and the fingerprints made of them."""

    model: type[models.Model]
    columns: list[str]
    fingerprints: list[Fingerprint]

    @property
    def label(self) -> str:
        return f"{self.model._meta.label} ({', '.join(self.columns)})"


@dataclass
class Progress:
    """How far one target is. `unreadable` are primary keys of rows whose text no key of the ring opens."""

    done: int = 0
    unreadable: set[int] = field(default_factory=set)


_others: dict[str, Callable[[int], Progress]] = {}


def also(label: str, rotate_: Callable[[int], Progress]) -> None:
    """Let an app write anew what it keeps encrypted in no column of its own; `rotate_` takes the rows of a batch."""
    _others[label] = rotate_


def others() -> dict[str, Callable[[int], Progress]]:
    """Return what apps write anew themselves, by its name."""
    return dict(_others)


def fingerprints_of(model: type[models.Model]) -> list[Fingerprint]:
    """Return the fingerprint columns of a model that were declared."""
    return list(_fingerprints.get(model._meta.label_lower, []))


def targets() -> list[Target]:
    """Find the models with encrypted columns, whatever app they are in."""
    found = []
    for model in apps.get_models():
        columns = [str(f.column) for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]
        if columns and model._meta.managed and not model._meta.proxy:
            found.append(Target(model, columns, _fingerprints.get(model._meta.label_lower, [])))
    return found


def heads(target: Target) -> dict[str, int]:
    """Count the texts by what stands in front of them: the key's id and the algorithms' mark."""
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        for column in target.columns:
            name = connection.ops.quote_name(column)
            cursor.execute(
                f"SELECT split_part({name}, ':', 1), count(*) FROM {_table(target)} "  # noqa: S608 - named by the model
                f"WHERE {name} <> '' GROUP BY 1"
            )
            for head, count in cursor.fetchall():
                counts[head] = counts.get(head, 0) + count
    return counts


def rotate(target: Target, *, batch: int = 1000, everything: bool = False) -> Iterator[Progress]:
    """Write a model's rows anew, batch by batch, and say after each how far it is.

    `everything` takes also rows that are under the first key already, for fingerprints made by another rule.
    """
    progress = Progress()
    yield from _pass(target, progress, batch, _old(target) if not everything else _filled(target), "SKIP LOCKED")
    yield from _pass(target, progress, 1, _old(target), "")


Condition = tuple[str, list[str]]


def _old(target: Target) -> Condition:
    names = [connection.ops.quote_name(column) for column in target.columns]
    sql = " OR ".join(f"({name} <> '' AND NOT starts_with({name}, %s))" for name in names)
    return sql, [f"{crypto.sealer().head}:"] * len(names)


def _filled(target: Target) -> Condition:
    return " OR ".join(f"{connection.ops.quote_name(column)} <> ''" for column in target.columns), []


def _pass(target: Target, progress: Progress, batch: int, wanted: Condition, how: str) -> Iterator[Progress]:
    after = -1
    while True:
        with transaction.atomic():
            rows = _locked(target, after, batch, wanted, how)
            progress.done += _write(target, rows, progress)
        if not rows:
            return
        after = rows[-1][0]
        yield progress


def _locked(target: Target, after: int, batch: int, wanted: Condition, how: str) -> list[tuple[Any, ...]]:
    condition, parameters = wanted
    names = ", ".join(connection.ops.quote_name(column) for column in target.columns)
    key = connection.ops.quote_name(str(target.model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {names} FROM {_table(target)} WHERE {key} > %s AND ({condition}) "  # noqa: S608
            f"ORDER BY {key} LIMIT %s FOR NO KEY UPDATE {how}",
            [after, *parameters, batch],
        )
        return list(cursor.fetchall())


def _write(target: Target, rows: list[tuple[Any, ...]], progress: Progress) -> int:
    sealer = crypto.sealer()
    keys: list[int] = []
    plain: dict[str, list[Any]] = {column: [] for column in target.columns}
    for key, *stored in rows:
        try:
            texts = [sealer.open(text) if text else text for text in stored]
        except crypto.Undecipherable:
            progress.unreadable.add(key)
            continue
        keys.append(key)
        for column, text in zip(target.columns, texts, strict=True):
            plain[column].append(text)
    names = {str(f.column): f.attname for f in target.model._meta.concrete_fields}
    columns: dict[str, list[Any]] = {names[column]: texts for column, texts in plain.items()}
    for made in target.fingerprints:
        columns[made.column] = [made.make(text or "") for text in plain[made.source]]
    return bulk.update(target.model, keys, columns)


def _table(target: Target) -> str:
    return connection.ops.quote_name(target.model._meta.db_table)
