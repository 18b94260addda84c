"""Every address of the product: by which methods, for whom. tests/test_access.py asks each of them."""

import datetime as dt

from coordination.api import REVIEW_VERBS, SUMMONS_VERBS, WHISTLE_VERBS
from grids.roles import Permission
from residents.api import ORGANISATION_VERBS, PERSON_VERBS
from supervision.api import ACTS as SUPERVISING
from tests import appraisal_routes, hotline_routes, insights_routes, public_routes
from tests.route import OBJECT_RULE, PUBLIC, Route
from workorders.api_moves import MOVES
from workorders.serializers import kebab

P = Permission

ORDER = {"pk": lambda world: world.order.pk}
SAVED = {"pk": lambda world: world.saved_filter.pk}
BULK = {"pk": lambda world: world.bulk_move.pk}
NODE = {"pk": lambda world: world.line.base.pk}
PHOTO = {"pk": lambda world: world.photo.pk}
PERSON = {"pk": lambda world: world.line.worker.pk}
NOTICE = {"pk": lambda world: world.notice.pk}
GATE = {"public_code": lambda world: world.line.base.public_code}
POST_ON_NOTICE = GATE | {"pk": lambda world: world.worker_post.pk}
POST = {"pk": lambda world: world.worker_post.pk}
UNIT = {"pk": lambda world: world.line.dept.pk}
CATEGORY = {"pk": lambda world: world.order.category_id}
PRECEDENT = {"pk": lambda world: world.precedent.pk}
CORRECTION = {"pk": lambda world: world.correction.pk}
REVIEW = {"pk": lambda world: world.review.pk}
WHISTLE = {"pk": lambda world: world.whistle.pk}
SUPERVISION = {"pk": lambda world: world.supervision.pk}
SUPERVISED = {"pk": lambda world: world.supervision.order_id}
CALLED = WHISTLE | {"unit": lambda world: world.line.dept.pk}
TASK = {"pk": lambda world: world.task.pk}
PART = {"pk": lambda world: world.part.pk}
EFFORT = {"pk": lambda world: world.effort.pk}
RECEIVER = {"pk": lambda world: world.delivery.receiver_id}
MESSAGE = {"pk": lambda world: world.message.pk}
DELIVERY = {"pk": lambda world: world.delivery.pk}
RESIDENT = {"pk": lambda world: world.resident.pk}
HANDOVER = {"pk": lambda world: world.handover.pk}
OWN_REQUEST = {"pk": lambda world: world.own_request.pk}
EXPORT = {"pk": lambda world: world.export.pk}
HOUSEHOLD = {"pk": lambda world: world.household.pk}
ORGANISATION = {"pk": lambda world: world.organisation.pk}
HOUSE = {"pk": lambda world: world.house.pk}
BUILDING = {"pk": lambda world: world.house.building_id}
ESTATE = {"pk": lambda world: world.house.estate_id}
IN_BUILDING = {"building": lambda world: world.house.building_id}
IN_HOUSE = {"house": lambda world: world.house.pk}
ROSTER = {"pk": lambda world: world.roster.pk}
ROSTER_STEPS = ["copy", "passwords", "match", "decide", "decide-rows", "recheck", "apply", "undo", "cancel"]
MISTAKE = {"field": lambda world: world.roster.problems[0][0], "code": lambda world: world.roster.problems[0][1]}
BADGE = {"code": lambda world: world.badge.code}
CARED_FOR = {"resident": lambda world: world.grant.resident_id}
GRANT = {"pk": lambda world: world.grant.pk}
CARE_GROUP = {"pk": lambda world: world.care_group.pk}
SWITCH = {"pk": lambda world: world.tier_switch.pk}
CONTACT_PLAN = {"pk": lambda world: world.contact_plan.pk}
HAND_OVER = {"pk": lambda world: world.hand_over.pk}
POINT = {"lng": 116.505, "lat": 35.405}

