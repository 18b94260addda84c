"""Roles of the field (DOMAIN.md §5.1), and which permissions each gives at its node and below.

One table: pages, API and tasks all ask it through `Standing` (grids/standing.py) or `user.has_perm`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    MICRO_LEAD = "micro_lead", _("Micro-grid lead")
    GRID_WORKER = "grid_worker", _("Grid worker")
    GRID_LEADER = "grid_leader", _("Grid leader")
    COMMUNITY_SECRETARY = "community_secretary", _("Community secretary")
    STREET_OPERATOR = "street_operator", _("Street centre operator")
    STREET_LEADER = "street_leader", _("Street leader")
    INTAKE_CLERK = "intake_clerk", _("Intake clerk")
    DUTY_CHIEF = "duty_chief", _("Duty chief")
    DISPATCHER = "dispatcher", _("Dispatcher")
    DEPT_HANDLER = "dept_handler", _("Department handler")
    DEPT_LEADER = "dept_leader", _("Department leader")
    VERIFIER = "verifier", _("Verifier")
    CALLBACK_AGENT = "callback_agent", _("Call-back agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    EXECUTIVE = "executive", _("Executive")
    SYS_ADMIN = "sys_admin", _("System administrator")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    AUDIT_ADMIN = "audit_admin", _("Audit administrator")


class Permission(models.TextChoices):
    MANAGE_USERS = "accounts.manage_users", _("manage users")
    VIEW_AUDIT = "accounts.view_audit", _("read the audit log")
    MANAGE_TREE = "grids.manage_tree", _("change the tree and its boundaries")
    MANAGE_POSTS = "grids.manage_posts", _("give and end posts")
    VIEW_TREE = "grids.view_tree", _("see the tree")
    MANAGE_CALENDAR = "grids.manage_calendar", _("edit the working-day calendar")
    VIEW_ORDERS = "workorders.view", _("see work orders")
    REPORT = "workorders.report", _("report an incident")
    ACCEPT = "workorders.accept", _("accept a report")
    REJECT = "workorders.reject", _("reject a report")
    DISPATCH = "workorders.dispatch", _("dispatch an order")
    HANDLE = "workorders.handle", _("handle an order")
    VERIFY = "workorders.verify", _("verify a result")
    STRIKE_OFF = "workorders.strike_off", _("strike an order off")
    CLOSE = "workorders.close", _("close an order")
    EVALUATE = "workorders.evaluate", _("record a rating")
    VOID = "workorders.void", _("void an order")
    ESCALATE = "workorders.escalate", _("pass an order up")
    VIEW_CONFIDENTIAL = "workorders.view_confidential", _("see confidential orders")
    APPROVE = "workorders.approve", _("decide on extensions, suspensions and explanations")
    MERGE = "workorders.merge", _("merge orders that report the same")
    REOPEN = "workorders.reopen", _("reopen a closed order")
    EXCLUDE = "workorders.exclude", _("exclude an order from assessment")
    REVIEW = "coordination.review", _("put an order before a meeting")
    WHISTLE = "coordination.whistle", _("summon units")
    SUPERVISE = "supervision.supervise", _("supervise an order")
    APPLY_TASK = "admission.apply", _("apply for standing work in the grids")
    ADMIT = "admission.admit", _("admit standing work")
    MANAGE_RECEIVERS = "gateway.manage", _("manage receivers of events")
    VIEW_REGISTERS = "residents.view", _("see the registers, masked")
    EDIT_REGISTERS = "residents.edit", _("change the registers")
    REVEAL = "residents.reveal", _("see a number in full, with a reason")
    EXPORT_REGISTERS = "residents.export", _("take lists of the registers along")
    APPROVE_EXPORT = "residents.approve_export", _("decide on lists that are not masked")
    ANSWER_REQUESTS = "residents.answer_requests", _("answer residents about their own data")
    VIEW_LOOKS = "residents.view_looks", _("see who looked at personal data")
    IMPORT_ROSTERS = "rosters.import", _("bring in rosters")
    PROPOSE_TIER = "care.propose", _("propose a service tier")
    APPROVE_TIER = "care.approve", _("decide on service tiers")
    MANAGE_CARE = "care.manage_rules", _("edit visit frequencies and turn tiers on")
    ASSIGN_CONTACTS = "care.assign_contacts", _("assign contact households")
    VISIT = "visits.visit", _("visit residents and organisations")
    VIEW_COVERAGE = "visits.view_coverage", _("see whom nobody reached")
    VIEW_REQUESTS = "hotline.view", _("see hotline requests")
    INTAKE = "hotline.intake", _("work at the hotline's desk")
    CALL_BACK = "hotline.call_back", _("call requesters back")
    EXCHANGE = "hotline.exchange", _("exchange requests with the city platform")
    VIEW_RATES = "hotline.view_rates", _("see the hotline's rates")
    GIVE_LINKS = "public.give_links", _("give building leads their links")
    MANAGE_FACILITIES = "facilities.manage", _("keep the register of facilities")
    VIEW_INSIGHTS = "insights.view", _("see the figures of one's area")
    GIVE_DISPLAYS = "insights.give_displays", _("give links for screens on a wall")
    VIEW_MAP = "onemap.view", _("see the one map")
    CONFIRM_WARNINGS = "alerts.confirm", _("decide on early warnings")
    WRITE_BULLETINS = "bulletins.write", _("write briefings")
    PUBLISH_BULLETINS = "bulletins.publish", _("publish briefings")
    MANAGE_SURVEYS = "surveys.manage", _("set up questionnaires and spot checks")
    ASK_SURVEYS = "surveys.ask", _("ask questionnaires and make spot checks")
    VIEW_APPRAISAL = "appraisal.view", _("see the results of appraisal in one's area")
    APPRAISE = "appraisal.appraise", _("keep the appraisal and its points")
    DECIDE_OBJECTIONS = "appraisal.decide", _("decide on objections to points")
    MANAGE_SCHEMES = "appraisal.manage", _("edit schemes of appraisal")
    VIEW_TIMERS = "workorders.view_timers", _("see what the timers would do")
    MANAGE_RULES = "workorders.manage_rules", _("edit limits, ladder, categories and units")


P = Permission
_BASE = frozenset({P.VIEW_TREE, P.REPORT})
_REGISTERS = frozenset({P.VIEW_REGISTERS, P.EDIT_REGISTERS, P.REVEAL})
_KEEPER = frozenset({P.EXPORT_REGISTERS, P.ANSWER_REQUESTS, P.IMPORT_ROSTERS, P.PROPOSE_TIER, P.APPROVE_TIER})
"""Who keeps the registers of a level: rosters in, lists out, answers to residents, tiers decided."""
_GRID = (
    _BASE
    | _REGISTERS
    | {
        P.VIEW_REQUESTS,
        P.VIEW_ORDERS,
        P.ACCEPT,
        P.HANDLE,
        P.ESCALATE,
        P.CLOSE,
        P.VERIFY,
        P.PROPOSE_TIER,
        P.VISIT,
        P.VIEW_COVERAGE,
        P.VIEW_INSIGHTS,
        P.VIEW_MAP,
        P.ASK_SURVEYS,
    }
)
_LEVEL = _GRID | {
    P.DISPATCH,
    P.REJECT,
    P.STRIKE_OFF,
    P.VIEW_CONFIDENTIAL,
    P.APPROVE,
    P.MERGE,
    P.REVIEW,
    P.WHISTLE,
    P.MANAGE_FACILITIES,
    P.CONFIRM_WARNINGS,
    P.WRITE_BULLETINS,
}
_CENTRE = frozenset({P.VIEW_TIMERS, P.ADMIT})
_JUDGES = frozenset({P.VIEW_APPRAISAL, P.APPRAISE, P.MANAGE_SURVEYS})
"""Who keeps the appraisal of a level and has people asked."""
_HOTLINE = frozenset({P.VIEW_REQUESTS, P.INTAKE, P.VIEW_RATES})

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MICRO_LEAD: _BASE,
    Role.GRID_WORKER: _GRID,
    Role.GRID_LEADER: _GRID | {P.DISPATCH, P.ASSIGN_CONTACTS, P.GIVE_LINKS},
    Role.COMMUNITY_SECRETARY: _LEVEL | _KEEPER | {P.ASSIGN_CONTACTS, P.GIVE_LINKS, P.VIEW_RATES, P.VIEW_APPRAISAL},
    Role.STREET_OPERATOR: _LEVEL | _KEEPER | _JUDGES | {P.VIEW_TIMERS, P.VIEW_RATES},
    Role.STREET_LEADER: _LEVEL
    | {
        *(P.VIEW_TIMERS, P.VIEW_RATES, P.VOID, P.SUPERVISE, P.APPROVE_EXPORT, P.APPROVE_TIER),
        *(P.PUBLISH_BULLETINS, P.VIEW_APPRAISAL, P.DECIDE_OBJECTIONS, P.GIVE_DISPLAYS),
    },
    Role.INTAKE_CLERK: _BASE | _HOTLINE | {P.VIEW_ORDERS, P.ACCEPT, P.REJECT, P.EVALUATE, P.MERGE},
    Role.DUTY_CHIEF: _LEVEL
    | _KEEPER
    | _CENTRE
    | _HOTLINE
    | _JUDGES
    | {
        P.MANAGE_SCHEMES,
        P.GIVE_DISPLAYS,
        P.PUBLISH_BULLETINS,
        P.EXCHANGE,
        P.VOID,
        P.MANAGE_RULES,
        P.MANAGE_CALENDAR,
        P.SUPERVISE,
        P.REOPEN,
        P.EXCLUDE,
        P.APPROVE_EXPORT,
        P.MANAGE_CARE,
    },
    Role.DISPATCHER: (_LEVEL | _CENTRE | _HOTLINE)
    - {P.EDIT_REGISTERS, P.REVEAL, P.PROPOSE_TIER, P.VISIT, P.VIEW_COVERAGE},
    Role.DEPT_HANDLER: _BASE | {P.HANDLE},
    Role.DEPT_LEADER: _BASE | {P.HANDLE, P.APPLY_TASK},
    Role.VERIFIER: _BASE | {P.VIEW_ORDERS, P.VERIFY},
    Role.CALLBACK_AGENT: _BASE | {P.VIEW_ORDERS, P.VIEW_REQUESTS, P.VIEW_RATES, P.CALL_BACK, P.EVALUATE, P.REOPEN},
    Role.SUPERVISOR: _BASE
    | {
        P.VIEW_REQUESTS,
        P.VIEW_RATES,
        P.VIEW_ORDERS,
        P.VIEW_CONFIDENTIAL,
        P.VIEW_TIMERS,
        P.EVALUATE,
        P.SUPERVISE,
        P.REOPEN,
        P.EXCLUDE,
        P.VIEW_LOOKS,
        P.VIEW_INSIGHTS,
        P.VIEW_MAP,
        P.CONFIRM_WARNINGS,
        P.VIEW_APPRAISAL,
        P.DECIDE_OBJECTIONS,
        P.ASK_SURVEYS,
    },
    Role.EXECUTIVE: frozenset({P.VIEW_TREE, P.VIEW_INSIGHTS}),
    Role.SYS_ADMIN: frozenset(
        {
            P.VIEW_TREE,
            P.MANAGE_USERS,
            P.MANAGE_TREE,
            P.MANAGE_POSTS,
            P.MANAGE_CALENDAR,
            P.MANAGE_RULES,
            P.MANAGE_RECEIVERS,
        }
    ),
    Role.SECURITY_ADMIN: frozenset({P.VIEW_TREE, P.MANAGE_USERS}),
    Role.AUDIT_ADMIN: frozenset({P.VIEW_AUDIT, P.VIEW_LOOKS}),
}
"""Department roles see and handle what their unit was handed; VIEW_ORDERS opens every order of the node's subtree."""

SUPERUSER_PERMISSIONS = PERMISSIONS[Role.SYS_ADMIN] | {P.VIEW_AUDIT}
"""What the first account of an installation may do without a post: administer it. It sees no work orders."""

UNIT_ROLES = frozenset({Role.DEPT_HANDLER, Role.DEPT_LEADER})
"""Roles that are held in a unit."""
