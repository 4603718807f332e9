"""How the article of a report looks: the body that an editor pasted into the CMS, in the variants
that real portals show. Every variant prints the same facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from crawler.sample.layouts import HtmlCell, Layout, Row, lay_out, split
from crawler.sample.reports import Report

_ORDINALS = "零一二三四五六七"


@dataclass(frozen=True, slots=True)
class Style:
    """``paragraph``, ``heading`` and ``signature`` wrap a line of text, ``table`` a layout;
    ``splits`` ends table three at the page and goes on in another; ``repeats_title`` prints the
    title again at the head of the article, over two lines; ``full_width`` wants figures in 0-9 of
    full width."""

    name: str
    paragraph: Callable[[str], str]
    heading: Callable[[str], str]
    signature: Callable[[str], str]
    table: Callable[[Layout], str]
    splits: bool = False
    repeats_title: bool = False
    full_width: bool = False


def render(report: Report, style: Style) -> str:
    """The inside of the article's container."""
    return "\n".join(_blocks(report, style))


def _blocks(report: Report, style: Style) -> Iterator[str]:
    if style.repeats_title:
        name, _, rest = report.title.partition(str(report.year))
        for line in (name, str(report.year) + rest) if name and rest else (report.title,):
            yield style.signature(line)
    yield style.paragraph(report.intro)
    for section in report.sections:
        yield style.heading(f"{_ORDINALS[section.number]}、{section.heading}")
        for text in section.paragraphs:
            yield style.paragraph(text)
        if section.table:
            layout = lay_out(report, section.table)
            for part in split(layout) if style.splits and layout.breaks else [layout]:
                yield style.table(part)
        for text in section.after:
            yield style.paragraph(text)
    if report.signatory and report.signed_text:
        yield style.signature(report.signatory)
        yield style.signature(report.signed_text)


def _spans(cell: HtmlCell) -> str:
    return (f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else "") + (
        f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    )


def _rows(rows: list[Row], cell: Callable[[HtmlCell], str], row: str = "<tr>") -> str:
    return "\n".join(row + "".join(map(cell, cells)) + "</tr>" for cells in rows)


# Typed in the CMS's own editor.


def _plain_table(layout: Layout) -> str:
    def cell(cell: HtmlCell) -> str:
        text = escape(cell.text, quote=False)
        # Narrow headers are broken by hand: 商业<br>企业.
        if not cell.is_figure and len(text) == 4:
            text = f"{text[:2]}<br/>{text[2:]}"
        return f'<td{_spans(cell)} style="border:1px solid #000;">{text or "&nbsp;"}</td>'

    return (
        '<table border="1" cellspacing="0" cellpadding="0" width="100%"><tbody>'
        f"{_rows(layout.rows, cell)}</tbody></table>"
    )


def _indented(text: str) -> str:
    return f'<p style="text-indent: 2em;">{escape(text, quote=False)}</p>'


def _right(text: str) -> str:
    return f'<p style="text-align: right;">{escape(text, quote=False)}</p>'


def _strong(text: str) -> str:
    return f'<p style="text-indent: 2em;"><strong>{escape(text, quote=False)}</strong></p>'


# Pasted from Word: runs split within a number, paragraphs in cells, conditional comments.

_FONT = "font-family:仿宋_GB2312;font-size:16pt"


def _runs(text: str) -> str:
    """The text in spans as Word leaves them: each digit is a run of its own."""
    return "".join(
        f'<span lang="{"EN-US" if run.isascii() else "ZH-CN"}" style="{_FONT}">'
        f"{escape(run, quote=False)}</span>"
        for run in re.findall(r"\d|\D{1,9}", text)
    )


def _word_paragraph(text: str) -> str:
    return (
        '<p class="MsoNormal" style="text-indent:32.0pt;mso-char-indent-count:2.0">'
        f"{_runs(text)}<span><o:p></o:p></span></p>"
    )


def _word_heading(text: str) -> str:
    return f'<p class="MsoNormal" style="text-indent:32.0pt"><b>{_runs(text)}</b><o:p></o:p></p>'


def _word_signature(text: str) -> str:
    return (
        '<p class="MsoNormal" align="right" style="text-align:right;margin-right:64.0pt">'
        f"{_runs(text)}<span>&nbsp;&nbsp;</span><o:p></o:p></p>"
    )


