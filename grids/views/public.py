"""What hangs at the gate (四定一公示): who answers for this grid, for whoever lives here, without signing in.

The address holds an unguessable code, so that nobody can list the grids; it shows workers in their office, a phone
only where its owner agreed, and no resident's data.
"""

import io
import json
from pathlib import Path

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from grids import outlines
from grids.models import Grid, Kind, Post
from grids.querysets import PostQuerySet
from grids.roles import Role

KINDS = (Kind.BASE, Kind.DEDICATED)
ROLES = (Role.GRID_WORKER, Role.GRID_LEADER)
PHOTO_TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


@login_not_required  # residents have no account; the code in the address is on the notice at their gate
@require_GET
def public(request: HttpRequest, public_code: str) -> HttpResponse:
    nodes = Grid.objects.select_related("parent__parent", "co_managed_by")
    node = get_object_or_404(nodes, public_code=public_code, kind__in=KINDS)
    is_closed = node.valid_to is not None and node.valid_to < timezone.localdate()
    posts = [] if is_closed else sorted(_published(node), key=lambda p: (not p.is_primary, p.role != Role.GRID_WORKER))
    context = {"node": node, "is_closed": is_closed, "posts": posts, "address": _address(node)}
    if node.boundary and not is_closed:
        context["outline"] = json.loads(outlines.anonymous(node))
    return render(request, "grids/public.html", context)


@login_not_required  # the notice shows it, and so does whoever prints the notice
@require_GET
@cache_control(public=True, max_age=86_400)
def public_qr(request: HttpRequest, public_code: str) -> HttpResponse:
    """Answer the QR code that leads to the public page, as SVG."""
    node = get_object_or_404(Grid, public_code=public_code, kind__in=KINDS)
    picture = io.BytesIO()
    segno.make(_address(node), error="m", micro=False).save(picture, kind="svg", scale=8, border=4, light="#fff")
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@login_not_required  # the face of an official on duty, beside the name on the notice
@require_GET
def public_photo(request: HttpRequest, public_code: str, pk: int) -> FileResponse:
    """Send the photo of a worker who is on the notice."""
    node = get_object_or_404(Grid.objects.in_force(timezone.localdate()), public_code=public_code, kind__in=KINDS)
    return portrait_of(get_object_or_404(_published(node), pk=pk))


def portrait_of(post: Post) -> FileResponse:
    """Return the photo of the person who holds a post, whoever asked having been checked; 404 where there is none."""
    photo = post.user.photo
    name = photo.name or ""
    content_type = PHOTO_TYPES.get(Path(name).suffix.lower())
    if content_type is None or not photo.storage.exists(name):
        raise Http404
    return FileResponse(photo.open(), content_type=content_type)


def _published(node: Grid) -> PostQuerySet:
    posts: PostQuerySet = Post.objects.in_force(timezone.localdate()).filter(node=node, role__in=ROLES)
    return posts.select_related("user").order_by("pk")


def _address(node: Grid) -> str:
    return f"{settings.SITE_URL}/g/{node.public_code}/"
