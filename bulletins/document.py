"""A briefing as a document: title block, sections, tables. One content for .docx, PDF, print and page. No database."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from bulletins import wording
from bulletins.models import Bulletin
from bulletins.states import Kind


@dataclass(frozen=True)
class Grid:
    """A table of the document; the first column is text, the others are numbers."""

    caption: str
    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Chapter:
    heading: str
    paragraphs: list[str]
    tables: list[Grid]
    key: str = ""


@dataclass(frozen=True)
class Document:
    """What every rendering shows, in one language."""

    language: str
    banner: str
    """The red line on top: the kind of paper, of no authority."""
    issue: str
    place: str
    date: str
    title: str
    chapters: list[Chapter]
    foot: list[str]
    seal: tuple[str, ...] = ()
    """Below the text on the right, where it is signed and sealed: who issues it, and the day."""
    mark: str = ""
    """Said on every page of what is no published briefing: a draft, a withdrawn one."""


NUMERALS = "一二三四五六七八九十"


def of(item: Bulletin) -> Document:
    """Return a briefing's document in the briefing's own language; its node and publisher are read."""
    with override(item.language):
        day = timezone.localdate(item.published_at or item.composed_at)
        as_of = timezone.localtime(item.composed_at)
        foot = [
            _("Figures as of %(date)s %(time)s; rates are numerator over denominator of what was counted by day.")
            % {"date": wording.date(as_of.date()), "time": f"{as_of:%H:%M}"}
        ]
        if item.published_by is not None:
            foot.append(_("Published by %(name)s") % {"name": item.published_by.display_name})
        if item.withdrawn_why:
            foot.append(_("Withdrawn: %(reason)s") % {"reason": item.withdrawn_why})
        return Document(
            language=item.language,
            banner=_("Grid services · %(kind)s") % {"kind": Kind(item.kind).label},
            issue=wording.issue(item.number),
            place=item.node.name,
            date=wording.date(day),
            title=item.title,
            chapters=chapters(item.sections),
            foot=foot,
            seal=(item.node.name, wording.date(day)),
            mark="" if item.state == "published" else str(item.get_state_display()),
        )


def chapters(sections: list[dict[str, Any]]) -> list[Chapter]:
    """Number the sections that say anything: what a person wrote, else what was composed."""
    said = [section for section in sections if words(section).strip() or section["tables"]]
    return [
        Chapter(
            f"{_numeral(place)}{section['heading']}",
            [line.strip() for line in words(section).splitlines() if line.strip()],
            [Grid(table["caption"], table["head"], table["rows"]) for table in section["tables"]],
            section["key"],
        )
        for place, section in enumerate(said)
    ]


def words(section: dict[str, Any]) -> str:
    """Return a section's text: an empty one that a person left empty stays empty."""
    text: str | None = section["text"]
    return section["proposed"] if text is None else text


def _numeral(place: int) -> str:
    if wording.is_chinese():
        return f"{NUMERALS[place] if place < len(NUMERALS) else place + 1}、"
    return f"{place + 1}. "