def _word_table(layout: Layout) -> str:
    def cell(cell: HtmlCell) -> str:
        text = _runs(cell.text) if cell.text else '<span lang="EN-US">&nbsp;</span>'
        return (
            f'<td width="52" valign="top"{_spans(cell)} style="width:39.0pt;'
            "border:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt;"
            'padding:0cm 5.4pt 0cm 5.4pt"><p class="MsoNormal" align="center" '
            f'style="text-align:center">{text}<o:p></o:p></p></td>'
        )

    rows = _rows(layout.rows, cell, '<tr style="mso-yfti-irow:0;height:22.7pt">')
    return (
        "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml>"
        "<![endif]-->\n"
        '<table class="MsoNormalTable" border="1" cellspacing="0" cellpadding="0" '
        f'style="border-collapse:collapse;mso-table-layout-alt:fixed">{rows}\n'
        "<![if !supportMisalignedColumns]>"
        f"<tr height=0>{'<td width=52></td>' * 4}</tr><![endif]></table>"
    )


# Figures in full width, padded with spaces.


def _full_width_table(layout: Layout) -> str:
    def cell(cell: HtmlCell) -> str:
        text = escape(cell.text, quote=False)
        if cell.is_figure:
            text = f"&nbsp;{text} "
        return f"<td{_spans(cell)}><p align='center'>{text}</p></td>"

    return f"<table class='noBorderTable'>\n{_rows(layout.rows, cell)}\n</table>"


# Old pages: capitals, no closing tags for cells and paragraphs, fonts.


def _old_paragraph(text: str) -> str:
    return f"<P><FONT size=3>　　{escape(text, quote=False)}</FONT>"


def _old_heading(text: str) -> str:
    return f"<P><B><FONT face=黑体 size=3>　　{escape(text, quote=False)}</FONT></B>"


def _old_signature(text: str) -> str:
    return f"<P align=right>{escape(text, quote=False)}　　"


def _old_table(layout: Layout) -> str:
    def cell(cell: HtmlCell) -> str:
        spans = _spans(cell).replace('"', "")
        return f"<TD align=middle{spans}>{escape(cell.text, quote=False) or '　'}"

    rows = "\n".join("<TR>" + "".join(map(cell, row)) for row in layout.rows)
    return (
        "<TABLE borderColor=#000000 cellSpacing=0 width=600 border=1>\n"
        f"<TBODY>\n{rows}\n</TBODY></TABLE>"
    )


# A newer editor: sections, head cells, a table that scrolls.


def _modern_table(layout: Layout) -> str:
    def cell(cell: HtmlCell) -> str:
        tag = "td" if cell.is_figure else "th"
        return f"<{tag}{_spans(cell)}><div>\n  {escape(cell.text, quote=False)}\n</div></{tag}>"

    head = f"<thead>{_rows(layout.rows[: layout.head], cell)}</thead>" if layout.head else ""
    return (
        f'<div style="overflow-x: auto;"><table>{head}'
        f"<tbody>{_rows(layout.rows[layout.head :], cell)}</tbody></table></div>"
    )


def _modern_paragraph(text: str) -> str:
    return (
        f'<section data-role="paragraph"><p>&emsp;&emsp;{escape(text, quote=False)}</p></section>'
    )


def _modern_heading(text: str) -> str:
    return f'<section data-role="title"><h2>{escape(text, quote=False)}</h2></section>'


STYLES = {
    style.name: style
    for style in (
        Style("plain", _indented, _strong, _right, _plain_table),
        Style("word", _word_paragraph, _word_heading, _word_signature, _word_table),
        Style("full-width", _indented, _strong, _right, _full_width_table, full_width=True),
        Style("split", _indented, _strong, _right, _plain_table, splits=True, repeats_title=True),
        Style(
            "split word",
            _word_paragraph,
            _word_heading,
            _word_signature,
            _word_table,
            splits=True,
        ),
        Style("old", _old_paragraph, _old_heading, _old_signature, _old_table),
        Style("modern", _modern_paragraph, _modern_heading, _right, _modern_table),
    )
}
