"""Every change of the registers: one function to a verb; pages, the API and rosters call the same."""

from residents.actions.estates import (
    add_building,
    add_estate,
    edit_building,
    edit_estate,
    name_head,
    retire_building,
    retire_estate,
)
from residents.actions.handovers import accept as accept_handover
from residents.actions.handovers import ask as ask_handover
from residents.actions.handovers import may_answer as may_answer_handover
from residents.actions.handovers import may_withdraw as may_withdraw_handover
from residents.actions.handovers import refuse as refuse_handover
from residents.actions.handovers import withdraw as withdraw_handover
from residents.actions.households import (
    add_member,
    change_head,
    dissolve,
    end_membership,
    form_household,
    set_relations,
)
from residents.actions.houses import add_house, add_houses, edit_house, retire_house
from residents.actions.moves import KEEP, come_back, leave, mark_double, move_house
from residents.actions.organisations import (
    add_organisation,
    close_organisation,
    edit_organisation,
    record_check,
    reopen_organisation,
)
from residents.actions.people import add_resident, check_given, edit_resident, set_registered_house

__all__ = [
    "KEEP",
    "accept_handover",
    "add_building",
    "add_estate",
    "add_house",
    "add_houses",
    "add_member",
    "add_organisation",
    "add_resident",
    "ask_handover",
    "change_head",
    "check_given",
    "close_organisation",
    "come_back",
    "dissolve",
    "edit_building",
    "edit_estate",
    "edit_house",
    "edit_organisation",
    "edit_resident",
    "end_membership",
    "form_household",
    "leave",
    "mark_double",
    "may_answer_handover",
    "may_withdraw_handover",
    "move_house",
    "name_head",
    "record_check",
    "refuse_handover",
    "reopen_organisation",
    "retire_building",
    "retire_estate",
    "retire_house",
    "set_registered_house",
    "set_relations",
    "withdraw_handover",
]
