"""Verbs about files: check, import."""

import argparse
from dataclasses import asdict
from pathlib import Path

from promo import workflow
from promo.cli.output import Result, followed
from promo.cli.source import DEFAULT_WORKSPACE, add_files, files_for, mapped, workspace_for
from promo.cli.verb import Verb
from promo.domain import Dataset, FileReport, Finding
from promo.errors import BadRequest, FileRefused, NameTaken
from promo.words import explain, finding_sentence


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    add_files(parser)
    parser.add_argument(
        "--quarantine", type=Path, metavar="OUT.csv", help="keep the rows set aside"
    )


def _check(arguments: argparse.Namespace) -> Result:
    rows = []
    with files_for(arguments) as files, workspace_for(None) as workspace:
        if arguments.quarantine and len(files) > 1:
            raise BadRequest(field="--quarantine", value=len(files), must="single")
        for path in files:
            try:
                mapping = mapped(workspace, path, arguments)
                job = workflow.start_check([(path, mapping)], arguments.quarantine)
                rows += [report_row(report) for report in followed(job)]
            except FileRefused as refusal:
                rows.append(refused_row(path, refusal))
    return _with_status(rows)


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    add_files(parser)
    parser.add_argument("--workspace", type=Path, default=DEFAULT_WORKSPACE, metavar="DIR")
    parser.add_argument("--name", metavar="NAME", help="name of the dataset (first file's name)")
    parser.add_argument(
        "--replace", action="store_true", help="take the place of the dataset of that name"
    )


def _import(arguments: argparse.Namespace) -> Result:
    with files_for(arguments) as paths, workspace_for(arguments.workspace) as workspace:
        name, replace = arguments.name or workflow.name_from(paths[0]), bool(arguments.replace)
        if arguments.name and not replace and workspace.is_taken(name):
            raise NameTaken(name=name)
        files = [(path, mapped(workspace, path, arguments)) for path in paths]
        return _account(followed(workflow.start_import(workspace, name, files, replace=replace)))


def _adopt_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER",
        help="canonical Parquet tables: orders.parquet, a file or a folder of parts, and so on",
    )  # fmt: skip
    parser.add_argument("--workspace", type=Path, default=DEFAULT_WORKSPACE, metavar="DIR")
    parser.add_argument("--name", metavar="NAME", help="name of the dataset (the folder's name)")


def _adopt(arguments: argparse.Namespace) -> Result:
    with workspace_for(arguments.workspace) as workspace:
        name = arguments.name or arguments.folder.resolve().name
        if arguments.name and workspace.is_taken(name):
            raise NameTaken(name=name)
        return _account(followed(workflow.start_adoption(workspace, name, arguments.folder)))


def _account(dataset: Dataset) -> Result:
    return {
        **_with_status([report_row(report) for report in dataset.reports]),
        "dataset": dataset.name,
        "fingerprint": dataset.fingerprint,
        "links": [asdict(link) for link in dataset.links],
    }


def _with_status(files: list[dict[str, object]]) -> dict[str, object]:
    refused = any(row["verdict"] == "refused" for row in files)
    return {"status": "refused" if refused else "done", "files": files}


def report_row(report: FileReport) -> dict[str, object]:
    """One file's account as the command line prints it."""
    return {
        "path": report.path,
        "source": report.source,
        "verdict": report.verdict,
        "lines": report.lines,
        "header": report.header,
        "blank": report.blank,
        "continued": report.continued,
        "rows_in": report.rows_in,
        "rows_clean": report.rows_clean,
        "rows_quarantined": report.rows_quarantined,
        "findings": [finding_row(finding) for finding in report.findings],
    }


def refused_row(path: Path, refusal: FileRefused) -> dict[str, object]:
    """The account of a file that could not be read as a whole."""
    finding = {
        "code": refusal.facts.get("reason"), "level": "error", "rows": 0, "line": None,
        "column": refusal.facts.get("column"), "message": explain("en", refusal),
    }  # fmt: skip
    return {
        "path": str(path), "source": "", "verdict": "refused", "rows_in": 0, "rows_clean": 0,
        "rows_quarantined": 0, "findings": [finding],
    }  # fmt: skip


def finding_row(finding: Finding) -> dict[str, object]:
    """A finding with its sentence."""
    return {
        "code": finding.code,
        "level": finding.level,
        "rows": finding.rows,
        "line": finding.line,
        "column": finding.column,
        "message": finding_sentence("en", finding),
    }


VERBS = (
    Verb("check", "recognise and validate files; writes nothing", _check_arguments, _check),
    Verb("import", "clean files into a dataset", _import_arguments, _import),
    Verb("adopt", "make a dataset of canonical Parquet tables", _adopt_arguments, _adopt),
)
