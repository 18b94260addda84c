"""Taking a report in from a form: the proof first, then the verdict, and the photos only after both."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

from accounts import counters
from accounts.pictures import CleanPhoto, clean_all
from grids.models import Grid
from hotline.models import Request
from hotline.states import RequestSource
from public import actions, places
from public.forms.visitors import ReportForm
from public.guard import challenge
from public.guard.verdict import Facts, Verdict, judge
from public.models import Held
from public.visitors import Visitor
from workorders.forms.fields import add_errors

HOUR = 3600
MOST_PHOTOS = 4
MOST_HELD_PHOTOS = 2
"""Of a held report: robots must not fill the disk."""
PUBLIC = (RequestSource.WEB, RequestSource.QR)


def take(
    form: ReportForm,
    files: "Sequence[File[Any]]",
    who: Visitor,
    known: places.Place | None,
    now: dt.datetime,
) -> Request | Held | None:
    """Return what the report became; None when something is wrong, which the form then says."""
    if not form.is_valid():
        return None
    before = actions.sent_before(form.cleaned_data["client_uuid"])
    if before is not None:
        return before
    try:
        proof = challenge.check(*(form.cleaned_data[name] for name in ("token", "proof", "answer")))
    except challenge.NotProven:
        form.add_error("answer", _("Please work out the sum anew, then send again. Nothing was lost."))
        return None
    place = known or places.found_at(form.cleaned_data["address"], form.point)
    district = places.district_of(place)
    if district is None:
        form.add_error(None, _("Reports cannot be taken here yet. Please call the hotline."))
        return None
    verdict = judge(_facts(form, proof, who, district, now))
    photos = _checked(form, verdict, files)
    if photos is None:
        return None
    if not challenge.use(proof):
        form.add_error(None, _("It has not been sent yet. Look at it once more, then send again."))
        return None
    _count(who, proof)
    report = _report(form, place, RequestSource.QR if known is not None else RequestSource.WEB)
    try:
        return actions.send(district, report, reasons=verdict.reasons, photos=photos, now=now)
    except ValidationError as error:
        add_errors(form, error, {"requester_phone": "phone"})
        return None


def _checked(form: ReportForm, verdict: Verdict, files: "Sequence[File[Any]]") -> list[CleanPhoto] | None:
    """Return the photos of a report that is taken or held; None where it is refused or a photo is none."""
    if verdict.refusal is not None:
        form.add_error(None, verdict.refusal.label)
        return None
    if len(files) > MOST_PHOTOS:
        form.add_error("photos", _("Send at most %(count)s photos.") % {"count": MOST_PHOTOS})
        return None
    try:
        return clean_all(files[:MOST_HELD_PHOTOS] if verdict.is_held else files)
    except ValidationError as error:
        form.add_error("photos", error)
        return None


def _facts(form: ReportForm, proof: challenge.Proof, who: Visitor, district: Grid, now: dt.datetime) -> Facts:
    recent = Request.objects.filter(district=district, received_at__gt=now - dt.timedelta(seconds=HOUR))
    return Facts(
        seconds=proof.seconds,
        is_trapped=bool(form.cleaned_data["contact_url"]),
        is_by_sum=proof.is_by_sum,
        has_links=form.has_links,
        from_address=counters.seen("reports", who.address, HOUR) + 1,
        from_device=counters.seen("device", who.device, HOUR) + 1 if who.device else 1,
        sums_from_address=counters.seen("sums", who.address, HOUR) + 1,
        sums=counters.seen("sums", "all", HOUR) + 1,
        taken=recent.filter(source__in=PUBLIC).count(),
        waiting=Held.objects.waiting().filter(district=district).count(),
        most_taken=settings.PUBLIC_REPORTS_PER_HOUR,
        most_waiting=settings.PUBLIC_HELD_MOST,
    )


def _count(who: Visitor, proof: challenge.Proof) -> None:
    counters.hit("reports", who.address, HOUR)
    if who.device:
        counters.hit("device", who.device, HOUR)
    if proof.is_by_sum:
        counters.hit("sums", who.address, HOUR)
        counters.hit("sums", "all", HOUR)


def _report(form: ReportForm, place: places.Place, source: RequestSource) -> actions.Report:
    given = form.cleaned_data
    return actions.Report(
        source=source,
        text=given["text"],
        client_uuid=given["client_uuid"],
        place=place,
        topic=given["topic"],
        phone=given["phone"],
        name=given["name"].strip(),
        is_secret=given["is_secret"],
    )
