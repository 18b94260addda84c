"""Everything that changes appraisal."""

from appraisal.actions.objections import decide, object_to
from appraisal.actions.pay import end_band, keep_record, set_element
from appraisal.actions.periods import compute, finalise, finalise_next, give_mark, open_period, publish
from appraisal.actions.points import end_rule, give_points, set_rule, take_back
from appraisal.actions.schemes import IndicatorFacts, SchemeFacts, add_scheme, change_scheme, end_scheme

__all__ = [
    "IndicatorFacts",
    "SchemeFacts",
    "add_scheme",
    "change_scheme",
    "compute",
    "decide",
    "end_band",
    "end_rule",
    "end_scheme",
    "finalise",
    "finalise_next",
    "give_mark",
    "give_points",
    "keep_record",
    "object_to",
    "open_period",
    "publish",
    "set_element",
    "set_rule",
    "take_back",
]
