"""Synthetic people for the demo's posts (DOMAIN.md §7.1): drawn names, telephone numbers that cannot be dialled."""

import datetime as dt
import random
from dataclasses import dataclass, field
from itertools import count

from django.contrib.auth.hashers import make_password

from accounts.models import User
from demo import accounts, names
from demo.divisions import rows
from demo.profiles import Profile
from grids.models import Employment, Grid, Kind, Post, Settlement, Unit, UnitKind
from grids.roles import Role

_BORN = (1966, 2001)
"""The years in which the people in post were born."""

DISTRICT_POSTS = {
    Role.INTAKE_CLERK: 4,
    Role.DUTY_CHIEF: 2,
    Role.DISPATCHER: 3,
    Role.VERIFIER: 2,
    Role.CALLBACK_AGENT: 2,
    Role.SUPERVISOR: 2,
    Role.EXECUTIVE: 1,
    Role.SYS_ADMIN: 1,
    Role.SECURITY_ADMIN: 1,
    Role.AUDIT_ADMIN: 1,
}
STREET_POSTS = {Role.STREET_OPERATOR: 3, Role.STREET_LEADER: 1}
UNIT_POSTS = {Role.DEPT_HANDLER: 3, Role.DEPT_LEADER: 1}
TEAM_POSTS = {Role.DEPT_HANDLER: 2, Role.DEPT_LEADER: 1}

DAYS_IN_POST = 900


@dataclass
class Staff:
    """People and their posts, collected and then put down in two statements."""

    home: str
    rng: random.Random
    since: dt.date
    password: str
    users: list[User] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    _number: "count[int]" = field(default_factory=lambda: count(1))
    _waiting: dict[Role, accounts.Account] = field(
        default_factory=lambda: {account.role: account for account in accounts.CAST}
    )

    def hire(
        self,
        role: Role,
        node: Grid,
        *,
        unit: Unit | None = None,
        is_primary: bool = False,
        employment: str = Employment.FULL_TIME,
        may_be_cast: bool = False,
    ) -> Post:
        """Put a new person on a post; the first fitting one bears the role's demo account.

        That one is the longest in post, and so the owner of the ladder's step.
        """
        cast = self._waiting.pop(role, None) if may_be_cast else None
        number = next(self._number)
        user = User(
            username=cast.username if cast else f"wg{number:05d}",
            display_name=cast.display_name if cast else self._name(),
            employee_number=f"{self.home[:6]}{number:05d}",
            phone=f"12{self.rng.randrange(10**9):09d}",
            is_phone_published=is_primary,
            password=self.password if cast else make_password(None),
        )
        self.users.append(user)
        days = DAYS_IN_POST if cast else self.rng.randrange(DAYS_IN_POST)
        return self.appoint(user, role, node, unit=unit, is_primary=is_primary, employment=employment, days=days)

    def appoint(
        self,
        user: User,
        role: Role,
        node: Grid,
        *,
        unit: Unit | None = None,
        is_primary: bool = False,
        employment: str = Employment.FULL_TIME,
        days: int = 0,
    ) -> Post:
        """Give a person a post that began so many days before everybody is in post."""
        starts_on = self.since - dt.timedelta(days=days)
        post = Post(
            user=user,
            role=role,
            node=node,
            unit=unit,
            is_primary=is_primary,
            employment=employment,
            starts_on=starts_on,
        )
        self.posts.append(post)
        return post

    def save(self) -> None:
        User.objects.bulk_create(self.users, batch_size=1000)
        Post.objects.bulk_create(self.posts, batch_size=1000)

    def _name(self) -> str:
        family = names.family(self.rng)
        return family + names.given(self.rng, self.rng.randrange(*_BORN), is_male=self.rng.random() < 0.5)


