"""The words of a work order: states, moves, stages and their Chinese names by gettext (DOMAIN.md §5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    REPORTED = "reported", _("Reported")
    FILED = "filed", _("To be dispatched")
    DISPATCHED = "dispatched", _("To be signed")
    IN_PROGRESS = "in_progress", _("In progress")
    PENDING_VERIFICATION = "pending_verification", _("To be verified")
    PENDING_STRIKE_OFF = "pending_strike_off", _("To be struck off")
    PENDING_CLOSURE = "pending_closure", _("To be closed")
    SUSPENDED = "suspended", _("Suspended")
    CLOSED = "closed", _("Closed")
    EVALUATED = "evaluated", _("Rated")
    REJECTED = "rejected", _("Rejected")
    VOIDED = "voided", _("Voided")
    MERGED = "merged", _("Merged into another")


FINAL = frozenset({State.CLOSED, State.EVALUATED, State.REJECTED, State.VOIDED, State.MERGED})
OPEN = frozenset(State) - FINAL


class OrderKind(models.TextChoices):
    """What an order is: an incident; a part of one that an assisting unit does; a round of admitted standing work."""

    INCIDENT = "incident", _("Incident")
    ASSIST = "assist", _("Assistance")
    TASK = "task", _("Task")


class Move(models.TextChoices):
    REPORT = "report", _("Report")
    SELF_HANDLE = "self_handle", _("Solve on the spot")
    ACCEPT = "accept", _("Accept")
    REJECT = "reject", _("Reject")
    DISPATCH = "dispatch", _("Dispatch")
    SIGN = "sign", _("Sign for")
    RETURN_ORDER = "return_order", _("Return")
    REASSIGN = "reassign", _("Reassign")
    SUBMIT_RESULT = "submit_result", _("Submit the result")
    VERIFY_PASS = "verify_pass", _("Pass verification")
    VERIFY_FAIL = "verify_fail", _("Send back for rework")
    STRIKE_OFF = "strike_off", _("Strike off")
    REFUSE_STRIKE_OFF = "refuse_strike_off", _("Refuse to strike off")
    CLOSE = "close", _("Close")
    EVALUATE = "evaluate", _("Rate")
    VOID = "void", _("Void")
    ESCALATE = "escalate", _("Pass up")
    # Several units at one order.
    ASSIST = "assist", _("Ask for assistance")
    RELEASE = "release", _("Release from assisting")
    REFER = "refer", _("Refer")
    TRANSFER = "transfer", _("Ask to take over")
    ACCEPT_TRANSFER = "accept_transfer", _("Take over")
    REFUSE_TRANSFER = "refuse_transfer", _("Refuse to take over")
    WITHDRAW_TRANSFER = "withdraw_transfer", _("Withdraw the transfer")
    ASSIGN = "assign", _("Assign")
    HAND_OVER = "hand_over", _("Hand over")
    ANSWER = "answer", _("Give the answer")
    # Time.
    REQUEST_EXTENSION = "request_extension", _("Ask for an extension")
    GRANT_EXTENSION = "grant_extension", _("Grant the extension")
    REFUSE_EXTENSION = "refuse_extension", _("Refuse the extension")
    REQUEST_SUSPENSION = "request_suspension", _("Ask for suspension")
    GRANT_SUSPENSION = "grant_suspension", _("Suspend")
    REFUSE_SUSPENSION = "refuse_suspension", _("Refuse the suspension")
    RESUME = "resume", _("Resume")
    # Other ends.
    REQUEST_EXPLANATION = "request_explanation", _("Propose to explain")
    GRANT_EXPLANATION = "grant_explanation", _("Agree to explain")
    REFUSE_EXPLANATION = "refuse_explanation", _("Refuse to explain")
    WITHDRAW = "withdraw", _("Withdraw")
    REQUEST_EXCLUSION = "request_exclusion", _("Ask for exclusion from assessment")
    GRANT_EXCLUSION = "grant_exclusion", _("Exclude from assessment")
    REFUSE_EXCLUSION = "refuse_exclusion", _("Refuse the exclusion")
    REOPEN = "reopen", _("Reopen")
    MERGE = "merge", _("Merge")
    UNMERGE = "unmerge", _("Take out of the merger")
    # Pressing, and meetings.
    URGE = "urge", _("Urge")
    SUPERVISE = "supervise", _("Supervise")
    CONVENE_REVIEW = "convene_review", _("Put before a meeting")
    DECIDE_REVIEW = "decide_review", _("Record the meeting's decision")
    WHISTLE = "whistle", _("Blow the whistle")


class Stage(models.TextChoices):
    """What a clock measures. `handle` runs from dispatch, not from signing; `whole` never resets.

    Those after `whole` have limit rows but no clock. They bound how long after dispatch a unit may hand the order
    back (`return`), by how much a deadline may be extended, how long an order may be suspended, until when after
    closing it may be reopened; and say what an assisting unit, and a unit that was whistled for, gets by default.
    """

    ACCEPT = "accept", _("Acceptance")
    DISPATCH = "dispatch", _("Dispatch")
    SIGN = "sign", _("Signing")
    HANDLE = "handle", _("Handling")
    VERIFY = "verify", _("Verification")
    STRIKE_OFF = "strike_off", _("Strike-off")
    CLOSE = "close", _("Closure")
    WHOLE = "whole", _("Whole order")
    RETURN = "return", _("Return window")
    EXTENSION = "extension", _("Longest extension")
    SUSPENSION = "suspension", _("Longest suspension")
    REOPEN = "reopen", _("Reopening window")
    ASSIST = "assist", _("Assistance")
    CHECK_IN = "check_in", _("Check-in")


CLIMBING = frozenset({Stage.ACCEPT, Stage.DISPATCH, Stage.HANDLE})
"""Stages whose overdue clock makes the order climb; the others only give notice."""


class LimitUnit(models.TextChoices):
    WORKING_HOUR = "working_hour", _("working hours")
    WORKING_DAY = "working_day", _("working days")
    CALENDAR_DAY = "calendar_day", _("calendar days")
    HOUR = "hour", _("hours (24×7)")


class Source(models.TextChoices):
    """Where a report comes from; `letter` stands in the order number (DOMAIN.md §5.4)."""

    GRID = "grid", _("Grid patrol")
    HOTLINE = "hotline", _("Hotline")
    CITIZEN = "citizen", _("Residents")
    VIDEO = "video", _("Video alarm")
    LEADER = "leader", _("Leader's instruction")
    DEPARTMENT = "department", _("Department")

    @property
    def letter(self) -> str:
        return {"grid": "G", "hotline": "H", "citizen": "C", "video": "V", "leader": "L", "department": "D"}[self.value]


class Profile(models.TextChoices):
    """Which rule's limits an order runs under; blank is grid work (DOMAIN.md §2.9, §5.4)."""

    HOTLINE = "hotline_sd", _("Hotline request")
    COMPLAINT = "complaint_sd", _("Complaint")


