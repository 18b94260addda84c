"""Service tiers, care groups, contact households, and the rows that rule them.

Contract for the app above (`visits`), in plain columns:

- `care_tiergrant` holds a row with `state = 'in_force'` for a resident whose tier is yellow, orange or red; at most
  one of a resident. Without such a row somebody is blue when `kind = 'floating'` or their house's `use` is `rented`
  or `group_let`, else green. The nightly sweep ends what is over; also ask `ends_on >= day` where the day matters.
- `care_caremembership` with `ended_on IS NULL`: (resident_id, group) of the groups that are entered. Rental houses,
  left-behind children and the aged follow from the registers.
- `care_contactduty` with `ended_on IS NULL`: (worker_id, building_id or house_id); a house's own row goes before that
  of its building. Houses under one are contact households (包网联户).
- `care.frequencies.of(district_id)`: after how many days each tier, group and contact household is visited again.
- `care.intervals.parameters(district_id, day)`: those, and who is aged on the day, as a statement takes them.
"""

from care.models.contacts import ContactDuty, ContactPlan, HandOver
from care.models.groups import CareMembership
from care.models.rules import Frequency, ReasonSwitch, TierSwitch
from care.models.tiers import TierGrant, TierStep

__all__ = [
    "CareMembership",
    "ContactDuty",
    "ContactPlan",
    "Frequency",
    "HandOver",
    "ReasonSwitch",
    "TierGrant",
    "TierStep",
    "TierSwitch",
]
