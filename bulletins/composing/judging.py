"""The overdue roll-call, the last-ranked, good cases, what is demanded: units and places, never people. No database."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bulletins import wording
from bulletins.composing.facts import Case, Facts, Part
from bulletins.composing.sections import Section, Table, paragraph, sentence, table, text
from bulletins.wording import DASH
from grids.models import Kind
from insights.figures import Rate
from insights.measures import Measure
from workorders.states import Source

M = Measure
ROLL = 20
NAMED = 3
NUMERALS = "一二三四五六七八九十"


def overdue(facts: Facts) -> Section:
    """Call the roll of what was late among those of whom enough fell due: by number, then by rate."""
    due, late = facts.count(M.FELL_DUE), facts.count(M.FELL_DUE, "late")
    heading = _("Overdue")
    if not due:
        return Section("overdue", heading, sentence(_("No order fell due")))
    if not late:
        return Section("overdue", heading, sentence(_("All orders that fell due were solved on time")))
    given = {"due": wording.counted(due), "late": wording.counted(late), "rate": wording.part(late, due)}
    words = ngettext(
        "Of %(due)s that fell due, %(late)s was late, %(rate)s",
        "Of %(due)s that fell due, %(late)s were late, %(rate)s",
        late,
    )
    first = sentence(words % given)
    groups = [
        (_("By place"), facts.places),
        (_("Communities"), facts.communities),
        (_("Units"), facts.units),
    ]
    lines, tables = [first], list[Table]()
    for caption, parts in groups:
        late_ones = [part for part in parts if part.late]
        roll = sorted(_with_enough(late_ones, facts), key=lambda part: (-part.late, -part.share, part.name))
        lines.append(_roll(caption, roll, len(late_ones) - len(roll), facts))
        tables += table(_("Overdue, %(group)s") % {"group": caption}, _heads(), [_row(part) for part in roll[:ROLL]])
    return Section("overdue", heading, text(*lines), tuple(tables))


def _with_enough(parts: Iterable[Part], facts: Facts) -> list[Part]:
    """Return those of whom enough fell due to be named: one late order puts nobody last."""
    return [part for part in parts if part.due >= facts.minimum]


def _roll(caption: str, roll: Sequence[Part], left_out: int, facts: Facts) -> str:
    """Say who had most overdue, and how many are not named because too little fell due; "" where nobody had any."""
    named = wording.listed(_late(part) for part in roll[:NAMED])
    most = _("%(group)s with most overdue: %(parts)s") % {"group": caption, "parts": named} if named else ""
    words = ngettext(
        "%(group)s: %(n)s with overdue orders is not named, fewer than %(minimum)s fell due",
        "%(group)s: %(n)s with overdue orders are not named, fewer than %(minimum)s fell due of each",
        left_out,
    )
    given = {"group": caption, "n": left_out, "minimum": facts.minimum}
    return paragraph(sentence(most), sentence(words % given) if left_out else "")


def _heads() -> list[str]:
    return [_("Name"), _("Fell due"), pgettext("briefing", "Late"), _("Overdue rate"), _("Late in the period before")]


def _row(part: Part) -> list[str]:
    before = DASH if part.before is None else str(part.before.count(M.FELL_DUE, "late"))
    return [part.name, str(part.due), str(part.late), wording.part(part.late, part.due), before]


def _late(part: Part) -> str:
    given = {"name": part.name, "number": wording.counted(part.late), "rate": wording.part(part.late, part.due)}
    return _("%(name)s (%(number)s, %(rate)s)") % given


def last_ranked(facts: Facts) -> Section | None:
    """Name the last by their on-time rate among those of whom enough fell due; nobody where all are on time."""
    lines, tables = [], list[Table]()
    for caption, parts in ((_("Places"), facts.places), (_("Units"), facts.units)):
        ranked = sorted(_with_enough(parts, facts), key=lambda part: (part.share, part.name))
        left_out = sum(1 for part in parts if 0 < part.due < facts.minimum)
        if len(ranked) < 2:
            continue
        lines.append(_said(caption, ranked, left_out, facts))
        shares = [part.share for part in ranked]
        rows = [[str(shares.index(part.share) + 1), *_ranked_row(part)] for part in ranked]
        head = [_("Rank"), _("Name"), _("Fell due"), _("On time"), _("On-time rate")]
        tables += table(_("On-time rate, %(group)s") % {"group": caption}, head, rows[-ROLL:])
    if not lines:
        return None
    return Section("last", _("Ranked last"), text(*lines), tuple(tables))


def _said(caption: str, ranked: Sequence[Part], left_out: int, facts: Facts) -> str:
    given = {"group": caption, "count": len(ranked), "minimum": facts.minimum}
    words = ngettext(
        "%(group)s with at least %(minimum)s order due: %(count)s",
        "%(group)s with at least %(minimum)s orders due: %(count)s",
        facts.minimum,
    )
    basis = words % given
    last, equal = _last(ranked, facts.last)
    named = wording.listed(
        _("%(name)s (%(rate)s, %(on_time)s/%(due)s)")
        % {
            "name": part.name,
            "rate": wording.percent(part.rate(Rate.ON_TIME)),
            "on_time": part.due - part.late,
            "due": part.due,
        }
        for part in last
    )
    ranking = _("ranked last by on-time rate are %(parts)s") % {"parts": named} if named else ""
    if equal:
        tied = {"n": len(equal), "rate": wording.percent(equal[0].rate(Rate.ON_TIME))}
        one_by_one = _("%(n)s more share %(rate)s and are not named one by one")
        shared = (one_by_one if named else _("the last %(n)s share %(rate)s and are not named one by one")) % tied
    else:
        shared = "" if ranked[-1].late else _("all solved on time")
    words = ngettext(
        "%(n)s with fewer orders due is not ranked", "%(n)s with fewer orders due are not ranked", left_out
    )
    return sentence(basis, ranking, shared) + (sentence(words % {"n": left_out}) if left_out else "")


def _last(ranked: Sequence[Part], most: int) -> tuple[list[Part], list[Part]]:
    """Return who is named as the last, the worst at the end, and those equal whom the limit would cut apart.

    Who has the same rate is named together or not at all: where all of them are more than may be named, their number
    is told.
    """
    named: list[Part] = []
    for share, group in groupby(reversed(ranked), key=lambda part: part.share):
        equal = list(group)[::-1]
        if not share or len(named) == most:
            break
        if len(named) + len(equal) > most:
            return named, equal
        named = equal + named
    return named, []


def _ranked_row(part: Part) -> list[str]:
    return [part.name, str(part.due), str(part.due - part.late), wording.percent(part.rate(Rate.ON_TIME))]


def cases(facts: Facts) -> Section | None:
    """Propose a sentence for each case that went well: what was reported and by which way, who handled it, how long it
    took; nothing that anybody wrote, so nothing private. Whoever edits tells the rest."""
    if not facts.cases:
        return None
    lines = []
    for place, case in enumerate(facts.cases):
        given = {
            **{"community": case.community, "category": case.category},
            **{"span": wording.span(case.seconds), "rating": case.rating, "handler": _handler(case)},
            "source": Source(case.source).label if case.source else "",
        }
        words = _(
            "%(community)s: “%(category)s” came by “%(source)s”, was handled by %(handler)s, solved in %(span)s "
            "and rated %(rating)s by the resident."
        )
        mark = f"（{NUMERALS[place]}）" if wording.is_chinese() else f"({place + 1}) "
        lines.append(mark + words % given)
    return Section("cases", _("Good cases"), text(*lines))


def _handler(case: Case) -> str:
    unit = case.unit or _("the people of the grid")
    if case.level in (Kind.COMMUNITY, Kind.STREET, Kind.DISTRICT):
        return _("%(unit)s, after the %(level)s took it up") % {"unit": unit, "level": Kind(case.level).label}
    return unit


def demands(facts: Facts) -> Section:
    """Propose what is asked of those concerned; only of whom something is to be asked."""
    lines = []
    if facts.count(M.FELL_DUE, "late"):
        lines.append(_("Those with overdue orders are asked to check each of them, say why, and name the day it ends."))
    if facts.count(M.REWORKED) or facts.count(M.RETURNED):
        lines.append(_("What was returned or sent back for rework is to be checked so that it does not happen again."))
    if not lines:
        lines.append(_("The present state of the work is to be kept up."))
    return Section("demands", _("What is asked"), text(*lines))
