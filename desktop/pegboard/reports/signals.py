"""What pulls: every open demand in pull order, with its state, and every signed build for stock."""

from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable, Target
from pegboard.i18n import tr
from pegboard.queries.signals import STOCK_BUILD, Pulled, SignalRow, signals
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn(
            "place", tr("Place"), Kind.WHOLE, help=tr("In pull order; empty for what pulls nothing."), width=10
        ),
        ReportColumn("kind", tr("Signal"), help=tr("order, pos, kanban, inferred, or stock_build."), width=19),
        ReportColumn("demand", tr("Demand"), width=25),
        ReportColumn("state", tr("State"), width=22),
        ReportColumn("origin", tr("From"), width=23),
        ReportColumn("item", tr("Item"), width=17),
        ReportColumn("quantity", tr("Quantity"), Kind.QUANTITY, width=13),
        ReportColumn("need", tr("Needed"), Kind.DAY, width=19),
        ReportColumn("ready", tr("Ready"), Kind.DAY, width=19),
        ReportColumn("pulls", tr("Pulls"), width=22),
        ReportColumn("raised", tr("Since"), Kind.DAY, width=19),
        ReportColumn("person", tr("By"), width=12),
        ReportColumn("reason", tr("Reason"), width=24),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    found = signals(reading)
    builds = sum(row.kind == STOCK_BUILD for row in found)
    notes = [tr("In the order in which the next explosion serves them.")]
    if builds:
        notes.append(tr("Built for stock, without demand, by a person who signed for it: {count}.", count=builds))
    return REPORT.table(period, [_row(row) for row in found], notes)


def _row(row: SignalRow) -> ReportRow:
    cells = (
        row.place,
        row.kind,
        row.name,
        row.state.value,
        row.origin,
        row.item,
        row.quantity,
        row.need,
        row.ready,
        ", ".join(map(_pulled, row.pulls)),
        row.raised,
        row.person,
        row.reason,
    )
    if row.kind == "order":
        return ReportRow(cells, Target("order", row.order))
    pulled = next((each for each in row.pulls if each.kind == "job"), None)
    return ReportRow(cells, Target("work_order", pulled.number) if pulled else Target("demand", row.name))


def _pulled(pulled: Pulled) -> str:
    if pulled.kind == "stock":
        return tr("{quantity} on hand at {place}", quantity=pulled.quantity, place=pulled.number)
    return tr("{quantity} on {number}", quantity=pulled.quantity, number=pulled.number)


REPORT = Report(
    "signals",
    lambda: tr("What pulls, and why"),
    lambda: tr("Every open demand of every kind in pull order, with its state, and what was built for stock."),
    _columns,
    _run,
    period=lambda today: Period(today, today),
    shows_money=False,
    is_as_of=True,
)
