"""The addresses of the public's own pages and of those who print and give what leads there, for tests/routes.py."""

from grids.roles import Permission
from tests.route import OBJECT_RULE, PUBLIC, Route

P = Permission

GATE = {"code": lambda world: world.line.base.public_code}

TOKEN = {"token": lambda world: "no-such-token"}
LINK = {"pk": lambda world: world.lead_link.pk}
HELD = {"pk": lambda world: world.held.pk}
BUILDING = {"pk": lambda world: world.house.building_id}
NODE = {"pk": lambda world: world.line.base.pk}
COMMUNITY = {"pk": lambda world: world.line.community.pk}

ROUTES: dict[str, Route] = {
    "public:start": Route(needs=PUBLIC),
    "public:at": Route(needs=PUBLIC, at=GATE),
    "public:who": Route("GET POST", PUBLIC),
    "public:privacy": Route(needs=PUBLIC),
    "public:outline": Route(needs=PUBLIC),
    "public:report": Route("GET POST", PUBLIC),
    "public:report-at": Route("GET POST", PUBLIC, at=GATE),
    "public:similar": Route("POST", PUBLIC),
    "public:sent": Route(needs=PUBLIC, answers=(302,)),  # nothing was sent from here
    "public:track": Route("GET POST", PUBLIC),
    "public:progress": Route(needs=PUBLIC, answers=(302,)),
    "public:rate": Route("POST", PUBLIC),
    "public:reopen": Route("POST", PUBLIC),
    "public:lead-form": Route("GET POST", PUBLIC, answers=(404,)),  # without a link it opens nothing
    "public:lead-done": Route(needs=PUBLIC, answers=(404,)),
    "public:lead-enter": Route(needs=PUBLIC, at=TOKEN, answers=(404,)),
    "public:links": Route(needs=P.GIVE_LINKS),
    "public:link": Route(at=LINK, is_hidden=True),
    "public:link-give": Route("POST", OBJECT_RULE, at=BUILDING, is_hidden=True),
    "public:link-send": Route("POST", OBJECT_RULE, at=LINK, is_hidden=True),
    "public:link-revoke": Route("POST", OBJECT_RULE, at=LINK, is_hidden=True),
    "public:poster-building": Route(at=BUILDING, is_hidden=True),
    "public:poster-grid": Route(at=NODE, is_hidden=True),
    "public:posters": Route(at=COMMUNITY, is_hidden=True),
    "public:held": Route(needs=P.INTAKE),
    "api:held-reports": Route(needs=P.INTAKE),
    "api:held-report-let-in": Route("POST", OBJECT_RULE, at=HELD, is_hidden=True),
    "api:held-report-discard": Route("POST", OBJECT_RULE, at=HELD, is_hidden=True),
    "api:lead-links": Route(needs=P.GIVE_LINKS),
    "api:lead-link-revoke": Route("POST", OBJECT_RULE, at=LINK, is_hidden=True),
    "public:held-photo": Route(at={"pk": lambda world: world.held.photos.get().pk}, is_hidden=True),
    "public:held-let-in": Route("POST", OBJECT_RULE, at=HELD, is_hidden=True),
    "public:held-discard": Route("POST", OBJECT_RULE, at=HELD, is_hidden=True),
}
