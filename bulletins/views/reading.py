"""Reading briefings: the list, one, on paper, as a file."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts import audit, keyset
from accounts.models import User
from accounts.requests import UserRequest
from bulletins import access, document, pdf, rules, word
from bulletins.forms import ComposeForm, WithdrawForm, nodes
from bulletins.mailing import TYPES
from bulletins.models import Bulletin
from bulletins.querysets import BulletinQuerySet, over
from bulletins.states import File, Kind, State
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission

WRITERS = {File.PDF: pdf.write, File.DOCX: word.write}
LOG = 200


def seen(request: UserRequest, pk: int) -> Bulletin:
    """Return a briefing that one may see, with its node and people; 404 for another."""
    item: Bulletin = get_object_or_404(Bulletin.objects.visible_to(request.user).with_parties(), pk=pk)
    return item


@require_GET
def bulletin_list(request: UserRequest) -> HttpResponse:
    """Show the briefings that one may see, the latest first; who writes any composes one here."""
    who = standing_for(request.user)
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    rows: BulletinQuerySet = Bulletin.objects.visible_to(request.user).with_parties().defer("figures", "sections")
    rows = rows.filter(kind=kind) if kind in Kind.values else rows
    rows = rows.filter(state=state) if state in State.values else rows
    context = {
        "page": keyset.page(request, rows, ("-ends_on", "-id")),
        "kinds": [("", _("All"), not kind), *((one.value, one.label, one.value == kind) for one in Kind)],
        "states": State,
        "state": state,
        "kind": kind,
        "form": compose_form(request) if who.has(Permission.WRITE_BULLETINS) else None,
    }
    return render(request, "bulletins/list.html", context)


def compose_form(request: UserRequest, data: Any = None) -> ComposeForm:
    """Return the form; the usual node is that of the person's first post that writes."""
    who = standing_for(request.user)
    writes = over(who, Permission.WRITE_BULLETINS, "")
    posts = [post for post in who.nodes(Permission.WRITE_BULLETINS) if post.unit_id is None]
    node = Grid.objects.filter(pk__in=[post.node_id for post in posts[:1]]).values_list("name", flat=True).first()
    usual = {"node": node or "", "day": timezone.localdate(), "kind": Kind.DAILY}
    return ComposeForm(data, offered=nodes(writes).filter(kind__in=access.HAVE_BRIEFINGS), initial=usual)


@require_GET
def detail(request: UserRequest, pk: int) -> HttpResponse:
    """Show a briefing as it reads, and to those who work on it what they may do and where it went."""
    item = seen(request, pk)
    who = standing_for(request.user)
    works = access.writes(who, item.node) or access.publishes(who, item.node)
    context = {
        "item": item,
        "paper": document.of(item),
        "may_write": item.is_draft and access.writes(who, item.node),
        **_publishing(item, request.user),
        "withdraw_form": WithdrawForm(initial={"version": item.version})
        if item.state == State.PUBLISHED and access.publishes(who, item.node)
        else None,
        "works": works,
        "deliveries": list(item.deliveries.select_related("user").order_by("pk")[:LOG]) if works else [],
        "delivery_count": item.deliveries.count() if works else 0,
    }
    return render(request, "bulletins/detail.html", context)


def _publishing(item: Bulletin, user: User) -> dict[str, Any]:
    """Say whether this person may publish a draft, and what happens then; or that another has to, as they wrote it."""
    if not item.is_draft or not access.publishes(standing_for(user), item.node):
        return {}
    needs = rules.of(item.node.tree_id).needs_second_person
    if access.waits_for_another(item, user, needs_second_person=needs):
        return {"waits_for_another": True}
    return {"may_publish": True, "publish_words": _publish_words(item)}


def _publish_words(item: Bulletin) -> str:
    count, unreached = item.deliveries.count(), item.deliveries.filter(user__email="").count()
    words = ngettext(
        "It is frozen with its figures and goes to %(n)s named person and to whoever subscribed.",
        "It is frozen with its figures and goes to %(n)s named people and to whoever subscribed.",
        count,
    ) % {"n": count}
    inbox = ngettext(
        "%(n)s of them has no e-mail address and finds it in the inbox only.",
        "%(n)s of them have no e-mail address and find it in the inbox only.",
        unreached,
    ) % {"n": unreached}
    return f"{words} {inbox}" if unreached else words


@require_GET
def printed(request: UserRequest, pk: int) -> HttpResponse:
    """Show a briefing for paper."""
    item = seen(request, pk)
    return render(request, "bulletins/print.html", {"item": item, "paper": document.of(item)})


@require_POST
def download(request: UserRequest, pk: int, file: str) -> FileResponse:
    """Send a briefing as .docx or PDF."""
    item = seen(request, pk)
    if file not in WRITERS:
        raise Http404
    audit.record(request.user, "bulletins.export", item, {"file": file}, request=request)
    return answer(item, File(file))


def answer(item: Bulletin, file: File) -> FileResponse:
    """Return a briefing's file as a response."""
    paper = document.of(item)
    name = f"{paper.title}.{file}"
    return FileResponse(WRITERS[file](paper), as_attachment=True, filename=name, content_type=TYPES[file])
