"""The addresses of the figures and of what is built on them, for tests/routes.py."""

from grids.roles import Permission
from tests.route import OBJECT_RULE, PUBLIC, Route

P = Permission
WARNING = {"pk": lambda world: world.warning.pk}
RULE = {"code": lambda world: "rate-community"}
HOURS = {"pk": lambda world: world.hours.pk}
BULLETIN = {"pk": lambda world: world.bulletin.pk}
SUBSCRIPTION = {"pk": lambda world: world.subscription.pk}
DISPLAY = {"pk": lambda world: world.display.pk}
SURVEY = {"pk": lambda world: world.survey.pk}
SURVEY_DRAFT = {"pk": lambda world: world.survey_draft.pk}
SAMPLED = {"pk": lambda world: world.sampled.pk}
FACILITY_LIST = {"pk": lambda world: world.facility_import.pk}
FACILITY = {"pk": lambda world: world.facility.pk}
DISTRICT = {"pk": lambda world: world.line.district.pk}

WITHIN = {"within": lambda world: world.line.district.pk}

ROUTES: dict[str, Route] = {
    "insights:keeping": Route(needs=P.VIEW_TIMERS),
    "insights:dashboard": Route(needs=P.VIEW_INSIGHTS),
    "insights:cockpit-own": Route(needs=P.VIEW_INSIGHTS),
    "insights:cockpit": Route(needs=P.VIEW_INSIGHTS, at=DISTRICT, is_hidden=True),
    "insights:displays": Route(needs=P.GIVE_DISPLAYS),
    "insights:display-give": Route("POST", P.GIVE_DISPLAYS),
    "insights:display-revoke": Route("POST", P.GIVE_DISPLAYS, at=DISPLAY, is_hidden=True),
    "insights:display": Route(needs=PUBLIC, at={"code": lambda world: world.display_code}),
    "insights:rankings": Route(needs=P.VIEW_INSIGHTS),
    "insights:rankings-workbook": Route("POST", P.VIEW_INSIGHTS),
    "api:insights-figures": Route(needs=P.VIEW_INSIGHTS),
    "api:insights-rankings": Route(needs=P.VIEW_INSIGHTS),
    "bulletins:list": Route(),
    "bulletins:compose": Route("GET POST", P.WRITE_BULLETINS),
    "bulletins:rules": Route("GET POST", P.MANAGE_RULES),
    "bulletins:subscriptions": Route("GET POST"),
    "bulletins:subscription-stop": Route("POST", at=SUBSCRIPTION, is_hidden=True),
    "bulletins:detail": Route(at=BULLETIN, is_hidden=True),
    "bulletins:print": Route(at=BULLETIN, is_hidden=True),
    "bulletins:download": Route("POST", at=BULLETIN | {"file": lambda world: "pdf"}, is_hidden=True),
    "bulletins:edit": Route("GET POST", OBJECT_RULE, at=BULLETIN, is_hidden=True),
    "bulletins:recompute": Route("POST", OBJECT_RULE, at=BULLETIN, is_hidden=True),
    "bulletins:recipients-add": Route("POST", OBJECT_RULE, at=BULLETIN, is_hidden=True),
    "bulletins:recipients-drop": Route("POST", OBJECT_RULE, at=BULLETIN, is_hidden=True),
    "bulletins:publish": Route("POST", OBJECT_RULE, at=BULLETIN, is_hidden=True),
    "bulletins:withdraw": Route("POST", OBJECT_RULE, at=BULLETIN, is_hidden=True),
    "bulletins:discard": Route("POST", OBJECT_RULE, at=BULLETIN, is_hidden=True),
    "api:bulletin-list": Route(),
    "api:bulletin-detail": Route(at=BULLETIN, is_hidden=True),
    "api:bulletin-download": Route(at=BULLETIN, is_hidden=True),
    "insights:node": Route(needs=P.VIEW_INSIGHTS, at=DISTRICT, is_hidden=True),
    "insights:behind": Route(needs=P.VIEW_INSIGHTS, at=DISTRICT, query={"measure": "found"}, is_hidden=True),
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
    "onemap:duty-hours": Route("GET POST", P.MANAGE_POSTS),
    "onemap:duty-hours-remove": Route("POST", P.MANAGE_POSTS, at=HOURS, is_hidden=True),
    "api:map-duty-hours": Route("GET POST", P.MANAGE_POSTS),
    "api:map-duty-hours-one": Route("DELETE", P.MANAGE_POSTS, at=HOURS, is_hidden=True),
    "api:map-layers": Route(needs=P.VIEW_MAP),
    "api:map-points": Route(needs=P.VIEW_MAP, at={"layer": lambda world: "orders"}, query=WITHIN, is_hidden=True),
    "api:map-boundaries": Route(needs=P.VIEW_MAP, at={"level": lambda world: "base"}, query=WITHIN, is_hidden=True),
    "api:map-figures": Route(needs=P.VIEW_MAP, query=WITHIN, is_hidden=True),
    "api:map-sharing": Route("GET POST DELETE", P.VIEW_MAP),
    "api:map-position": Route("POST", P.VIEW_MAP),
    "alerts:list": Route(needs=P.CONFIRM_WARNINGS),
    "alerts:workbook": Route("POST", P.CONFIRM_WARNINGS),
    "alerts:detail": Route(needs=P.CONFIRM_WARNINGS, at=WARNING, is_hidden=True),
    "alerts:confirm": Route("POST", P.CONFIRM_WARNINGS, at=WARNING, is_hidden=True),
    "alerts:dismiss": Route("POST", P.CONFIRM_WARNINGS, at=WARNING, is_hidden=True),
    "alerts:rules": Route(needs=P.MANAGE_RULES),
    "alerts:rule-kind": Route(needs=P.MANAGE_RULES, query={"kind": "rate"}, answers=(302,)),
    "alerts:rule-add": Route("GET POST", P.MANAGE_RULES, at={"kind": lambda world: "rate"}),
    "alerts:rule-edit": Route("GET POST", P.MANAGE_RULES, at=RULE),
    "alerts:rule-retire": Route("POST", P.MANAGE_RULES, at=RULE),
    "api:warning-list": Route(needs=P.CONFIRM_WARNINGS),
    "api:warning-detail": Route(needs=P.CONFIRM_WARNINGS, at=WARNING, is_hidden=True),
    "api:warning-confirm": Route("POST", P.CONFIRM_WARNINGS, at=WARNING, is_hidden=True),
    "api:warning-dismiss": Route("POST", P.CONFIRM_WARNINGS, at=WARNING, is_hidden=True),
    "facilities:kinds": Route(needs=P.MANAGE_RULES),
    "facilities:kind-add": Route("GET POST", P.MANAGE_RULES),
    "facilities:kind-edit": Route("GET POST", P.MANAGE_RULES, at={"code": lambda world: world.facility.kind.code}),
    "facilities:list": Route(needs=P.REPORT),
    "facilities:add": Route("GET POST", P.MANAGE_FACILITIES),
    "facilities:export": Route("POST", P.REPORT),
    "facilities:imports": Route("GET POST", P.MANAGE_FACILITIES),
    "facilities:import": Route(needs=P.MANAGE_FACILITIES, at=FACILITY_LIST, is_hidden=True),
    "facilities:import-run": Route("POST", P.MANAGE_FACILITIES, at=FACILITY_LIST, is_hidden=True),
    "facilities:detail": Route(at=FACILITY, is_hidden=True),
    "facilities:edit": Route("GET POST", P.MANAGE_FACILITIES, at=FACILITY, is_hidden=True),
    "facilities:state": Route("POST", P.MANAGE_FACILITIES, at=FACILITY, is_hidden=True),
    "workorders:facilities-near": Route("POST", P.REPORT),
    "api:facility-list": Route(),
    "api:facility-detail": Route(at=FACILITY, is_hidden=True),
    "surveys:list": Route(needs=OBJECT_RULE),
    "surveys:to-ask": Route(needs=P.ASK_SURVEYS),
    "surveys:add": Route("GET POST", P.MANAGE_SURVEYS),
    "surveys:detail": Route(at=SURVEY, is_hidden=True),
    "surveys:edit": Route("GET POST", OBJECT_RULE, at=SURVEY_DRAFT, is_hidden=True),
    "surveys:discard": Route("POST", OBJECT_RULE, at=SURVEY_DRAFT, is_hidden=True),
    "surveys:draw": Route("POST", P.MANAGE_SURVEYS, at=SURVEY, is_hidden=True),
    "surveys:close": Route("POST", P.MANAGE_SURVEYS, at=SURVEY, is_hidden=True),
    "surveys:export": Route("POST", P.MANAGE_SURVEYS, at=SURVEY, is_hidden=True),
    "surveys:people": Route(needs=OBJECT_RULE, at=SURVEY, is_hidden=True),
    "surveys:person": Route("GET POST", OBJECT_RULE, at=SAMPLED, is_hidden=True),
    "surveys:phone": Route("POST", OBJECT_RULE, at=SAMPLED, is_hidden=True),
    "api:survey-list": Route(),
    "api:survey-detail": Route(at=SURVEY, is_hidden=True),
    "api:survey-answer": Route("POST", OBJECT_RULE, at=SAMPLED, is_hidden=True),
}
