"""Makes template.docx, whose styles the Word files take: `python -m kb.reports.template`. Copy the file to change the look."""

from __future__ import annotations

from pathlib import Path


def make(path: Path) -> None:
    """Writes the template: A4, page numbers, the styles that the writer uses."""
    import docx
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Cm, Pt, RGBColor

    blue, grey = RGBColor(0x1F, 0x3A, 0x5F), RGBColor(0x59, 0x59, 0x59)
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    styles = document.styles

    def style(
        name: str, kind: WD_STYLE_TYPE = WD_STYLE_TYPE.PARAGRAPH, base: str = "", **look: object
    ) -> None:
        """Sets the look of a style, which is made where there is none."""
        found = styles[name] if name in [s.name for s in styles] else styles.add_style(name, kind)
        if base:
            found.base_style = styles[base]
        for key, value in look.items():
            if key in ("space_before", "space_after", "line_spacing", "keep_with_next"):
                setattr(found.paragraph_format, key, value)
            elif key == "color":
                found.font.color.rgb = value
            else:
                setattr(found.font, key, value)
        fonts = found.element.get_or_add_rPr().find("{*}rFonts")
        if fonts is not None:  # the headings of the plain template name a theme's font, which wins over ours
            found.element.rPr.remove(fonts)
        found.font.name = "Calibri"

    style("Normal", size=Pt(10.5), space_after=Pt(6), line_spacing=1.15)
    style("Title", size=Pt(26), color=blue, bold=True, space_after=Pt(2))
    style("Subtitle", size=Pt(13), color=grey, italic=False, space_after=Pt(14))
    style(
        "Heading 1",
        size=Pt(16),
        color=blue,
        bold=True,
        space_before=Pt(18),
        space_after=Pt(6),
        keep_with_next=True,
    )
    style(
        "Heading 2",
        size=Pt(12.5),
        color=blue,
        bold=True,
        space_before=Pt(12),
        space_after=Pt(4),
        keep_with_next=True,
    )
    style("List Bullet", size=Pt(10.5), space_after=Pt(3))
    style("Caption", size=Pt(10), color=grey, bold=True, space_after=Pt(3), keep_with_next=True)
    style("Remark", base="Normal", size=Pt(9.5), color=grey, italic=True)
    style("Table Text", base="Normal", size=Pt(8.5), space_after=Pt(0), line_spacing=1.0)
    style("Table Sources", base="Normal", size=Pt(7.5), color=grey, space_after=Pt(1), line_spacing=1.0)
    style("footnote text", base="Normal", size=Pt(8), space_after=Pt(1), line_spacing=1.0)
    style("footnote reference", WD_STYLE_TYPE.CHARACTER, superscript=True)
    style("Fact Mark", WD_STYLE_TYPE.CHARACTER, bold=True, color=RGBColor(0xA6, 0x1C, 0x1C))

    table = styles.add_style("Report Table", WD_STYLE_TYPE.TABLE)
    table.base_style = styles["Table Grid"]
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="80" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>'
    space = nsdecls("w")
    table.element.append(
        parse_xml(f"<w:tblPr {space}><w:tblBorders>{borders}</w:tblBorders>{margins}</w:tblPr>")
    )
    table.element.append(
        parse_xml(
            f'<w:tblStylePr {space} w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="DCE6F1"/></w:tcPr></w:tblStylePr>'
        )
    )
    _page_number(section.footer.paragraphs[0])
    section.footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.save(str(path))


def _page_number(paragraph: object) -> None:
    """A field that shows the page's number."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    field = f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    paragraph._p.append(parse_xml(field))  # type: ignore[attr-defined]


if __name__ == "__main__":
    make(Path(__file__).parent / "template.docx")
