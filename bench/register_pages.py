"""A house's page and a person's: as fast among 1,162,189 residents as among 116,219, and in few queries."""

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import User
from bench import servers
from bench.pages import FULL, ROUNDS, TENTH, USERNAME, build_both, get, queries
from bench.remote import Remote
from bench.results import Result
from bench.timing import medians, seconds
from residents.models import House, Household, Resident

SAMPLE = 10
"""Pages to a round: homes of three people differ less than other homes."""
MEMBERS = 3
MOST_QUERIES = 15


def house_page() -> list[Result]:
    return [_measured("house_page", "houses")]


def person_page() -> list[Result]:
    return [_measured("person_page", "people")]


def _measured(name: str, sample: str) -> Result:
    build_both()
    with Remote(servers.address(FULL)) as full, Remote(servers.address(TENTH)) as tenth:
        here, there = (remote.call(f"{__name__}:{sample}") for remote in (full, tenth))
        ours, small = medians(
            [lambda: full.call(f"{__name__}:pages_s", here), lambda: tenth.call(f"{__name__}:pages_s", there)], ROUNDS
        )
        most = full.call(f"{__name__}:most_queries", here)
    note = f"{len(here)} pages of homes of {MEMBERS}; at most {most} queries (wanted: {MOST_QUERIES})"
    return Result(name, ours, small, ours / small, note, at_most=1.2)


# From here on: called in the other process, with Django set up.


def houses() -> list[str]:
    """Return the addresses of some houses of the operator's street in which three people live."""
    return [house.get_absolute_url() for house in _homes()]


def people() -> list[str]:
    """Return the addresses of those who head such homes."""
    heads = Resident.objects.filter(heads__house__in=[house.pk for house in _homes()], heads__ended_on=None)
    return [head.get_absolute_url() for head in heads.order_by("pk")[:SAMPLE]]


def _homes() -> list[House]:
    inside = Count("residents", filter=Q(residents__gone=""))
    seen = House.objects.visible_to(User.objects.get(username=USERNAME)).standing()
    homes = seen.filter(Exists(Household.objects.open().filter(house=OuterRef("pk")))).annotate(inside=inside)
    return list(homes.filter(inside=MEMBERS).order_by("pk")[:SAMPLE])


def pages_s(addresses: list[str]) -> float:
    """Return the seconds that one of these pages takes on average."""
    return sum(seconds(lambda address=address: get(address)) for address in addresses) / len(addresses)  # type: ignore[misc]


def most_queries(addresses: list[str]) -> int:
    get(addresses[0])  # the first request of a browser writes the session's time, once in a while
    return max(queries(address) for address in addresses)
