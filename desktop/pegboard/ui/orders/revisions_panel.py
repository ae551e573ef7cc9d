"""How an order changed under its number: a row for each line and revision, before and after."""

from functools import partial

from pegboard.i18n import tr
from pegboard.queries.order_revisions import LineChange, revisions
from pegboard.ui import formats
from pegboard.ui.columns import Column, text_column, whole_column
from pegboard.ui.desk import Desk
from pegboard.ui.detail_table import DetailTable


def columns() -> tuple[Column[LineChange], ...]:
    """Return the columns of the table."""
    return (
        whole_column("revision", tr("Rev."), lambda change: change.revision, width=44),
        Column("at", tr("When"), lambda change: formats.instant(change.at), sort=lambda change: change.at, width=120),
        text_column("actor", tr("Who"), lambda change: change.actor, width=60),
        text_column("line", tr("Line"), lambda change: change.line, width=84),
        text_column("before", tr("Before"), lambda change: change.before, width=150, tip=lambda change: change.before),
        text_column("after", tr("After"), lambda change: change.after, width=150, tip=lambda change: change.after),
    )


class RevisionsPanel(DetailTable[LineChange]):
    """The table; it reads what it shows by itself."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk, "order_revisions", tr("Revisions"), columns(), key=lambda change: (change.revision, change.line)
        )
        self._reader = desk.runner

    def show_order(self, number: str) -> None:
        """Show the revisions of an order."""
        self._reader.read("orders.revisions", partial(revisions, order=number), self.show_rows)
