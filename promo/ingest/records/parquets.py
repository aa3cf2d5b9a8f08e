"""A Parquet file becomes a CSV, so that its values pass the same strict reading as any other."""

from pathlib import Path

import duckdb

from promo.ingest.engine import engine, name, parquet, text
from promo.ingest.limits import Limits
from promo.ingest.records.texts import BREAK
from promo.ingest.refusal import refuse


def write_rows(path: Path, label: str, out: Path, limits: Limits, glance: int | None) -> None:
    """Write the rows of a Parquet file as CSV, every value as text.

    Args:
        path: the Parquet file.
        label: its name in messages.
        out: the CSV to write.
        limits: how far it may grow.
        glance: how many rows at most, all when None.

    Raises:
        Unreadable: damaged, or it holds far more than any export packs into its size.
    """
    try:
        with engine(path.parent, out.parent, scratch=out.parent) as connection:
            rows = f"FROM {parquet([path])}"
            described = connection.execute(f"DESCRIBE SELECT * {rows}").fetchall()
            ((count,),) = connection.execute(f"SELECT count(*) {rows}").fetchall()
            if count * len(described) > max(
                limits.free_bytes, path.stat().st_size * limits.expansion
            ):
                refuse(label, "archive_swollen", facts={"times": limits.expansion})
            cells = ", ".join(f"{_cell(name(c), t)} AS {name(c)}" for c, t, *_ in described)
            limit = f" LIMIT {glance}" if glance else ""
            connection.execute(
                f"COPY (SELECT {cells} {rows}{limit}) TO {text(str(out.resolve()))} "
                "(FORMAT csv, HEADER true)"
            )
    except duckdb.Error:
        refuse(label, "parquet_damaged")


def _cell(column: str, kind: str) -> str:
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {column})::VARCHAR || '+00'"
    if kind == "VARCHAR":
        return f"regexp_replace({column}, {text(BREAK)}, ' ', 'g')"
    if kind.endswith("[]"):
        return f"CAST(to_json({column}) AS VARCHAR)"
    return f"CAST({column} AS VARCHAR)"
