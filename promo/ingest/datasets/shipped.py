"""The sample that comes with the desk."""

from pathlib import Path

from promo.ingest.values.inspection import inspect
from promo.ingest.values.mapping import FileMapping

FOLDER = Path(__file__).parent.parent.parent.parent / "sample_data"
SOURCES = ("orders", "products", "users")
"""The shipped files that make the sample dataset; the other samples show one source each."""


def shipped() -> list[tuple[Path, FileMapping]]:
    """The files of the sample dataset, each with its mapping."""
    paths = [FOLDER / f"{source}.csv" for source in SOURCES]
    return [(path, inspect(path).suggestion) for path in paths]
