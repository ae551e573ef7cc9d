"""The cash cycle as a workbook: its figures are formulas over the sheets of documents behind them."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from pegboard.domain.cash_cycle import BalanceRule, Measure, Part, PayablesOver
from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, ReportTable, Value
from pegboard.i18n import tr
from pegboard.queries.report_cash_cycle import CycleHistory, cycle_history
from pegboard.reports.report import Report
from pegboard.reports.workbook import content, put_table, put_text, put_value, sheet_name
from pegboard.storage.store import Reading

BALANCES = {
    Part.STOCK: "stock-value",
    Part.CUSTOMERS: "receivables",
    Part.SUPPLIERS: "payables",
    Part.DEPOSITS: "deposits",
}
FLOWS = {
    Part.STOCK: "cost-of-sales",
    Part.CUSTOMERS: "sales",
    Part.SUPPLIERS: "cost-of-sales",
    Part.DEPOSITS: "sales",
}
HEAD_ROW, FIRST_ROW = 4, 5


def cash_workbook(reading: Reading, period: Period) -> bytes:
    """Return the workbook: the cycle, its trend, who moved it, and a sheet for each list that its figures add up."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    from pegboard.reports import named

    history = cycle_history(reading, period)
    book = Workbook()
    sheet = book.active
    sheet.title = sheet_name(named("cash-cycle").title())
    names = ("receivables", "payables", "deposits", "stock-value", "sales", "purchases", "cost-of-sales")
    totals = {name: _list_sheet(book, named(name), reading, period) for name in names}
    trend = named("cash-trend").run(reading, period)
    put_table(book.create_sheet(sheet_name(trend.name), 1), trend, 1)
    who = named("cash-causes").run(reading, period)
    put_table(book.create_sheet(sheet_name(who.name), 2), who, 1)
    put_text(sheet.cell(1, 1), named("cash-cycle").title()).font = Font(bold=True, size=14)
    put_text(sheet.cell(2, 1), f"{period.first.isoformat()} – {period.last.isoformat()}")
    _put_heads(sheet)
    for line, (now, before) in enumerate(zip(history.now.parts, history.before.parts, strict=True), FIRST_ROW):
        _put_part(sheet, line, history, now, before, totals)
    _put_cycle(sheet, history)
    for line, note in enumerate(named("cash-cycle").run(reading, period).notes, FIRST_ROW + 6):
        put_text(sheet.cell(line, 1), note)
    return content(book)


def _list_sheet(book: Any, report: Report, reading: Reading, period: Period) -> str:
    """Write the list of a report on a sheet of its own; return the formula of its total."""
    from openpyxl.utils import get_column_letter

    table: ReportTable = report.run(reading, period)
    sheet = book.create_sheet(sheet_name(report.name))
    last = put_table(sheet, table, 1)
    sheet.freeze_panes = "A2"
    place = next(place for place, column in enumerate(table.columns, 1) if column.is_totalled)
    return f"='{sheet.title}'!{get_column_letter(place)}{last}" if table.rows and table.totals else "=0"


def _put_heads(sheet: Any) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    heads = (
        tr("Part"), tr("Balance before"), tr("Balance at the end"), tr("Balance measured"), tr("Flow"),
        tr("Days counted"), tr("Days"), tr("Days before"), tr("Change"),
    )  # fmt: skip
    for place, head in enumerate(heads, 1):
        cell = put_text(sheet.cell(HEAD_ROW, place), head)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(horizontal="right" if place > 1 else "left", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = 34 if place == 1 else 16


def _put_part(
    sheet: Any, line: int, history: CycleHistory, now: Measure, before: Measure, totals: Mapping[str, str]
) -> None:
    from pegboard.reports.cash_cycle import days_cell, money_of, part_words

    part, currency = now.part, history.books.currency
    opening = history.figures.opening.of(part)
    put_text(sheet.cell(line, 1), part_words(part))
    _put(sheet, line, 2, None if opening is None else money_of(opening, currency), Kind.MONEY)
    over = history.convention.payables_over
    flow = "purchases" if part is Part.SUPPLIERS and over is PayablesOver.PURCHASES else FLOWS[part]
    is_mean = history.convention.balance is BalanceRule.AVERAGE
    formulas = {
        3: totals[BALANCES[part]],
        4: f"=(B{line}+C{line})/2" if is_mean else f"=C{line}",
        5: totals[flow],
        7: f'=IFERROR(D{line}*F{line}/E{line},"{tr("n/a")}")' if now.days is not None else "",
        9: f'=IFERROR(G{line}-H{line},"")',
    }
    for column, formula in formulas.items():
        sheet.cell(line, column).value = formula or tr("n/a")
        sheet.cell(line, column).number_format = "#,##0.00" if column < 6 else "0.0"
    _put(sheet, line, 6, now.counted_days, Kind.NUMBER)
    _put(sheet, line, 8, days_cell(before.days, before.reason), Kind.NUMBER)


def _put_cycle(sheet: Any, history: CycleHistory) -> None:
    from openpyxl.styles import Border, Font, Side

    line, rows = FIRST_ROW + 4, [FIRST_ROW + place for place in range(4)]
    put_text(sheet.cell(line, 1), tr("Days money is tied up (CCC)"))
    for column, letter, days in ((7, "G", history.now.days), (8, "H", history.before.days)):
        stock, customers, suppliers, deposits = (f"{letter}{row}" for row in rows)
        known: Fraction | None = days
        formula = f'=IFERROR({stock}+{customers}-{suppliers}-{deposits},"{tr("n/a")}")'
        sheet.cell(line, column).value = tr("n/a") if known is None else formula
    sheet.cell(line, 9).value = f'=IFERROR(G{line}-H{line},"")'
    for column in range(1, 10):
        cell = sheet.cell(line, column)
        cell.font, cell.border = Font(bold=True), Border(top=Side(style="thin"))
        if column > 5:
            cell.number_format = "0.0"


def _put(sheet: Any, line: int, column: int, value: Value, kind: Kind) -> None:
    put_value(sheet.cell(line, column), value, kind)
