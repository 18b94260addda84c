"""Who of the demo's people is visited more often, and who keeps in touch with whom.

Care groups in the shares of DOMAIN.md §7.3, yellow tiers for some of their members, contact households in the home
community. Orange and red are off in a new district, and so in the demo.
"""

import datetime as dt
import random
from collections.abc import Mapping
from typing import Any

from django.db import connection

from accounts.models import User
from care import actions
from care.groups import Group, GroupSource
from care.models import CareMembership, ContactDuty, TierGrant, TierStep
from care.tiers import Act, GrantState, Tier
from demo.bulk import BulkLoad, unhindered
from demo.rows import fresh
from grids.models import Grid, Kind, Post
from grids.roles import Role
from residents.models import Building, Resident, ResidentKind

YELLOW_SHARE = 0.6
"""Of the members of these groups, who have a tier as well."""
REASONS = {
    Group.HARDSHIP: ("yellow-hardship", "家庭收入低，有两名老人需要赡养。", "民政部门低保名单"),
    Group.LIVING_ALONE: ("yellow-living-alone", "独自居住，子女在外地工作。", "本人申请，社区核实"),
    Group.DISABLED: ("yellow-disabled", "行动不便，需要帮助采购生活用品。", "残联持证名单"),
    Group.UNEMPLOYED: ("yellow-unemployed", "正在找工作，希望得到招聘信息。", "人社部门登记名单"),
}
VALID_DAYS = 180
_GROWN = dt.timedelta(days=60 * 365)

_MEMBERS = """
INSERT INTO care_caremembership (district_id, resident_id, "group", source, started_on, entered_at)
SELECT r.district_id, r.id, %(group)s, %(source)s, %(day)s::date - (hashint8(r.id) & 511), %(now)s
  FROM residents_resident r
 WHERE r.gone = '' AND {who}
   AND (hashint8extended(r.id, %(salt)s) & 1048575) < 1048576 * %(share)s
"""
_SHARES: tuple[tuple[Group, str, float, str], ...] = (
    (Group.HARDSHIP, GroupSource.DEPARTMENT, 0.013, "TRUE"),
    (Group.DISABLED, GroupSource.DEPARTMENT, 0.027, "TRUE"),
    (
        Group.UNEMPLOYED,
        GroupSource.DEPARTMENT,
        0.016,
        "r.born_on BETWEEN %(day)s::date - 20000 AND %(day)s::date - 7300",
    ),
    (Group.VETERAN, GroupSource.SELF, 0.05, "r.sex = '1' AND r.born_on < %(day)s::date - 9000"),
    (
        Group.LIVING_ALONE,
        GroupSource.VISIT,
        0.8,
        "r.born_on < %(day)s::date - 23741 AND r.kind <> 'floating'"
        " AND NOT EXISTS (SELECT FROM residents_resident o WHERE o.house_id = r.house_id AND o.id <> r.id)",
    ),
)
"""Group, where it is known from, its share among those for whom the condition holds."""


def care_for(nodes: Mapping[str, Grid], home: str, rng: random.Random, now: dt.datetime, today: dt.date) -> None:
    """Enter the groups, grant the tiers and assign the contact households of a district whose registers are full."""
    with unhindered(CareMembership), connection.cursor() as cursor:
        for salt, (group, source, share, who) in enumerate(_SHARES):
            given: dict[str, Any] = {
                "group": group.value,
                "source": source,
                "share": share,
                "salt": salt,
                "day": today,
                "now": now,
            }
            cursor.execute(_MEMBERS.format(who=who), given)
    _grant(rng, now, today)
    _assign(nodes[home], rng, today)
    _propose(nodes[f"{home}001"], now)


