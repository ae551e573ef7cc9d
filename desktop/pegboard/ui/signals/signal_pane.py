"""One demand in full: where it comes from, how it stands, what it pulls."""

from collections.abc import Callable

from pegboard.i18n import tr
from pegboard.queries.signals import STOCK_BUILD, Pulled, SignalRow
from pegboard.ui import formats
from pegboard.ui.columns import quantity_column, text_column
from pegboard.ui.desk import Desk
from pegboard.ui.detail import DetailPane, Fact, Facts
from pegboard.ui.detail_table import DetailTable
from pegboard.ui.signals import words


class SignalPane(DetailPane):
    """The right half of the first view; `opens` opens the record behind a demand."""

    def __init__(self, desk: Desk, opens: Callable[[], None]) -> None:
        super().__init__(tr("Demand"))
        self._desk = desk
        self._opens = opens
        self._item = ""
        self._facts = Facts()
        self.add("", self._facts)
        self.pulls: DetailTable[Pulled] = DetailTable(
            desk,
            "signal_pulls",
            tr("What it pulls"),
            (
                text_column("kind", tr("From"), _kind, width=64),
                text_column("number", tr("Number"), lambda pulled: pulled.number, width=119),
                quantity_column("quantity", tr("Quantity"), lambda pulled: pulled.quantity, width=60),
            ),
            lambda pulled: (pulled.kind, pulled.number, pulled.quantity.micro),
        )
        self._section = self.add(tr("What it pulls"), self.pulls)
        self.pulls.row_opened.connect(self._open_supply)
        self.end()

    def show_row(self, row: SignalRow | None) -> None:
        """Show a demand, or nothing."""
        if row is None:
            self.show_nothing(tr("Choose a demand on the left to see what it pulls."))
            return
        self._item = row.item
        content = f"{formats.quantity(row.quantity)} {row.unit} {row.item}  {row.description}".rstrip()
        self.show_heading(words.name_words(row), content, words.state_mark(row))
        self._facts.show_facts(self._lines(row))
        self._section.setVisible(bool(row.pulls))
        self.pulls.show_rows(row.pulls)

    def _lines(self, row: SignalRow) -> tuple[Fact, ...]:
        is_build = row.kind == STOCK_BUILD
        return (
            Fact(tr("Signal"), words.kind_words(row.kind), tip=words.kind_help(row.kind)),
            Fact(tr("Signed by") if is_build else tr("From"), row.origin, self._opens if row.order else None),
            Fact(tr("Place in pull order"), "" if row.place is None else str(row.place)),
            Fact(tr("Needed"), words.need_words(row)),
            Fact(tr("Ready"), formats.day(row.ready)),
            Fact(tr("Signed on") if is_build else tr("Since"), formats.day(row.raised)),
            Fact(tr("Let in by"), "" if is_build else row.person),
            Fact(tr("Expires"), formats.day(row.expires)),
            Fact(tr("Reason") if is_build else tr("Why late"), row.reason),
            Fact(tr("Pulls"), "" if row.pulls else words.pulls_words(row)),
        )

    def _open_supply(self, pulled: Pulled) -> None:
        noun = {"job": "work_order", "purchase": "purchase_line", "stock": "stock"}[pulled.kind]
        self._desk.show_record(noun, pulled.number if pulled.kind != "stock" else self._item)


def _kind(pulled: Pulled) -> str:
    return {"job": tr("job"), "purchase": tr("purchase"), "stock": tr("on hand")}[pulled.kind]
