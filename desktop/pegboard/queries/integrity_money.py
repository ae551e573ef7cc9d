"""Proves that money agrees with its documents: feet with lines, receivables, payables, deposits with what was paid."""

from collections.abc import Iterator

from pegboard.domain.quantity import MINOR_DIGITS, Money
from pegboard.i18n import tr
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

# Minor units of quantity x price, halves away from zero, as `extended_amount`; only where the product fits 64 bits.
_SCALE = "CASE d.currency {} ELSE 10000000000 END".format(
    " ".join(f"WHEN '{code}' THEN {10 ** (12 - digits)}" for code, digits in sorted(MINOR_DIGITS.items()))
)
_EXTENDED = (
    f"(abs(l.quantity) * l.unit_price + ({_SCALE}) / 2) / ({_SCALE}) * CASE WHEN l.quantity < 0 THEN -1 ELSE 1 END"
)
_FITS = "(l.unit_price = 0 OR abs(l.quantity) <= 9000000000000000000 / l.unit_price)"
_TAX = "(abs(l.net_amount) * l.tax_percent + 50000000) / 100000000 * CASE WHEN l.net_amount < 0 THEN -1 ELSE 1 END"
_TAX_FITS = "(l.tax_percent = 0 OR abs(l.net_amount) <= 9000000000000000000 / l.tax_percent)"

_DUE = {
    "invoice": "d.net_amount + d.tax_amount - d.deposit_amount",
    "bill": "d.net_amount + d.tax_amount",
}


def money_breaches(reading: Reading) -> Iterator[str]:
    """Tell where money differs from its documents."""
    yield from _feet(reading)
    yield from _lines(reading)
    yield from _parties(reading)
    yield from _payments(reading)
    yield from _settled(reading)
    yield from _credited(reading)
    yield from _deposits(reading)
    yield from _paid_lines(reading)


def _feet(reading: Reading) -> Iterator[str]:
    """Net amount and tax of a document are those of its lines."""
    for table, tax in (("invoice", "sum(tax_amount)"), ("bill", "CAST(NULL AS BIGINT)")):
        for row in rows(
            reading,
            "SELECT d.number, d.currency, d.net_amount, d.tax_amount, coalesce(l.net, 0) AS net,"
            f" coalesce(l.tax, CASE WHEN l.{table}_id IS NULL THEN 0 ELSE d.tax_amount END) AS tax FROM {table} d"
            f" LEFT JOIN (SELECT {table}_id, sum(net_amount) AS net, {tax} AS tax FROM {table}_line"
            f" GROUP BY {table}_id) AS l ON l.{table}_id = d.{table}_id WHERE d.net_amount <> coalesce(l.net, 0)"
            f" OR d.tax_amount <> coalesce(l.tax, CASE WHEN l.{table}_id IS NULL THEN 0 ELSE d.tax_amount END)",
        ):
            yield tr(
                "{number}: its foot says {amount} and {tax} tax, but its lines add up to {lines} and {line_tax}.",
                number=row.number,
                amount=Money(row.net_amount, row.currency),
                tax=Money(row.tax_amount, row.currency),
                lines=Money(row.net, row.currency),
                line_tax=Money(row.tax, row.currency),
            )


def _lines(reading: Reading) -> Iterator[str]:
    """The amount of a line is quantity x price and its tax that of the amount, but for the last part of a credit."""
    for table in ("invoice", "bill"):
        wrong = f"({_FITS} AND l.net_amount <> {_EXTENDED})"
        if table == "invoice":
            wrong = f"({wrong} OR ({_TAX_FITS} AND l.tax_amount <> {_TAX}))"
        for row in rows(
            reading,
            f"SELECT d.number, d.currency, l.net_amount FROM {table}_line l"
            f" JOIN {table} d ON d.{table}_id = l.{table}_id"
            f" WHERE l.credits_line_id IS NULL AND l.kind <> 'discount' AND {wrong}",
        ):
            yield tr(
                "{number}: a line of {amount} is not its quantity x price with its tax.",
                number=row.number,
                amount=Money(row.net_amount, row.currency),
            )


def _parties(reading: Reading) -> Iterator[str]:
    """Receivables and payables: what settles a document came from its customer, or went to its supplier."""
    for table, party in (("invoice", "customer"), ("bill", "supplier")):
        for row in rows(
            reading,
            f"SELECT p.number, d.number AS document FROM payment_allocation a JOIN {table} d"
            f" ON d.{table}_id = a.{table}_id JOIN payment p ON p.payment_id = a.payment_id WHERE p.kind <> '{party}'"
            f" OR p.currency <> d.currency OR p.{party}_id IS NULL OR p.{party}_id <> d.{party}_id",
        ):
            yield tr(
                "{number} settles {document}, which is not of the same party and currency.",
                number=row.number,
                document=row.document,
            )


