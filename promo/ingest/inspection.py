"""The first look at a file: what it is, how it is laid out, what we would make of its columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from promo.domain import Finding
from promo.errors import BadRequest
from promo.ingest.layout import Layout, lay_out, signature
from promo.ingest.mapping import FileMapping
from promo.ingest.questions import Question
from promo.ingest.reader import sample
from promo.ingest.refusal import Unreadable
from promo.ingest.sources import SOURCES
from promo.ingest.unpack import unpacked

SAMPLE_ROWS = 20
RECOGNISED = 0.5


@dataclass(frozen=True)
class Inspection:
    """What one file looks like before any of it is used.

    `scores` says for every source how well the header fits, in [0, 1]; `source` is the best one,
    "" when none fits. A file that cannot be read has an error among its `findings`; a guess that
    changes numbers is among its `questions`.
    """

    path: Path
    encoding: str = ""
    delimiter: str = ""
    header: tuple[str, ...] = ()
    signature: str = ""
    source: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)
    suggestion: FileMapping = field(default_factory=lambda: FileMapping(""))
    sample: tuple[Mapping[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether nothing can be done with the file as it is."""
        return any(finding.level == "error" for finding in self.findings)


def inspect(path: Path, source: str | None = None) -> Inspection:
    """Look at the header and the first rows of a file.

    Args:
        path: CSV, `.csv.gz` or `.zip` of CSVs.
        source: take it as this source instead of the best fitting one.

    Raises:
        NotFound: there is no such file.
        BadRequest: there is no such source.
    """
    if source is not None and source not in SOURCES:
        raise BadRequest(field="source", value=source, known=list(SOURCES))
    try:
        with unpacked(path) as parts:
            layout = lay_out(parts[0])
    except Unreadable as error:
        guess = FileMapping(source or "")
        return Inspection(path, source=source or "", suggestion=guess, findings=(error.finding,))
    scores = {name: kind.score(layout.columns) for name, kind in SOURCES.items()}
    best = source or max(scores, key=lambda name: scores[name])
    if source is None and scores[best] < RECOGNISED:
        best = ""
    columns = SOURCES[best].suggest(layout.columns) if best else {}
    findings = _findings(best, columns, layout)
    rows: list[dict[str, str]] = []
    try:
        rows = sample(path, SAMPLE_ROWS)
    except Unreadable as error:
        findings.append(error.finding)
    return Inspection(
        path=path,
        encoding=layout.encoding.name,
        delimiter=layout.delimiter,
        header=layout.columns,
        signature=signature(layout.columns),
        source=best,
        scores=scores,
        suggestion=FileMapping(best, columns),
        sample=tuple(rows),
        findings=tuple(findings),
    )


def _findings(source: str, columns: Mapping[str, str], layout: Layout) -> list[Finding]:
    if not source:
        return [Finding("source_unknown", "error")]
    found = [
        Finding("field_unmapped", "error", facts={"field": name})
        for name in SOURCES[source].missing(columns)
    ]
    if layout.encoding.guessed:
        facts = {"encoding": layout.encoding.name}
        found.append(Finding("encoding_guessed", "warning", facts=facts))
    return found
