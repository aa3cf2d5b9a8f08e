"""What an import may cost, in one settings object; messages name the limit that was met."""

from dataclasses import dataclass

KILOBYTE, MEGABYTE, GIGABYTE = 1_024, 1_048_576, 1_000_000_000


@dataclass(frozen=True)
class Limits:
    """The largest file, record and header that are read.

    A zip or gzip bomb shows itself by its ratio; a shop's own exports expand 5 to 40 times.
    """

    expanded_bytes: int = 20_000_000_000
    expansion: int = 200
    free_bytes: int = 64_000_000  # below this the ratio says nothing
    columns: int = 500
    header_bytes: int = 65_536
    record_bytes: int = 1_048_576
    open_quote_bytes: int = 16_777_216
    chunk_bytes: int = 8_388_608
    excerpt_chars: int = 2_000  # of a line that cannot be read, kept in the quarantine
    query_rows: int = 20_000_000  # of a database
    query_bytes: int = 5_000_000_000
    query_seconds: float = 600
    engine_megabytes: int = 900  # of frames, what is more is spilled; half as much for buffers


LIMITS = Limits()
