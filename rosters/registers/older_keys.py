"""People whose number was written under an older key or by other algorithms, before `rotate_keys` is through.

Their fingerprints differ from those of the list; without this they would come in a second time.
"""

from django.db import connection

from accounts import crypto
from residents import fingerprints

_SIZE = 5_000
_ANY = """
SELECT EXISTS (SELECT FROM residents_resident
                WHERE district_id = %s AND identity_number <> '' AND NOT starts_with(identity_number, %s))
"""
_UNFOUND = """
SELECT s.row_id, s.identity_number FROM roster_found f JOIN rosters_stagedresident s ON s.row_id = f.row_id
 WHERE f.target_id IS NULL AND s.identity_hash IS NOT NULL AND s.row_id > %s ORDER BY s.row_id LIMIT %s
"""
_FIND = """
UPDATE roster_found f SET target_id = r.id
  FROM unnest(%s::bigint[], %s::uuid[]) AS o (row_id, hash)
  JOIN residents_resident r ON r.district_id = %s AND r.identity_hash = o.hash AND r.gone <> 'double'
 WHERE f.row_id = o.row_id
"""


def head() -> str:
    """Return what stands in front of a text that is encrypted now."""
    return f"{crypto.sealer().head}:"


def find(district: int) -> None:
    """Look for the rows of `roster_found` without a person by all fingerprints that their numbers may have."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY, [district, head()])
        if not cursor.fetchone()[0]:
            return
        opened, each = crypto.sealer().open, crypto.sealer().finder(fingerprints.IDENTITY).each
        last = 0
        while True:
            cursor.execute(_UNFOUND, [last, _SIZE])
            found = cursor.fetchall()
            pairs = [(row, print_.hex()) for row, sealed in found for print_ in each(opened(sealed))]
            cursor.execute(_FIND, [[row for row, _hash in pairs], [digits for _row, digits in pairs], district])
            if len(found) < _SIZE:
                return
            last = found[-1][0]
