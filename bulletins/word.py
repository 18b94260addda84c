"""A document as .docx: a red title line, 黑体 headings, 仿宋 text, tables, page numbers.

The fonts are named as offices have them and carried by nobody: where one is missing, the alternative names in the
file's font table, and then the reader's own choice, stand in.
"""

import io
from typing import IO, Any

from bulletins.document import Document
from bulletins.document import Grid as Table

SONG, HEI, KAI, FANG = "宋体", "黑体", "楷体", "仿宋"
ALTERNATIVES = {FANG: "FangSong;仿宋_GB2312;STFangsong;FangSong_GB2312", HEI: "SimHei;STHeiti;Heiti SC"}
LATIN = "Times New Roman"
RED = "C00000"


def write(document: Document) -> IO[bytes]:
    """Return the .docx as an open file at its beginning."""
    from docx import Document as Docx  # 6 MB that no other web worker would need
    from docx.shared import Mm

    paper = Docx()
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(34), Mm(32)
    page.left_margin, page.right_margin = Mm(28), Mm(26)
    _name_fonts(paper)
    _styles(paper)
    _title_block(paper, document)
    for chapter in document.chapters:
        paper.add_heading(chapter.heading, level=1)
        for words in chapter.paragraphs:
            _body(paper, words)
        for table in chapter.tables:
            _table(paper, table)
    _seal(paper, document)
    _rule(paper.add_paragraph(), "808080", "4")
    for words in document.foot:
        run = paper.add_paragraph(style="Foot").add_run(words)
        _font(run, FANG, 12)
    _page_numbers(page)
    facts = paper.core_properties
    facts.title, facts.author, facts.language = document.title, document.place, document.language
    file = io.BytesIO()
    paper.save(file)
    file.seek(0)
    return file


def _styles(paper: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    normal = paper.styles["Normal"]
    _font(normal, FANG, 16)
    normal.paragraph_format.line_spacing = Pt(28)
    normal.paragraph_format.space_after = Pt(0)
    heading = paper.styles["Heading 1"]
    _font(heading, HEI, 16)
    heading.font.bold, heading.font.color.rgb = False, RGBColor(0, 0, 0)
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(10), Pt(2)
    heading.paragraph_format.first_line_indent = Pt(32)
    for name, font, size in (("Cell", FANG, 10.5), ("Number", FANG, 10.5), ("Head", HEI, 10.5), ("Foot", FANG, 12)):
        style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _font(style, font, size)
        style.paragraph_format.line_spacing = 1.15
    paper.styles["Number"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _title_block(paper: Any, document: Document) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.shared import Mm, Pt

    banner = paper.add_paragraph()
    banner.alignment = WD_ALIGN_PARAGRAPH.CENTER
    banner.paragraph_format.line_spacing = 1.2
    _font(banner.add_run(document.banner), SONG, 30, color=RED, bold=True)
    issue = paper.add_paragraph()
    issue.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _font(issue.add_run(" ".join(part for part in (document.issue, document.mark) if part)), FANG, 16)
    line = paper.add_paragraph()
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
    _font(line.add_run(f"{document.place}\t{document.date}"), FANG, 16)
    _rule(line, RED, "16")
    title = paper.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(22), Pt(14)
    title.paragraph_format.line_spacing = 1.2
    _font(title.add_run(document.title), SONG, 22, bold=True)


def _seal(paper: Any, document: Document) -> None:
    """Leave room to sign and seal, on the right, kept together."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for number, words in enumerate(document.seal):
        line = paper.add_paragraph(words)
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.right_indent, line.paragraph_format.keep_with_next = Pt(64), number == 0
        if not number:
            line.paragraph_format.space_before = Pt(40)


def _body(paper: Any, words: str) -> None:
    from docx.shared import Pt

    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Pt(32)
    paragraph.add_run(words)


def _table(paper: Any, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    caption = paper.add_paragraph(style="Foot")
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.space_before, caption.paragraph_format.keep_with_next = Pt(8), True
    _font(caption.add_run(table.caption), HEI, 12)
    grid = paper.add_table(rows=0, cols=len(table.head), style="Table Grid")
    # Styles by their keys: looking one up by name for each cell took half of the whole document's time.
    head, label, number = (paper.styles[name].style_id for name in ("Head", "Cell", "Number"))
    others = len(table.head) - 1
    for row, styles in [
        (table.head, [head] * (others + 1)),
        *((row, [label] + [number] * others) for row in table.rows),
    ]:
        for cell, words, style in zip(grid.add_row().cells, row, styles, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph._p.style = style
            paragraph.add_run(words)
    _repeat_head(grid.rows[0])
    paper.add_paragraph(style="Cell")


def _font(thing: Any, east_asian: str, size: float, *, color: str = "", bold: bool = False) -> None:
    """Name the font of a run or a style, for Chinese and for Latin letters."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    thing.font.name, thing.font.size = LATIN, Pt(size)
    fonts = thing.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[name]
    fonts.set(qn("w:eastAsia"), east_asian)
    if bold:
        thing.font.bold = True
    if color:
        thing.font.color.rgb = RGBColor.from_string(color)


def _rule(paragraph: Any, color: str, eighths: str) -> None:
    """Draw a line below a paragraph."""
    border = _element("w:bottom", val="single", sz=eighths, space="6", color=color)
    borders = _element("w:pBdr")
    borders.append(border)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr"
    )


def _repeat_head(row: Any) -> None:
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def _page_numbers(page: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = page.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _font(paragraph.add_run("— "), SONG, 14)
    number = paragraph.add_run()
    _font(number, SONG, 14)
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = _element("w:fldChar", fldCharType=kind) if kind else _element("w:instrText")
        part.text = words or None
        number._r.append(part)
    _font(paragraph.add_run(" —"), SONG, 14)


def _name_fonts(paper: Any) -> None:
    """Name the theme's Chinese fonts, and what may stand in for them."""
    from lxml import etree

    for part in paper.part.package.iter_parts():
        name = str(part.partname)
        if name.endswith("/theme1.xml"):
            root = etree.fromstring(part.blob)
            for kind, font in (("majorFont", HEI), ("minorFont", FANG)):
                for found in root.iter(f"{{*}}{kind}"):
                    found.find("{*}ea").set("typeface", font)
            part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        elif name.endswith("/fontTable.xml"):
            root = etree.fromstring(part.blob)
            for font, others in ALTERNATIVES.items():
                entry = _element("w:font", name=font)
                entry.append(_element("w:altName", val=others))
                entry.append(_element("w:charset", val="86"))
                root.append(entry)
            part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element
