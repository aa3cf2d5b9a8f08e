"""DuckDB, locked: it may touch the folders it is given and nothing else, and fetches nothing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from promo.errors import OutOfMemory
from promo.ingest.limits import LIMITS

_HELD_BYTES = 64_000_000
_FEWEST_HELD, _MOST_HELD = 2_048, 122_880  # the engine's own unit of work, and its usual choice
_SHUT = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
    "python_enable_replacements": "false",  # a Python variable must not pose as a table
    "memory_limit": f"{LIMITS.engine_megabytes}MB",
}


def text(value: str) -> str:
    """A SQL string literal.

    >>> text("it's")
    "'it''s'"
    """
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """A SQL identifier.

    >>> name('a"b')
    '"a""b"'
    """
    return '"' + value.replace('"', '""') + '"'


def among(value: str, words: Sequence[str]) -> str:
    """SQL that a text is one of some words, in whatever case."""
    # Not `IN`: of a long one the engine makes a join, through which every column of the row is
    # carried and which keeps no order of rows.
    return f"list_contains([{', '.join(map(text, words))}], lower({value}))"


@contextmanager
def engine(
    *folders: Path,
    scratch: Path | None = None,
    threads: int | None = None,
    ordered: bool = True,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A fresh in-process database that can read and write below `folders` only.

    Args:
        folders: everything outside them is refused by DuckDB itself.
        scratch: where intermediate results may spill; memory only when absent.
        threads: how many; with one, sums of fractions come out the same to the last bit.
        ordered: whether rows keep their order on the way; without, large results need less memory.

    Raises:
        OutOfMemory: what was asked of it holds more than it may and cannot spill.
    """
    config: dict[str, str | bool | int | float | list[str]] = dict(_SHUT)
    config["temp_directory"] = str(scratch) if scratch else ""
    config["preserve_insertion_order"] = ordered
    if threads is not None:
        config["threads"] = threads
    with duckdb.connect(":memory:", config=config) as connection:
        allowed = ", ".join(text(f"{folder.resolve()}/") for folder in folders)
        connection.execute(f"SET allowed_directories = [{allowed}]")
        connection.execute("SET enable_progress_bar = false")  # it writes to stdout
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        try:
            yield connection
        except duckdb.OutOfMemoryException as error:
            raise OutOfMemory(limit=LIMITS.engine_megabytes) from error


def records(path: Path, width: int, delimiter: str) -> str:
    """SQL that reads a staged CSV as text columns `c0`, `c1` ...; nothing is sniffed."""
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(width))
    return (
        f"read_csv({text(str(path.resolve()))}, auto_detect = false, header = false, "
        f"delim = {text(delimiter)}, quote = '\"', escape = '\"', new_line = '\\n', "
        f"columns = {{{columns}}}, strict_mode = true, null_padding = false, "
        "max_line_size = 4194304, buffer_size = 8388608)"  # buffers of 64 MB take 400 MB more
    )


def held(rows: int, size: int) -> str:
    """SQL option of a COPY to Parquet: how many rows wait in memory to be written together.

    Args:
        rows: how many there are.
        size: their bytes as text; of long texts fewer rows wait.
    """
    fitting = _HELD_BYTES * max(rows, 1) // max(size, 1)
    return f"ROW_GROUP_SIZE {min(max(fitting, _FEWEST_HELD), _MOST_HELD)}"


def parquet(paths: Sequence[Path], *, numbered: bool = False) -> str:
    """SQL that reads Parquet files, with their row numbers where asked."""
    listed = ", ".join(text(str(path.resolve())) for path in paths)
    return f"read_parquet([{listed}]{', file_row_number = true' if numbered else ''})"
