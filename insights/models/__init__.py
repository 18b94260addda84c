"""What is kept of each node and day, and how the tree stood on each day."""

from insights.models.check import Check
from insights.models.display import Display
from insights.models.lineage import Lineage
from insights.models.outline import Outline
from insights.models.stock import Stock
from insights.models.tallies import ChangedDay, Mark, Tally, UnitTally

__all__ = ["ChangedDay", "Check", "Display", "Lineage", "Mark", "Outline", "Stock", "Tally", "UnitTally"]
