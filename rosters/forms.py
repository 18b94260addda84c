"""What people fill in for a roster: the file and what it is of, the columns, the decisions."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.tables.cells import letters
from accounts.tables.headings import Confidence, match_columns
from accounts.tables.limits import MB
from grids.backends import standing_for
from grids.forms.fields import NodeField
from grids.models import Grid
from grids.querysets import GridQuerySet
from grids.roles import Permission
from rosters import columns
from rosters.models import Batch, RememberedHeader
from rosters.states import DECIDABLE, BatchKind, Decision, Outcome

ACCEPTED = ".xlsx,.xls,.csv"


def kinds_for(user: User) -> list[str]:
    """Return the kinds of roster that this person may bring in somewhere."""
    who = standing_for(user)
    kinds = (
        [kind.value for kind in BatchKind if kind != BatchKind.WORKERS] if who.has(Permission.IMPORT_ROSTERS) else []
    )
    if who.has(Permission.MANAGE_POSTS) and who.has(Permission.MANAGE_USERS):
        kinds.append(BatchKind.WORKERS.value)
    return kinds


def areas_for(user: User) -> GridQuerySet:
    """Return the nodes for which this person may bring in some kind of roster."""
    within = Q(pk__in=())
    who = standing_for(user)
    for post in {*who.nodes(Permission.IMPORT_ROSTERS), *who.nodes(Permission.MANAGE_POSTS)}:
        if post.unit_id is None:
            within |= Q(tree_id=post.tree_id, lft__gte=post.lft, rght__lte=post.rght)
    areas: GridQuerySet = Grid.objects.in_force(timezone.localdate()).filter(within).defer("boundary")
    return areas


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What it lists"), widget=forms.RadioSelect)
    node = NodeField(label=gettext_lazy("Area that the list is of"))
    file = forms.FileField(label=gettext_lazy("File"), widget=forms.FileInput({"accept": ACCEPTED}))
    sheet = forms.CharField(
        label=gettext_lazy("Sheet"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Of a workbook. Empty: the first one with anything in it."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = kinds_for(user)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in BatchKind if kind in kinds]  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0] if kinds else None
        self.fields["node"].queryset = areas = areas_for(user)  # type: ignore[attr-defined]
        self.fields["node"].initial = areas.order_by("level", "lft").first()
        limit = settings.ROSTER_MAX_BYTES // MB
        self.fields["file"].help_text = _(".xlsx, .xls or .csv, at most %(limit)s MB.") % {"limit": limit}
        self.fields["file"].widget.attrs["data-max-bytes"] = settings.ROSTER_MAX_BYTES

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.ROSTER_MAX_BYTES:
            limit = settings.ROSTER_MAX_BYTES // MB
            raise ValidationError(
                _("The file is larger than %(limit)s MB. Divide it, or ask the operator to bring it in on the server.")
                % {"limit": limit}
            )
        return file


class MatchForm(forms.Form):
    """One choice for each heading of the file, and how the list is meant."""

    is_complete = forms.BooleanField(
        label=gettext_lazy("The list is complete for the area"),
        required=False,
        help_text=gettext_lazy(
            "Whoever of the area is not on it is then offered as moved out. Nobody is taken out without a decision."
        ),
    )
    blanks_overwrite = forms.BooleanField(
        label=gettext_lazy("Empty cells empty what the register has"),
        required=False,
        help_text=gettext_lazy("Otherwise an empty cell leaves the register as it is."),
    )

    def __init__(self, data: QueryDict | None, *, batch: Batch, user: User) -> None:
        super().__init__(data, initial={"is_complete": batch.is_complete, "blanks_overwrite": batch.blanks_overwrite})
        self.batch = batch
        known = columns.of(batch.kind)
        choices = [("", _("— not taken —")), *((name, str(column.label)) for name, column in known.items())]
        remembered = dict(RememberedHeader.objects.filter(user=user, kind=batch.kind).values_list("heading", "field"))
        self.proposals = match_columns(batch.headings, known.values(), remembered)
        for proposal in self.proposals:
            name = f"column_{proposal.column}"
            self.fields[name] = forms.ChoiceField(label=proposal.heading, choices=choices, required=False)
            self.initial[name] = batch.matching.get(str(proposal.column), proposal.field)
        if batch.kind != BatchKind.RESIDENTS:
            del self.fields["is_complete"]

    @property
    def columns(self) -> list[dict[str, Any]]:
        """Return what the page shows of each column."""
        return [
            {
                "letters": letters(proposal.column),
                "field": self[f"column_{proposal.column}"],
                "is_guess": proposal.confidence == Confidence.LIKELY,
            }
            for proposal in self.proposals
        ]

    @property
    def matching(self) -> dict[int, str]:
        return {one.column: self.cleaned_data.get(f"column_{one.column}", "") for one in self.proposals}


class DecideForm(forms.Form):
    """What becomes of the rows of each outcome that have no decision of their own."""

    skipped_fields = forms.MultipleChoiceField(
        label=gettext_lazy("Leave these as the register has them"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: QueryDict | None, *, batch: Batch) -> None:
        super().__init__(data, initial={"skipped_fields": batch.skipped_fields})
        self.batch = batch
        known = columns.of(batch.kind)
        self.fields["skipped_fields"].choices = [(name, known[name].label) for name in batch.fields if name in known]  # type: ignore[attr-defined]
        self.outcomes = [outcome for outcome in DECIDABLE if batch.counts.get(outcome)]
        if Outcome.CHANGED not in self.outcomes:
            del self.fields["skipped_fields"]
        for outcome in self.outcomes:
            self.fields[f"rule_{outcome}"] = forms.ChoiceField(
                label=Outcome(outcome).label,
                choices=_CHOICES[Outcome(outcome)],
                required=False,
                initial=batch.rules.get(outcome, ""),
                widget=forms.RadioSelect,
            )

    @property
    def choices(self) -> list[tuple[forms.BoundField, int]]:
        """Return the choice for each outcome, with how many rows it is about."""
        return [(self[f"rule_{outcome}"], self.batch.counts[outcome]) for outcome in self.outcomes]

    @property
    def rules(self) -> dict[str, str]:
        return {outcome: self.cleaned_data[f"rule_{outcome}"] for outcome in self.outcomes}


_ROW_BY_ROW = ("", gettext_lazy("Row by row"))
_CHOICES = {
    Outcome.NEW: [
        (Decision.APPLY, gettext_lazy("Add them all")),
        (Decision.SKIP, gettext_lazy("Add none")),
        _ROW_BY_ROW,
    ],
    Outcome.CHANGED: [
        (Decision.APPLY, gettext_lazy("Take the list's")),
        (Decision.SKIP, gettext_lazy("Keep the register's")),
        _ROW_BY_ROW,
    ],
    Outcome.MOVED_OUT: [
        (Decision.APPLY, gettext_lazy("Record them as moved out")),
        (Decision.SKIP, gettext_lazy("Keep them")),
        _ROW_BY_ROW,
    ],
    Outcome.CONFLICT: [(Decision.SKIP, gettext_lazy("Leave them all out")), _ROW_BY_ROW],
}
