"""The addresses of the hotline and of the public's pages, for tests/routes.py."""

from grids.roles import Permission
from tests.route import Route

P = Permission
MATTER = {"pk": lambda world: world.matter.pk}
MODEL = {"pk": lambda world: world.category_model.pk}

ROUTES: dict[str, Route] = {
    "hotline:requests": Route(needs=P.VIEW_REQUESTS),
    "hotline:request": Route(at=MATTER, is_hidden=True),
    "hotline:category-models": Route(needs=P.MANAGE_RULES),
    "hotline:category-model": Route(needs=P.MANAGE_RULES, at=MODEL, is_hidden=True),
    "hotline:category-model-use": Route("POST", needs=P.MANAGE_RULES, at=MODEL, is_hidden=True),
    "api:hotline-suggest-categories": Route("POST", needs=P.INTAKE),
}
