"""How ways and messages are shown: counts by way, masked addresses; never content."""

from dataclasses import dataclass, field

from messaging import addressees, purposes, ways
from messaging.models import Message, WayHealth
from messaging.querysets import MessageQuerySet
from messaging.states import OPEN, MessageState, Way


@dataclass
class WayShown:
    """One way out: whether it is set up, how it is doing, and how many of its messages stand where."""

    way: Way
    health: WayHealth | None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def tone(self) -> str:
        """Return well, console, off or failing."""
        if self.health is not None and self.health.failures and ways.is_set_up(self.way):
            return "failing"
        if ways.is_set_up(self.way):
            return "well"
        return "console" if ways.has_console(self.way) else "off"

    @property
    def waiting(self) -> int:
        return sum(self.counts.get(state, 0) for state in OPEN)

    @property
    def sent(self) -> int:
        return self.counts.get(MessageState.SENT, 0)

    @property
    def given_up(self) -> int:
        return self.counts.get(MessageState.GIVEN_UP, 0)


def ways_of(messages: MessageQuerySet) -> list[WayShown]:
    """Return every way with its counts: two queries."""
    health = {row.way: row for row in WayHealth.objects.all()}
    shown = {way: WayShown(way, health.get(way)) for way in Way}
    for (way, state), count in messages.counts().items():
        shown[Way(way)].counts[state] = count
    return list(shown.values())


@dataclass(frozen=True)
class MessageShown:
    row: Message

    @property
    def address(self) -> str:
        return addressees.masked(self.row.way, self.row.address)

    @property
    def purpose(self) -> str:
        return str(purposes.title(self.row.purpose))

    @property
    def can_be_tried(self) -> bool:
        return self.row.state in {MessageState.FAILED, MessageState.GIVEN_UP}
