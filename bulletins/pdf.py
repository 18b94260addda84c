"""A document as PDF. The Chinese font is Adobe's STSong-Light by name (a CID font that readers bring along)."""

import io
import re
from functools import partial
from typing import IO, Any
from xml.sax.saxutils import escape

from bulletins.document import Chapter, Document
from bulletins.document import Grid as Table

FONT = "STSong-Light"
LATIN = "Times-Roman"
"""For figures and Latin letters: every reader has it, where a stand-in for the Chinese font may lack them."""
RED = "#C00000"
_ROMAN = re.compile(r"((?:&\w+;|[!-%'-~])(?:&\w+;|[ -%'-~])*)")


def write(document: Document) -> IO[bytes]:
    """Return the PDF as an open file at its beginning."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import HRFlowable, KeepTogether, SimpleDocTemplate, Spacer

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    look = _styles("CJK" if document.language.startswith("zh") else None)
    width = A4[0] - 52 * mm
    story: list[Any] = [
        _text(document.banner, look["banner"]),
        _text(" ".join(part for part in (document.issue, document.mark) if part), look["issue"]),
        _two_sides(document.place, document.date, width, look),
        HRFlowable(width="100%", thickness=2, color=RED, spaceBefore=2, spaceAfter=14),
        _text(document.title, look["title"]),
    ]
    for chapter in document.chapters:
        story += _chapter(chapter, width, look)
    if document.seal:
        story.append(KeepTogether([Spacer(1, 34), *(_text(words, look["seal"]) for words in document.seal)]))
    story += [Spacer(1, 12), HRFlowable(width="100%", thickness=0.5, color="#808080", spaceAfter=4)]
    story += [_text(words, look["foot"]) for words in document.foot]
    file = io.BytesIO()
    page = partial(_page, mark=document.mark)
    paper = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=26 * mm,
        rightMargin=26 * mm,
        topMargin=28 * mm,
        bottomMargin=26 * mm,
        title=document.title,
        author=document.place,
        lang=document.language,
    )
    paper.build(story, onFirstPage=page, onLaterPages=page)
    file.seek(0)
    return file


def _styles(wrap: str | None) -> dict[str, Any]:
    from reportlab.lib.enums import TA_CENTER, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle

    def style(name: str, size: float, **more: Any) -> Any:
        return ParagraphStyle(name, fontName=FONT, fontSize=size, leading=size * 1.5, wordWrap=wrap, **more)

    return {
        "banner": style("banner", 26, alignment=TA_CENTER, textColor=RED, spaceAfter=6),
        "issue": style("issue", 13, alignment=TA_CENTER),
        "side": style("side", 12),
        "right": style("right", 12, alignment=TA_RIGHT),
        "title": style("title", 19, alignment=TA_CENTER, spaceAfter=12),
        "heading": style("heading", 14, spaceBefore=10, spaceAfter=4, keepWithNext=1),
        "body": style("body", 12.5, firstLineIndent=25, spaceAfter=2),
        "caption": style("caption", 10.5, alignment=TA_CENTER, spaceBefore=6, spaceAfter=3, keepWithNext=1),
        "cell": style("cell", 9.5),
        "number": style("number", 9.5, alignment=TA_RIGHT),
        "foot": style("foot", 9.5),
        "seal": style("seal", 12.5, alignment=TA_RIGHT, rightIndent=50),
    }


def _text(words: str, style: Any) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(_ROMAN.sub(rf'<font name="{LATIN}">\1</font>', escape(words)), style)


def _two_sides(left: str, right: str, width: float, look: dict[str, Any]) -> Any:
    from reportlab.platypus import Table as Flow

    return Flow([[_text(left, look["side"]), _text(right, look["right"])]], colWidths=[width / 2, width / 2])


def _chapter(chapter: Chapter, width: float, look: dict[str, Any]) -> list[Any]:
    story = [_text(chapter.heading, look["heading"])]
    story += [_text(words, look["body"]) for words in chapter.paragraphs]
    for table in chapter.tables:
        story += [_text(table.caption, look["caption"]), _table(table, width, look)]
    return story


def _table(table: Table, width: float, look: dict[str, Any]) -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import Table as Flow

    rows = [[_text(words, look["cell"]) for words in table.head]]
    rows += [[_text(words, look["number" if at else "cell"]) for at, words in enumerate(row)] for row in table.rows]
    widths = column_widths(table)
    return Flow(
        rows,
        colWidths=[width * share / sum(widths) for share in widths],
        repeatRows=1,
        style=[
            ("GRID", (0, 0), (-1, -1), 0.5, colors.HexColor("#555555")),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#f0f0f0")),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ],
    )


def column_widths(table: Table) -> list[float]:
    """Return how much of the width each column gets: as its longest words need, within bounds."""
    columns = zip(table.head, *table.rows, strict=True)
    return [float(min(18, max(4, *(_length(words) for words in column)))) for column in columns]


def _length(words: str) -> float:
    return sum(1 if ord(sign) > 0x2E80 else 0.55 for sign in words)


def _page(canvas: Any, paper: Any, *, mark: str) -> None:
    """Number the page; say across what is no published briefing."""
    canvas.saveState()
    canvas.setFont(LATIN, 10.5)
    canvas.drawCentredString(paper.pagesize[0] / 2, 40, f"— {paper.page} —")
    if mark:
        canvas.setFont(FONT, 10.5)
        canvas.setFillColor(RED)
        canvas.drawRightString(paper.pagesize[0] - paper.rightMargin, paper.pagesize[1] - 40, mark)
    canvas.restoreState()
