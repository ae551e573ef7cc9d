"""The lists of the money page: filters, words and orders, on every engine."""

import datetime

import pytest
from tests.builders import TODAY, add_customer, add_supplier, doing, reading

from pegboard.domain.quantity import Money
from pegboard.queries.money_details import customer_credit, invoice_detail, open_of_customer, party_choices
from pegboard.queries.money_lists import document_key, document_keys, document_rows, payment_keys, payment_rows
from pegboard.services.money.crediting import credit_amount
from pegboard.services.money.openings import open_cash, open_payable, open_receivable
from pegboard.services.money.payments import receive_payment
from pegboard.services.money.reversal import reverse_payment
from pegboard.services.money.supplier_payments import record_expense
from pegboard.storage.store import Reading, Store

EARLIER = TODAY - datetime.timedelta(days=100)
SORTS = ("", "number", "party", "theirs", "dated", "due", "total", "open", "state")


def euros(amount: int) -> Money:
    """Whole euros."""
    return Money(amount * 100, "EUR")


@pytest.fixture
def books(store: Store) -> Store:
    """Anna owes an overdue 100, of which 10 were credited, and a paid 50; Bert owes 70; the shop owes 30."""
    with doing(store) as tx:
        for code in ("ANNA", "BERT"):
            add_customer(tx, code, name=f"{code.title()}s shop")
        add_supplier(tx, "KERN", name="Kern & Sons")
        open_receivable(tx, "ANNA", "A-1", euros(100), EARLIER, EARLIER)
        open_receivable(tx, "ANNA", "A-2", euros(50), EARLIER, TODAY)
        open_receivable(tx, "BERT", "B-1", euros(70), TODAY, TODAY + datetime.timedelta(days=5))
        open_payable(tx, "KERN", "R-9", euros(30), TODAY, TODAY)
        credit_amount(tx, "A-1", 1, euros(10), reason="late delivery")
        receive_payment(tx, "ANNA", euros(50), settles=[("A-2", euros(50))], reference="SEPA 7")
        receive_payment(tx, "BERT", euros(90), paid_on=EARLIER, settles=[])
        open_cash(tx, euros(500), EARLIER)
        number = record_expense(tx, "rent", euros(20))
        reverse_payment(tx, number)
    return store


def numbers(view: Reading, chip: str, *words: str, sort: str = "", down: bool = False) -> list[str]:
    """The invoices of a filter, by number."""
    return [
        row.number for row in document_rows(view, "invoice", document_keys(view, "invoice", chip, words, sort, down))
    ]


def test_open_overdue_credits_and_all(books: Store) -> None:
    with reading(books) as view:
        assert numbers(view, "open") == ["A-1", "B-1"]
        assert numbers(view, "overdue") == ["A-1"]
        assert numbers(view, "credits") == ["CN-0001"]
        assert set(numbers(view, "all")) == {"A-1", "A-2", "B-1", "CN-0001"}
        [late] = document_rows(view, "invoice", document_keys(view, "invoice", "overdue"))
        assert (late.days_late, late.open, late.total, late.origin) == (100, euros(90), euros(100), "opening")


@pytest.mark.parametrize("sort", SORTS)
def test_every_column_orders_the_list_both_ways(books: Store, sort: str) -> None:
    with reading(books) as view:
        up, down = numbers(view, "all", sort=sort), numbers(view, "all", sort=sort, down=True)
        assert set(up) == set(down) == {"A-1", "A-2", "B-1", "CN-0001"}
        if sort in ("number", "total"):  # no two are alike
            assert up == down[::-1]
        assert len(document_keys(view, "bill", "all", (), sort)) == 1


def test_words_are_looked_for_in_number_party_and_theirs(books: Store) -> None:
    with reading(books) as view:
        assert numbers(view, "all", "bert") == ["B-1"]
        assert numbers(view, "all", "anna", "a-1") == ["A-1"]
        assert len(document_keys(view, "bill", "open", ("r-9",))) == 1


def test_payments_in_out_unused_and_recent(books: Store) -> None:
    with reading(books) as view:
        kinds = {chip: {row.kind for row in payment_rows(view, payment_keys(view, chip))} for chip in ("in", "out")}
        assert kinds == {"in": {"customer", "opening"}, "out": {"expense"}}
        [unused] = payment_rows(view, payment_keys(view, "unused"))
        assert (unused.party, unused.rest) == ("BERT", euros(90))
        assert len(payment_keys(view, "all")) == len(payment_keys(view, "recent")) + 2
        assert [row.reference for row in payment_rows(view, payment_keys(view, "all", ("sepa",)))] == ["SEPA 7"]
        for sort in ("number", "party", "what", "paid_on", "amount", "kind", "reference"):
            assert len(payment_keys(view, "all", (), sort, True)) == len(payment_keys(view, "all"))
        spent, back = payment_rows(view, payment_keys(view, "all", ("rent",), "number"))
        assert (spent.amount, back.amount, spent.reversed_by, back.reverses) == (
            euros(-20),
            euros(20),
            back.number,
            spent.number,
        )


def test_a_document_in_full_and_what_a_customer_owes(books: Store) -> None:
    with reading(books) as view:
        detail = invoice_detail(view, "A-1")
        assert (detail.credited_by, [row.amount for row in detail.settlements]) == (("CN-0001",), [euros(10)])
        assert [row.number for row in open_of_customer(view, "ANNA").documents] == ["A-1"]
        assert customer_credit(view, "BERT") == euros(90)
        assert party_choices(view, "supplier") == (("KERN", "Kern & Sons"),)
        assert document_key(view, "bill", "BIL-0001") == 1
        assert document_key(view, "bill", "BIL-9999") is None
