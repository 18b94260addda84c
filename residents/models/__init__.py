"""The registers: places, people and their households, organisations, and what happened to each."""

from residents.models.exports import Export, ExportState, ListKind
from residents.models.handovers import Handover, HandoverState
from residents.models.history import Event, FormerValues, Step
from residents.models.looks import Look, LookReason
from residents.models.organisations import Organisation, OrganisationKind
from residents.models.own_requests import OwnRequest, RequestChannel, RequestDecision, RequestKind
from residents.models.people import (
    FloatingFacts,
    ForeignFacts,
    Gone,
    Household,
    LeftBehindFacts,
    Membership,
    Resident,
    ResidentKind,
)
from residents.models.places import Building, Estate, House, HouseUse, Relocation

__all__ = [
    "Building",
    "Estate",
    "Event",
    "Export",
    "ExportState",
    "FloatingFacts",
    "ForeignFacts",
    "FormerValues",
    "Gone",
    "Handover",
    "HandoverState",
    "House",
    "HouseUse",
    "Household",
    "LeftBehindFacts",
    "ListKind",
    "Look",
    "LookReason",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "OwnRequest",
    "Relocation",
    "RequestChannel",
    "RequestDecision",
    "RequestKind",
    "Resident",
    "ResidentKind",
    "Step",
]
