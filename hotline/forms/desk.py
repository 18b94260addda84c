"""The form of the intake desk: what a caller says, and what the operator decides. It may be half filled in."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Grid, Kind
from hotline.actions import Asked
from hotline.actions.settling import LONGEST_ANSWER
from hotline.models import LONGEST_TEXT, Request
from hotline.states import RefuseReason, ReplyWay, RequestKind, RequestSource
from workorders.categories import Branch, tree
from workorders.forms.fields import NodeField, PhotosField, Plain
from workorders.models import Category
from workorders.states import Scheme, Urgency

TAKEN_DOWN = [
    (source.value, source.label)
    for source in (RequestSource.PHONE, RequestSource.COUNTER, RequestSource.LETTER, RequestSource.MEDIA)
]
FIELDS = (
    "source",
    "kind",
    "requester_phone",
    "requester_name",
    "is_secret",
    "title",
    "text",
    "address",
    "urgency",
    "reply_way",
    "reply_address",
)
"""What stands in a request as it stands in the form."""


def hotline_branches() -> list[Branch]:
    """Return the categories of the hotline, or all where the district has none of its own: one query."""
    found = list(Category.objects.active())
    own = [category for category in found if category.scheme == Scheme.HOTLINE]
    return tree(own or found)


class DeskForm(Plain):
    """A new request, or one that waits (`matter`)."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    suggestion_rank = forms.IntegerField(required=False, min_value=0, max_value=3, widget=forms.HiddenInput)
    source = forms.ChoiceField(label=_("Source"))
    kind = forms.ChoiceField(label=_("Kind"), choices=RequestKind.choices, initial=RequestKind.HELP)
    requester_phone = forms.CharField(
        label=_("Phone"), required=False, max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    requester_name = forms.CharField(label=pgettext_lazy("of a person", "Name"), required=False, max_length=50)
    is_secret = forms.BooleanField(label=_("wants secrecy"), required=False)
    text = forms.CharField(label=_("What is asked"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 5}))
    title = forms.CharField(label=pgettext_lazy("of a request", "subject"), required=False, max_length=200)
    address = forms.CharField(label=pgettext_lazy("of a place", "Address"), required=False, max_length=200)
    category = forms.ChoiceField(label=_("Category"), required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices, initial=Urgency.ORDINARY)
    reply_way = forms.ChoiceField(label=_("Answer wanted"), choices=ReplyWay.choices, initial=ReplyWay.PHONE)
    reply_address = forms.CharField(label=_("Where to send the answer"), required=False, max_length=200)
    photos = PhotosField(label=_("Photos"), required=False)
    # What stands beside the form, and what the operator decides.
    grid = forms.IntegerField(required=False)
    grid_other = NodeField(label=_("Another grid: its code or name"), required=False)
    join = forms.CharField(required=False, max_length=24)
    snippet = forms.IntegerField(required=False)
    answer = forms.CharField(
        label=_("Answer to the requester"),
        required=False,
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.ChoiceField(label=_("Reason"), required=False, choices=[("", _("Choose…")), *RefuseReason.choices])
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def __init__(
        self, data: Any = None, files: Any = None, *, district: Grid, matter: Request | None = None, start: Any = None
    ) -> None:
        """Make it of what was sent, else of the request, with `start` over it: what was typed and not sent yet."""
        super().__init__(data, files, initial=_initial(matter) | (start or {}))
        self.district, self.matter = district, matter
        self.branches = [branch for branch in hotline_branches() if branch.is_leaf]
        self.by_pk = {branch.category.pk: branch.category for branch in self.branches}
        if matter is not None and matter.category is not None:
            self.by_pk.setdefault(matter.category.pk, matter.category)
        here = Grid.objects.filter(tree_id=district.tree_id).exclude(kind=Kind.DISTRICT).defer("boundary")
        self.nodes = here
        other = self.fields["grid_other"]
        assert isinstance(other, NodeField)  # noqa: S101 - declared above
        other.offered = here
        sources = TAKEN_DOWN if matter is None else list(RequestSource.choices)
        self._fill("source", sources)
        self._fill("category", [("", _("Choose…")), *[(branch.category.pk, branch.path) for branch in self.branches]])
        if matter is not None:
            del self.fields["photos"]

    def _fill(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def clean_category(self) -> Category | None:
        chosen = self.cleaned_data["category"]
        return self.by_pk[int(chosen)] if chosen else None

    def clean(self) -> dict[str, Any]:
        """Take the grid that was typed before the one that was chosen; who gave no phone is not called."""
        given = super().clean() or self.cleaned_data
        other, key = given.get("grid_other"), given.get("grid")
        given["node"] = other or (self.nodes.filter(pk=key).first() if key else None)
        if given.get("reply_way") == ReplyWay.PHONE and not given.get("requester_phone", "").strip():
            given["reply_way"] = ReplyWay.NONE  # a caller without a number gets the answer at the desk or not at all
        return given

    def asked(self) -> Asked:
        """Return what `actions.receive` takes."""
        given = self.cleaned_data
        return Asked(
            **{name: given[name] for name in FIELDS},
            category=given["category"],
            suggestion_rank=given["suggestion_rank"],
            grid=given["node"],
            is_located=given["node"] is not None,
        )

    def changes(self) -> dict[str, Any]:
        """Return what `actions.correct` takes for the request that waits."""
        given = self.cleaned_data
        found = {name: given[name] for name in (*FIELDS, "category")}
        if not given["title"].strip():
            del found["title"]
        if given["suggestion_rank"] is not None:
            found["suggestion_rank"] = given["suggestion_rank"]
        return found | ({"grid": given["node"]} if given["node"] is not None else {})


def _initial(matter: Request | None) -> dict[str, Any]:
    if matter is None:
        return {"client_uuid": uuid.uuid4(), "source": RequestSource.PHONE}
    node = matter.micro or matter.grid or matter.community or matter.street
    start: dict[str, Any] = {name: getattr(matter, name) for name in FIELDS}
    return start | {
        "client_uuid": matter.client_uuid,
        "version": matter.version,
        "category": matter.category_id or "",
        "grid": node.pk if node is not None and matter.is_located else None,
    }
