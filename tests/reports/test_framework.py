"""Any report on every medium: the same rows and totals on paper, in a workbook, as CSV and as JSON."""

import csv
import datetime
import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.builders import NOW, add_customer, add_supplier, day, doing, reading, workshop
from tests.command_line import CommandLine, command_line  # noqa: F401
from tests.documents.papers import page_texts
from tests.reports.money import add_bill, add_invoice, add_payment

from pegboard import reports
from pegboard.documents.report_paper import report_pdf
from pegboard.domain.period import Period
from pegboard.domain.quantity import Money, Price, Quantity
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportRow, ReportTable, summed
from pegboard.queries.report_cash import cash_books
from pegboard.reports.forms import as_json, csv_text
from pegboard.reports.workbook import table_workbook
from pegboard.storage.store import Store

JANUARY = Period(datetime.date(2026, 1, 1), datetime.date(2026, 1, 31))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two customers, one of whom paid in part, and a supplier."""
    with workshop(tmp_path) as made:
        with doing(made) as tx:
            add_customer(tx, "ZIN")
            add_customer(tx, "=SUM(A1)")
            add_supplier(tx)
            first = add_invoice(tx, "INV-0001", "1000.50", "2026-01-05", tax="190.10", deposit="200")
            add_invoice(tx, "INV-0002", 300, "2026-01-20", customer="=SUM(A1)")
            add_invoice(tx, "CN-0001", -100, "2026-01-21", customer="=SUM(A1)", credits=first)
            add_payment(tx, "PAY-0001", 400, "2026-01-25", customer="ZIN", invoices={first: 400})
            add_payment(tx, "PAY-0002", "590.60", "2026-02-10", customer="ZIN", invoices={first: "590.60"})
            add_bill(tx, "BILL-0001", "80.25", "2026-01-10")
        yield made


def sample() -> ReportTable:
    """A table with every kind of cell."""
    columns = (
        ReportColumn("item", "Item"),
        ReportColumn("made", "Made", Kind.QUANTITY, is_totalled=True),
        ReportColumn("good", "Good", Kind.QUANTITY, is_totalled=True),
        ReportColumn("good_percent", "Good %", Kind.PERCENT, formula="{good} / {made} * 100"),
        ReportColumn("value", "Value", Kind.MONEY, is_totalled=True),
        ReportColumn("on", "On", Kind.DAY),
    )
    rows = (
        ReportRow(("=cmd", Quantity.parse("4"), Quantity.parse("3"), Fraction(75), Money(1250, "EUR"), JANUARY.first)),
        ReportRow(("LAMP", Quantity.parse("0"), Quantity.parse("0"), NotAvailable("made none"), None, None)),
    )
    totals = {**summed(columns, rows), "good_percent": Fraction(75)}
    return ReportTable("sample", "A sample", JANUARY, columns, rows, totals, ("How it was computed.",))


def test_json_holds_exact_decimals_and_nothing_for_what_is_not_available() -> None:
    found = as_json(sample())
    assert list(found) == ["name", "from", "to", "columns", "rows", "totals"]
    assert found["rows"] == [
        {"item": "=cmd", "made": "4", "good": "3", "good_percent": "75", "value": "12.50", "on": "2026-01-01"},
        {"item": "LAMP", "made": "0", "good": "0", "good_percent": None, "value": None, "on": None},
    ]
    assert found["totals"] == {"made": "4", "good": "3", "value": "12.50", "good_percent": "75"}


def test_csv_runs_no_formula_of_a_stranger() -> None:
    rows = list(csv.reader(io.StringIO(csv_text(sample()))))
    assert rows[0] == ["item", "made", "good", "good_percent", "value", "on"]
    assert rows[1][0] == "'=cmd"


def test_a_workbook_adds_up_by_itself_and_runs_no_formula_of_a_stranger() -> None:
    sheet = load_workbook(io.BytesIO(table_workbook(sample()))).active
    cells = {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert cells["A5"] == "=cmd"
    assert sheet["A5"].data_type == "s"
    assert cells["B7"] == "=SUM(B5:B6)"
    assert cells["D5"] == "=IFERROR(C5 / B5 * 100,0)"
    assert cells["D7"] == "=IFERROR(C7 / B7 * 100,0)"
    assert cells["D6"] == "n/a"


def test_paper_shows_rows_totals_and_notes(store: Store) -> None:
    with reading(store) as view:
        (text,) = page_texts(report_pdf(view, sample(), now=NOW))
    for words in ("A SAMPLE", "=cmd", "75.0", "n/a", "12.50", "How it was computed."):
        assert words in text


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_long_report_repeats_its_head(store: Store, paper: str) -> None:
    table = sample()
    long = ReportTable(table.name, table.title, table.period, table.columns, table.rows * 100, table.totals)
    with reading(store) as view:
        pages = page_texts(report_pdf(view, long, paper=paper, now=NOW))
    assert len(pages) > 2
    assert all("Good %" in page for page in pages)


def test_receivables_are_what_was_open_that_evening(store: Store) -> None:
    with reading(store) as view:
        found = reports.named("receivables").run(view, JANUARY)
        later = reports.named("receivables").run(view, Period(JANUARY.first, day("2026-02-28")))
    opens = {str(row.cells[0]): row.cells[7] for row in found.rows}
    assert opens == {
        "INV-0001": Money(59060, "EUR"),
        "INV-0002": Money(30000, "EUR"),
        "CN-0001": Money(-10000, "EUR"),
    }
    assert found.totals == {"value": Money(79060, "EUR")}
    assert [row.cells[0] for row in later.rows] == ["INV-0002", "CN-0001"]


@pytest.mark.parametrize("report", reports.all_reports(), ids=lambda report: report.name)
def test_every_report_runs_on_an_empty_workshop(tmp_path: Path, report: reports.Report) -> None:
    with workshop(tmp_path) as made, reading(made) as view:
        found = report.run(view, report.period_of(view.today))
        assert [column.name for column in found.columns] == [column.name for column in report.columns()]
        assert as_json(found)["name"] == report.name
        assert report_pdf(view, found, now=NOW).startswith(b"%PDF")


@pytest.mark.parametrize("report", reports.all_reports(), ids=lambda report: report.name)
def test_every_report_has_a_sentence_of_help_and_columns_of_its_own(report: reports.Report) -> None:
    assert report.help().endswith(".")
    names = [column.name for column in report.columns()]
    assert len(set(names)) == len(names)


def test_the_command_line_lists_prints_and_writes_reports(command_line: CommandLine, store: Store) -> None:  # noqa: F811
    shop = ("--workshop", store.address, "--today", "2026-01-31")
    assert "receivables" in command_line.does("report", *shop).out
    found = command_line.does("report", "receivables", "--json", *shop).json
    assert found["totals"] == {"value": "790.60"}
    assert "INV-0001" in command_line.does("report", "receivables", *shop).out
    for suffix in ("pdf", "xlsx", "csv"):
        command_line.does("report", "receivables", "-o", f"open.{suffix}", *shop)
        assert Path(f"open.{suffix}").stat().st_size > 100


def test_the_command_line_refuses_an_unknown_report_a_wrong_period_and_a_wrong_file(
    command_line: CommandLine,  # noqa: F811
    store: Store,
) -> None:
    shop = ("--workshop", store.address)
    assert "receivables" in command_line.refuses("report", "nonsense", *shop).err
    command_line.refuses("report", "receivables", "--from", "2026-02-01", "--to", "2026-01-01", *shop)
    command_line.refuses("report", "receivables", "-o", "open.doc", *shop)


def test_money_paid_on_account_stands_in_the_list_so_that_it_adds_up_to_the_balance(store: Store) -> None:
    with doing(store) as tx:
        add_payment(tx, "PAY-0009", 50, "2026-01-26", customer="ZIN")
        add_payment(tx, "PAY-0010", 30, "2026-01-26", kind="supplier", supplier="ACME")
    with reading(store) as view:
        owed = reports.named("receivables").run(view, JANUARY)
        owing = reports.named("payables").run(view, JANUARY)
        standing = cash_books(view, JANUARY.last).standing(JANUARY.last)
    assert owed.totals["value"] == Money(int(standing.customers * 100), "EUR")
    assert owing.totals["value"] == Money(int(standing.suppliers * 100), "EUR")
    assert ("PAY-0009", "payment") in [(row.cells[0], row.target.noun) for row in owed.rows if row.target]


@pytest.mark.parametrize("name", [report.name for report in reports.all_reports() if not report.shows_money])
def test_reports_that_everybody_reads_tell_no_amounts(store: Store, name: str) -> None:
    with reading(store) as view:
        found = reports.named(name).run(view, JANUARY)
    assert not {column.kind for column in found.columns} & {Kind.MONEY, Kind.PRICE}
    assert not any(isinstance(cell, Money | Price) for row in found.rows for cell in row.cells)


def test_people_read_words_where_machines_read_names() -> None:
    columns = (ReportColumn("measure", "Measure", is_for_machines=True), ReportColumn("meaning", "Meaning"))
    table = ReportTable("cycle", "Cycle", JANUARY, columns, (ReportRow(("dio", "Days of stock")),))
    assert [column.title for column in table.for_people().columns] == ["Meaning"]
    assert [row.cells for row in table.for_people().rows] == [("Days of stock",)]
    assert as_json(table)["rows"] == [{"measure": "dio", "meaning": "Days of stock"}]
