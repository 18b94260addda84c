"""Finding people by a part of their name, in one street: against plain SQL, and against a tenth of the register.

The product's side is the whole search of the one box, houses, estates and organisations with it. Against SQL it looks
for given names, as people do; a single character, of which SQL soon has a page full, is told of in the note. The growth
is measured on such characters, so that both sizes show as many.
"""

from django.db import connection

from accounts.models import User
from bench import servers
from bench.pages import FULL, ROUNDS, TENTH, USERNAME, build_both
from bench.remote import Remote
from bench.results import Result
from bench.timing import medians, seconds
from grids.backends import standing_for
from residents.search import MOST, search

GIVEN, CHARACTERS = ("建国", "秀英", "志强"), ("国", "秀", "文")
Row = tuple[float, float, float, str]
"""Ratio, ours, the other side, a note."""
SQL = """
SELECT r.*, h.address, g.name AS grid FROM residents_resident r
  LEFT JOIN residents_house h ON h.id = r.house_id JOIN grids_grid g ON g.id = r.grid_id
 WHERE r.street_id = %s AND r.name LIKE %s AND r.gone <> 'double'
 ORDER BY r.name, r.id LIMIT %s
"""


def measure() -> list[Result]:
    """Measure each part of a name; the worst ratio of each comparison counts."""
    build_both()
    against_sql: list[Row] = []
    quick: list[Row] = []
    against_tenth: list[Row] = []
    with Remote(servers.address(FULL)) as full, Remote(servers.address(TENTH)) as tenth:
        for infix in GIVEN + CHARACTERS:
            ours, plain, small = medians(
                [
                    lambda infix=infix: full.call(f"{__name__}:search_s", infix),  # type: ignore[misc]
                    lambda infix=infix: full.call(f"{__name__}:plain_s", infix),  # type: ignore[misc]
                    lambda infix=infix: tenth.call(f"{__name__}:search_s", infix),  # type: ignore[misc]
                ],
                ROUNDS,
            )
            found, missed = full.call(f"{__name__}:compared", infix)
            note = f"“{infix}”, {found} people" + (f", {missed} MISSED" if missed else "")
            (against_sql if infix in GIVEN else quick).append((ours / plain, ours, plain, note))
            if infix in CHARACTERS:
                against_tenth.append((ours / small, ours, small, note))
    ratio, _ours, _plain, what = max(quick)
    more = f"worst single character: {ratio:.1f} ({what})"
    return [
        _result("resident_search", against_sql, f"name LIKE '%…%' in SQL, {more}", 2.0),
        _result("resident_search_growth", against_tenth, "the same among 116,219 people", 1.3),
    ]


def _result(name: str, rows: list[Row], reference: str, at_most: float) -> Result:
    ratio, ours, other, note = max(rows)
    missed = [row[3] for row in rows if "MISSED" in row[3] and row[3] != note]
    note = f"against {reference}; worst: " + "; ".join([note, *missed])
    return Result(name, ours, other, ratio, note, at_most=at_most)


# From here on: called in the other process, with Django set up.


def search_s(infix: str) -> float:
    """Return the seconds of one search, with a standing read anew as each request does."""
    user = User.objects.get(username=USERNAME)
    return seconds(lambda: search(infix, user))


def plain_s(infix: str) -> float:
    """Return the seconds of the plain statement."""
    street = _street()
    return seconds(lambda: _plain(street, infix))


def compared(infix: str) -> tuple[int, int]:
    """Return how many people the search finds, and how many that the plain statement finds are missing there.

    Where there are more than are shown, as many count as well: which ones come first is the search's own order.
    """
    found = search(infix, User.objects.get(username=USERNAME)).people
    plain = _plain(_street(), infix)
    if len(plain) > MOST:
        return len(found), MOST - len(found)
    return len(found), len({row[0] for row in plain} - {person.pk for person in found})


def _plain(street_id: int, infix: str) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SQL, [street_id, f"%{infix}%", MOST + 1])
        rows: list[tuple[int, ...]] = cursor.fetchall()
        return rows


def _street() -> int:
    return standing_for(User.objects.get(username=USERNAME)).posts[0].node_id
