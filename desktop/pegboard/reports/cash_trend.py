"""The cash cycle over 13 periods."""

from pegboard.domain.cash_cycle import CashCycle
from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable
from pegboard.i18n import tr
from pegboard.queries.report_cash_cycle import cycle_history
from pegboard.reports.cash_cycle import NAMES, days_cell, notes
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("first", tr("From"), Kind.DAY),
        ReportColumn("last", tr("To"), Kind.DAY),
        ReportColumn("dio", tr("Stock"), Kind.NUMBER, help=tr("Days of stock (DIO)")),
        ReportColumn("dso", tr("Customers"), Kind.NUMBER, help=tr("Days until customers pay (DSO)")),
        ReportColumn("dpo", tr("Suppliers"), Kind.NUMBER, help=tr("Days until we pay suppliers (DPO)")),
        ReportColumn("deposit_days", tr("Deposits"), Kind.NUMBER, help=tr("Days of customers' deposits")),
        ReportColumn(
            "ccc",
            tr("Cash cycle"),
            Kind.NUMBER,
            help=tr("Days money is tied up (CCC)"),
            formula="{dio} + {dso} - {dpo} - {deposit_days}",
        ),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    history = cycle_history(reading, period)
    return REPORT.table(period, [_row(cycle) for cycle in history.trend], notes(history)[:2])


def _row(cycle: CashCycle) -> ReportRow:
    parts = {NAMES[measure.part]: days_cell(measure.days, measure.reason) for measure in cycle.parts}
    period = cycle.period
    return ReportRow((period.first, period.last, *parts.values(), days_cell(cycle.days, cycle.reason)))


REPORT = Report(
    "cash-trend",
    lambda: tr("Cash cycle over time"),
    lambda: tr("The cash cycle and its four parts over the 13 weeks, months, quarters or windows up to the period."),
    _columns,
    _run,
)
