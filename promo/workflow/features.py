"""Use case: everything that is known of products, customers and visits, as tables for others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from promo import ingest
from promo.errors import NotFound

if TYPE_CHECKING:
    from promo.ingest.features import Made

EPOCH = date(1970, 1, 1)


def make_features(
    source: Path,
    out: Path,
    engine: str = "duckdb",
    master: str | None = None,
    cutoff: date | None = None,
    task: ingest.Task | None = None,
) -> list[Made]:
    """Write the features of a dataset to a folder, one Parquet table each.

    Args:
        source: a dataset's folder, a folder of canonical Parquet tables, or a file to import first.
        out: the folder to write to.
        engine: `duckdb`, or `spark` with its `master`.
        master: where Spark is: `spark://host:7077`, `local[2]`, `sc://host:15002`.
        cutoff: the last day that is looked at; the last of the data when absent.
        task: to be told how far it is, and to stop it.

    Raises:
        NotFound: there is no such file or folder, or no table in it.
        FileRefused: the file cannot be used.
        NotEnoughData: the tables do not say what customers did.
        BadRequest: no such engine, or it is not installed, or the folder is not free.
        NotUsable: nothing answers at `master`.
        Cancelled: the task was stopped.
    """
    from promo.ingest import features  # narwhals is not needed to open the desk

    day = None if cutoff is None else (cutoff - EPOCH).days
    with _tables(source, task) as tables:
        folders = [*(path.parent for path in tables.values()), *tables.values(), out]
        with features.open_engine(engine, folders, master, task) as opened:
            return features.make_features(opened, tables, out, day, task)


@contextmanager
def _tables(source: Path, task: ingest.Task | None) -> Iterator[Mapping[str, Path]]:
    from promo.ingest import features

    if source.is_dir():
        yield features.canonical_tables(source)
    elif not source.is_file():
        raise NotFound(kind="file", name=str(source))
    else:
        # A text file enters through our reader only, whichever engine goes on from there.
        with TemporaryDirectory(prefix="promodesk-") as place:
            files, folder = [(source, ingest.inspect(source).suggestion)], Path(place) / "data"
            yield ingest.build(files, folder, source.stem, task).tables
