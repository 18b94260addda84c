"""The addresses of the public's own pages and of those who print and give what leads there, for tests/routes.py."""

from tests.route import PUBLIC, Route

GATE = {"code": lambda world: world.line.base.public_code}

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
}
