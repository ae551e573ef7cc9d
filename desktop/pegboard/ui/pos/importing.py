"""Imports sales for the window: the file, what it pulls, and what to say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pegboard.i18n import tr
from pegboard.storage.store import Transaction
from pegboard.ui.runner import Progress


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What an import of sales did.

    Attributes: source: Square, Loyverse, Shopify or "" for our own file; new, changed, unchanged: sales; notes: what a
    person should know; jobs, lines: what the explosion after it made, both 0 where it waits.
    """

    file: str
    source: str
    new: int
    changed: int
    unchanged: int
    notes: tuple[str, ...]
    jobs: int = 0
    lines: int = 0

    def text(self) -> str:
        """Say it in a few sentences."""
        told = [
            tr(
                "{file}: {new} sales new, {changed} changed, {unchanged} known already.",
                file=self.file,
                new=self.new,
                changed=self.changed,
                unchanged=self.unchanged,
            )
        ]
        if self.jobs or self.lines:
            told.append(tr("Pulled {jobs} jobs and {lines} purchase lines.", jobs=self.jobs, lines=self.lines))
        return " ".join((*told, *self.notes))


def bring_in(
    tx: Transaction, path: Path, progress: Progress, aliases: Mapping[str, str] | None = None, location: str = ""
) -> BroughtIn:
    """Import a file of sales; where sales pull at once, explode as well. Raises as `import_sales` does."""
    from pegboard.exchange.shop_sales import import_sales
    from pegboard.queries.settings import settings
    from pegboard.services.explosion import explode

    done = import_sales(tx, path, aliases=aliases, location=location, progress=progress)
    (count,) = done.result.counts
    jobs = lines = 0
    if (count.new or count.changed) and settings(tx).pos_pulls == "at_once":
        plan = explode(tx, progress=progress).plan
        jobs, lines = len(plan.jobs), len(plan.lines)
    return BroughtIn(
        path.name,
        done.source,
        count.new,
        count.changed,
        count.unchanged,
        done.notes or done.result.notes,
        jobs,
        lines,
    )
