"""The one answer to whoever reported, put together from the results of all who worked on the order."""

from collections.abc import Iterable

from workorders.models import WorkOrder

MAX_TEXT = 2000


def composed(order: WorkOrder) -> str:
    """Join the order's result and those of its assisting units, each under its unit's name: one query."""
    assists = order.assists.filter(closing_kind="solved").exclude(result="").order_by("pk")
    return join(order.result, assists.values_list("lead_unit__name", "result"))


def join(result: str, parts: Iterable[tuple[str | None, str]]) -> str:
    """Put the lead's result first and each assisting unit's on a line of its own; cut to what the column holds."""
    lines = [result.strip(), *(f"{name}: {words.strip()}" if name else words.strip() for name, words in parts)]
    return "\n".join(line for line in lines if line)[:MAX_TEXT]
