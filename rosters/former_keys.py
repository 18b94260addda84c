"""Columns that stand beside a roster's rows for taking it back, encrypted as they were: `manage.py rotate_keys`.

Without this a list that is taken back after a rotation would put texts of a former key, and fingerprints that nobody
looks for any more, back into the register.
"""

import json
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from accounts import crypto, rotation
from residents import fingerprints

IDENTITY, PHONES = "identity_number", ("phone", "owner_phone", "manager_phone", "safety_phone")
FIELDS = (IDENTITY, *PHONES)
NESTED = {"left_behind": ("guardian_phone",)}
"""Encrypted columns of the facts that stand within `before` under the name of their kind."""
_FINGERPRINTS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "identity_number": ("identity_hash", fingerprints.of_identity),
    "phone": ("phone_hash", fingerprints.of_phone),
}
_PLACES = [f"x.before ->> '{field}'" for field in FIELDS] + [
    f"x.before -> '{kind}' ->> '{field}'" for kind, fields in NESTED.items() for field in fields
]
_OLD = " OR ".join(f"({place} <> '' AND NOT starts_with({place}, %(head)s))" for place in _PLACES)


def register() -> None:
    """Called once, when the app is ready."""
    rotation.also("rosters.Row (before)", rotate)


def rotate(batch: int) -> rotation.Progress:
    """Write what stands under another key anew, some rows in each short transaction."""
    progress, after = rotation.Progress(), -1
    while True:
        with transaction.atomic():
            rows = _locked(after, batch)
            _write(rows, progress)
        if not rows:
            return progress
        after = rows[-1][0]


def _locked(after: int, batch: int) -> list[tuple[int, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT x.id, x.before::text FROM rosters_row x WHERE x.id > %(after)s AND x.before IS NOT NULL "
            f"AND ({_OLD}) ORDER BY x.id LIMIT %(batch)s FOR NO KEY UPDATE",
            {"after": after, "batch": batch, "head": f"{crypto.sealer().head}:"},
        )
        return [(key, json.loads(before)) for key, before in cursor.fetchall()]


def _write(rows: list[tuple[int, dict[str, Any]]], progress: rotation.Progress) -> None:
    written = []
    for key, before in rows:
        try:
            _renew(before)
        except crypto.Undecipherable:
            progress.unreadable.add(key)
        else:
            written.append((key, json.dumps(before)))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rosters_row x SET before = n.before::jsonb FROM unnest(%s::bigint[], %s::text[]) AS n (id, before) "
            "WHERE x.id = n.id",
            [[key for key, _before in written], [before for _key, before in written]],
        )
    progress.done += len(written)


def _renew(before: dict[str, Any]) -> None:
    """Encrypt the texts of one row anew, in place, with the fingerprints made of them."""
    sealer = crypto.sealer()
    for field in FIELDS:
        if before.get(field):
            plain = sealer.open(before[field])
            before[field] = sealer.seal(plain)
            if field in _FINGERPRINTS:
                column, make = _FINGERPRINTS[field]
                before[column] = str(make(plain)[0])
    for kind, fields in NESTED.items():
        for field in fields:
            if (before.get(kind) or {}).get(field):
                before[kind][field] = sealer.seal(sealer.open(before[kind][field]))