def _payments(reading: Reading) -> Iterator[str]:
    """No payment settles more than it brought."""
    for row in rows(
        reading,
        "SELECT p.number, p.currency, p.amount, a.settled FROM payment p"
        " JOIN (SELECT payment_id, sum(amount) AS settled FROM payment_allocation GROUP BY payment_id) AS a"
        " ON a.payment_id = p.payment_id"
        " WHERE (p.amount >= 0 AND (a.settled > p.amount OR a.settled < 0))"
        " OR (p.amount < 0 AND (a.settled < p.amount OR a.settled > 0))",
    ):
        yield _too_much(row.number, row.settled, row.amount, row.currency)


def _settled(reading: Reading) -> Iterator[str]:
    """No document is settled beyond what is due of it."""
    for table, due in _DUE.items():
        for row in rows(
            reading,
            f"SELECT d.number, d.currency, {due} AS due, a.settled FROM {table} d JOIN (SELECT {table}_id,"
            f" sum(amount) AS settled FROM payment_allocation WHERE {table}_id IS NOT NULL GROUP BY {table}_id) AS a"
            f" ON a.{table}_id = d.{table}_id WHERE ({due} >= 0 AND (a.settled > {due} OR a.settled < 0))"
            f" OR ({due} < 0 AND (a.settled < {due} OR a.settled > 0))",
        ):
            yield _too_much(row.number, row.settled, row.due, row.currency)


def _credited(reading: Reading) -> Iterator[str]:
    """No document is taken back by more than it said."""
    for table in ("invoice", "bill"):
        for row in rows(
            reading,
            f"SELECT d.number, d.currency, d.net_amount + d.tax_amount AS total, k.credited FROM {table} d"
            f" JOIN (SELECT credits_id, -sum(net_amount + tax_amount) AS credited FROM {table}"
            f" WHERE credits_id IS NOT NULL GROUP BY credits_id) AS k ON k.credits_id = d.{table}_id"
            " WHERE k.credited > d.net_amount + d.tax_amount OR k.credited < 0",
        ):
            yield tr(
                "{number}: {credited} are credited of only {amount}.",
                number=row.number,
                credited=Money(row.credited, row.currency),
                amount=Money(row.total, row.currency),
            )


def _deposits(reading: Reading) -> Iterator[str]:
    """What is taken off invoices as a deposit was paid as one, and is never more than the invoice."""
    for row in rows(
        reading,
        "SELECT o.number, i.currency, i.taken, coalesce(p.paid, 0) AS paid FROM (SELECT order_id,"
        " max(currency) AS currency, sum(deposit_amount) AS taken FROM invoice WHERE order_id IS NOT NULL"
        " GROUP BY order_id) AS i JOIN customer_order o ON o.order_id = i.order_id LEFT JOIN (SELECT order_id,"
        " sum(amount) AS paid FROM payment WHERE kind = 'deposit' GROUP BY order_id) AS p ON p.order_id = i.order_id"
        " WHERE i.taken > coalesce(p.paid, 0) OR i.taken < 0",
    ):
        yield tr(
            "{number}: a deposit of {taken} is taken off its invoices, but {paid} were paid.",
            number=row.number,
            taken=Money(row.taken, row.currency),
            paid=Money(row.paid, row.currency),
        )
    for row in rows(
        reading,
        "SELECT number, currency, deposit_amount, net_amount + tax_amount AS total FROM invoice"
        " WHERE credits_id IS NULL AND (deposit_amount < 0 OR deposit_amount > net_amount + tax_amount)",
    ):
        yield tr(
            "{number}: a deposit of {taken} is taken off only {amount}.",
            number=row.number,
            taken=Money(row.deposit_amount, row.currency),
            amount=Money(row.total, row.currency),
        )


def _paid_lines(reading: Reading) -> Iterator[str]:
    """An order line that says it is paid has no open invoice."""
    due = _DUE["invoice"]
    for row in rows(
        reading,
        f"SELECT o.number, l.line, d.number AS invoice, d.currency, {due} - coalesce(a.settled, 0) AS open"
        " FROM order_line l JOIN invoice_line x ON x.order_line_id = l.order_line_id"
        " JOIN invoice d ON d.invoice_id = x.invoice_id JOIN customer_order o ON o.order_id = l.order_id"
        " LEFT JOIN (SELECT invoice_id, sum(amount) AS settled FROM payment_allocation WHERE invoice_id IS NOT NULL"
        " GROUP BY invoice_id) AS a ON a.invoice_id = d.invoice_id WHERE l.paid_on IS NOT NULL"
        f" AND d.credits_id IS NULL AND x.kind = '' AND {due} > coalesce(a.settled, 0)",
    ):
        yield tr(
            "{number}/{line} says it is paid, but {open} of {invoice} are open.",
            number=row.number,
            line=row.line,
            open=Money(row.open, row.currency),
            invoice=row.invoice,
        )


def _too_much(number: str, settled: int, amount: int, currency: str) -> str:
    return tr(
        "{number}: {settled} are settled of only {amount}.",
        number=number,
        settled=Money(settled, currency),
        amount=Money(amount, currency),
    )