def staff_the_district(profile: Profile, nodes: dict[str, Grid], rng: random.Random, since: dt.date) -> None:
    """Make units, people and posts for every node of a freshly made tree; `nodes` maps codes to nodes.

    `since` is the day by which everybody is in post.
    """
    staff = Staff(profile.home, rng, since, make_password(accounts.password()))
    by_kind: dict[str, list[Grid]] = {kind: [n for n in nodes.values() if n.kind == kind] for kind in Kind}
    _units(staff, by_kind)
    _levels(staff, by_kind)
    _workers(profile, staff, by_kind)
    staff.save()


def _units(staff: Staff, by_kind: dict[str, list[Grid]]) -> None:
    """Departments at the district, a centre and a joint team at each street; the team is the communities' default."""
    district = by_kind[Kind.DISTRICT][0]
    offices = [district, *by_kind[Kind.STREET]]
    centres = [Unit(node=node, name=f"{node.name}网格化服务中心", kind=UnitKind.CENTRE) for node in offices]
    departments = [
        Unit(node=district, name=district.name + row["name"], kind=row["kind"], function=row["function"])
        for row in rows("units")
    ]
    teams = [Unit(node=s, name=f"{s.name}联动队", kind=UnitKind.JOINT_TEAM) for s in by_kind[Kind.STREET]]
    Unit.objects.bulk_create(centres + departments + teams)
    for unit in departments:
        for role, number in UNIT_POSTS.items():
            for _ in range(number):
                staff.hire(role, district, unit=unit, may_be_cast=unit.function == "urban_management")
    for team in teams:
        for role, number in TEAM_POSTS.items():
            for _ in range(number):
                staff.hire(role, team.node, unit=team)
    for office, centre in zip(offices, centres, strict=True):
        office.default_unit = centre
    team_of = {team.node_id: team for team in teams}
    for community in by_kind[Kind.COMMUNITY]:
        community.default_unit = team_of[community.parent_id]
    Grid.objects.bulk_update(offices + by_kind[Kind.COMMUNITY], ["default_unit"], batch_size=500)


def _levels(staff: Staff, by_kind: dict[str, list[Grid]]) -> None:
    """District, street and community offices."""
    for role, number in DISTRICT_POSTS.items():
        for _ in range(number):
            staff.hire(role, by_kind[Kind.DISTRICT][0], may_be_cast=True)
    for street in by_kind[Kind.STREET]:
        for role, number in STREET_POSTS.items():
            for _ in range(number):
                staff.hire(role, street, may_be_cast=staff.home.startswith(street.code))
    for community in by_kind[Kind.COMMUNITY]:
        staff.hire(Role.COMMUNITY_SECRETARY, community, may_be_cast=community.code == staff.home)


def _workers(profile: Profile, staff: Staff, by_kind: dict[str, list[Grid]]) -> None:
    """Exactly the profile's number of workers: a primary one for each grid, second ones where most people live."""
    grids = by_kind[Kind.BASE]
    crowded = sorted(grids, key=lambda grid: -(grid.population or 0))
    seconds = {grid.code for grid in crowded[: profile.workers - len(grids)]}
    part_time = profile.part_time
    primary: dict[int, Post] = {}
    for grid in sorted(grids, key=lambda grid: grid.settlement != Settlement.RURAL):
        is_home = grid.code == f"{staff.home}001"
        for position in range(1 + (grid.code in seconds)):
            is_part_time = part_time > 0 and not is_home
            part_time -= is_part_time
            employment = Employment.PART_TIME if is_part_time else Employment.FULL_TIME
            post = staff.hire(
                Role.GRID_WORKER, grid, is_primary=position == 0, employment=employment, may_be_cast=is_home
            )
            primary.setdefault(grid.parent_id, post)
        staff.hire(Role.GRID_LEADER, grid, may_be_cast=is_home)
    for dedicated in by_kind[Kind.DEDICATED]:
        staff.appoint(primary[dedicated.parent_id].user, Role.GRID_WORKER, dedicated, is_primary=True)
    for micro in by_kind[Kind.MICRO]:
        staff.hire(Role.MICRO_LEAD, micro, employment=Employment.PART_TIME)
