"""The portrait of a person: shown to them and their colleagues; the public sees it on the notice."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import pictures, portraits
from accounts.models import User
from accounts.requests import UserRequest


@require_GET
def portrait(request: UserRequest, pk: int) -> FileResponse:
    """Send the small JPEG. 404 for people who are neither oneself nor a colleague, and whose account one does not
    manage."""
    person = get_object_or_404(User, pk=pk)
    if not portraits.may_see(request.user, person):
        raise Http404
    try:
        if not person.photo:
            raise Http404
        response = FileResponse(person.photo.open(), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@permission_required("accounts.manage_users", raise_exception=True)
def change(request: UserRequest, pk: int) -> HttpResponse:
    """Take a new portrait from `photo`, or with `remove` none."""
    person = get_object_or_404(User.objects.managed_by(request.user), pk=pk)
    upload = request.FILES.get("photo")
    try:
        if upload is None and "remove" not in request.POST:
            raise ValidationError(_("Choose a photo first."))
        picture = pictures.clean(upload) if upload is not None else None
        portraits.change(person, picture, actor=request.user, request=request)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The account is saved."))
    return redirect("accounts:user-edit", pk)
