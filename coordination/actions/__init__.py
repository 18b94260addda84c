"""What is done in coordination: whistles. Each function is one change with its history and notices."""

from coordination.actions.whistles import blow, cancel, check_in, close, rate, report

__all__ = ["blow", "cancel", "check_in", "close", "rate", "report"]
