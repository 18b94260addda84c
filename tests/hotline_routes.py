"""The addresses of the hotline, for tests/routes.py."""

from grids.roles import Permission
from hotline.api_requests import REQUEST_VERBS
from tests.route import OBJECT_RULE, PUBLIC, Route

P = Permission
CIRCULAR = {"pk": lambda world: world.circular.pk}
MATTER = {"pk": lambda world: world.matter.pk}
SNIPPET = {"pk": lambda world: world.snippet.pk}
MODEL = {"pk": lambda world: world.category_model.pk}
REPLIED = {"pk": lambda world: world.reply.order_id}
REPLY = {"pk": lambda world: world.reply.pk}

EXCHANGE = {"pk": lambda world: world.exchange.pk}
EXCHANGE_ROW = {"pk": lambda world: world.exchange.rows.get().pk}
EXPORTED = {"pk": lambda world: world.exchange_status.pk}
PARTNER = {"pk": lambda world: world.exchange_partner.pk}

TOPIC = {"pk": lambda world: world.matter.topic_id}
TOPIC_ACTS = ("rename", "put-in", "dismiss", "handle")

ROUTES: dict[str, Route] = {
    "hotline:requests-workbook": Route("POST", needs=P.VIEW_REQUESTS),
    "hotline:by-phone": Route("POST", needs=P.INTAKE),
    "hotline:correct": Route("GET POST", needs=P.INTAKE, at=MATTER, is_hidden=True, answers=(200, 302)),
    "hotline:unmerge": Route("POST", needs=P.INTAKE, at=MATTER, is_hidden=True),
    "hotline:reopen": Route("POST", needs=OBJECT_RULE, at=MATTER, is_hidden=True),
    "hotline:desk": Route("GET POST", needs=P.INTAKE),
    "hotline:desk-request": Route("GET POST", needs=P.INTAKE, at=MATTER, is_hidden=True),
    "hotline:desk-look": Route("POST", needs=P.INTAKE),
    "hotline:desk-request-look": Route("POST", needs=P.INTAKE, at=MATTER, is_hidden=True),
    "hotline:desk-next": Route("POST", needs=P.INTAKE),
    "hotline:desk-ready": Route("GET POST", needs=P.INTAKE),
    "hotline:photo": Route(at={"pk": lambda world: world.matter_photo.pk}, is_hidden=True),
    "hotline:photo-thumb": Route(at={"pk": lambda world: world.matter_photo.pk}, is_hidden=True),
    "hotline:snippets": Route(needs=P.INTAKE),
    "hotline:snippet-new": Route("GET POST", needs=P.MANAGE_RULES),
    "hotline:snippet-edit": Route("GET POST", needs=P.MANAGE_RULES, at=SNIPPET, is_hidden=True),
    "hotline:snippet-retire": Route("POST", needs=P.MANAGE_RULES, at=SNIPPET, is_hidden=True),
    "api:hotline-key-cases": Route(needs=P.VIEW_RATES),
    "api:hotline-circulars": Route(needs=P.VIEW_RATES),
    "api:hotline-circular": Route(at=CIRCULAR, is_hidden=True),
    "api:hotline-exchanges": Route(needs=P.EXCHANGE),
    "api:hotline-exchange-rows": Route(needs=P.EXCHANGE, at=EXCHANGE),
    "api:hotline-requests": Route("GET POST", needs=P.VIEW_REQUESTS),
    "api:hotline-request": Route(at=MATTER, is_hidden=True),
    **{
        f"api:hotline-request-{name}": Route("POST", verb.needs, at=MATTER, is_hidden=True)
        for name, verb in REQUEST_VERBS.items()
    },
    "hotline:requests": Route(needs=P.VIEW_REQUESTS),
    "hotline:request": Route(at=MATTER, is_hidden=True),
    "hotline:category-models": Route(needs=P.MANAGE_RULES),
    "hotline:category-model": Route(needs=P.MANAGE_RULES, at=MODEL, is_hidden=True),
    "hotline:category-model-use": Route("POST", needs=P.MANAGE_RULES, at=MODEL, is_hidden=True),
    "api:hotline-suggest-categories": Route("POST", needs=P.INTAKE),
    # the exchange with the city platform
    "hotline:exchanges": Route(needs=P.EXCHANGE),
    "hotline:exchange-new": Route("GET POST", P.EXCHANGE),
    "hotline:exchange-export": Route("POST", P.EXCHANGE),
    "hotline:exchange": Route(needs=P.EXCHANGE, at=EXCHANGE, is_hidden=True),
    "hotline:exchange-progress": Route(needs=P.EXCHANGE, at=EXCHANGE, is_hidden=True),
    "hotline:exchange-replay": Route("POST", P.EXCHANGE, at=EXCHANGE, is_hidden=True),
    "hotline:exchange-copy": Route("POST", P.EXCHANGE, at=EXCHANGE, is_hidden=True),
    "hotline:exchange-download": Route("POST", P.EXCHANGE, at=EXCHANGE, is_hidden=True),
    "hotline:exchange-row": Route("GET POST", P.EXCHANGE, at=EXCHANGE_ROW, is_hidden=True),
    "hotline:exchange-again": Route("POST", P.EXCHANGE, at=EXPORTED, is_hidden=True),
    "hotline:exchange-partners": Route(needs=P.EXCHANGE),
    "hotline:exchange-partner-add": Route("GET POST", P.EXCHANGE),
    "hotline:exchange-partner": Route(needs=P.EXCHANGE, at=PARTNER, is_hidden=True),
    "hotline:exchange-partner-key": Route("POST", P.EXCHANGE, at=PARTNER, is_hidden=True),
    "hotline:exchange-partner-revoke": Route("POST", P.EXCHANGE, at=PARTNER, is_hidden=True),
    "api:hotline-exchange": Route("GET POST", PUBLIC, answers=(401,)),
    # the call-back desk
    "hotline:call-backs": Route(needs=P.CALL_BACK),
    "hotline:call-next": Route("POST", P.CALL_BACK),
    "hotline:call": Route("GET POST", P.CALL_BACK, at=MATTER, is_hidden=True),
    "hotline:call-claim": Route("POST", P.CALL_BACK, at=MATTER, is_hidden=True),
    "hotline:call-release": Route("POST", P.CALL_BACK, at=MATTER, is_hidden=True),
    "hotline:call-close": Route("POST", P.CALL_BACK, at=MATTER, is_hidden=True),
    "hotline:call-redo": Route("POST", P.CALL_BACK, at=MATTER, is_hidden=True),
    "hotline:rules": Route(needs=P.MANAGE_RULES),
    "hotline:rule-share": Route("GET POST", P.MANAGE_RULES),
    "hotline:rule-measure": Route("GET POST", P.MANAGE_RULES, at={"name": lambda world: "call_tries"}),
    "api:hotline-calls": Route(needs=P.CALL_BACK),
    "api:hotline-call": Route("POST", P.CALL_BACK, at=MATTER, is_hidden=True),
    "api:hotline-rates": Route(needs=P.VIEW_RATES),
    "api:hotline-topics": Route(),
    "api:hotline-topic": Route(at=TOPIC, is_hidden=True),
    "api:hotline-topic-handle": Route("POST", P.INTAKE, at=TOPIC, is_hidden=True),
    "hotline:topics": Route(needs=P.VIEW_REQUESTS),
    "hotline:topic": Route(at=TOPIC, is_hidden=True),
    **{f"hotline:topic-{act}": Route("POST", P.INTAKE, at=TOPIC, is_hidden=True) for act in TOPIC_ACTS},
    "hotline:topic-take-out": Route("POST", P.INTAKE, at=TOPIC | {"matter": MATTER["pk"]}, is_hidden=True),
    "hotline:reply-write": Route("GET POST", OBJECT_RULE, at=REPLIED, is_hidden=True),
    "hotline:replies": Route(needs=P.HANDLE),
    "hotline:reply": Route(at=REPLY, is_hidden=True),
    "hotline:reply-approve": Route("POST", OBJECT_RULE, at=REPLY, is_hidden=True),
    "hotline:reply-return": Route("POST", OBJECT_RULE, at=REPLY, is_hidden=True),
    "hotline:to-tell": Route(needs=P.INTAKE),
    "hotline:told": Route("POST", OBJECT_RULE, at=MATTER, is_hidden=True),
    "api:reply-list": Route(),
    "api:reply-detail": Route(at=REPLY, is_hidden=True),
    "api:reply-approve": Route("POST", OBJECT_RULE, at=REPLY, is_hidden=True),
    "api:reply-return": Route("POST", OBJECT_RULE, at=REPLY, is_hidden=True),
    "api:reply-check": Route("POST"),
    "api:work-order-reply": Route("POST", OBJECT_RULE, at=REPLIED, is_hidden=True),
    "api:request-told": Route("POST", OBJECT_RULE, at=MATTER, is_hidden=True),
    # the six rates
    "hotline:rates": Route(needs=P.VIEW_RATES),
    "hotline:rate-list": Route(needs=P.VIEW_RATES, query={"rate": "closing", "part": "d"}),
    "hotline:rates-workbook": Route("POST", P.VIEW_RATES),
    # key supervision and the weekly circular
    "hotline:ledger": Route(needs=P.VIEW_RATES),
    "hotline:ledger-workbook": Route("POST", P.VIEW_RATES),
    "hotline:flag": Route("POST", P.SUPERVISE, at=MATTER, is_hidden=True),
    "hotline:unflag": Route("POST", P.SUPERVISE, at=MATTER, is_hidden=True),
    "hotline:circulars": Route(needs=P.VIEW_RATES),
    "hotline:circular-compose": Route("POST", P.SUPERVISE),
    "hotline:circular": Route("GET POST", P.VIEW_RATES, at=CIRCULAR, is_hidden=True),
    "hotline:circular-publish": Route("POST", P.VIEW_RATES, at=CIRCULAR, is_hidden=True),
    "hotline:circular-print": Route(needs=P.VIEW_RATES, at=CIRCULAR, is_hidden=True),
    "hotline:circular-workbook": Route("POST", P.VIEW_RATES, at=CIRCULAR, is_hidden=True),
}
