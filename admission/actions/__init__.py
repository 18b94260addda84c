"""Everything that changes a task, one function to a verb; pages and the fan-out call these and nothing else."""

from admission.actions.deciding import admit, apply, refuse, withdraw
from admission.actions.ending import end
from admission.actions.filling import hand_in
from admission.actions.load import clear_effort, set_capacity, set_effort

__all__ = ["admit", "apply", "clear_effort", "end", "hand_in", "refuse", "set_capacity", "set_effort", "withdraw"]
