"""Tables as spreadsheets write them: CSV with any separator and encoding, and XLSX, as rows of text."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any, cast

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tablib import Dataset

from ml.imports import without

# This package imports openpyxl, 10 MB in each web process, only to see whether it is there. Reading an XLSX file does.
with without("openpyxl"):
    from import_export.formats import base_formats

#: Separators of a CSV file; the one that occurs most often in the heading counts.
_SEPARATORS = ",;\t"
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
#: Characters that no table has: a wrong encoding yields them.
_UNREADABLE = re.compile("[\0-\x08\x0e-\x1f\ue000-\uf8ff]")
#: Largest table, in rows.
MAX_ROWS = 20_000
#: ="1-31-09", with which a CSV file tells Excel that a cell is text.
_TEXT = re.compile('="((?:[^"]|"")*)"')
#: Cells that a spreadsheet takes for formulas, numbers or dates unless they are marked as text.
_MISREAD = re.compile(r"[-+=@\t\r]|\d{1,4}[-/]\d")
_ERRORS = re.compile(r"#(?:NAME\?|REF!|VALUE!|N/A|DIV/0!|NUM!|NULL!|SPILL!|CALC!)|#{3,}")
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    "|".join(
        [
            rf"\d{{1,2}}[-/ ]{_MONTH}(?:[-/ ]\d{{2,4}})?",
            rf"{_MONTH}[-/ ]\d{{1,4}}",
            r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[ T][\d:.]+)?",
            r"\d{1,2}/\d{1,2}/\d{2,4}",
            r"(?:\d{4}年)?\d{1,2}月\d{1,2}日",
        ]
    ),
    re.IGNORECASE,
)


class TableError(Exception):
    """The file isn't a table that can be imported. The message is a sentence in the active language."""


class Table(Dataset):
    """A table; `sheet_rows` has the number of each row in the spreadsheet, where the heading is row 1."""

    sheet_rows: list[int]


class DateCell(str):
    """A cell that holds a date, as the spreadsheet shows it."""


def decode(raw: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or Shift_JIS. Raises TableError for any other."""
    encodings = next(([known] for mark, known in _BYTE_ORDER_MARKS.items() if raw.startswith(mark)), None)
    if encodings is None and raw[:400].count(0) > len(raw[:400]) // 4 and len(raw) % 2 == 0:
        encodings = ["utf-16-be" if raw[:1] == b"\0" else "utf-16-le"]
    for encoding in encodings or ["utf-8", "cp932"]:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _UNREADABLE.search(text):
            return text
    raise TableError(_("This file is not text in UTF-8, UTF-16 or Shift_JIS. In Excel, save it as “CSV UTF-8”."))


def read_csv(text: str) -> Table:
    """The table in `text`, whatever its separator. Raises TableError."""
    heading = text.lstrip("\ufeff").lstrip()
    named = re.match(r"sep=(.)\r?\n", heading, re.IGNORECASE)
    heading = heading[named.end() :] if named else heading
    counts = Counter(re.sub('"[^"]*"', "", heading.split("\n", 1)[0]))
    separator = named[1] if named else max(_SEPARATORS, key=lambda one: counts[one])
    try:
        rows = list(csv.reader(io.StringIO(heading, newline=""), delimiter=separator))
    except csv.Error as error:
        raise TableError(_("This file can’t be read as CSV. Save the table again as “CSV UTF-8”.")) from error
    return table(rows, first=2 if named else 1)


def table(rows: Iterable[Sequence[Any]], first: int = 1) -> Table:
    """A table of `rows`, whose first one is the heading, without the rows that have nothing in them.

    `first` is the heading's number in the spreadsheet. Raises TableError.
    """
    numbered = ((number, list(map(_text, row))) for number, row in enumerate(rows, first))
    filled = [(number, row) for number, row in numbered if any(row)]
    if len(filled) < 2:
        raise TableError(_("This file has no rows below a heading."))
    if len(filled) > MAX_ROWS:
        raise TableError(_("This table has more than %(most)s rows.") % {"most": number_format(MAX_ROWS)})
    heading = _without_end(filled[0][1], 0)
    names = [name.strip().casefold() for name in heading]
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise TableError(
            _("Each column needs a name of its own. These occur more than once: %(names)s.")
            % {"names": ", ".join(name or "–" for name in twice)}
        )
    found = Table(headers=names)
    found.sheet_rows = [number for number, _row in filled[1:]]
    for number, row in filled[1:]:
        cells = _without_end(row, len(names))
        if len(cells) != len(names):
            raise TableError(
                _("Row %(row)s has %(cells)s cells, but the heading has %(names)s.")
                % {"row": number, "cells": len(cells), "names": len(names)}
            )
        found.append(cells)
    return found


def _without_end(row: list[str], length: int) -> list[str]:
    """`row` without empty cells at its end, but at least `length` long."""
    while len(row) > length and not row[-1].strip():
        row = row[:-1]
    return row


def _text(cell: Any) -> str:
    """The text of a cell, without the mark that makes a spreadsheet take it for text."""
    if isinstance(cell, date | time):
        return DateCell(str(cell))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = "" if cell is None else str(cell).strip()
    if quoted := _TEXT.fullmatch(text):
        return quoted[1].replace('""', '"')
    return text[1:] if text[:1] == "'" and _MISREAD.match(text[1:]) else text


def spreadsheet_fault(cell: str) -> str:
    """A sentence that says what a spreadsheet has made of a cell; empty if it has left it alone."""
    if _ERRORS.fullmatch(cell):
        return _("“%(cell)s” is an error of the spreadsheet. Format the cell as text and type its content again.") % {
            "cell": cell
        }
    if isinstance(cell, DateCell) or _DATE.fullmatch(cell):
        return _(
            "The spreadsheet has made a date of this cell: “%(cell)s”. Format the cell as text and type its content "
            "again."
        ) % {"cell": cell}
    return ""


class CSV(base_formats.CSV):
    """Reads CSV in any common separator and encoding; writes what Excel reads without changing any cell."""

    def is_binary(self) -> bool:
        return True

    def get_read_mode(self) -> str:
        return "rb"

    def get_title(self) -> Any:
        return gettext_lazy("CSV")

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Table:
        return read_csv(decode(in_stream))

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        """The table in UTF-8, with the mark that Excel needs to read Japanese."""
        file = io.StringIO(newline="")
        writer = csv.writer(file)
        writer.writerow(dataset.headers)
        writer.writerows([_as_text(str(cell)) for cell in row] for row in dataset)
        return file.getvalue().encode("utf-8-sig")


def _as_text(cell: str) -> str:
    if not _MISREAD.match(cell):
        return cell
    return '="{}"'.format(cell.replace('"', '""'))


class XLSX(base_formats.XLSX):
    def create_dataset(self, in_stream: bytes) -> Table:
        import openpyxl  # only here: it takes 0.2 s

        try:
            book = openpyxl.load_workbook(io.BytesIO(in_stream), read_only=True, data_only=True)
            rows = [[cell.value for cell in row] for row in cast(Any, book.active).rows]
        except Exception as error:  # openpyxl raises whatever its parsers raise
            raise TableError(_("This file can’t be read as an Excel workbook (.xlsx).")) from error
        return table(rows)
