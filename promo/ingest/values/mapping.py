"""Which header means what, and the choices she made; remembered per header signature."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from promo.errors import BadRequest
from promo.ingest.records.encoding import ENCODINGS
from promo.ingest.sources import Source
from promo.ingest.values.zones import ZONES

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "encoding": ENCODINGS,
    "day_first": ("true", "false"),
    "decimal": ("point", "comma"),
    "epoch": ("seconds", "milliseconds", "microseconds"),
    "zone": ZONES,  # the shop's own clock, for times that name another
    "discount": ("off", "paid"),  # the share taken off, or the share left to pay
    "event": ("view", "search", "cart", "wish", "purchase", "return", "review"),  # of every row
    "codes": ("taobao", "tmall"),  # what a number for a kind of event stands for
    "guest": ("0",),  # the customer's number where there is none
    "first_week": (),  # any date, YYYY-MM-DD
}
"""Every option of a mapping with the values it takes."""

_OF_ONE_FILE = frozenset({"encoding", "epoch", "event", "first_week"})


@dataclass(frozen=True)
class FileMapping:
    """How one file is understood.

    `columns` maps a canonical field of the source to a header of the file; `options` holds
    what she decided of `OPTIONS`.
    """

    source: str
    columns: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an option that does not exist or has no such value.

        Raises:
            BadRequest: with facts `field` and `value`.
        """
        for name, value in self.options.items():
            if name not in OPTIONS or (OPTIONS[name] and value not in OPTIONS[name]):
                if name not in OPTIONS:
                    raise BadRequest(field="reading", value=name, known=list(OPTIONS))
                raise BadRequest(field=name, value=value, known=list(OPTIONS[name]))
        if "first_week" in self.options:
            try:
                date.fromisoformat(self.options["first_week"])
            except ValueError as error:
                given = self.options["first_week"]
                raise BadRequest(field="first_week", value=given, must="date") from error

    def lasting(self) -> "FileMapping":
        """What holds for the next file with this header too; facts of one file are left out.

        >>> FileMapping("events", {}, {"event": "view", "day_first": "true"}).lasting().options
        {'day_first': 'true'}
        """
        kept = {name: value for name, value in self.options.items() if name not in _OF_ONE_FILE}
        return replace(self, options=kept)

    def to_json(self) -> str:
        """One line of JSON that `from_json` reads back as an equal mapping."""
        return json.dumps(
            {
                "source": self.source,
                "columns": dict(self.columns),
                "options": dict(self.options),
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> "FileMapping":
        """The mapping that `to_json` wrote.

        >>> mapping = FileMapping("orders", {"order_id": "No"}, {"decimal": "comma"})
        >>> FileMapping.from_json(mapping.to_json()) == mapping
        True
        """
        return cls(**json.loads(text))


def unused_columns(
    header: tuple[str, ...], mapping: FileMapping, source: Source
) -> tuple[str, ...]:
    """The columns of a file that no field takes; all weeks of a wide file count as taken."""
    used = set(mapping.columns.values())
    if wide := source.wide(mapping.columns, header):
        used.update(column for weeks in wide.columns.values() for column in weeks.values())
    return tuple(column for column in header if column and column not in used)
