"""How the reader gives a whole file up: a finding's code and facts."""

import struct
import zlib
from collections.abc import Mapping
from typing import NoReturn
from zipfile import BadZipFile

from promo.domain import Finding
from promo.errors import FileRefused


class Unreadable(FileRefused):
    """A file cannot be read as a whole; `finding` says why, where and the mend."""

    def __init__(self, file: str, finding: Finding) -> None:
        super().__init__(file=file, reason=finding.code, line=finding.line, column=finding.column)
        self.finding = finding


ZIP_DAMAGED = (
    EOFError,
    NotImplementedError,
    UnicodeDecodeError,
    struct.error,
    zlib.error,
    BadZipFile,
)
"""What the standard library raises of a zip that is none, or of a kind it does not know."""


def refuse(
    file: str,
    code: str,
    *,
    line: int | None = None,
    column: str | None = None,
    facts: Mapping[str, object] | None = None,
) -> NoReturn:
    """Give up on `file` with one error finding.

    Raises:
        Unreadable: always.
    """
    raise Unreadable(file, Finding(code, "error", line=line, column=column, facts=facts or {}))
