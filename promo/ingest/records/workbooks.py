"""A workbook becomes a CSV: its first sheet with data, one line per row of the sheet."""

import csv
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from promo.domain import Finding
from promo.ingest.records.texts import BREAK
from promo.ingest.refusal import refuse

_EXACT = 1e15  # a spreadsheet keeps fifteen digits of a number

Value = str | int | float | bool | date | time | timedelta


def write_sheet(path: Path, label: str, out: Path, glance: int | None) -> tuple[Finding, ...]:
    """Write the first sheet that holds anything as CSV; returns what is to be said of the others.

    Line n of the CSV is row n of the sheet, so that messages name the row she sees.

    Args:
        path: the workbook, its expanded size already checked.
        label: its name in messages.
        out: the CSV to write.
        glance: how many rows at most, all when None.

    Raises:
        Unreadable: damaged, locked, or not a workbook at all.
    """
    try:
        with (
            CalamineWorkbook.from_path(str(path)) as book,
            out.open("w", encoding="utf-8", newline="") as file,
        ):
            filled = _filled(book)
            if filled:
                _write(filled[0], file, glance)
    except PasswordError:
        refuse(label, "workbook_locked")
    except (CalamineError, OSError):
        refuse(label, "workbook_damaged")
    unread = ", ".join(sheet.name for sheet in filled[1:])
    facts = {"sheet": filled[0].name if filled else "", "others": unread}
    return (Finding("sheets_unread", "warning", facts=facts),) * bool(unread)


def _filled(book: CalamineWorkbook) -> list[CalamineSheet]:
    sheets = (book.get_sheet_by_name(name) for name in book.sheet_names)
    return [sheet for sheet in sheets if sheet.height]


def _write(sheet: CalamineSheet, file: IO[str], glance: int | None) -> None:
    writer = csv.writer(file, lineterminator="\n")
    above = sheet.start[0] if sheet.start else 0
    file.write("\n" * above)
    for row in sheet.to_python(skip_empty_area=True, nrows=glance):
        cells = [_text(cell) for cell in row]
        # An empty row stays a blank line: a row of the sheet, but none of the table.
        writer.writerow(cells if any(cells) else ())


def _text(cell: Value) -> str:
    """What a person would have typed for the cell.

    >>> _text(4.0), _text(9.25), _text(0.1 + 0.2), _text(2.10380745959539e18)
    ('4', '9.25', '0.3', '2.10380745959539e+18')
    """
    if isinstance(cell, str):
        return re.sub(BREAK, " ", cell)
    if isinstance(cell, float):
        if abs(cell) >= _EXACT:
            return f"{cell:.15g}"  # its last digits are gone, and an id must not hide that
        return format(Decimal(f"{cell:.15g}"), "f")
    if isinstance(cell, datetime):
        # A day is a fraction there, which is off by a few microseconds.
        moment = cell + timedelta(microseconds=500)
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        return str(moment.date()) if moment.time() == time.min else str(moment)
    return str(cell)
