"""The addresses of the figures and of what is built on them, for tests/routes.py."""

from grids.roles import Permission
from tests.route import Route

P = Permission
DISTRICT = {"pk": lambda world: world.line.district.pk}

ROUTES: dict[str, Route] = {
    "insights:dashboard": Route(needs=P.VIEW_INSIGHTS),
    "insights:rankings": Route(needs=P.VIEW_INSIGHTS),
    "insights:rankings-workbook": Route("POST", P.VIEW_INSIGHTS),
    "api:insights-rankings": Route(needs=P.VIEW_INSIGHTS),
    "insights:node": Route(needs=P.VIEW_INSIGHTS, at=DISTRICT, is_hidden=True),
    "insights:workbook": Route("POST", P.VIEW_INSIGHTS, at=DISTRICT, is_hidden=True),
}
