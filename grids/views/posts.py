"""Who is posted where: the list, giving a post, ending one."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from grids import badges
from grids import posts as actions
from grids.forms.fields import refusals
from grids.forms.posts import EndForm, PostFilter, PostForm
from grids.models import Grid, Post
from grids.querysets import PostQuerySet
from grids.roles import Permission
from grids.views.public import portrait_of
from grids.views.tree import with_paths

PAGE = 50


@require_GET
def posts(request: HttpRequest) -> HttpResponse:
    form = PostFilter(request.GET or None, actor=request.user)
    found = narrowed(Post.objects.visible_to(request.user).in_force(timezone.localdate()), form)
    page = list(after(found, request.GET.get("after", ""))[: PAGE + 1])
    more, page = len(page) > PAGE, page[:PAGE]
    with_paths([post.node for post in page])
    context = {"form": form, "posts": page, "may_manage": request.user.has_perm(Permission.MANAGE_POSTS)}
    context["badges"] = urlencode({"all": "1"} | request.GET.dict())
    if more:
        last = page[-1]
        kept = {key: value for key, value in request.GET.items() if key != "after"}
        context["older"] = "?" + urlencode(kept | {"after": f"{last.node.tree_id}-{last.node.lft}-{last.pk}"})
    for post in page:
        post.has_badge = post.role in badges.WEARERS  # type: ignore[attr-defined]
        post.may_end = request.user.has_perm(Permission.MANAGE_POSTS, post.node)  # type: ignore[attr-defined]
    return render(request, "grids/posts.html", context)


@require_http_methods(["GET", "POST"])
def post_add(request: HttpRequest) -> HttpResponse:
    actor = _manager(request)
    asked = {name: request.GET[name] for name in ("node", "user", "role") if name in request.GET}
    form = PostForm(request.POST or None, actor=actor, initial=asked)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            post = actions.give_post(**form.cleaned_data | {"actor": actor})
            messages.success(request, _("%(name)s was posted to %(node)s.") % {"name": post.user, "node": post.node})
            return redirect(post.node)
    context = {"form": form, "title": _("Give a post"), "verb": _("Give the post"), "back": reverse("grids:posts")}
    return render(request, "grids/form.html", context)


@require_http_methods(["GET", "POST"])
def post_end(request: HttpRequest, pk: int) -> HttpResponse:
    _manager(request)
    post = get_object_or_404(Post.objects.visible_to(request.user).select_related("node", "user"), pk=pk)
    actor = _manager(request, post.node)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.end_post(post, actor=actor, day=form.cleaned_data["ends_on"])
            messages.success(request, _("The post of %(name)s ends.") % {"name": post.user})
            return redirect(post.node)
    title = _("End the post of %(name)s") % {"name": post.user}
    lead = f"{post.get_role_display()} · {post.node.name}"
    context = {
        "form": form,
        "title": title,
        "verb": _("End the post"),
        "lead": lead,
        "back": post.node.get_absolute_url(),
    }
    return render(request, "grids/form.html", context)


@require_GET
@cache_control(private=True, max_age=3600)
def post_photo(request: HttpRequest, pk: int) -> FileResponse:
    """Send the face of a colleague on duty, to whoever sees the tree that the post is in."""
    posts = Post.objects.visible_to(request.user).in_force(timezone.localdate()).select_related("user")
    return portrait_of(get_object_or_404(posts, pk=pk))


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Answer the people whom half-typed words may mean, as options of a field; for those who give posts."""
    _manager(request)
    words = request.GET.get("q", "").strip()[:50]
    wanted = Q(username__istartswith=words) | Q(display_name__icontains=words) | Q(employee_number__startswith=words)
    found = User.objects.filter(wanted, is_active=True).order_by("display_name", "pk")[:20] if words else []
    return render(request, "grids/suggest_people.html", {"people": found})


def _manager(request: HttpRequest, node: Grid | None = None) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(Permission.MANAGE_POSTS, node):
        raise PermissionDenied
    return request.user


def narrowed(found: PostQuerySet, form: PostFilter) -> PostQuerySet:
    form.is_valid()
    asked: dict[str, Any] = getattr(form, "cleaned_data", {})
    if asked.get("node"):
        found = found.filter(node__in=Grid.objects.within(asked["node"]))
    if asked.get("role"):
        found = found.holding(asked["role"])
    if asked.get("q"):
        found = found.filter(Q(user__display_name__icontains=asked["q"]) | Q(user__username__iexact=asked["q"]))
    return found.select_related("user", "node", "unit").order_by("node__tree_id", "node__lft", "pk")


def after(found: PostQuerySet, place: str) -> PostQuerySet:
    """Return what comes after the last row of the page before: keyset paging in the order of the tree."""
    parts = place.split("-")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 18 for part in parts):
        return found
    tree_id, lft, pk = map(int, parts)
    same = Q(node__tree_id=tree_id)
    return found.filter(Q(node__tree_id__gt=tree_id) | same & Q(node__lft__gt=lft) | same & Q(node__lft=lft, pk__gt=pk))
