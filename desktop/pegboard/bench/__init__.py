"""Benchmarks: what the program takes, against a floor measured in the same run.

A floor is the same work done bare: the same netting in memory, the same rows into the same tables with `sqlite3`, the
same strings and codes on a canvas. Machines differ; the ratio is the figure to watch.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

SIZES = ("small", "medium", "large")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure: seconds of ours and of the floor, and the ratio it is held to (None: seconds alone)."""

    name: str
    seconds: float
    floor: float | None
    bar: float | None
    note: str = ""

    def as_json(self) -> dict[str, object]:
        """The figure for scripts: seconds are rounded to microseconds."""
        return {
            "name": self.name,
            "value": round(self.seconds, 6),
            "floor": None if self.floor is None else round(self.floor, 6),
            "ratio": round(self.seconds / self.floor, 3) if self.floor else None,
            "bar": self.bar,
            "note": self.note,
        }

    def text(self) -> str:
        """The figure as a line of a table."""
        ratio = f"{self.seconds / self.floor:6.2f} x" if self.floor else " " * 8
        floor = f"{self.floor:9.3f} s" if self.floor is not None else " " * 11
        bar = f"at most {self.bar:g}" if self.bar is not None else ""
        return f"{self.name:<34} {self.seconds:9.3f} s {floor} {ratio}  {bar:<12} {self.note}".rstrip()


HEADING = f"{'what':<34} {'takes':>11} {'floor':>11} {'ratio':>8}"

# name -> (module, what it measures)
BENCHES: dict[str, tuple[str, str]] = {
    "explode": ("pegboard.bench.explosion", "explosion of a whole plan, and of one more order on top of it"),
    "changes": ("pegboard.bench.changes", "change and cancellation of a large order, against exploding it"),
    "import": ("pegboard.bench.importing", "import of a workshop folder"),
    "start": ("pegboard.bench.start", "start of the window until the first usable page"),
    "lists": ("pegboard.bench.lists", "opening, sorting, filtering and searching the order list"),
    "reports": ("pegboard.bench.reports", "the cash cycle over many invoices and bills"),
    "signals": ("pegboard.bench.signals", "till sales imported and replenished, and scans of kanban cards"),
    "inference": ("pegboard.bench.inference", "the past replayed for inferred demand, and the list of all that pulls"),
    "travelers": ("pegboard.bench.travelers", "100 travelers as one PDF"),
}


def run(name: str, size: str) -> Iterator[Figure]:
    """Run one benchmark on a workload of `size`; figures come as they are measured."""
    figures: Callable[[str], Iterator[Figure]] = import_module(BENCHES[name][0]).figures
    yield from figures(size)
