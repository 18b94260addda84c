"""Works out who may make which move in which state, for comparison with tests/workorders/moves.csv.

No database: an order of made-up keys, and one person for each role and each part that one can have in an order.
`python -m tests.move_table` prints the table as it is; read the difference before you keep it.
"""

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils import timezone

from grids.models import Kind
from grids.roles import UNIT_ROLES, Role
from grids.standing import PostFacts, Standing
from workorders.models import WorkOrder
from workorders.states import FINAL, ApprovalKind, ClosingKind, Move, OrderKind, State
from workorders.workflow import MOVES, possible

FILE = Path(__file__).parent / "workorders" / "moves.csv"
DISTRICT, STREET, COMMUNITY, BASE = 1, 2, 3, 4
LEAD, ACCOUNTABLE, ASKED, OTHER = 11, 12, 13, 14
UNITS = {
    LEAD: "the lead unit",
    ACCOUNTABLE: "the accountable unit",
    ASKED: "the unit asked to take over",
    OTHER: "any other unit",
}
REPORTER, ASSIGNEE, HANDLER = 101, 102, 103
PARTS = {REPORTER: "reporter", ASSIGNEE: "assignee", HANDLER: "who handled it"}
KINDS = {DISTRICT: Kind.DISTRICT, STREET: Kind.STREET, COMMUNITY: Kind.COMMUNITY, BASE: Kind.BASE}
NODE_OF = {
    Role.MICRO_LEAD: BASE,
    Role.GRID_WORKER: BASE,
    Role.GRID_LEADER: BASE,
    Role.COMMUNITY_SECRETARY: COMMUNITY,
    Role.STREET_OPERATOR: STREET,
    Role.STREET_LEADER: STREET,
}
"""Where a role is posted; those that are not named, at the district."""
HOLDER_OF = {State.PENDING_STRIKE_OFF: STREET}

Row = tuple[str, str, str, str]


def people() -> Iterator[tuple[str, Standing]]:
    """Yield everybody whose rights differ: each role, the units' people, and who has a part without any post."""
    for number, role in enumerate(Role):
        if role not in UNIT_ROLES:
            yield role.value, _standing(1000 + number, role)
            continue
        for unit_id, words in UNITS.items():
            yield f"{role.value} of {words}", _standing(1000 + 100 * unit_id + number, role, unit_id)
    for user_id, words in PARTS.items():
        yield words, Standing(user_id, ())


def _standing(user_id: int, role: Role, unit_id: int | None = None) -> Standing:
    node_id = NODE_OF.get(role, DISTRICT)
    return Standing(user_id, (PostFacts(role, node_id, unit_id, KINDS[node_id].value, 1, node_id, 20 - node_id),))


def orders(kind: OrderKind, state: State) -> Iterator[WorkOrder]:
    """Yield orders of this kind in this state with every set of facts that a guard may ask for."""
    having: list[dict[str, Any]] = [{"lead_unit_id": LEAD}, {"lead_unit_id": LEAD, "assignee_id": ASSIGNEE}]
    asking: list[dict[str, Any]] = [{}, {"pending_approvals": list(ApprovalKind)}, {"transfer_unit_id": ASKED}]
    ending: list[dict[str, Any]] = [
        {},
        {"closing_kind": ClosingKind.EXPLAINED},
        {"reopen_count": 1},
        {"answer": "已办结"},
    ]
    for facts in itertools.product(having, asking, ending):
        yield _order(kind, state, facts[0] | facts[1] | facts[2])


def _order(kind: OrderKind, state: State, facts: dict[str, Any]) -> WorkOrder:
    now = timezone.now()
    common: dict[str, Any] = {
        "pk": 1,
        "kind": kind,
        "state": state,
        "district_id": DISTRICT,
        "street_id": STREET,
        "community_id": COMMUNITY,
        "grid_id": BASE,
        "holder_id": HOLDER_OF.get(state, BASE),
        "reporter_id": REPORTER,
        "handler_id": HANDLER,
        "accountable_unit_id": ACCOUNTABLE,
        "accountable_node_id": BASE,
        "signed_at": now,
        "accepted_at": now,
        "due_at": now,
        "finished_at": now if state in FINAL else None,
    }
    order = WorkOrder(**common | facts)
    if kind == OrderKind.ASSIST:
        order.parent = WorkOrder(**common | {"pk": 2, "kind": OrderKind.INCIDENT, "state": State.IN_PROGRESS})
    return order


def rows() -> list[Row]:
    """List (kind, state, move, who) for each move that somebody may make there."""
    everybody = list(people())
    found: list[Row] = []
    for kind, state in itertools.product(OrderKind, State):
        able: dict[Move, set[str]] = {}
        for order in orders(kind, state):
            for move in possible(order):
                able.setdefault(move, set()).update(w for w, who in everybody if MOVES[move].allowed(order, who))
        found += [
            (kind.value, state.value, move.value, "; ".join(words for words, _ in everybody if words in able[move]))
            for move in MOVES
            if able.get(move)
        ]
    return found


def kept() -> list[Row]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return [(row["kind"], row["state"], row["move"], row["who"]) for row in csv.DictReader(lines)]


def as_text(table: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([("kind", "state", "move", "who"), *table])
    return text.getvalue()


if __name__ == "__main__":
    print(as_text(rows()), end="")  # noqa: T201 - it is what this is for
