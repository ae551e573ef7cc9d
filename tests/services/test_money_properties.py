"""Whatever is invoiced, paid, credited and taken back in whatever order: every foot adds up and no cent is lost."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import add_customer, add_item, add_order, add_stock, doing, micro, quantity, workshop

from pegboard.domain.errors import PegboardError
from pegboard.domain.quantity import Money
from pegboard.queries.integrity import check
from pegboard.services.explosion import explode
from pegboard.services.money.crediting import credit_amount, credit_invoice, credit_return
from pegboard.services.money.deposits import free_deposit, receive_deposit
from pegboard.services.money.invoicing import invoice
from pegboard.services.money.paying import pay_invoice
from pegboard.services.money.payments import apply_credit, pay_back, receive_payment
from pegboard.services.money.reversal import reverse_payment
from pegboard.services.returns import take_back
from pegboard.services.shipping import ship
from pegboard.storage.rows import number, rows, run
from pegboard.storage.store import Store, Transaction

MOVES = ("deposit", "ship", "invoice", "pay", "settle", "credit", "part", "allow", "return", "reverse", "use", "back")
PRICES = st.tuples(st.integers(1, 99_999_999), st.sampled_from([0, 7, 19, 25]), st.integers(0, 20_000))
moves = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(1, 60_000), st.integers(1, 9)), min_size=6, max_size=14)


def shop(store: Store, price: int, tax: int, freight: int) -> None:
    """Two orders of eight lamps of one customer, of each of which five are shipped and invoiced."""
    with doing(store) as tx:
        add_customer(tx, "ZIN", discount_percent=micro(3), discount_days=10)
        add_item(tx, "LAMP")
        add_stock(tx, "LAMP", 16, unit_cost=4)
        for order in ("SO-1", "SO-2"):
            add_order(tx, order, [("LAMP", 8, None)], freight=freight * 10_000)
        run(tx, "UPDATE order_line SET unit_price = ?, tax_percent = ?", price, micro(tax))
        explode(tx)
        for order in ("SO-1", "SO-2"):
            ship(tx, f"{order}/1", quantity(5))
            invoice(tx, order)


def move(tx: Transaction, verb: str, cents: int, pick: int) -> None:
    """Do one thing to one of the orders, invoices or payments; what the rules refuse is refused."""
    order = f"SO-{pick % 2 + 1}"
    amount = Money(cents, "EUR")
    invoices = [
        row.number for row in rows(tx, "SELECT number FROM invoice WHERE credits_id IS NULL ORDER BY invoice_id")
    ]
    one = invoices[pick % len(invoices)] if invoices else "INV-0000"
    payments = [row.number for row in rows(tx, "SELECT number FROM payment ORDER BY payment_id")]
    match verb:
        case "deposit":
            receive_deposit(tx, order, amount)
        case "ship":
            ship(tx, f"{order}/1", quantity(pick))
        case "invoice":
            invoice(tx, order)
        case "pay":
            receive_payment(tx, "ZIN", amount)
        case "settle":
            pay_invoice(tx, one, discount=pick > 5)
        case "credit":
            credit_invoice(tx, one, reason="wrong")
        case "part":
            credit_invoice(tx, one, quantities={1: quantity(1)}, reason="broken", again=pick > 5)
        case "allow":
            credit_amount(tx, one, 1, Money(cents % 500 + 1, "EUR"), reason="scratch")
        case "return":
            take_back(tx, f"{order}/1", quantity(1), reason="not wanted")
            credit_return(tx, order)
        case "reverse":
            reverse_payment(tx, payments[pick % len(payments)] if payments else "PAY-0000")
        case "use":
            free_deposit(tx, order) if pick > 5 else apply_credit(tx, "ZIN")
        case "back":
            pay_back(tx, "ZIN", amount)


def receivable(tx: Transaction) -> tuple[int, int]:
    """What the customer owes, by all documents and by what is open of each."""
    by_documents = number(
        tx,
        "SELECT (SELECT coalesce(sum(net_amount + tax_amount - deposit_amount), 0) FROM invoice)"
        " - (SELECT coalesce(sum(amount), 0) FROM payment WHERE kind = 'customer')",
    )
    by_open = number(
        tx,
        "SELECT (SELECT coalesce(sum(net_amount + tax_amount - deposit_amount), 0) FROM invoice)"
        " - (SELECT coalesce(sum(amount), 0) FROM payment_allocation)"
        " - (SELECT coalesce(sum(p.amount), 0) - (SELECT coalesce(sum(amount), 0) FROM payment_allocation)"
        " FROM payment p WHERE p.kind = 'customer')",
    )
    return by_documents, by_open


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PRICES, moves)
def test_no_cent_is_made_or_lost(
    tmp_path_factory, prices: tuple[int, int, int], steps: list[tuple[str, int, int]]
) -> None:
    folder: Path = tmp_path_factory.mktemp("money")
    with workshop(folder) as store:
        shop(store, *prices)
        for verb, cents, pick in steps:
            try:
                with doing(store) as tx:
                    move(tx, verb, cents, pick)
            except PegboardError:
                continue
        with store.read() as view:
            result = check(view)
            assert result.ok, [breach for invariant in result.invariants for breach in invariant.breaches]
        with doing(store) as tx:
            by_documents, by_open = receivable(tx)
            assert by_documents == by_open
            assert number(tx, "SELECT count(*) FROM invoice WHERE number LIKE 'INV-%'") == number(
                tx, "SELECT coalesce(max(next_number), 1) - 1 FROM number_series WHERE prefix = 'INV'"
            )
