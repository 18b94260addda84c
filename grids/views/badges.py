"""Badges: the page behind the QR code on a worker's card, open to everybody; and printing the cards.

At the door it answers one question: is this person in service here today? Nothing of the account, no phone unless its
owner agreed; of a badge that is not valid not even the name.
"""

import io

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from accounts import audit, counters
from accounts.models import User
from grids import badges
from grids.forms.posts import PostFilter
from grids.models import Badge, Post
from grids.views.posts import PAGE, after, narrowed
from grids.views.public import portrait_of
from grids.views.tree import with_paths

A_MINUTE = 60
"""So many pages of badges a minute from one address; codes cannot be guessed, but nobody need try."""


@login_not_required  # residents have no account; the code is on the card that is shown to them
@require_GET
@cache_control(private=True, no_store=True)
def badge(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm who somebody is, or say that the badge is not valid; the same for a code that never was."""
    if _too_many(request):
        answer = render(request, "grids/badge.html", {"too_many": True}, status=429)
        answer["Retry-After"] = "60"
        return answer
    found = Badge.objects.select_related("post__user", "post__node").filter(code=code).first()
    if found is None or not badges.is_valid(found, timezone.localdate()):
        return render(request, "grids/badge.html", {"badge": None}, status=200 if found else 404)
    context = {"badge": found, "post": found.post, "where": badges.where(found.post.node), "now": timezone.now()}
    return render(request, "grids/badge.html", context)


@login_not_required  # printed on the card; it leads to the public page
@require_GET
@cache_control(private=True, max_age=3600)
def badge_qr(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the QR code of a badge, as SVG."""
    found = get_object_or_404(Badge, code=code)
    picture = io.BytesIO()
    segno.make(badges.address(found), error="m", micro=False).save(picture, kind="svg", scale=8, border=2, light="#fff")
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@login_not_required  # the face of somebody who stands at the door, to compare
@require_GET
def badge_photo(request: HttpRequest, code: str) -> FileResponse:
    """Send the photo of the wearer of a badge that is valid today."""
    found = get_object_or_404(Badge.objects.select_related("post__user", "post__node"), code=code)
    if not badges.is_valid(found, timezone.localdate()):
        raise Http404
    return portrait_of(found.post)


@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """Show badges as cards to be printed: one's own, one post's (`?post=`), or those of a page of the list of posts."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - signed in
    posts = [post for post in _asked(request, user) if badges.may_print(user, post)]
    with_paths([post.node for post in posts])
    context = {"badges": badges.of(posts), "back": request.GET.get("post") is None and bool(request.GET)}
    return render(request, "grids/badges.html", context)


@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a lost badge another code."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - signed in
    post = get_object_or_404(Post.objects.visible_to(user).select_related("node", "user"), pk=pk)
    if not badges.may_print(user, post):
        raise PermissionDenied
    badges.renew(post, actor=user)
    messages.success(request, _("The badge has another code; the former card is not valid any more."))
    return redirect(f"/grids/posts/badges/?post={post.pk}")


def _asked(request: HttpRequest, user: User) -> list[Post]:
    posts = Post.objects.in_force(timezone.localdate()).filter(role__in=badges.WEARERS)
    if "post" in request.GET:
        key = request.GET["post"]
        wanted = posts.filter(pk=int(key) if key.isdecimal() and len(key) < 18 else 0)
        return list(wanted.select_related("user", "node"))
    if request.GET:
        seen = posts.visible_to(user)
        found = narrowed(seen, PostFilter(request.GET, actor=user))
        return list(after(found, request.GET.get("after", ""))[:PAGE])
    return list(posts.filter(user=user).select_related("user", "node").order_by("pk"))


def _too_many(request: HttpRequest) -> bool:
    return counters.hit("badges", counters.network(audit.client_ip(request)), 60) > A_MINUTE
