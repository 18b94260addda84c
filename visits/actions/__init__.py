"""Everything that changes visits, the log and its reports; pages and API call these and nothing else."""

from visits.actions.entries import make_order, write_entry
from visits.actions.recording import annul, record
from visits.actions.reporting import submit_report

__all__ = ["annul", "make_order", "record", "submit_report", "write_entry"]
