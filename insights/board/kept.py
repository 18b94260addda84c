"""A dashboard's tiles and tables as HTML, kept until figures are counted anew: who looks in the same minute as others
gets what was drawn for them."""

from dataclasses import dataclass

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from accounts.kept import Kept
from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from insights import access
from insights.board.asking import Wanted
from insights.board.building import build
from insights.board.linking import Links
from insights.models import Mark
from insights.stretches import Stretch

KEPT_SECONDS = 60
_LAST_RUN = Kept(
    lambda tree_id: (
        Mark.objects.filter(district__tree_id=tree_id, district__parent=None).order_by("-pk").values_list("pk")[:1]
    ),
    tree_id=2_000_000_001,
)


@dataclass(frozen=True)
class Drawn:
    """What a page shows of a board."""

    html: SafeString
    has_anything: bool


def draw(node: Grid, stretch: Stretch, wanted: Wanted, user: User) -> Drawn:
    """Return the board as this person may see it; drawn anew after each run that counted, and once a minute."""
    key = _key(node, stretch, wanted, user)
    drawn: Drawn | None = cache.get(key)
    if drawn is None:
        board = build(node, stretch, wanted, user)
        html = render_to_string("insights/_board.html", {"board": board, "node": node})
        drawn = Drawn(html, board.has_anything)
        cache.set(key, drawn, KEPT_SECONDS)
    return drawn


def _key(node: Grid, stretch: Stretch, wanted: Wanted, user: User) -> str:
    """Name all that decides what is drawn: the last run, what is asked for, and what differs between people."""
    run = next((pk for (pk,) in _LAST_RUN.rows(tree_id=node.tree_id)), None)
    links = Links(node, stretch, standing_for(user)).rates_of
    sight = "sums" if access.sees_aggregates_only(user, node) else f"lists:{links}"
    days = ":".join(f"{period.first}:{period.last}" for period in (stretch.now, stretch.before, stretch.year_before))
    asked = f"{stretch.period.length}:{wanted.category}:{wanted.sort.encode().hex()}"
    return f"board:{node.pk}:{run}:{translation.get_language()}:{days}:{asked}:{sight}".replace(" ", "")
