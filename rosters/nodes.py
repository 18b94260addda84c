"""Find the grid or community that a row names, among those of the roster's area."""

from typing import NamedTuple

from grids.models import FormerCode, Grid, Kind
from residents.reading import plain
from rosters.words import wrong


class Place(NamedTuple):
    """Keys of the nodes that a row lies in, as far down as it says; `micro` only within its grid."""

    street: int
    community: int
    grid: int | None = None
    micro: int | None = None


class Nodes:
    """The nodes below (and at) a roster's area, by code and by name: one query, however many rows ask."""

    def __init__(self, area: Grid) -> None:
        below = Grid.objects.filter(tree_id=area.tree_id, lft__range=(area.lft, area.rght))
        rows = below.filter(valid_to=None).order_by("lft").values_list("pk", "kind", "code", "name", "parent_id")
        above = {
            kind: pk
            for pk, kind in Grid.objects.on_path_to(area).values_list("pk", "kind")  # the area itself among them
        }
        self.default = self._default(area, above)
        self._street, self._community = above.get(Kind.STREET), above.get(Kind.COMMUNITY)
        self._places: dict[int, Place | None] = {}
        self._codes: dict[str, int] = {}
        self._names: dict[tuple[int | None, str], int | None] = {}
        parents: dict[int, Place | None] = {}
        for pk, kind, code, name, parent_id in rows:
            place = self._place(pk, kind, self._places.get(parent_id, parents.get(parent_id)), area, above)
            self._places[pk] = place
            self._codes[code] = pk
            self._name(None, name, pk)
            if place is not None and place.grid is not None:
                self._name(place.community, name, pk)
        for code, pk in FormerCode.objects.filter(grid__in=list(self._places)).values_list("code", "grid_id"):
            self._codes.setdefault(code, pk)
        # Asked beforehand: rows are looked at while the connection takes a COPY, which allows no question.
        self._elsewhere = set(Grid.objects.values_list("code", flat=True)) - set(self._codes)

    @staticmethod
    def _default(area: Grid, above: dict[str, int]) -> Place | None:
        """Return where a row lies that says nothing: in the area itself, if that is a community or a grid."""
        if area.kind in {Kind.DISTRICT, Kind.STREET}:
            return None
        street, community = above[Kind.STREET], above[Kind.COMMUNITY]
        if area.kind == Kind.COMMUNITY:
            return Place(street, community)
        grid = above.get(Kind.BASE, above.get(Kind.DEDICATED))
        return Place(street, community, grid, above.get(Kind.MICRO))

    def _place(self, pk: int, kind: str, parent: Place | None, area: Grid, above: dict[str, int]) -> Place | None:
        if pk == area.pk:
            return self.default
        if kind == Kind.COMMUNITY:
            street = above.get(Kind.STREET) or self._street_of(pk)
            return Place(street, pk)
        if kind in {Kind.BASE, Kind.DEDICATED} and parent is not None:
            return parent._replace(grid=pk)
        if kind == Kind.MICRO and parent is not None:
            return parent._replace(micro=pk)
        return None

    def _street_of(self, community: int) -> int:
        if not hasattr(self, "_streets"):
            self._streets = dict(Grid.objects.filter(kind=Kind.COMMUNITY).values_list("pk", "parent_id"))
        return int(self._streets[community] or 0)

    def _name(self, community: int | None, name: str, pk: int) -> None:
        """Remember a name, or that several nodes have it."""
        key = (community, plain(name))
        self._names[key] = None if key in self._names and self._names[key] != pk else pk

    def find(self, text: str, within: int | None = None) -> tuple[int, Place]:
        """Return the node of this code or name, and its place; `within` a community, names of its grids come first.

        Raises Unreadable: node_unknown, node_ambiguous, node_too_high, outside.
        """
        words = plain(text)
        pk = self._codes.get(words)
        if pk is None and within is not None:
            pk = self._names.get((within, words))
        if pk is None:
            if (None, words) not in self._names:
                raise wrong("outside" if words in self._elsewhere else "node_unknown")
            pk = self._names[None, words]
            if pk is None:
                raise wrong("node_ambiguous")
        place = self._places[pk]
        if place is None:
            raise wrong("node_too_high")
        return pk, place
