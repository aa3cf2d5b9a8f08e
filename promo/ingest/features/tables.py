"""Where canonical tables lie: a dataset of ours, or a folder that a cluster job wrote."""

from collections.abc import Mapping
from pathlib import Path

from promo.ingest.datasets.adopt import tables_in
from promo.ingest.datasets.build import open_dataset
from promo.ingest.datasets.manifest import MANIFEST


def canonical_tables(folder: Path) -> Mapping[str, Path]:
    """The tables in a folder by name: `events.parquet`, a file or a folder of parts, and so on.

    Raises:
        NotFound: there is no such folder, or no table in it.
    """
    if (folder / MANIFEST).is_file():
        return open_dataset(folder).tables
    return tables_in(folder)
