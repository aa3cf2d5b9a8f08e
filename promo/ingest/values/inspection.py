"""The first look at a file: what it is, how it is laid out, what we would make of its columns."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from promo.domain import Finding
from promo.errors import BadRequest
from promo.ingest.engine import engine
from promo.ingest.records.columns import in_columns
from promo.ingest.records.layout import Layout, lay_out, signature
from promo.ingest.records.reader import first_rows, stage_head
from promo.ingest.records.unpack import Part, unpacked
from promo.ingest.refusal import Unreadable
from promo.ingest.sources import SOURCES
from promo.ingest.values.asking import ask
from promo.ingest.values.currency import without_sign
from promo.ingest.values.evidence import Case
from promo.ingest.values.mapping import FileMapping
from promo.ingest.values.presets import Preset, preset_of
from promo.ingest.values.questions import Question
from promo.ingest.values.wide import asked, said, spread

SAMPLE_ROWS = 20
RECOGNISED = 0.5
_GLANCE = 20_000  # rows of a workbook or Parquet file that are looked at


@dataclass(frozen=True)
class Inspection:
    """What one file looks like before any of it is used.

    `scores` says for every source how well the header fits, in [0, 1]; `source` is the best one,
    "" when none fits; `preset` is the known export by whose headers it was told, "" for others. A
    file that cannot be read has an error among its `findings`; a guess that changes numbers is
    among its `questions`.
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
    preset: str = ""
    questions: tuple[Question, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether nothing can be done with the file as it is."""
        return any(finding.level == "error" for finding in self.findings)


def inspect(
    path: Path,
    source: str | None = None,
    mapping: FileMapping | None = None,
    encoding: str | None = None,
) -> Inspection:
    """Look at the header and the first rows of a file, or of the first file of a set.

    Args:
        path: a table, packed or not, a zip or folder of tables, a workbook or a Parquet file.
        source: take it as this source instead of the best fitting one.
        mapping: what she decided already; it is suggested as it is and not asked again.
        encoding: how the letters are written, where she knows better; headers may change with it.

    Raises:
        NotFound: there is no such file.
        BadRequest: there is no such source.
    """
    source = mapping.source if mapping else source
    if source is not None and source not in SOURCES:
        raise BadRequest(field="source", value=source, known=list(SOURCES))
    chosen = mapping.options.get("encoding", encoding) if mapping else encoding
    try:
        with unpacked(path, glance=_GLANCE) as parts:
            return _look(path, *_telling(parts, chosen), source, mapping)
    except Unreadable as error:
        guess = mapping or FileMapping(source or "")
        return Inspection(path, source=source or "", suggestion=guess, findings=(error.finding,))


def _telling(parts: Sequence[Part], chosen: str | None) -> tuple[Part, Layout]:
    """The first part, or one whose encoding was guessed: that guess is to be asked about."""
    first = lay_out(parts[0], encoding=chosen)
    if first.encoding.guessed or chosen is not None:
        return parts[0], first
    with suppress(Unreadable):  # said when the file is read, with its mapping
        for part in parts[1:]:
            layout = lay_out(part, like=first)
            if layout.encoding.guessed and layout.columns == first.columns:
                return part, replace(layout, notes=(*first.notes, *layout.notes))
    return parts[0], first


def _look(
    path: Path, part: Part, layout: Layout, source: str | None, mapping: FileMapping | None
) -> Inspection:
    scores = {name: kind.score(layout.columns) for name, kind in SOURCES.items()}
    preset = preset_of(layout.columns)
    if mapping is None and preset is not None and source in (None, preset.source):
        suggestion = preset.mapping(layout.columns)
    else:
        preset, suggestion = None, mapping or _suggestion(source, scores, layout)
    best = suggestion.source
    findings = _findings(suggestion, layout, preset)
    rows: list[dict[str, str]] = []
    questions: tuple[Question, ...] = ()
    with TemporaryDirectory(prefix="promodesk-") as scratch:
        room = Path(scratch).resolve()
        try:
            staged = stage_head(part, layout, room)
            rows = first_rows(staged, SAMPLE_ROWS)
            if best and set(suggestion.columns.values()) <= set(layout.columns):
                with engine(room, threads=1) as connection:
                    columns = in_columns(connection, staged)
                    case, across = spread(Case(staged, columns, SOURCES[best], suggestion))
                    weeks = asked(across, suggestion.options) if across else ()
                    questions = (*weeks, *ask(connection, without_sign(connection, case)[0]))
        except Unreadable as error:
            findings.append(error.finding)
    return Inspection(
        path=path,
        encoding=layout.encoding.name,
        delimiter=layout.delimiter,
        header=layout.columns,
        signature=signature(layout.columns),
        source=suggestion.source,
        scores=scores,
        suggestion=suggestion,
        sample=tuple(rows),
        findings=tuple(findings),
        preset=preset.name if preset else "",
        questions=questions,
    )


def _suggestion(source: str | None, scores: Mapping[str, float], layout: Layout) -> FileMapping:
    best = source or max(scores, key=lambda name: scores[name])
    if source is None and scores[best] < RECOGNISED:
        return FileMapping("")
    return FileMapping(best, SOURCES[best].suggest(layout.columns))


def _findings(mapping: FileMapping, layout: Layout, preset: Preset | None) -> list[Finding]:
    source, columns = mapping.source, mapping.columns
    if not source:
        return [Finding("source_unknown", "error"), *layout.notes]
    found = [
        Finding("field_unmapped", "error", facts={"field": name})
        for name in SOURCES[source].missing(mapping.columns)
    ]
    if preset:
        found.append(Finding("preset_known", "info", facts={"preset": preset.name}))
    if wide := SOURCES[source].wide(columns, layout.columns):
        found += said(wide, mapping.options)
    return [*found, *layout.notes]
