"""What people told in the daily log and the hotline, and what incidents were about: counts, never who or what words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bulletins import wording
from bulletins.composing.facts import Facts
from bulletins.composing.overview import compared
from bulletins.composing.sections import Section, Table, paragraph, sentence, table, text
from bulletins.wording import DASH, ENTRIES
from hotline.rates import Rate as HotlineRate
from hotline.states import RequestKind
from insights import figures
from insights.measures import Measure
from visits.states import EntryKind

M = Measure
TYPICAL = 5


def opinions(facts: Facts) -> Section:
    """Say how many entries the daily log got and of which kinds, what the hotline was asked, and what it was about."""
    kinds = {kind.value: str(kind.label) for kind in EntryKind}
    asked = {kind.value: str(kind.label) for kind in RequestKind}
    told = ngettext("The daily log has %(number)s entry", "The daily log has %(number)s entries", facts.count(M.TOLD))
    called = ngettext(
        "The hotline received %(number)s request",
        "The hotline received %(number)s requests",
        facts.count(M.REQUESTED),
    )
    nothing = _("The daily log has no entries of this period")
    silent = _("The hotline received no request")
    lines = [
        _counted(facts, M.TOLD, M.TOLD, told, nothing, kinds, ENTRIES),
        _counted(facts, M.REQUESTED, M.REQUESTED_BY_KIND, called, silent, asked, wording.ORDERS),
        paragraph(
            _typical(facts, M.REQUESTED_BY_CATEGORY, _("Requests were most often about %(parts)s")),
            _typical(facts, M.FOUND_BY_CATEGORY, _("Incidents were most often about %(parts)s")),
        ),
    ]
    tables = (
        *_by_kind(facts, M.TOLD, _("Entries of the daily log"), kinds),
        *_by_kind(facts, M.REQUESTED_BY_KIND, _("Requests of the hotline"), asked),
    )
    return Section("opinions", _("What residents told"), text(*lines), tables)


def _counted(
    facts: Facts, measure: str, by_kind: str, words: str, nothing: str, names: Mapping[str, str], unit: str
) -> str:
    number = facts.count(measure)
    if not number:
        return sentence(nothing, *(compared(facts, measure, unit=unit) if facts.count_before(measure) else ()))
    gap = "" if wording.is_chinese() else " "
    found = _sorted(facts, by_kind)
    parts = wording.listed(f"{names.get(key, key)}{gap}{wording.counted(n, unit)}" for key, n in found)
    of_these = pgettext("briefing", "of these, %(parts)s") % {"parts": parts} if parts else ""
    return sentence(words % {"number": wording.counted(number, unit)}, *compared(facts, measure, unit=unit), of_these)


def _typical(facts: Facts, measure: str, words: str) -> str:
    top = [(key, n) for key, n in _sorted(facts, measure) if key in facts.categories][:TYPICAL]
    parts = wording.listed(
        _("%(name)s (%(number)s)") % {"name": facts.categories[key], "number": wording.counted(n)} for key, n in top
    )
    return sentence(words % {"parts": parts}) if parts else ""


def _sorted(facts: Facts, measure: str) -> list[tuple[str, int]]:
    return sorted(facts.now.by_key(measure).items(), key=lambda one: (-one[1], one[0]))


def _by_kind(facts: Facts, measure: str, caption: str, names: Mapping[str, str]) -> tuple[Table, ...]:
    whole = facts.count(measure)
    before = facts.before.by_key(measure) if facts.before is not None else None
    rows = [
        [names.get(key, key), str(n), wording.part(n, whole), DASH if before is None else str(before.get(key, 0))]
        for key, n in _sorted(facts, measure)
    ]
    head = [_("Kind"), pgettext("briefing", "Number"), _("Share"), _("Period before")]
    return table(caption, head, rows)


def hotline(facts: Facts) -> Section | None:
    """Say the six rates of the hotline, each with numerator and denominator, and how they changed."""
    rows, lines = [], []
    for rate in HotlineRate:
        figure = figures.rate(rate, facts.now)
        if not figure.denominator:
            continue
        top, before = f"{figure.numerator.normalize():f}", facts.rates(rate)[1]
        given = {"name": str(rate.label), "value": f"{figure.value}%", "parts": f"{top}/{figure.denominator}"}
        changed = wording.points(figure.value, before, facts.against)
        lines.append(sentence(_("%(name)s: %(value)s (%(parts)s)") % given, changed))
        last = DASH if before is None else f"{before}%"
        rows.append([str(rate.label), top, str(figure.denominator), f"{figure.value}%", last])
    if not rows:
        return None
    head = [pgettext("circular", "Rate"), pgettext("of a rate", "Numerator"), pgettext("of a rate", "Denominator"), "%"]
    return Section(
        "hotline",
        _("The hotline's rates"),
        paragraph(*lines),
        table(_("Six rates"), [*head, _("Period before")], rows),
    )
