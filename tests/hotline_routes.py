"""The addresses of the hotline and of the public's pages, for tests/routes.py."""

from grids.roles import Permission
from tests.route import Route

P = Permission
MATTER = {"pk": lambda world: world.matter.pk}

ROUTES: dict[str, Route] = {
    "hotline:requests": Route(needs=P.VIEW_REQUESTS),
    "hotline:request": Route(at=MATTER, is_hidden=True),
}
