"""The addresses of the figures and of what is built on them, for tests/routes.py."""

from grids.roles import Permission
from tests.route import Route

P = Permission
DISTRICT = {"pk": lambda world: world.line.district.pk}

WITHIN = {"within": lambda world: world.line.district.pk}

ROUTES: dict[str, Route] = {
    "insights:keeping": Route(needs=P.VIEW_TIMERS),
    "insights:dashboard": Route(needs=P.VIEW_INSIGHTS),
    "insights:rankings": Route(needs=P.VIEW_INSIGHTS),
    "insights:rankings-workbook": Route("POST", P.VIEW_INSIGHTS),
    "api:insights-rankings": Route(needs=P.VIEW_INSIGHTS),
    "insights:node": Route(needs=P.VIEW_INSIGHTS, at=DISTRICT, is_hidden=True),
    "insights:workbook": Route("POST", P.VIEW_INSIGHTS, at=DISTRICT, is_hidden=True),
    "onemap:map": Route(needs=P.VIEW_MAP),
    "onemap:list": Route(needs=P.VIEW_MAP),
    "onemap:boundaries": Route(needs=P.VIEW_MAP, query=WITHIN, is_hidden=True),
    "onemap:figures": Route(needs=P.VIEW_MAP, query=WITHIN, is_hidden=True),
    "onemap:points": Route(needs=P.VIEW_MAP, at={"layer": lambda world: "orders"}, query=WITHIN, is_hidden=True),
    "onemap:area-card": Route(needs=P.VIEW_MAP, at=DISTRICT, is_hidden=True),
    "onemap:card": Route(
        needs=P.VIEW_MAP, at={"layer": lambda world: "orders", "pk": lambda world: world.placed.pk}, is_hidden=True
    ),
    "onemap:sharing": Route(needs=P.VIEW_MAP),
    "onemap:sharing-begin": Route("POST", P.VIEW_MAP),
    "onemap:sharing-stop": Route("POST", P.VIEW_MAP),
    "onemap:position": Route("POST", P.VIEW_MAP),
    "api:map-layers": Route(needs=P.VIEW_MAP),
    "api:map-points": Route(needs=P.VIEW_MAP, at={"layer": lambda world: "orders"}, query=WITHIN, is_hidden=True),
    "api:map-boundaries": Route(needs=P.VIEW_MAP, at={"level": lambda world: "base"}, query=WITHIN, is_hidden=True),
    "api:map-figures": Route(needs=P.VIEW_MAP, query=WITHIN, is_hidden=True),
    "api:map-sharing": Route("GET POST DELETE", P.VIEW_MAP),
    "api:map-position": Route("POST", P.VIEW_MAP),
}
