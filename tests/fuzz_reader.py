"""Random bytes into the reader, guided by the code they reach; started by `test_fuzz.py`.

Usage: python fuzz_reader.py FOLDER SECONDS
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["promo.ingest"]):
    from promo.errors import FileRefused
    from promo.ingest.limits import Limits
    from promo.ingest.records.layout import lay_out_all
    from promo.ingest.records.reader import stage
    from promo.ingest.records.unpack import unpacked

SMALL = Limits(
    chunk_bytes=64, record_bytes=4096, header_bytes=1024, open_quote_bytes=2048, free_bytes=100_000
)


def read(data: bytes) -> None:
    """Nothing but a refusal is raised, and every line has its place."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        path = folder / "file.csv"
        path.write_bytes(data)
        try:
            with unpacked(path, SMALL) as parts:
                lay_out_all(parts, SMALL)
            staged = stage(path, folder, SMALL)
        except FileRefused as refusal:
            if refusal.facts["reason"] == "lines_unaccounted":
                raise
            return
        told = staged.header + staged.blank + staged.continued + staged.rows + staged.bad
        assert staged.lines == told
        assert sum(staged.codes.values()) == staged.bad


def main() -> None:
    """Fuzz for the given seconds from the seeds in the folder."""
    folder, seconds = sys.argv[1:]
    rules = [f"-max_total_time={seconds}", "-max_len=4096", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], folder, *rules], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
