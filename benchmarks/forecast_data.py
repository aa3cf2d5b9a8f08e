"""Public series for the forecast bench, as arrays; and shops large enough to time."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from promo import ingest, workflow
from promo.domain import Panel
from promo.ingest import simulate
from promo.ingest.simulate import World
from promo.learn.effects import Floats, Ints
from promo.learn.seasons import DAYS, WEEKS, Calendar
from promo.store import Workspace

DATA = Path(__file__).parent.parent.parent / "shared" / "data"


@dataclass(frozen=True, eq=False)
class Held:
    """Series with their last steps held out.

    Attributes:
        name: of the data and its steps.
        units: shape (series, steps), the held-out ones included; NaN before a series begins.
        group: shape (series,), department of each.
        horizon: steps held out.
        calendar: of the steps.
        lag: steps over which the naive error of MASE is taken.
    """

    name: str
    units: Floats
    group: Ints
    horizon: int
    calendar: Calendar
    lag: int

    @property
    def past(self) -> Floats:
        """What a method may see."""
        return self.units[:, : -self.horizon]

    @property
    def actual(self) -> Floats:
        """What was sold then."""
        return self.units[:, -self.horizon :]

    @property
    def size(self) -> str:
        """Series and steps in words."""
        return f"{len(self.units)} series x {self.past.shape[1]} steps, {self.horizon} ahead"


def m5() -> tuple[Held, Held]:
    """The sample of M5 by day (28 held out) and by week (4)."""
    parts = [pd.read_parquet(DATA / "m5_sample" / f"m5_y_{k}_sample.parquet")
             for k in ("train", "test")]  # fmt: skip
    whole = pd.concat(parts).pivot_table("quantity_sold", index="id", columns="date")
    units = whole.to_numpy(dtype=np.float64)
    group = np.unique([name.rsplit("_", 4)[0] for name in whole.index], return_inverse=True)[1]
    weekly = units[:, units.shape[1] % 7 :].reshape(len(units), -1, 7).sum(axis=2)
    return (
        Held("m5_sample by day", units, group, 28, DAYS, 7),
        Held("m5_sample by week", weekly, group, 4, WEEKS, 1),
    )


def uci() -> Held:
    """Weekly sales of 811 products; the last 8 weeks are held out."""
    path = DATA / "uci_weekly_sales" / "Sales_Transactions_Dataset_Weekly.csv"  # a workbook
    table = pd.read_excel(path, engine="calamine")
    units = table[[f"W{week}" for week in range(52)]].to_numpy(dtype=np.float64)
    return Held("uci_weekly_sales", units, np.zeros(len(units), dtype=np.int64), 8, WEEKS, 1)


def shop(products: int, weeks: int = 104) -> Panel:
    """The history of a simulated shop, read from its files."""
    world = World(products=products, weeks=weeks, categories=max(products // 10, 1), customers=0)
    with TemporaryDirectory() as files:
        simulate.write_sources(simulate.simulate(world), Path(files), ("panel", "products"))
        return history(sorted(Path(files).iterdir()))


def history(paths: Sequence[Path]) -> Panel:
    """What a desk makes of these files."""
    with TemporaryDirectory() as room:
        workspace = Workspace(Path(room))
        known = [(path, workflow.inspect_file(workspace, path).suggestion) for path in paths]
        return ingest.panel(workflow.import_files(workspace, "shop", known))
