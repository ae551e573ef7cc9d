"""The money of an order by commands: deposit, invoice, payment, bill, to the cent."""

from pathlib import Path

import pytest
from tests.command_line import TODAY, CommandLine

FILES = {
    "items": "code,source,lead_time_days\nLAMP,make,2\nSHADE,buy,3\n",
    "bom_lines": "parent,component,quantity\nLAMP,SHADE,1\n",
    "suppliers": "code,name\nLIGHT,Light & Co\n",
    "supplier_items": "supplier,item,price\nLIGHT,SHADE,9.99\n",
    "customers": "code,name,deposit_percent,payment_terms_days\nACME,Acme,30,14\n",
    "orders": "order,line,customer,item,quantity,due_date,unit_price,tax_percent,freight\n"
    "SO-1,1,ACME,LAMP,3,2026-02-02,33.33,19,7.5\n",
}


@pytest.fixture
def shop(command_line: CommandLine) -> CommandLine:
    """One order of three lamps, made of shades that are bought."""
    command_line.does("new", "shop.pegboard")
    Path("in").mkdir()
    for name, text in FILES.items():
        Path(f"in/{name}.csv").write_text(text)
    command_line.does("import", "in", "--today", TODAY)
    return command_line


def test_an_order_from_its_deposit_to_the_last_cent(shop: CommandLine) -> None:
    def does(*arguments: str) -> object:
        return shop.does(*arguments, "--today", TODAY, "--json").json

    assert does("explode")["exceptions"][0]["kind"] == "waiting_for_deposit"
    # 99.99 + 19.00 tax + 7.50 freight = 126.49, of which 30 % are 37.95
    assert does("pay", "SO-1") == {"number": "PAY-0001", "amount": "37.95", "currency": "EUR", "deposit_of": "SO-1"}
    does("explode")
    does("send", "PO-0001")
    does("receive", "PO-0001/1", "3")
    bill = does("bill", "PO-0001", "--number", "R-9", "--price", "10.25", "--tax", "5.84")
    assert (bill["number"], bill["total"], bill["due_on"]) == ("BIL-0001", "36.59", "2026-02-04")
    assert [(line["price_variance"], line["quantity_variance"]) for line in bill["lines"]] == [("0.78", "0.00")]
    does("complete", "WO-0001", "3")
    does("ship", "SO-1")
    assert does("invoice", "SO-1") == {
        "invoices": [{"number": "INV-0001", "total": "126.49", "due": "88.54", "currency": "EUR"}]
    }
    assert does("pay", "INV-0001", "100")["rest"] == "11.46"
    assert does("pay", "ACME", "11.46", "--back")["numbers"] == ["PAY-0003"]
    assert does("pay", "BIL-0001", "--reference", "SEPA 7")["amount"] == "36.59"
    does("expense", "rent", "900")
    assert does("check")["ok"]
    does("books", "close", TODAY)
    assert "closed through" in shop.refuses("expense", "rent", "1", "--today", TODAY).reasons[0]
    does("document", "invoice", "INV-0001", "-o", "invoice.pdf")
    does("export", "out")
    assert Path("out/orders.csv").read_text().splitlines()[1].endswith("closed,no,2026-01-05,2026-01-05,2026-01-05")


def test_an_invoice_is_taken_back_and_a_payment_too(shop: CommandLine) -> None:
    moves = ("pay SO-1", "explode", "receive PO-0001/1 3", "complete WO-0001 3", "ship SO-1")
    for command in (*moves, "invoice --all --when-shipped"):
        shop.does(*command.split(), "--today", TODAY)
    assert "needs a reason" in shop.refuses("credit", "INV-0001", "--today", TODAY).reasons[0]
    note = shop.does("credit", "INV-0001", "--line", "1=1", "--reason", "broken", "--today", TODAY, "--json").json
    assert note["credit_notes"] == [{"number": "CN-0001", "total": "-39.66", "due": "-39.66", "currency": "EUR"}]
    assert len(shop.refuses("pay", "SO-1", "--credit", "--today", TODAY).reasons) == 1  # nothing is left of it
    shop.does("document", "credit-note", "CN-0001", "-o", "note.pdf", "--today", TODAY)
    paid = shop.does("pay", "INV-0001", "--today", TODAY, "--json").json
    assert (paid["amount"], paid["settled"]) == ("48.88", [{"number": "INV-0001", "amount": "48.88"}])
    told = shop.does("pay", paid["number"], "--take-back", "--today", TODAY).out
    assert "is taken back by" in told
    assert shop.does("check", "--json").json["ok"]


def test_books_begin_with_what_was_open(shop: CommandLine) -> None:
    shop.does("opening", "cash", "-120.50", "--today", TODAY)
    shop.does("opening", "receivable", "ACME", "250", "--number", "2025-77", "--due", "2026-01-20", "--today", TODAY)
    shop.does("opening", "payable", "LIGHT", "80.10", "--number", "R-1", "--today", TODAY)
    assert shop.does("pay", "2025-77", "--today", TODAY, "--json").json["amount"] == "250.00"
    shop.does("rate", "USD", "0.92", "--today", TODAY)
    shop.does("discount", "LIGHT", "2", "10", "--today", TODAY)
    paid = shop.does("pay", "BIL-0001", "--discount", "--today", TODAY, "--json").json
    assert paid["amount"] == "78.50"
    shop.does("discount", "LIGHT", "0", "--today", TODAY)
    for wrong in (
        ("opening", "cash", "1"),
        ("pay", "NOBODY", "5"),
        ("pay", "ACME"),
        ("pay", "ACME", "1.005"),
        ("invoice",),
        ("bill", "PO-9/1"),
        ("rate", "USD", "0"),
        ("discount", "LIGHT", "2"),
        ("discount", "INV-1", "2", "5"),
        ("invoice", "SO-1", "--when-shipped"),
        ("books", "close", "2026-13-01"),
    ):
        assert len(shop.refuses(*wrong, "--today", TODAY).reasons) == 1