class Scheme(models.TextChoices):
    """Whose words a category is of: the grid's incidents and components, or the hotline's requests."""

    INCIDENT = "incident", _("Incidents in the grids")
    HOTLINE = "hotline", _("Hotline requests")


class Difficulty(models.TextChoices):
    SIMPLE = "simple", _("Simple")
    COMPLEX = "complex", _("Complex")
    HARD = "hard", _("Hard")


class Urgency(models.TextChoices):
    ORDINARY = "ordinary", _("Ordinary")
    URGENT = "urgent", _("Urgent")
    EMERGENCY = "emergency", _("Emergency")


class Light(models.TextChoices):
    GREEN = "green", _("On time")
    YELLOW = "yellow", _("Due soon")
    RED = "red", _("Overdue")
    GREY = "grey", _("Paused")


class ReturnReason(models.TextChoices):
    NOT_OUR_DUTY = "not_our_duty", _("Not this unit's duty")
    NOT_OUR_AREA = "not_our_area", _("Outside this unit's area")
    WRONG_CATEGORY = "wrong_category", _("Wrong category")
    NOT_ENOUGH_FACTS = "not_enough_facts", _("Place or facts are missing")
    NEEDS_HIGHER_LEVEL = "needs_higher_level", _("Needs a higher level to coordinate")


