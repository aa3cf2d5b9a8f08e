"""A small writer of workbooks, so that the corpus keeps no blobs and needs no library."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape

Cell = str | int | float | bool | date | None

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_STYLES = (
    f'<styleSheet xmlns="{_SHEET}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="22"/></cellXfs></styleSheet>'
)


def workbook(
    sheets: Mapping[str, Sequence[Sequence[Cell]]], *, sheet_xml: str = "", padding: bytes = b""
) -> bytes:
    """An XLSX of those sheets.

    Args:
        sheets: rows of each sheet by its name.
        sheet_xml: one more sheet, `Raw`, of this XML.
        padding: what a further member holds.
    """
    xml = {name: _sheet(rows) for name, rows in sheets.items()}
    if sheet_xml:
        xml["Raw"] = sheet_xml
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(xml, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(xml) + 1)
    )
    members = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>{listed}'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{links}'
        f'<Relationship Id="rId99" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{n}.xml": text for n, text in enumerate(xml.values(), start=1)},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
        if padding:
            archive.writestr("xl/padding.bin", padding)
    return out.getvalue()


def _sheet(rows: Sequence[Sequence[Cell]]) -> str:
    body = "".join(
        f'<row r="{r}">'
        + "".join(_cell(cell, f"{chr(65 + c)}{r}") for c, cell in enumerate(cells))
        + "</row>"
        for r, cells in enumerate(rows, start=1)
    )
    return f'<worksheet xmlns="{_SHEET}"><sheetData>{body}</sheetData></worksheet>'


def _cell(cell: Cell, at: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str) and not cell.startswith("#"):
        return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    kind, value = _stored(cell)
    return f'<c r="{at}" {kind}><v>{value}</v></c>'


def _stored(cell: str | int | float | date) -> tuple[str, str]:
    """How a cell is marked and written; a date is days since the end of 1899."""
    if isinstance(cell, bool):
        return 't="b"', str(int(cell))
    if isinstance(cell, datetime):
        return 's="2"', repr((cell - datetime(1899, 12, 30)).total_seconds() / 86_400)
    if isinstance(cell, date):
        return 's="1"', str((cell - date(1899, 12, 30)).days)
    return ('t="e"' if isinstance(cell, str) else ""), str(cell)
