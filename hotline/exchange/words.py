"""The words of an exchange: why a row was refused and what helps, what to look at, the audit log's lines."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit
from hotline.exchange.states import PlatformState

REASONS: dict[str, Promise] = {
    "number_missing": _("The order number is missing."),
    "number_long": _("The order number has more than 40 characters."),
    "number_lost": _("A spreadsheet has rounded the order number. Set the column to text and export it again."),
    "text_missing": _("What is asked is missing, and no request of this number is known yet."),
    "text_long": _("The text has more than 10,000 characters. Shorten it, or divide the order."),
    "kind_unknown": _("The kind of request is not known."),
    "received_broken": _("The time of receipt is not a date."),
    "deadline_broken": _("The deadline is not a date."),
    "state_time_broken": _("The time of the state is not a date."),
    "answered_broken": _("The time of the answer is not a date."),
    "time_ahead": _("A time lies in the future."),
    "answer_missing": _("A closed request of the past needs its answer."),
    "older_time": _("Older than what is here: its time lies before that of the row taken in earlier."),
    "older_state": _("Older than what is here: its state comes before that of the row taken in earlier."),
    "no_object": _("The row is no object with texts."),
    "failed": _("The database refused the row; the log names the reason."),
}
"""Why a row is refused, with what mends it."""
REMARKS: dict[str, Promise] = {
    "twice": _("The same number stands in this file before; the later row counts."),
    "same_twice": _("The same row stands in this file before."),
    "category_unknown": _("The category is not known here; choose one at the desk."),
    "urgency_unknown": _("The urgency is not known; taken as ordinary."),
    "state_unknown": _("The state at the platform is not known; left out."),
    "secret_unknown": _("Whether secrecy is wanted cannot be read; kept secret."),
    "position_broken": _("The position cannot be read; left out."),
    "title_cut": _("The subject was cut; the whole of it stands in the text."),
    "address_cut": _("The address was cut; the whole of it stands in the text."),
    "answer_early": _("The answer's time lies before the request's; taken as the same."),
    "over": _("The platform wants nothing more: taken in as ended."),
    "withdrawn": _("Withdrawn by the platform."),
    "closed": _("Closed by the platform."),
    "still_worked_on": _("Its order is still being worked on; void it there if nobody needs it."),
    "redo": _("To be done again: back at the desk."),
    "ended_here": _("The request has ended here; what changed was written down."),
}
"""What should be looked at although the row was taken."""
SENT_STATES: dict[PlatformState, str] = {
    PlatformState.RECEIVED: "已受理",
    PlatformState.FORWARDED: "已转办",
    PlatformState.WORKING: "办理中",
    PlatformState.RETURNED: "已退回",
    PlatformState.ANSWERED: "已答复",
    PlatformState.CLOSED: "已办结",
    PlatformState.WITHDRAWN: "已撤销",
}
"""The platform's own words, Chinese in every language: so are its columns."""


def of(code: str) -> Promise | str:
    """Return the words of a reason or a remark."""
    return REASONS.get(code) or REMARKS.get(code) or code


def register() -> None:
    """Name the deeds in the audit log; called once, when the app is ready."""
    for action, label in {
        "hotline.exchange_in": _("Brought in requests of the city platform"),
        "hotline.exchange_done": _("Took in requests of the city platform"),
        "hotline.exchange_failed": _("An exchange with the city platform could not be finished"),
        "hotline.exchange_replay": _("Tried refused rows of an exchange again"),
        "hotline.exchange_mend": _("Mended a refused row of an exchange"),
        "hotline.exchange_copy": _("Took an exchange along with its answers"),
        "hotline.exchange_out": _("Exported states and answers to the city platform"),
        "hotline.exchange_resend": _("Took an export to the city platform along again"),
        "hotline.exchange_again": _("Told the city platform of a request again"),
        "hotline.add_partner": _("Added an exchange partner"),
        "hotline.change_partner_key": _("Changed an exchange partner's key"),
        "hotline.revoke_partner": _("Revoked an exchange partner"),
        "hotline.purge_exchange": _("Deleted what an exchange held"),
    }.items():
        audit.register(action, label)