def _grant(rng: random.Random, now: dt.datetime, today: dt.date) -> None:
    """Grant yellow as worker and secretary would have done: proposed by one, approved by the other."""
    workers = _holders(Role.GRID_WORKER)
    secretaries = _holders(Role.COMMUNITY_SECRETARY)
    rows: list[TierGrant] = []
    seen: set[int] = set()
    members = CareMembership.objects.filter(group__in=REASONS).order_by("resident_id", "pk")
    columns = (
        "resident_id",
        "group",
        "resident__grid_id",
        "resident__community_id",
        "resident__born_on",
        "district_id",
    )
    for resident_id, group, grid_id, community_id, born_on, district_id in members.values_list(*columns).iterator():
        if resident_id in seen or rng.random() > YELLOW_SHARE or grid_id not in workers:
            continue
        seen.add(resident_id)
        reason, fact, basis = REASONS[Group(group)]
        days_ago = rng.randrange(1, VALID_DAYS - 5)
        proposed_at = now - dt.timedelta(days=days_ago, hours=rng.randrange(30))
        starts_on = today - dt.timedelta(days=days_ago - 1)
        is_minor = born_on is not None and (today - born_on).days < 14 * 365.25
        rows.append(
            fresh(
                TierGrant,
                district_id=district_id,
                resident_id=resident_id,
                tier=Tier.YELLOW,
                reason_code=reason,
                fact=fact,
                basis=basis,
                days=VALID_DAYS,
                is_minor=is_minor,
                guardian_notified_on=starts_on if is_minor else None,
                state=GrantState.IN_FORCE,
                proposed_by_id=workers[grid_id],
                proposed_at=proposed_at,
                approved_by_id=secretaries[community_id],
                approved_at=proposed_at + dt.timedelta(hours=20),
                starts_on=starts_on,
                ends_on=starts_on + dt.timedelta(days=VALID_DAYS),
            )
        )
    with BulkLoad(TierGrant, TierStep) as load:
        load.tables[TierGrant].add(rows)
        for grant in rows:
            load.tables[TierStep].add(_steps(grant))


def _steps(grant: TierGrant) -> list[TierStep]:
    at = grant.approved_at or grant.proposed_at
    proposed = (grant.proposed_at, Act.PROPOSE, grant.proposed_by_id, Role.GRID_WORKER)
    approved = (at, Act.APPROVE, grant.approved_by_id, Role.COMMUNITY_SECRETARY)
    return [
        *(
            fresh(TierStep, grant_id=grant.id, at=at, act=act, actor_id=who, actor_role=role)
            for at, act, who, role in (proposed, approved)
        ),
        fresh(TierStep, grant_id=grant.id, at=at, act=Act.BEGIN),
    ]


def _holders(role: Role) -> dict[int, int]:
    """Map each node to who holds the role there, the primary one first."""
    posts = Post.objects.filter(role=role).order_by("is_primary", "pk")
    return dict(posts.values_list("node_id", "user_id"))


def _assign(community: Grid, rng: random.Random, today: dt.date) -> None:
    """Give most buildings of the home community to its workers, and leave some for the demo to assign."""
    for grid in Grid.objects.filter(parent=community, kind=Kind.BASE):
        posts = list(Post.objects.filter(node=grid, role=Role.GRID_WORKER).order_by("-is_primary", "pk"))
        buildings = Building.objects.filter(grid=grid).order_by("pk")
        ContactDuty.objects.bulk_create(
            ContactDuty(
                district_id=building.district_id,
                post=posts[number % len(posts)],
                worker_id=posts[number % len(posts)].user_id,
                building=building,
                started_on=today - dt.timedelta(days=rng.randrange(40, 300)),
            )
            for number, building in enumerate(buildings)
            if number % 4 != 3
        )


def _propose(grid: Grid, now: dt.datetime) -> None:
    """Leave two proposals of the home grid's worker for the secretary to decide."""
    worker = User.objects.get(username="worker")
    here = Resident.objects.here().filter(grid=grid, kind=ResidentKind.REGISTERED, tier_grants=None)
    for number, resident in enumerate(here.filter(born_on__lt=now.date() - _GROWN).order_by("pk")[:2]):
        actions.propose(
            resident,
            actor=worker,
            tier=Tier.YELLOW,
            reason_code="yellow-asked",
            fact="家属在外地工作，请社区多来看望。",
            basis="家属申请",
            days=90,
            now=now - dt.timedelta(hours=3 + 20 * number),
        )
