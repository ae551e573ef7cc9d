"""The owner's page on paper: one sheet whatever it says, and every figure with its formula."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.builders import (
    NOW,
    add_customer,
    add_order,
    add_purchase,
    add_supplier,
    add_supplier_item,
    add_work_order,
    day,
    doing,
    need,
    reading,
    workshop,
)
from tests.documents.papers import page_texts
from tests.reports.money import add_invoice
from tests.reports.trade import trade

from pegboard import reports
from pegboard.documents.report_paper import report_pdf
from pegboard.domain.period import Step, last_complete, last_days
from pegboard.queries.report_cash_cycle import cycle_history
from pegboard.reports.cash_workbook import cash_workbook
from pegboard.services.settings import set_setting
from pegboard.storage.store import Store

FRIDAY = day("2026-11-20")
LONG = "Gesellschaft für außerordentlich lange Firmennamen im Leuchtenbau mit beschränkter Haftung"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A lamp maker's year with much that is stuck, late and at risk, and names that hardly fit."""
    with workshop(tmp_path) as made:
        with doing(made, today=FRIDAY) as tx:
            trade(tx, FRIDAY)
            add_customer(tx, "LONG", name=LONG)
            add_supplier(tx, "SLOW", name=LONG)
            add_supplier_item(tx, "SLOW", "BRASS", 40, lead_time_days=60)
            add_work_order(tx, "WO-0900", "LAMP", 5)
            need(tx, "WO-0900", "BRASS", 5)
            for number in range(12):
                add_order(tx, f"SO-09{number:02}", [("LAMP", 1, "2026-11-02")], customer="LONG")
                add_invoice(tx, f"INV-09{number:02}", 12_345_678, "2026-09-01", customer="LONG")
                add_purchase(tx, f"PO-09{number:02}", "SLOW", [("TUBE", 40, 12)], due_date=day("2026-11-02"))
        yield made


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("step", list(Step))
def test_the_page_is_one_sheet_whatever_it_says(store: Store, paper: str, step: Step) -> None:
    period = last_complete(FRIDAY, step)
    with reading(store, FRIDAY) as view:
        (text,) = page_texts(report_pdf(view, reports.named("cash-cycle").run(view, period), paper=paper, now=NOW))
    for words in ("What moved it", "Cash stuck 6 of", "Promises at risk 6 of 12", "Supply that can stop us 6 of 13"):
        assert words in text


def test_the_page_says_each_formula_and_what_evening_it_is_of(store: Store) -> None:
    with reading(store, FRIDAY) as view:
        found = reports.named("cash-cycle").run(view, last_days(FRIDAY, 90))
        (text,) = page_texts(report_pdf(view, found, now=NOW))
    for words in (
        "Money is tied up for",
        "As of the evening of Fri 20 Nov 2026",
        "÷ sales with tax",
        "Measured by balances",
    ):
        assert words in text


def test_a_shop_without_books_gets_a_page_that_says_why(tmp_path: Path) -> None:
    with workshop(tmp_path, "new.pegboard") as made, reading(made) as view:
        found = reports.named("cash-cycle").run(view, last_days(view.today, 90))
        (text,) = page_texts(report_pdf(view, found, now=NOW))
    assert "cannot be said" in text
    assert "Nothing was booked by then" in text


# --- the workbook


def evaluated(book: Any, sheet: str, cell: str) -> float:
    """What a spreadsheet would show: the few forms of formula that the workbook has."""
    value = book[sheet][cell].value
    if not isinstance(value, str):
        return float(value or 0)
    formula = value.removeprefix("=")
    if summed := re.fullmatch(r"SUM\(([A-Z]+)(\d+):[A-Z]+(\d+)\)", formula):
        column, first, last = summed.groups()
        return sum(evaluated(book, sheet, f"{column}{line}") for line in range(int(first), int(last) + 1))
    if other := re.fullmatch(r"'([^']+)'!([A-Z]+\d+)", formula):
        return evaluated(book, *other.groups())
    inside = re.sub(r'^IFERROR\((.*),"[^"]*"\)$', r"\1", formula)
    numbers = re.sub(r"[A-Z]+\d+", lambda found: repr(evaluated(book, sheet, found[0])), inside)
    return float(eval(numbers))  # numbers and signs alone: the workbook is our own


@pytest.mark.parametrize("rule", ["end", "average"])
@pytest.mark.parametrize("over", ["cost_of_sales", "purchases"])
def test_the_workbook_computes_the_cycle_from_its_lists_of_documents(store: Store, rule: str, over: str) -> None:
    with doing(store, today=FRIDAY) as tx:
        set_setting(tx, "cash_balance", rule)
        set_setting(tx, "cash_payables_over", over)
    period = last_complete(FRIDAY, Step.QUARTER)
    with reading(store, FRIDAY) as view:
        book = load_workbook(BytesIO(cash_workbook(view, period)))
        now = cycle_history(view, period).now
    for line, measure in enumerate(now.parts, 5):
        if measure.days is not None:
            assert evaluated(book, "Cash cycle", f"G{line}") == pytest.approx(float(measure.days), abs=1e-4)
    assert now.days is not None
    assert evaluated(book, "Cash cycle", "G9") == pytest.approx(float(now.days), abs=1e-4)
