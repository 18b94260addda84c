"""Everything that changes visits, the log and its reports; pages and API call these and nothing else."""

from visits.actions.entries import make_order, write_entry
from visits.actions.ordering import Way, forget_order, move_stop
from visits.actions.recording import annul, record
from visits.actions.reporting import submit_report

__all__ = ["Way", "annul", "forget_order", "make_order", "move_stop", "record", "submit_report", "write_entry"]