class ReleaseReason(models.TextChoices):
    """Why the system let an assisting unit go; people write theirs."""

    PARENT_ENDED = "parent_ended", _("The order that it assisted has ended")
    BECAME_LEAD = "became_lead", _("The assisting unit now leads")


class RejectReason(models.TextChoices):
    OUTSIDE_DISTRICT = "outside_district", _("Outside the district")
    NOT_GOVERNMENT = "not_government", _("Not a matter for government")
    IN_COURT = "in_court", _("In court, arbitration or review")
    ALREADY_REPORTED = "already_reported", _("Already reported")
    NO_FACTS = "no_facts", _("No facts that could be checked")
    EMERGENCY_LINE = "emergency_line", _("Belongs to 110, 119, 120 or 122")


class ApprovalKind(models.TextChoices):
    """What somebody asks for and another person decides."""

    EXTENSION = "extension", _("Extension")
    SUSPENSION = "suspension", _("Suspension")
    EXPLANATION = "explanation", _("Explanation instead of a solution")
    EXCLUSION = "exclusion", _("Exclusion from assessment")


class ApprovalState(models.TextChoices):
    OPEN = "open", _("To be decided")
    GRANTED = "granted", _("Granted")
    CHANGED = "changed", _("Granted with a change")
    REFUSED = "refused", _("Refused")
    LAPSED = "lapsed", _("Lapsed")


class ExtensionReason(models.TextChoices):
    """Why a handler needs longer (DOMAIN.md §5.3)."""

    MORE_WORK = "more_work", _("More work than it seemed")
    MATERIAL = "material", _("Material or parts are on the way")
    OTHER_UNIT = "other_unit", _("Another unit has to act first")
    WEATHER = "weather", _("Weather")
    RESIDENT = "resident", _("The resident asked for a later date")
    FACTS = "facts", _("Facts are still being established")


class SuspensionReason(models.TextChoices):
    """What an order waits for that nobody can hurry (DOMAIN.md §5.3)."""

    MATERIAL = "material", _("Waiting for material or an engineer")
    FUNDS = "funds", _("Procurement or funds")
    SEASON = "season", _("Season or weather")
    OTHER_UNIT = "other_unit", _("Another unit's work")
    COURT = "court", _("Court or arbitration")
    RESIDENT = "resident", _("The resident's wish")


class SupervisionLevel(models.TextChoices):
    ORDINARY = "ordinary", _("Ordinary supervision")
    KEY = "key", _("Key supervision")
    LISTED = "listed", _("Listed supervision")


class ClosingKind(models.TextChoices):
    SOLVED = "solved", _("Solved")
    EXPLAINED = "explained", _("Explained")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ExplanationBasis(models.TextChoices):
    """Why a demand is explained instead of met."""

    UNREASONABLE = "unreasonable", _("Unreasonable demand")
    OUTSIDE_LAW = "outside_law", _("Outside the law")
    POLICY = "policy", _("Policy does not allow it")
    ANSWERED = "answered", _("Already answered finally")
    THIRD_PARTY = "third_party", _("A third party refuses")


class ExclusionReason(models.TextChoices):
    """Why an order should not count in assessment."""

    UNREASONABLE = "unreasonable", _("Unreasonable demand")
    MALICIOUS = "malicious", _("Malicious or made-up report")
    NOT_OURS = "not_ours", _("Beyond this unit's powers")
    FORCE_MAJEURE = "force_majeure", _("Force majeure")
    UPPER_LEVEL = "upper_level", _("Waits for a higher level's policy or works")
    WRONG_RECORD = "wrong_record", _("Recorded wrongly")


class ReopenReason(models.TextChoices):
    """Why a closed order is worked on again."""

    DISSATISFIED = "dissatisfied", _("Rated as dissatisfied")
    NOT_SOLVED = "not_solved", _("Call-back found it not solved")
    CAME_BACK = "came_back", _("The problem came back")
    SUPERVISION = "supervision", _("Found by supervision")
