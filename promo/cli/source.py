"""Where a verb's data comes from: files by mapping, a dataset of a workspace, or one CSV."""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from getpass import getpass
from pathlib import Path

from promo import workflow
from promo.cli.output import followed, tell
from promo.domain import Dataset
from promo.errors import BadRequest
from promo.store import Workspace
from promo.words import translate

DEFAULT_WORKSPACE = Path("workspace")
DATABASE = "PROMODESK_DATABASE"
"""The environment variable with the URL of the database."""

_PASSWORD = re.compile(r"://[^/@]*:[^/]*@")

MARGIN = workflow.StudySettings.assumed_margin


def add_files(parser: argparse.ArgumentParser) -> None:
    """Files or a database, and how to read them."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument(
        "--sql", nargs="?", const="", metavar="URL",
        help="a database: postgresql://, mysql://, sqlite; without URL it is read from "
        f"{DATABASE} or asked for, so that nobody sees its password in the list of programs",
    )  # fmt: skip
    parser.add_argument("--select", metavar="SELECT", help="what to ask the database")
    parser.add_argument("--as", dest="source", metavar="SOURCE", help="what the files are")
    parser.add_argument(
        "--map", nargs="+", default=[], metavar="COL=FIELD", help="which column is which field"
    )
    parser.add_argument(
        "--option",
        nargs="+",
        default=[],
        metavar="NAME=VALUE",
        help="how the file is written, e.g. first_week=2024-01-01, discount=paid, event=view",
    )


@contextmanager
def files_for(arguments: argparse.Namespace) -> Iterator[list[Path]]:
    """The files of `add_files`; the answer of a database is one that is gone afterwards.

    Raises:
        SystemExit: neither a file nor a database was named, or a database without a SELECT.
        BadRequest: there is no URL of the database.
    """
    asked = arguments.sql is not None
    if asked != bool(arguments.select):
        arguments.usage("--sql and --select go together")
    if not (arguments.files or asked):
        arguments.usage("name at least one FILE, or a database with --sql and --select")
    with tempfile.TemporaryDirectory(prefix="promodesk-") as place:
        files: list[Path] = list(arguments.files)
        if asked:
            if _PASSWORD.search(arguments.sql):
                tell(translate("en", "data.database.seen", variable=DATABASE))
            url = arguments.sql or _secret_url()
            query = workflow.start_query(url, arguments.select, Path(place))
            files.append(followed(query))
        yield files


def _secret_url() -> str:
    """The URL of the database from where other users of the machine cannot read it."""
    url = os.environ.get(DATABASE, "")
    if not url and sys.stdin.isatty():
        url = getpass("URL: ")
    if not url:
        raise BadRequest(field="--sql", value="alone", must="database")
    return url


def add_dataset(parser: argparse.ArgumentParser) -> None:
    """A dataset to work on."""
    parser.add_argument("--workspace", type=Path, default=DEFAULT_WORKSPACE, metavar="DIR")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--dataset", default=workflow.SAMPLE, metavar="NAME")
    which.add_argument("--csv", type=Path, metavar="FILE", help="one file instead of a dataset")


def mapped(workspace: Workspace, path: Path, arguments: argparse.Namespace) -> workflow.FileMapping:
    """The mapping of a file: suggested or remembered, then what the user said."""
    found = workflow.inspect_file(workspace, path, arguments.source).suggestion
    columns = {field: column for column, field in pairs(arguments.map, "--map").items()}
    options = pairs(arguments.option, "--option")
    return replace(
        found, columns={**found.columns, **columns}, options={**found.options, **options}
    )


def pairs(words: list[str], field: str, sign: str = "=") -> dict[str, str]:
    """`a=b c=d` as a dictionary.

    Raises:
        BadRequest: a word has no `sign`.
    """
    found = {}
    for word in words:
        left, between, right = word.rpartition(sign)
        if not between:
            raise BadRequest(field=field, value=word, must="pair")
        found[left] = right
    return found


@contextmanager
def workspace_for(folder: Path | None) -> Iterator[Workspace]:
    """The workspace of a folder, or one that is gone afterwards."""
    if folder is not None:
        yield workflow.open_workspace(folder)
        return
    with tempfile.TemporaryDirectory(prefix="promodesk-") as place:
        yield Workspace(Path(place))


@contextmanager
def dataset_for(arguments: argparse.Namespace) -> Iterator[Dataset]:
    """The dataset that `add_dataset`'s arguments name."""
    csv: Path | None = arguments.csv
    with workspace_for(None if csv else arguments.workspace) as workspace:
        if csv is None:
            yield workflow.open_dataset(workspace, arguments.dataset)
            return
        mapping = workflow.inspect_file(workspace, csv).suggestion
        yield followed(workflow.start_import(workspace, csv.stem, [(csv, mapping)]))


def study_for(arguments: argparse.Namespace, settings: workflow.StudySettings) -> workflow.Study:
    """What that dataset teaches under `settings`; read back where its workspace keeps it."""
    settings = replace(settings, left_out=left_out_for(arguments))
    with dataset_for(arguments) as dataset:
        if arguments.csv is not None:
            return workflow.study(dataset, settings)
        return workflow.kept_study(Workspace(arguments.workspace), dataset, settings)


def left_out_for(arguments: argparse.Namespace) -> tuple[workflow.LeftOut, ...]:
    """The weeks that are left out of learning from that dataset; none of a single file."""
    if arguments.csv is not None:
        return ()
    with workspace_for(arguments.workspace) as workspace:
        return workflow.left_out(workspace, arguments.dataset)
