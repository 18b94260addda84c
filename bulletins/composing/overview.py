"""What happened, and compared with what; why it changed. From the facts alone, no database."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy, pgettext

from bulletins import wording
from bulletins.composing.changes import contributions, said
from bulletins.composing.facts import Facts
from bulletins.composing.sections import Section, paragraph, sentence, table, text
from bulletins.wording import DASH, Against
from hotline.periods import Length
from insights.figures import Rate, Sums
from insights.measures import Measure
from workorders.states import Source, Stage

M = Measure
NOWHERE = ""
"""Stands for what lies in none of the places below: no place has this name."""


def overview(facts: Facts) -> Section:
    """Say what was found, solved, due, late, passed up, sent back and how it was rated, each with its comparisons."""
    when = {"period": wording.period(facts.period), "days": wording.days(facts.period), "node": facts.node}
    opening = _("%(period)s (%(days)s), %(node)s") if facts.period.length != Length.DAY else _("%(period)s, %(node)s")
    said = f"{opening % when}{'' if wording.is_chinese() else ': '}{_found(facts)}"
    first = sentence(said, *compared(facts, M.FOUND))
    ended = facts.count(M.ENDED, "solved")
    words = ngettext("%(number)s was solved", "%(number)s were solved", ended)
    solved = sentence(words % {"number": wording.counted(ended)}, *compared(facts, M.ENDED, "solved"))
    return Section("overview", _("Overview"), text(paragraph(first, solved), paragraph(*_due(facts), *_rest(facts))))


def _found(facts: Facts) -> str:
    found = facts.count(M.FOUND)
    words = ngettext("%(number)s incident was found", "%(number)s incidents were found", found)
    return words % {"number": wording.counted(found)}


def compared(facts: Facts, measure: str, *keys: str, unit: str = wording.ORDERS) -> tuple[str, str]:
    """Say how a number changed on the period before and on the year before; "" where that cannot be said."""
    now, length = facts.count(measure, *keys), facts.period.length
    return (
        wording.counts(now, facts.count_before(measure, *keys), facts.against, length, unit),
        wording.counts(now, facts.count_year(measure, *keys), Against.YEAR, length, unit),
    )


def _due(facts: Facts) -> list[str]:
    due, late = facts.count(M.FELL_DUE), facts.count(M.FELL_DUE, "late")
    if not due:
        return [sentence(_("No order fell due"))]
    given = {"due": wording.counted(due), "on_time": wording.counted(due - late), "late": wording.counted(late)}
    return [
        sentence(
            _("%(due)s fell due, %(on_time)s of these solved on time and %(late)s late") % given,
            *rated(facts, Rate.ON_TIME, _("the on-time rate is %(rate)s")),
        )
    ]


def rated(facts: Facts, name: str, words: str) -> list[str]:
    """Say a rate with its comparisons in percentage points; nothing where there is nothing to divide."""
    now, before, year = facts.rates(name)
    if now is None:
        return []
    return [
        words % {"rate": wording.percent(now)},
        wording.points(now, before, facts.against),
        wording.points(now, year, Against.YEAR),
    ]


def _rest(facts: Facts) -> list[str]:
    moved = {
        M.ESCALATED: ngettext_lazy("%(number)s was passed up", "%(number)s were passed up", "n"),
        M.RETURNED: ngettext_lazy("%(number)s was returned", "%(number)s were returned", "n"),
        M.REWORKED: ngettext_lazy("%(number)s was sent back for rework", "%(number)s were sent back for rework", "n"),
    }
    counts = {measure: facts.count(measure) for measure in moved}
    clauses = [words % {"n": n, "number": wording.counted(n)} for m, words in moved.items() if (n := counts[m])]
    asked = facts.count(M.RATED)
    judged = ngettext("%(number)s was rated", "%(number)s were rated", asked) % {"number": wording.counted(asked)}
    rating = rated(facts, Rate.RATING, _("%(rate)s of them 4 or 5")) if asked else []
    return [sentence(*clauses), sentence(judged, *rating) if asked else ""]


def changes(facts: Facts) -> Section | None:
    """Say why: the categories, places and stages that contribute most, as arithmetic."""
    if facts.before is None:
        words = _("Figures do not reach back to the period before; there is no comparison.")
        return Section("changes", _("What changed and why"), words)
    before = wording.days(facts.period.before)
    now, then = facts.now, facts.before
    lines = [
        _because(_("Incidents found"), _by(now, M.FOUND_BY_CATEGORY), _by(then, M.FOUND_BY_CATEGORY), before, facts),
        _because_of_places(facts, before),
        _because_of_stages(facts, before),
    ]
    if facts.year is not None and facts.period.length == Length.MONTH:
        year = wording.days(facts.period.year_before)
        earlier = _by(facts.year, M.FOUND_BY_CATEGORY)
        lines.append(_because(_("Incidents found"), _by(now, M.FOUND_BY_CATEGORY), earlier, year, facts))
    return Section("changes", _("What changed and why"), text(*lines))


def _by(sums: Sums, measure: str) -> dict[str, int]:
    return sums.by_key(measure)


def _because(what: str, now: Mapping[str, int], then: Mapping[str, int], before: str, facts: Facts) -> str:
    found = contributions(now, then)
    return _sentence(what, before, found.change, said(found, facts.categories))


def _sentence(what: str, before: str, change: int, parts: str) -> str:
    given = {"what": what, "days": before, "change": wording.difference(change)}
    head = _("%(what)s against %(days)s: %(change)s") % given
    of_these = pgettext("briefing", "of these, %(parts)s") if change else _("within it, %(parts)s")
    return sentence(head, of_these % {"parts": parts} if parts else "")


def _because_of_places(facts: Facts, before: str) -> str:
    """Say which places contributed most; what lies in none of them is one of the parts, so that all make the whole."""
    if not facts.places:
        return ""
    now = {part.name: part.now.count(M.FOUND) for part in facts.places}
    then = {part.name: part.before.count(M.FOUND) for part in facts.places if part.before is not None}
    now[NOWHERE] = facts.count(M.FOUND) - sum(now.values())
    then[NOWHERE] = (facts.count_before(M.FOUND) or 0) - sum(then.values())
    found = contributions(now, then)
    names = {NOWHERE: _("outside of these places")}
    return _sentence(_("By place, incidents found"), before, found.change, said(found, names))


def _because_of_stages(facts: Facts, before: str) -> str:
    now, then = facts.now.by_key(M.WENT_OVERDUE), facts.before.by_key(M.WENT_OVERDUE) if facts.before else {}
    whole, whole_then = now.pop(Stage.WHOLE, 0), then.pop(Stage.WHOLE, 0)
    found = contributions(now, then)
    names = {stage.value: str(stage.label) for stage in Stage}
    of_stages = _("Stages that ran over their limit (%(number)s in all)")
    of_wholes = _("Orders that ran over the limit of the whole (%(number)s in all)")
    return paragraph(
        _ran_over(of_stages, sum(now.values()), before, found.change, said(found, names)),
        _ran_over(of_wholes, whole, before, whole - whole_then, ""),
    )


def _ran_over(what: str, number: int, before: str, change: int, parts: str) -> str:
    if not number and not change:
        return ""
    return _sentence(what % {"number": wording.counted(number)}, before, change, parts)


def structure(facts: Facts) -> Section:
    """Say where incidents come from and of what they are, with the shares."""
    sources = {source.value: str(source.label) for source in Source}
    whole = facts.count(M.FOUND)
    tables = (
        *_shares(_("By source"), _("Source"), M.FOUND, sources, facts),
        *_shares(_("By category"), _("Category"), M.FOUND_BY_CATEGORY, facts.categories, facts),
    )
    top = sorted(facts.now.by_key(M.FOUND_BY_CATEGORY).items(), key=lambda one: (-one[1], one[0]))[:3]
    parts = wording.listed(
        _("%(name)s (%(number)s, %(share)s)")
        % {"name": facts.categories.get(key, key), "number": wording.counted(n), "share": wording.part(n, whole)}
        for key, n in top
    )
    words = sentence(_("Most frequent are %(parts)s") % {"parts": parts}) if parts else ""
    return Section("structure", _("Sources and categories"), words, tables)


def _shares(caption: str, head: str, measure: str, names: Mapping[str, str], facts: Facts) -> tuple:  # type: ignore[type-arg]
    now = facts.now.by_key(measure)
    then = facts.before.by_key(measure) if facts.before is not None else None
    whole = sum(now.values())
    rows = [
        [
            *(names.get(key, key), str(n), wording.part(n, whole)),
            DASH if then is None else str(then.get(key, 0)),
            DASH if then is None else wording.signed(n - then.get(key, 0)),
        ]
        for key, n in sorted(now.items(), key=lambda one: (-one[1], one[0]))
    ]
    columns = [head, pgettext("briefing", "Number"), _("Share"), _("Period before"), pgettext("briefing", "Change")]
    return table(caption, columns, rows)


def stages(facts: Facts) -> Section | None:
    """Say how long the stages took on average, and how often each ran over its limit; and so of the whole order, which
    is no stage."""
    stopped, over = facts.now.by_key(M.STAGE), facts.now.by_key(M.WENT_OVERDUE)
    whole = _whole_order(facts, over.pop(Stage.WHOLE, 0))
    known = [stage for stage in Stage if stage != Stage.WHOLE and (stopped.get(stage) or over.get(stage))]
    if not known and not whole:
        return None
    rows = [
        [
            str(stage.label),
            str(stopped.get(stage.value, 0)),
            _mean(facts.now, stage),
            DASH if facts.before is None else _mean(facts.before, stage),
            str(over.get(stage.value, 0)),
        ]
        for stage in known
    ]
    head = [_("Stage"), pgettext("briefing", "Number"), _("Mean time"), _("Period before"), _("Over the limit")]
    words = paragraph(_worst_stage(over), whole)
    return Section("stages", _("Stage times"), words, table(_("Stage times"), head, rows))


def _worst_stage(over: Mapping[str, int]) -> str:
    if not any(over.values()):
        return ""
    worst = max((stage for stage in Stage if stage in over), key=lambda stage: over[stage])
    given = {"stage": str(worst.label), "number": wording.counted(over[worst])}
    share = {"share": wording.part(over[worst], sum(over.values()))}
    return sentence(_("Limits ran out most often in %(stage)s: %(number)s, %(share)s of all") % (given | share))


def _whole_order(facts: Facts, over: int) -> str:
    """Say how long orders took from beginning to end, and how many ran over the limit of that."""
    took = _("From beginning to end an order took %(mean)s on average") % {"mean": _mean(facts.now, Stage.WHOLE)}
    late = ngettext(
        "%(number)s order ran over the limit of the whole", "%(number)s orders ran over the limit of the whole", over
    )
    return sentence(
        took if facts.count(M.STAGE, Stage.WHOLE) else "",
        late % {"number": wording.counted(over)} if over else "",
    )


def _mean(sums: Sums, stage: Stage) -> str:
    count = sums.count(M.STAGE, stage.value)
    return wording.span(int(Decimal(sums.total(M.STAGE, stage.value)) / count)) if count else DASH
