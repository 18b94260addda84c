"""The words of the audit log and of notices for what is done with personal data."""

from django.utils.translation import gettext_lazy as _

from accounts import audit, notices


def register() -> None:
    """Name them; called once, when the app is ready."""
    audit.register("residents.reveal", _("Looked at a masked number"))
    audit.register("residents.ask_export", _("Asked for a list of the registers"))
    audit.register("residents.approve_export", _("Approved a list that is not masked"))
    audit.register("residents.refuse_export", _("Refused a list that is not masked"))
    audit.register("residents.fetch_export", _("Fetched a list of the registers"))
    audit.register("residents.register_request", _("Took a resident's request in"))
    audit.register("residents.answer_request", _("Answered a resident's request"))
    notices.register("own_request_due", _("Request no. %(number)s of a resident is due on %(due)s"), "user-question")
    notices.register("own_request_late", _("Request no. %(number)s of a resident was due on %(due)s"), "alert-triangle")
    notices.register("export_asked", _("A list of %(area)s that is not masked waits for your decision"), "file-alert")
    notices.register("export_ready", _("Your list of %(area)s is ready"), "file-download")
    notices.register("export_failed", _("Your list of %(area)s could not be written"), "file-x")
    notices.register("export_refused", _("Your list of %(area)s was refused"), "file-x")
