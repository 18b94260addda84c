"""The pages of the navigation: a further one is one more line of its group."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alerts.showing import waiting as warnings_waiting
from appraisal.showing import objections_waiting
from coordination.showing import whistles_waiting
from grids.roles import Permission
from grids.standing import Standing
from hotline.call_lists import waiting as calls_waiting
from hotline.showing_replies import telling_waits
from workorders.asked import waiting

P = Permission


@dataclass(frozen=True)
class Item:
    """A page in the side navigation; open to whoever has one of the permissions, to all when there are none."""

    name: str
    label: Promise
    icon: str
    needs: tuple[P, ...] = ()
    query: str = ""
    count: Callable[[Standing, dt.datetime], "QuerySet[Any] | None"] | None = None
    """What waits there now for this person, None where it is no concern of theirs; all of it is counted in one query,
    whose text is kept: nothing but the standing and the moment may decide it."""
    also: tuple[str, ...] = ()
    """Pages whose addresses begin otherwise and that belong to this task as well."""


@dataclass(frozen=True)
class Group:
    """A task of the side navigation and the pages that it consists of; a further page is one more line in `items`."""

    label: Promise
    icon: str
    items: tuple[Item, ...]


HOME = Item("home", _("Workbench"), "layout-dashboard")
ORDERS = Item("workorders:list", _("Order list"), "clipboard-list", (P.REPORT, P.VIEW_ORDERS))
MAP = Item("onemap:map", _("One map"), "map-2", (P.VIEW_MAP,))
WORK = (
    Group(
        _("Workbench"),
        "layout-dashboard",
        (HOME, Item("appraisal:mine", _("My appraisal"), "award", (P.HANDLE, P.VISIT))),
    ),
    Group(
        _("Work orders"),
        "clipboard-list",
        (
            ORDERS,
            Item("workorders:escalations", _("Escalations"), "stairs-up", (P.VIEW_ORDERS,)),
            Item(
                "workorders:approvals", _("Approvals"), "rubber-stamp", (P.HANDLE, P.APPROVE, P.EXCLUDE), count=waiting
            ),
            Item("coordination:reviews", _("Joint reviews"), "users-group", (P.HANDLE, P.VIEW_ORDERS)),
            Item(
                "coordination:whistles",
                _("Whistles"),
                "speakerphone",
                (P.HANDLE, P.VIEW_ORDERS),
                count=whistles_waiting,
            ),
            Item("supervision:list", _("Supervision"), "urgent", (P.HANDLE, P.VIEW_ORDERS)),
            Item("admission:mine", _("My tasks"), "forms", (P.ESCALATE,)),
            Item("admission:tasks", _("Tasks in the grids"), "checklist", (P.APPLY_TASK, P.ADMIT)),
        ),
    ),
    Group(
        _("Registers"),
        "address-book",
        (
            Item(
                "residents:people",
                _("People, houses, organisations"),
                "address-book",
                (P.VIEW_REGISTERS,),
                also=("residents:houses", "residents:organisations", "residents:handovers", "residents:search"),
            ),
            Item("residents:own-requests", _("Residents' requests"), "user-question", (P.ANSWER_REQUESTS,)),
            Item("rosters:list", _("Rosters"), "file-import", (P.IMPORT_ROSTERS, P.MANAGE_POSTS)),
            Item("residents:exports", _("Lists taken along"), "file-export", (P.EXPORT_REGISTERS, P.APPROVE_EXPORT)),
        ),
    ),
    Group(
        _("Visits"),
        "walk",
        (
            Item("visits:plan", _("Day plan"), "walk", (P.VISIT,)),
            Item("visits:log", _("Daily log"), "notebook", (P.VISIT,)),
            Item("visits:reports", _("Reports"), "report", (P.VISIT,)),
            Item("visits:coverage", _("Coverage"), "chart-donut", (P.VIEW_COVERAGE,)),
            Item("care:contacts", _("Contact households"), "home-heart", (P.VISIT, P.ASSIGN_CONTACTS)),
            Item("care:grants", _("Service tiers"), "heart-handshake", (P.PROPOSE_TIER,)),
        ),
    ),
    Group(
        _("Hotline"),
        "headset",
        (
            Item("hotline:desk", _("Intake desk"), "headset", (P.INTAKE,), also=("hotline:desk-request",)),
            Item("hotline:requests", _("Hotline requests"), "phone-call", (P.VIEW_REQUESTS,)),
            Item("hotline:ledger", _("Key cases"), "urgent", (P.VIEW_RATES,)),
            Item("hotline:circulars", _("Weekly circulars"), "file-text", (P.VIEW_RATES,)),
            Item("hotline:rates", _("Six rates"), "percentage", (P.VIEW_RATES,)),
            Item("hotline:call-backs", _("Call-back"), "phone-outgoing", (P.CALL_BACK,), count=calls_waiting),
            Item("public:held", _("Held reports"), "robot", (P.INTAKE,)),
            Item("public:links", _("Links of building leads"), "link", (P.GIVE_LINKS,)),
            Item("hotline:exchanges", _("City platform exchange"), "transfer", (P.EXCHANGE,)),
            Item("hotline:topics", _("Hot topics"), "flame", (P.VIEW_REQUESTS,)),
            Item("hotline:replies", _("Answers to review"), "message-check", (P.HANDLE,)),
            Item("hotline:to-tell", _("Answers to tell"), "phone-check", (P.INTAKE,), count=telling_waits),
        ),
    ),
    Group(
        pgettext_lazy("task", "Insights"),
        "chart-bar",
        (
            Item("insights:dashboard", _("Dashboard"), "dashboard", (P.VIEW_INSIGHTS,)),
            Item("insights:cockpit-own", _("Cockpit"), "device-desktop-analytics", (P.VIEW_INSIGHTS,)),
            Item("insights:rankings", _("Rankings"), "trophy", (P.VIEW_INSIGHTS,)),
            Item(
                "appraisal:periods",
                _("Appraisal"),
                "award",
                (P.VIEW_APPRAISAL,),
                count=objections_waiting,
                also=("appraisal:objections", "appraisal:payroll"),
            ),
            MAP,
            Item("alerts:list", _("Early warnings"), "alert-triangle", (P.CONFIRM_WARNINGS,), count=warnings_waiting),
            Item("bulletins:list", _("Briefings"), "news", (P.VIEW_INSIGHTS, P.WRITE_BULLETINS, P.PUBLISH_BULLETINS)),
            Item("surveys:list", _("Questionnaires"), "clipboard-text", (P.ASK_SURVEYS, P.MANAGE_SURVEYS)),
        ),
    ),
    Group(
        _("Grids"),
        "sitemap",
        (
            Item("grids:tree", _("Grids"), "sitemap", (P.VIEW_TREE,)),
            Item("facilities:list", _("Facilities"), "traffic-cone", (P.REPORT,)),
            Item("locating:find", _("Grid of an address"), "map-search", (P.REPORT,)),
        ),
    ),
    Group(
        _("Settings"),
        "settings",
        (
            Item("grids:posts", _("Posts"), "id-badge-2", (P.MANAGE_POSTS,)),
            Item("onemap:duty-hours", _("Duty hours"), "clock", (P.MANAGE_POSTS,)),
            Item("accounts:users", _("Users"), "users", (P.MANAGE_USERS,)),
            Item("grids:units", _("Units"), "building", (P.MANAGE_RULES,)),
            Item("workorders:categories", _("Categories"), "category", (P.MANAGE_RULES,)),
            Item("facilities:kinds", _("Kinds of facilities"), "traffic-cone", (P.MANAGE_RULES,)),
            Item("hotline:category-models", _("Category suggestion"), "bulb", (P.MANAGE_RULES,)),
            Item("workorders:limits", _("Limits"), "hourglass", (P.MANAGE_RULES,)),
            Item("workorders:ladder", _("Ladder"), "stairs", (P.MANAGE_RULES,)),
            Item("workorders:precedents", _("Precedents"), "gavel", (P.MANAGE_RULES,)),
            Item("hotline:rules", _("Rules of the hotline"), "adjustments-question", (P.MANAGE_RULES,)),
            Item("alerts:rules", _("Rules of early warning"), "bell-cog", (P.MANAGE_RULES,)),
            Item("locating:corrections", _("Corrected places"), "map-pin-check", (P.MANAGE_RULES,)),
            Item("grids:calendar", _("Working days"), "calendar", (P.MANAGE_CALENDAR,)),
            Item("workorders:timers", _("Timers"), "clock-play", (P.VIEW_TIMERS,)),
            Item("insights:keeping", _("Keeping of the figures"), "chart-dots", (P.VIEW_TIMERS,)),
            Item("insights:displays", _("Screens on a wall"), "device-tv", (P.GIVE_DISPLAYS,)),
            Item("gateway:receivers", _("Events out"), "webhook", (P.MANAGE_RECEIVERS,)),
            Item("messaging:list", _("Messages to residents"), "message-forward", (P.MANAGE_RECEIVERS,)),
            Item("residents:looks", _("Looks at personal data"), "eye-search", (P.VIEW_LOOKS,)),
            Item(
                "appraisal:schemes",
                _("Schemes of appraisal"),
                "scale",
                (P.MANAGE_SCHEMES,),
                also=("appraisal:rules", "appraisal:elements"),
            ),
            Item("care:settings", _("Rules of care"), "adjustments-heart", (P.MANAGE_CARE,)),
            Item("care:looks", _("Looks at tiers"), "eye", (P.VIEW_LOOKS,)),
            Item("accounts:audit", _("Audit log"), "history", (P.VIEW_AUDIT,)),
        ),
    ),
)
REPORT = Item("workorders:report", _("Report"), "camera-plus", (P.REPORT,))
TO_DO = Item("workorders:list", _("To do"), "list-check", (P.REPORT, P.VIEW_ORDERS), "?tab=todo")
MINE = Item("accounts:profile", _("Me"), "user-circle")
