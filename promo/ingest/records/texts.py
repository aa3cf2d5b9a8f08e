"""The text of single records, read again from the staged CSV by their number."""

from collections.abc import Iterator
from itertools import count
from typing import BinaryIO

import numpy as np

from promo.ingest.records.grammar import fields, join
from promo.ingest.records.lines import record_ends

_BLOCK = 4_194_304

BREAK = r"\r\n?|\n"
"""The pattern of a line break within a cell; a blank takes its place, so that a row is a line."""


class Texts:
    """Records of a staged CSV, asked for in rising order; one block of them is held at a time."""

    def __init__(self, file: BinaryIO, delimiter: str) -> None:
        self._file, self._delimiter = file, delimiter
        self._block, self._rest = b"", b""
        self._first, self._ends = 0, np.empty(0, np.int64)

    def line(self, record: int) -> str:
        """The record with that number, counted from 0, in its plainest form.

        Raises:
            IndexError: the file has no such record.
        """
        return join(self._cells(record), self._delimiter).decode("utf-8")

    def rows(self) -> Iterator[list[str]]:
        """The fields of every record; unlike the csv module's they may be of any length."""
        for record in count():
            try:
                cells = self._cells(record)
            except IndexError:
                return
            yield [cell.decode("utf-8") for cell in cells]

    def _cells(self, record: int) -> list[bytes]:
        while record >= self._first + len(self._ends):
            self._turn()
        at = record - self._first
        start = int(self._ends[at - 1]) + 1 if at else 0
        return fields(self._block[start : int(self._ends[at])], self._delimiter)

    def _turn(self) -> None:
        """Hold the next block of whole records."""
        data = self._file.read(_BLOCK)
        if not data:
            raise IndexError(self._first + len(self._ends))
        self._first += len(self._ends)
        self._block = self._rest + data
        self._ends = record_ends(self._block)
        used = int(self._ends[-1]) + 1 if len(self._ends) else 0
        self._rest = self._block[used:]
