"""The demo's accounts: who signs in as what, and the one password they share.

`manage.py run` prints this table; `manage.py load_demo` makes the people.
"""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from governance import embedded
from grids.roles import Role


@dataclass(frozen=True)
class Account:
    """A sign-in name of the demo, its role, and a synthetic person to bear it."""

    username: str
    role: Role
    display_name: str


CAST = (
    Account("worker", Role.GRID_WORKER, "李晓梅"),
    Account("leader", Role.GRID_LEADER, "张建国"),
    Account("secretary", Role.COMMUNITY_SECRETARY, "王淑芬"),
    Account("street", Role.STREET_OPERATOR, "刘志强"),
    Account("district", Role.DUTY_CHIEF, "陈明"),
    Account("dispatcher", Role.DISPATCHER, "赵倩"),
    Account("dept", Role.DEPT_HANDLER, "孙立新"),
    Account("bureau", Role.DEPT_LEADER, "何敏"),
    Account("operator", Role.INTAKE_CLERK, "周婷"),
    Account("callback", Role.CALLBACK_AGENT, "冯静"),
    Account("supervisor", Role.SUPERVISOR, "吴刚"),
    Account("executive", Role.EXECUTIVE, "韩松"),
    Account("admin", Role.SYS_ADMIN, "郑伟"),
)
"""All in one line of the tree: worker and leader of one base grid, the secretary of its community, the operator of
its street, the others at its district, `dept` and `bureau` in the district's urban management."""


def password_file() -> Path:
    """Return where the password is kept where none is given."""
    return Path(settings.VAR_DIR) / "demo_password"


def password() -> str:
    """Return the password that all demo accounts share: WANGGE_DEMO_PASSWORD, else one made once and kept."""
    return settings.DEMO_PASSWORD or embedded.kept_password(password_file())
