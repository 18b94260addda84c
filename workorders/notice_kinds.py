"""The words of the notices about orders. They name the order's number and nothing of its content."""

from django.utils.translation import gettext_lazy as _

from accounts import notices

TITLES = {
    "order_to_accept": _("Report %(number)s waits for acceptance"),
    "order_to_dispatch": _("Order %(number)s waits for dispatch"),
    "order_assigned": _("Order %(number)s was given to you"),
    "order_reassigned_away": _("Order %(number)s was given to somebody else"),
    "order_returned": _("Order %(number)s was returned and needs a new dispatch"),
    "order_to_verify": _("The result of order %(number)s is to be verified"),
    "order_rework": _("Order %(number)s needs rework"),
    "order_to_strike_off": _("Order %(number)s is solved; strike it off for your level"),
    "strike_off_refused": _("Order %(number)s was not struck off and is back in work"),
    "order_to_close": _("Order %(number)s is to be closed with the resident"),
    "order_closed": _("Order %(number)s is closed"),
    "order_rated": _("Order %(number)s was rated"),
    "order_rejected": _("Report %(number)s was rejected"),
    "order_voided": _("Order %(number)s was voided"),
    "order_urged": _("Order %(number)s was urged (%(count)s)"),
    "order_merged": _("Order %(number)s was merged into another that reports the same"),
    "order_joined": _("Another report of the same was merged into order %(number)s"),
    "order_unmerged": _("Order %(number)s was taken out of its merger and goes on by itself"),
    "order_followed_closed": _("What you reported as %(number)s was answered with the order it was merged into"),
    "order_followed_rejected": _("The order that %(number)s was merged into was rejected; its page says why"),
    "order_followed_reopened": _("The order that %(number)s was merged into was reopened"),
    "order_withdrawn": _("Report %(number)s was withdrawn"),
    "order_reopened": _("Order %(number)s was reopened"),
    "order_rated_badly": _("Order %(number)s was rated as dissatisfied; you may reopen it"),
    "order_due_soon": _("Order %(number)s is due soon"),
    "order_overdue": _("Order %(number)s is overdue"),
    "order_escalated": _("Order %(number)s climbed to you"),
    "order_passed_up": _("Order %(number)s was passed up to the next level"),
    "order_progress": _("Order %(number)s, for which you answer, has moved on"),
    "order_to_answer": _("Order %(number)s is solved; give the answer for it"),
    "order_referred": _("Order %(number)s was shared with you"),
    "assist_asked": _("Your unit is asked to assist: %(number)s"),
    "assist_to_check": _("The assisting unit's result %(number)s is to be checked"),
    "assist_accepted": _("The result of your assistance %(number)s was accepted"),
    "assist_released": _("Your unit is released from assisting: %(number)s"),
    "transfer_proposed": _("Your unit is asked to take over order %(number)s"),
    "transfer_accepted": _("Order %(number)s was taken over by another unit"),
    "transfer_refused": _("Taking over order %(number)s was refused"),
    "transfer_withdrawn": _("Order %(number)s need not be taken over any more"),
    "orders_handed_over": _("%(count)s orders of somebody who left became yours"),
    "order_whole_overdue": _("Order %(number)s is overdue as a whole"),
    "extension_asked": _("An extension of order %(number)s waits for your decision"),
    "extension_granted": _("The extension of order %(number)s was granted"),
    "extension_refused": _("The extension of order %(number)s was refused"),
    "suspension_asked": _("A suspension of order %(number)s waits for your decision"),
    "suspension_granted": _("Order %(number)s is suspended"),
    "suspension_refused": _("The suspension of order %(number)s was refused"),
    "explanation_asked": _("An explanation of order %(number)s waits for your decision"),
    "explanation_granted": _("Order %(number)s may be closed as explained"),
    "explanation_refused": _("The explanation of order %(number)s was refused"),
    "exclusion_asked": _("An exclusion of order %(number)s from assessment waits for your decision"),
    "exclusion_granted": _("Order %(number)s was excluded from assessment"),
    "exclusion_refused": _("The exclusion of order %(number)s was refused"),
    "order_resumed": _("Order %(number)s is no longer suspended; its time runs on"),
}


def register() -> None:
    for kind, title in TITLES.items():
        notices.register(kind, title=title)
