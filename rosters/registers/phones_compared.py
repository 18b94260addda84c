"""Compare telephone numbers of a register that keeps no fingerprint of them: open, fingerprint, compare.

Only for rows that are known and for which the file gives a number; about 6 µs each.
"""

from collections.abc import Sequence

from django.db import connection

from accounts import crypto
from residents import fingerprints

_SIZE = 5_000


def note(table: str, staged: str, columns: Sequence[str], *, key: str = "id") -> None:
    """Fill `roster_phone` (row_id, field) with the numbers that differ; `roster_found` says which rows are known.

    key: the column of `table` that holds what a row of `roster_found` means.
    """
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE roster_phone (row_id bigint, field text) ON COMMIT DROP")
    for column in columns:
        _note(table, staged, column, key)


def _note(table: str, staged: str, column: str, key: str) -> None:
    make, opened = fingerprints.maker(fingerprints.PHONE), crypto.sealer().open
    sql = (
        f"SELECT s.row_id, replace(s.{column}_hash::text, '-', ''), r.{column} FROM roster_found f "
        f"JOIN {staged} s ON s.row_id = f.row_id JOIN {table} r ON r.{key} = f.target_id "
        f"WHERE s.{column}_hash IS NOT NULL AND s.row_id > %s ORDER BY s.row_id LIMIT %s"
    )
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [last, _SIZE])
            found = cursor.fetchall()
            differ = [row_id for row_id, digits, kept in found if not kept or make(opened(kept)) != digits]
            cursor.execute("INSERT INTO roster_phone SELECT n, %s FROM unnest(%s::bigint[]) AS n", [column, differ])
        if len(found) < _SIZE:
            return
        last = found[-1][0]
