"""The reports. Each is one module with a `REPORT`; it is imported when the reports are listed or run."""

from functools import cache
from importlib import import_module

from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr
from pegboard.reports.report import Report

# One line a report, in the order of the list: its module in this package.
REPORTS: tuple[str, ...] = (
    "cash_cycle",
    "cash_trend",
    "cash_causes",
    "cash_calendar",
    "cash_by_order",
    "receivables",
    "payables",
    "deposits",
    "stock_value",
    "sales",
    "purchases",
    "cost_of_sales",
    "expenses",
    "expense_payments",
    "overhead",
    "stock_age",
    "stock_turns",
    "wip",
    "throughput",
    "job_cost",
    "order_margin",
    "on_time",
    "supplier_on_time",
    "signals",
    "kanban_loops",
    "shelves",
    "suggestions",
    "inference_backtest",
)


@cache
def load(module: str) -> Report:
    """Import one report."""
    report: Report = import_module(f"{__name__}.{module}").REPORT
    return report


def all_reports() -> tuple[Report, ...]:
    """Return all reports, in the order of the list."""
    return tuple(load(module) for module in REPORTS)


def named(name: str) -> Report:
    """Return the report with this name; InvalidInput lists all where there is none."""
    for report in all_reports():
        if report.name == name:
            return report
    raise InvalidInput(
        tr('There is no report "{name}".', name=name[:80]),
        hint=tr("Reports are: {names}.", names=", ".join(report.name for report in all_reports())),
    )