ROUTES: dict[str, Route] = {
    "home": Route(),
    "healthz": Route(needs=PUBLIC, answers=(200, 503)),
    # accounts
    "accounts:sign-in": Route("GET POST", PUBLIC, answers=(302,)),
    "accounts:sign-out": Route("POST"),
    "accounts:password": Route("GET POST"),
    "accounts:language": Route("POST", PUBLIC),
    "accounts:text-size": Route("POST", PUBLIC),
    "accounts:profile": Route("GET POST"),
    "accounts:inbox": Route(),
    "accounts:notices-read": Route("POST"),
    "accounts:notice-open": Route("POST", at=NOTICE, is_hidden=True),
    "accounts:users": Route(needs=P.MANAGE_USERS),
    "accounts:user-add": Route("GET POST", P.MANAGE_USERS),
    "accounts:user-edit": Route("GET POST", P.MANAGE_USERS, at=PERSON, is_hidden=True),
    "accounts:user-password": Route("POST", P.MANAGE_USERS, at=PERSON, is_hidden=True),
    "accounts:user-active": Route("POST", P.MANAGE_USERS, at=PERSON, is_hidden=True),
    "accounts:user-photo": Route(at=PERSON, is_hidden=True, answers=(404,)),  # nobody has a portrait here
    "accounts:user-photo-change": Route("POST", P.MANAGE_USERS, at=PERSON, is_hidden=True),
    "accounts:audit": Route(needs=P.VIEW_AUDIT),
    # grids
    "grids:tree": Route(),
    "grids:suggest": Route(),
    "grids:boundaries": Route(query={"within": lambda world: world.line.district.pk}, is_hidden=True),
    "grids:locate": Route(query=POINT),
    "grids:detail": Route(at=NODE, is_hidden=True),
    "grids:children": Route(at=NODE, is_hidden=True),
    "grids:add": Route("GET POST", P.MANAGE_TREE, at=NODE, is_hidden=True),
    "grids:edit": Route("GET POST", P.MANAGE_TREE, at=NODE, is_hidden=True),
    "grids:move": Route("GET POST", P.MANAGE_TREE, at=NODE, is_hidden=True),
    "grids:close": Route("GET POST", P.MANAGE_TREE, at=NODE, is_hidden=True),
    "grids:boundary-edit": Route("GET POST", P.MANAGE_TREE, at=NODE, is_hidden=True),
    "grids:posts": Route(),
    "grids:people": Route(needs=P.MANAGE_POSTS),
    "grids:post-add": Route("GET POST", P.MANAGE_POSTS),
    "grids:post-end": Route("GET POST", P.MANAGE_POSTS, at=POST, is_hidden=True),
    "grids:post-photo": Route(at=POST, is_hidden=True, answers=(404,)),  # nobody has a portrait here
    "grids:badges": Route(),
    "grids:badge-renew": Route("POST", OBJECT_RULE, at=POST, is_hidden=True),
    "grids:badge": Route(needs=PUBLIC, at=BADGE),
    "grids:badge-qr": Route(needs=PUBLIC, at=BADGE),
    "grids:badge-photo": Route(needs=PUBLIC, at=BADGE, answers=(404,)),  # nobody has a portrait here
    "grids:units": Route(),
    "grids:unit-add": Route("GET POST", P.MANAGE_RULES),
    "grids:unit-edit": Route("GET POST", P.MANAGE_RULES, at=UNIT, is_hidden=True),
    "grids:calendar": Route(needs=P.VIEW_TREE),
    "grids:calendar-load": Route("POST", P.MANAGE_CALENDAR),
    "grids:calendar-upload": Route("POST", P.MANAGE_CALENDAR),
    "grids:calendar-day": Route("GET POST", P.MANAGE_CALENDAR, at={"date": lambda world: dt.date(2026, 3, 2)}),
    "grids:public": Route(needs=PUBLIC, at=GATE),
    "grids:public-qr": Route(needs=PUBLIC, at=GATE),
    "grids:public-photo": Route(needs=PUBLIC, at=POST_ON_NOTICE, answers=(404,)),  # nobody has a portrait here
    # registers: people, households, organisations
    "residents:people": Route(needs=P.VIEW_REGISTERS),
    "residents:person-add": Route("GET POST", P.EDIT_REGISTERS),
    "residents:suggest-houses": Route(needs=P.EDIT_REGISTERS, query={"q": "小区"}),
    "residents:person": Route(at=RESIDENT, is_hidden=True),
    **{
        f"residents:person-{name}": Route("GET POST", OBJECT_RULE, at=RESIDENT, is_hidden=True)
        for name in ("edit", "move", "registration", "leave", "return", "double")
    },
    "residents:household-add": Route("GET POST", P.EDIT_REGISTERS, query=IN_HOUSE, is_hidden=True),
    "residents:household": Route(at=HOUSEHOLD, is_hidden=True),
    **{
        f"residents:household-{name}": Route("POST", OBJECT_RULE, at=HOUSEHOLD, is_hidden=True)
        for name in ("join", "relations", "head", "end", "dissolve")
    },
    "residents:houses": Route(needs=P.VIEW_REGISTERS),
    "residents:estates": Route(needs=P.VIEW_REGISTERS),
    "residents:misplaced": Route("GET POST", P.EDIT_REGISTERS),
    "residents:estate-add": Route("GET POST", P.EDIT_REGISTERS),
    "residents:estate": Route(at=ESTATE, is_hidden=True),
    "residents:estate-edit": Route("GET POST", OBJECT_RULE, at=ESTATE, is_hidden=True),
    "residents:estate-retire": Route("POST", OBJECT_RULE, at=ESTATE, is_hidden=True),
    "residents:building": Route(at=BUILDING, is_hidden=True),
    **{
        f"residents:building-{name}": Route("GET POST", OBJECT_RULE, at=BUILDING, is_hidden=True)
        for name in ("edit", "head", "houses")
    },
    "residents:building-add": Route("GET POST", OBJECT_RULE, at=ESTATE, is_hidden=True),
    "residents:building-retire": Route("POST", OBJECT_RULE, at=BUILDING, is_hidden=True),
    "residents:house": Route(at=HOUSE, is_hidden=True),
    "residents:house-add": Route("GET POST", P.EDIT_REGISTERS, query=IN_BUILDING, is_hidden=True),
    "residents:house-edit": Route("GET POST", OBJECT_RULE, at=HOUSE, is_hidden=True),
    "residents:house-retire": Route("POST", OBJECT_RULE, at=HOUSE, is_hidden=True),
    "residents:search": Route("GET POST", P.VIEW_REGISTERS),
    "residents:organisations": Route(needs=P.VIEW_REGISTERS),
    "residents:organisation-add": Route("GET POST", P.EDIT_REGISTERS),
    "residents:organisation": Route(at=ORGANISATION, is_hidden=True),
    "residents:organisation-edit": Route("GET POST", OBJECT_RULE, at=ORGANISATION, is_hidden=True),
    **{
        f"residents:organisation-{name}": Route("POST", OBJECT_RULE, at=ORGANISATION, is_hidden=True)
        for name in ("check", "close", "reopen")
    },
    # personal data in the registers
    "residents:person-look": Route("POST", OBJECT_RULE, at=RESIDENT, is_hidden=True),
    "residents:organisation-look": Route("POST", OBJECT_RULE, at=ORGANISATION, is_hidden=True),
    "residents:exports": Route(needs=OBJECT_RULE),
    "residents:export-ask": Route("GET POST", P.EXPORT_REGISTERS),
    "residents:export-decide": Route("POST", OBJECT_RULE, at=EXPORT, is_hidden=True),
    "residents:export-fetch": Route("POST", OBJECT_RULE, at=EXPORT, is_hidden=True),
    "residents:house-look": Route("POST", OBJECT_RULE, at=HOUSE, is_hidden=True),
    "residents:handovers": Route(needs=P.EDIT_REGISTERS),
    "residents:handover": Route(needs=P.EDIT_REGISTERS, at=HANDOVER, is_hidden=True),
    "residents:handover-accept": Route("POST", P.EDIT_REGISTERS, at=HANDOVER, is_hidden=True),
    "residents:handover-refuse": Route("POST", P.EDIT_REGISTERS, at=HANDOVER, is_hidden=True),
    "residents:handover-withdraw": Route("POST", P.EDIT_REGISTERS, at=HANDOVER, is_hidden=True),
    "residents:own-requests": Route(needs=P.ANSWER_REQUESTS),
    "residents:own-request-add": Route("GET POST", OBJECT_RULE, at=RESIDENT, is_hidden=True),
    "residents:own-request": Route(needs=P.ANSWER_REQUESTS, at=OWN_REQUEST, is_hidden=True),
    "residents:own-request-answer": Route("POST", P.ANSWER_REQUESTS, at=OWN_REQUEST, is_hidden=True),
    "residents:own-request-copy": Route("POST", P.ANSWER_REQUESTS, at=OWN_REQUEST, is_hidden=True),
    "residents:looks": Route(needs=P.VIEW_LOOKS),
    # care
    "care:grants": Route(needs=P.PROPOSE_TIER),
    "care:propose": Route("GET POST", P.PROPOSE_TIER, at=CARED_FOR, is_hidden=True),
    "care:grant": Route(at=GRANT, is_hidden=True),
    **{f"care:{n}": Route("POST", OBJECT_RULE, GRANT, is_hidden=True) for n in ("approve", "refuse")},
    **{f"care:{n}": Route("POST", OBJECT_RULE, GRANT, is_hidden=True) for n in ("withdraw", "revoke")},
    "care:counts": Route(needs=P.APPROVE_TIER),
    "care:looks": Route(needs=P.VIEW_LOOKS),
    "care:settings": Route(needs=P.MANAGE_CARE),
    **{f"care:{name}": Route("POST", P.MANAGE_CARE) for name in ("frequencies-save", "reasons-save", "turn-on")},
    **{f"care:{n}": Route("POST", P.MANAGE_CARE, SWITCH, is_hidden=True) for n in ("turn-on-confirm", "turn-off")},
    "care:membership-enter": Route("GET POST", P.EDIT_REGISTERS, at=CARED_FOR, is_hidden=True),
    "care:membership-end": Route("GET POST", P.EDIT_REGISTERS, at=CARE_GROUP, is_hidden=True),
    "care:contacts": Route(),
    "care:draw-up": Route("POST", P.ASSIGN_CONTACTS, at={"node": lambda world: world.line.base.pk}, is_hidden=True),
    "care:plan": Route(needs=P.ASSIGN_CONTACTS, at=CONTACT_PLAN, is_hidden=True),
    **{f"care:plan-{n}": Route("POST", P.ASSIGN_CONTACTS, CONTACT_PLAN, is_hidden=True) for n in ("edit", "drop")},
    "care:hand-over": Route("GET POST", P.ASSIGN_CONTACTS, at=HAND_OVER, is_hidden=True),
    # work orders
    "workorders:list": Route(),
    "workorders:bulk": Route("GET POST", at={"move": lambda world: "dispatch"}, answers=(200, 400)),
    "workorders:bulk-result": Route(at=BULK, is_hidden=True),
    "workorders:export": Route("POST"),
    "workorders:print-list": Route(),
    "workorders:saved-filters": Route("GET POST"),
    "workorders:saved-filter-edit": Route("POST", at=SAVED, is_hidden=True),
    "workorders:saved-filter-remove": Route("POST", at=SAVED, is_hidden=True),
    "workorders:print": Route(at=ORDER, is_hidden=True),
    "workorders:report": Route("GET POST", P.REPORT),
    "workorders:similar": Route("POST", P.REPORT),
    "workorders:escalations": Route(needs=P.VIEW_ORDERS),
    "workorders:approvals": Route(),
    "workorders:timers": Route(needs=P.VIEW_TIMERS),
    "workorders:limits": Route(needs=P.MANAGE_RULES),
    "workorders:limit-edit": Route("GET POST", P.MANAGE_RULES, query={"stage": "handle"}),
    "workorders:ladder": Route(needs=P.MANAGE_RULES),
    "workorders:step-edit": Route("GET POST", P.MANAGE_RULES, query={"position": 0}),
    "workorders:step-remove": Route("POST", P.MANAGE_RULES, query={"position": 0}),
    "workorders:categories": Route(needs=P.MANAGE_RULES),
    "workorders:category-add": Route("GET POST", P.MANAGE_RULES),
    "workorders:category-edit": Route("GET POST", P.MANAGE_RULES, at=CATEGORY),
    "workorders:in-node": Route(at=NODE, is_hidden=True, answers=(302,)),
    "workorders:detail": Route(at=ORDER, is_hidden=True),
    "workorders:reported": Route(at=ORDER, is_hidden=True, answers=(200, 302)),
    "workorders:why": Route(at=ORDER, is_hidden=True),
    "workorders:contact": Route("POST", OBJECT_RULE, at=ORDER, is_hidden=True),
    "workorders:move": Route("GET POST", OBJECT_RULE, at=ORDER | {"move": lambda world: "accept"}, is_hidden=True),
    "workorders:photo": Route(at=PHOTO, is_hidden=True),
    "workorders:photo-thumb": Route(at=PHOTO, is_hidden=True),
    "locating:find": Route("GET POST", P.REPORT),
    "locating:correct": Route("POST", P.ACCEPT),
    "locating:corrections": Route(needs=P.MANAGE_RULES),
    "locating:correction-retire": Route("POST", P.MANAGE_RULES, at=CORRECTION, is_hidden=True),
    "workorders:precedents": Route(),
    "workorders:precedent-retire": Route("POST", P.MANAGE_RULES, at=PRECEDENT, is_hidden=True),
    # rosters: the list and the upload are for whoever may bring in some kind of list
    "rosters:list": Route(needs=OBJECT_RULE),
    "rosters:upload": Route("GET POST", OBJECT_RULE),
    "rosters:template": Route(needs=OBJECT_RULE, at={"kind": lambda world: "residents"}),
    "rosters:batch": Route(needs=OBJECT_RULE, at=ROSTER, is_hidden=True),
    "rosters:progress": Route(needs=OBJECT_RULE, at=ROSTER, is_hidden=True),
    "rosters:problems": Route(needs=OBJECT_RULE, at=ROSTER, query=MISTAKE, is_hidden=True),
    "rosters:rows": Route(needs=OBJECT_RULE, at=ROSTER | {"outcome": lambda world: "changed"}, is_hidden=True),
    **{f"rosters:{step}": Route("POST", OBJECT_RULE, at=ROSTER, is_hidden=True) for step in ROSTER_STEPS},
    # coordination
    "coordination:reviews": Route(),
    "coordination:review-convene": Route(
        "GET POST", P.REVIEW, query={"order": lambda world: world.climbed.pk}, is_hidden=True
    ),
    "coordination:review": Route(at=REVIEW, is_hidden=True),
    "coordination:review-minutes": Route("POST", P.REVIEW, at=REVIEW, is_hidden=True),
    "coordination:review-decide": Route("POST", P.REVIEW, at=REVIEW, is_hidden=True),
    "coordination:review-correct": Route("POST", P.REVIEW, at=REVIEW, is_hidden=True),
    "coordination:review-cancel": Route("POST", P.REVIEW, at=REVIEW, is_hidden=True),
    "coordination:whistles": Route(),
    "coordination:whistle-blow": Route("GET POST", P.WHISTLE),
    "coordination:whistle": Route(at=WHISTLE, is_hidden=True),
    "coordination:whistle-close": Route("POST", OBJECT_RULE, at=WHISTLE, is_hidden=True),
    "coordination:whistle-cancel": Route("POST", OBJECT_RULE, at=WHISTLE, is_hidden=True),
    "coordination:summons-check-in": Route("POST", OBJECT_RULE, at=CALLED, is_hidden=True),
    "coordination:summons-report": Route("POST", OBJECT_RULE, at=CALLED, is_hidden=True),
    "coordination:summons-rate": Route("POST", OBJECT_RULE, at=CALLED, is_hidden=True),
    # tasks in the grids
    "admission:tasks": Route(),
    "admission:apply": Route("GET POST", P.APPLY_TASK),
    "admission:efforts": Route("GET POST", P.MANAGE_RULES),
    "admission:effort-remove": Route("POST", P.MANAGE_RULES, at=EFFORT, is_hidden=True),
    "admission:task": Route(at=TASK, is_hidden=True),
    "admission:decide": Route("GET POST", OBJECT_RULE, at=TASK, is_hidden=True),
    "admission:withdraw": Route("POST", OBJECT_RULE, at=TASK, is_hidden=True),
    "admission:mine": Route(),
    "admission:fill": Route("GET POST", OBJECT_RULE, at=PART, is_hidden=True, answers=(403,)),  # it is the worker's
    "admission:progress": Route(at=TASK, is_hidden=True, answers=(404,)),  # no round has gone out here
    "admission:missing": Route(at=TASK, is_hidden=True, answers=(404,)),
    "admission:export": Route(at=TASK, is_hidden=True, answers=(404,)),
    "admission:end": Route("GET POST", OBJECT_RULE, at=TASK, is_hidden=True, answers=(302,)),  # not admitted here
    # supervision
    "supervision:list": Route(),
    "supervision:situations": Route(needs=P.VIEW_ORDERS),
    "supervision:rules": Route(needs=P.MANAGE_RULES),
    "supervision:limit-edit": Route("GET POST", P.MANAGE_RULES, at={"name": lambda world: "key"}),
    "supervision:situation-edit": Route("GET POST", P.MANAGE_RULES, at={"name": lambda world: "silent"}),
    "supervision:issue": Route("GET POST", OBJECT_RULE, at=SUPERVISED, is_hidden=True, answers=(200, 302)),
    "supervision:detail": Route(at=SUPERVISION, is_hidden=True),
    "supervision:act": Route(
        "GET POST", OBJECT_RULE, at=SUPERVISION | {"act": lambda world: "close"}, is_hidden=True
    ),
    # messaging
    "messaging:list": Route(needs=P.MANAGE_RECEIVERS),
    "messaging:try-again": Route("POST", P.MANAGE_RECEIVERS, at=MESSAGE, is_hidden=True),
    "messaging:try-all-again": Route("POST", P.MANAGE_RECEIVERS, at={"way": lambda _world: "sms"}),
    # gateway
    "gateway:receivers": Route(needs=P.MANAGE_RECEIVERS),
    "gateway:receiver-add": Route("GET POST", P.MANAGE_RECEIVERS),
    "gateway:receiver": Route(needs=P.MANAGE_RECEIVERS, at=RECEIVER, is_hidden=True),
    "gateway:receiver-edit": Route("GET POST", P.MANAGE_RECEIVERS, at=RECEIVER, is_hidden=True),
    "gateway:receiver-remove": Route("POST", P.MANAGE_RECEIVERS, at=RECEIVER, is_hidden=True),
    "gateway:receiver-secret": Route("POST", P.MANAGE_RECEIVERS, at=RECEIVER, is_hidden=True),
    "gateway:receiver-secret-end": Route("POST", P.MANAGE_RECEIVERS, at=RECEIVER, is_hidden=True),
    "gateway:receiver-test": Route("POST", P.MANAGE_RECEIVERS, at=RECEIVER, is_hidden=True),
    "gateway:receiver-pause": Route("POST", P.MANAGE_RECEIVERS, at=RECEIVER, is_hidden=True),
    "gateway:receiver-resume": Route("POST", P.MANAGE_RECEIVERS, at=RECEIVER, is_hidden=True),
    "gateway:receiver-replay": Route("POST", P.MANAGE_RECEIVERS, at=RECEIVER, is_hidden=True),
    "gateway:delivery-replay": Route("POST", P.MANAGE_RECEIVERS, at=DELIVERY, is_hidden=True),
    # visits
    "visits:plan": Route(needs=P.VISIT),
    "visits:plan-print": Route(needs=P.VISIT),
    "visits:plan-move": Route("POST", P.VISIT, at={"pk": lambda world: world.line.base.pk}, is_hidden=True),
    "visits:plan-shortest": Route("POST", P.VISIT, at={"pk": lambda world: world.line.base.pk}, is_hidden=True),
    "visits:past": Route(),
    "visits:record-house": Route("GET POST", P.VISIT, at={"pk": lambda world: world.visited.house.pk}, is_hidden=True),
    "visits:record-person": Route(
        "GET POST", P.VISIT, at={"pk": lambda world: world.visited.homeless.pk}, is_hidden=True
    ),
    "visits:record-organisation": Route(
        "GET POST", P.VISIT, at={"pk": lambda world: world.visited.organisation.pk}, is_hidden=True
    ),
    "visits:visit": Route(at={"pk": lambda world: world.visited.visit.pk}, is_hidden=True),
    "visits:take-back": Route("POST", OBJECT_RULE, at={"pk": lambda world: world.visited.visit.pk}, is_hidden=True),
    "visits:photo": Route(at={"pk": lambda world: world.visited.photo.pk}, is_hidden=True),
    "visits:photo-thumb": Route(at={"pk": lambda world: world.visited.photo.pk}, is_hidden=True),
    "visits:log": Route("GET POST", P.VISIT),
    "visits:entry": Route(at={"pk": lambda world: world.visited.entry.pk}, is_hidden=True),
    "visits:entry-order": Route("GET POST", P.REPORT, at={"pk": lambda world: world.visited.entry.pk}, is_hidden=True),
    "visits:reports": Route(needs=P.VISIT),
    "visits:report-write": Route("GET POST", P.VISIT, query={"period": "day"}),
    "visits:report": Route(at={"pk": lambda world: world.visited.report.pk}, is_hidden=True),
    "visits:coverage": Route(needs=P.VIEW_COVERAGE),
    "visits:coverage-people": Route(
        needs=P.VIEW_COVERAGE, query={"node": lambda world: world.line.base.pk}, is_hidden=True
    ),
    # API
    "api:token": Route("POST DELETE", PUBLIC),
    "api:schema": Route(),
    "api:events": Route(),
    "api:grid-list": Route(),
    "api:grid-detail": Route(at=NODE, is_hidden=True),
    "api:grid-locate": Route(query=POINT),
    "api:category-list": Route(),
    "api:work-order-list": Route("GET POST"),
    "api:work-order-detail": Route(at=ORDER, is_hidden=True),
    "api:work-order-contact": Route(needs=OBJECT_RULE, at=ORDER, is_hidden=True),
    "api:estate-list": Route(),
    "api:estate-detail": Route(at=ESTATE, is_hidden=True),
    "api:building-list": Route(),
    "api:building-detail": Route(at=BUILDING, is_hidden=True),
    "api:house-list": Route(),
    "api:house-detail": Route("GET PATCH", at=HOUSE, is_hidden=True),
    "api:locating-find": Route("POST", P.REPORT),
    "api:register-search": Route("POST", P.VIEW_REGISTERS),
    "api:resident-reveal": Route("POST", OBJECT_RULE, at=RESIDENT, is_hidden=True),
    "api:organisation-reveal": Route("POST", OBJECT_RULE, at=ORGANISATION, is_hidden=True),
    "api:house-reveal": Route("POST", OBJECT_RULE, at=HOUSE, is_hidden=True),
    "api:handover-list": Route("GET POST"),
    "api:handover-detail": Route(at=HANDOVER, is_hidden=True),
    "api:handover-accept": Route("POST", OBJECT_RULE, at=HANDOVER, is_hidden=True),
    "api:handover-refuse": Route("POST", OBJECT_RULE, at=HANDOVER, is_hidden=True),
    "api:handover-withdraw": Route("POST", OBJECT_RULE, at=HANDOVER, is_hidden=True),
    "api:resident-list": Route("GET POST"),
    "api:resident-detail": Route("GET PATCH", at=RESIDENT, is_hidden=True),
    **{f"api:resident-{name}": Route("POST", OBJECT_RULE, at=RESIDENT, is_hidden=True) for name in PERSON_VERBS},
    "api:organisation-list": Route("GET POST"),
    "api:organisation-detail": Route("GET PATCH", at=ORGANISATION, is_hidden=True),
    **{
        f"api:organisation-{name}": Route("POST", OBJECT_RULE, at=ORGANISATION, is_hidden=True)
        for name in ORGANISATION_VERBS
    },
    "api:whistle-list": Route("GET POST"),
    "api:whistle-detail": Route(at=WHISTLE, is_hidden=True),
    **{f"api:whistle-{name}": Route("POST", OBJECT_RULE, at=WHISTLE, is_hidden=True) for name in WHISTLE_VERBS},
    **{f"api:summons-{name}": Route("POST", OBJECT_RULE, at=CALLED, is_hidden=True) for name in SUMMONS_VERBS},
    "api:review-list": Route("GET POST"),
    "api:review-detail": Route(at=REVIEW, is_hidden=True),
    **{f"api:review-{name}": Route("POST", OBJECT_RULE, at=REVIEW, is_hidden=True) for name in REVIEW_VERBS},
    "api:supervision-list": Route("GET POST"),
    "api:supervision-detail": Route(at=SUPERVISION, is_hidden=True),
    **{f"api:supervision-{kebab(a)}": Route("POST", OBJECT_RULE, SUPERVISION, is_hidden=True) for a in SUPERVISING},
    "api:message-list": Route(needs=P.MANAGE_RECEIVERS),
    "api:message-detail": Route(needs=P.MANAGE_RECEIVERS, at=MESSAGE, is_hidden=True),
    "api:message-try-again": Route("POST", P.MANAGE_RECEIVERS, at=MESSAGE, is_hidden=True),
    "api:visit-list": Route("GET POST"),
    "api:visit-detail": Route(at={"pk": lambda world: world.visited.visit.pk}, is_hidden=True),
    "api:visit-due-move": Route(
        "POST", P.VISIT, query={"grid": lambda world: world.line.base.pk}, is_hidden=True
    ),
    "api:visit-due": Route(needs=P.VISIT, query={"grid": lambda world: world.line.base.pk}, is_hidden=True),
    "api:photo": Route(at=PHOTO, is_hidden=True),
    "api:photo-thumb": Route(at=PHOTO, is_hidden=True),
    **{f"api:work-order-{kebab(move)}": Route("POST", OBJECT_RULE, at=ORDER, is_hidden=True) for move in MOVES},
}  # fmt: skip

ROUTES |= hotline_routes.ROUTES | public_routes.ROUTES | insights_routes.ROUTES | appraisal_routes.ROUTES
