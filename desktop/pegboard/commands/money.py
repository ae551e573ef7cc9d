"""Commands for money: invoice, credit, pay, expense, rate, opening, books."""

import argparse
import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pegboard.commands.amounts import amount_of, amount_text, maybe_day, price_of, quantity_of, shop_currency
from pegboard.commands.console import Arguments, Command, Console, day
from pegboard.domain.errors import InvalidInput, NotFound
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.services.money.drafts import Issued
    from pegboard.services.money.payments import Paid
    from pegboard.storage.store import Reading, Transaction


def _invoice_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="ORDER", help=tr("an order, or a packing slip such as SHP-0001"))
    parser.add_argument("--all", action="store_true", help=tr("every order with something shipped and not invoiced"))
    parser.add_argument("--on", metavar="DATE", help=tr("the date of the invoice; today without"))
    parser.add_argument(
        "--when-shipped", action="store_true", help=tr("with --all: date each on the day that its goods left")
    )


def _invoice(console: Console, arguments: Arguments) -> None:
    from pegboard.queries.money_to_invoice import to_invoice
    from pegboard.services.money.invoicing import invoice

    if bool(arguments.names) == arguments.all:
        raise InvalidInput(tr("Name what is to be invoiced."), hint=tr("Give orders or packing slips, or --all."))
    on = maybe_day(arguments.on)
    if arguments.when_shipped and not (arguments.all and on is None):
        raise InvalidInput(tr("--when-shipped dates what --all invoices."), hint=tr("Give --all, and no --on."))
    with console.transaction("invoice.issue") as tx:
        if arguments.all:
            waiting = [(each.order, each.until if arguments.when_shipped else on) for each in to_invoice(tx)]
        else:
            waiting = [(name, on) for name in dict.fromkeys(arguments.names)]
        issued = [invoice(tx, name, issued_on=day_of) for name, day_of in waiting]
    console.result({"invoices": [_issued(each) for each in issued]}, "\n".join(map(_issued_words, issued)))


def _issued(issued: "Issued") -> dict[str, str]:
    return {
        "number": issued.number,
        "total": str(issued.total),
        "due": str(issued.due),
        "currency": issued.total.currency,
    }


def _issued_words(issued: "Issued") -> str:
    return tr(
        "{number}: {total} {currency}, {due} to pay.",
        number=issued.number,
        total=issued.total,
        currency=issued.total.currency,
        due=issued.due,
    )


def _credit_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help=tr("an invoice, a bill, or an order of which goods came back"))
    parser.add_argument("--reason", default="", metavar="TEXT", help=tr("why it is taken back"))
    parser.add_argument(
        "--line",
        action="append",
        default=[],
        metavar="LINE=QUANTITY",
        help=tr("only so much of a line; may be repeated"),
    )
    parser.add_argument(
        "--again",
        action=argparse.BooleanOptionalAction,
        help=tr("whether it waits to be invoiced anew: a whole invoice does, single lines do not"),
    )
    parser.add_argument("--amount", metavar="LINE=AMOUNT", help=tr("an allowance: so much off a line, without goods"))
    parser.add_argument("--on", metavar="DATE", help=tr("the date of the credit note; today without"))


def _credit(console: Console, arguments: Arguments) -> None:
    with console.transaction("invoice.credit") as tx:
        notes = _credit_notes(tx, arguments)
    console.result({"credit_notes": notes}, "\n".join(tr("{number}: {total} credited.", **note) for note in notes))


def _credit_notes(tx: "Transaction", arguments: Arguments) -> list[dict[str, str]]:
    from pegboard.queries.money_lookups import bill_numbered
    from pegboard.services.money.bills import credit_bill
    from pegboard.services.money.crediting import credit_amount, credit_invoice, credit_return

    on = maybe_day(arguments.on)
    kind = _kind(tx, arguments.number)
    if kind == "order":
        return [_issued(each) for each in credit_return(tx, arguments.number, reason=arguments.reason, issued_on=on)]
    if kind == "bill":
        currency = bill_numbered(tx, arguments.number).currency
        net = amount_of(arguments.amount.rpartition("=")[2], currency) if arguments.amount else None
        own = credit_bill(tx, arguments.number, net=net, reason=arguments.reason, billed_on=on)
        row = bill_numbered(tx, own)
        return [
            {
                "number": own,
                "total": amount_text(row.due, currency),
                "due": amount_text(row.open, currency),
                "currency": currency,
            }
        ]
    if arguments.amount:
        from pegboard.queries.money_lookups import invoice_numbered

        line, amount = _pair(arguments.amount)
        net = amount_of(amount, invoice_numbered(tx, arguments.number).currency)
        return [_issued(credit_amount(tx, arguments.number, line, net, reason=arguments.reason, issued_on=on))]
    lines = {line: quantity_of(text) for line, text in map(_pair, arguments.line)} or None
    issued = credit_invoice(
        tx, arguments.number, quantities=lines, reason=arguments.reason, again=arguments.again, issued_on=on
    )
    return [_issued(issued)]


def _pair(text: str) -> tuple[int, str]:
    """Split LINE=VALUE."""
    line, equals, value = text.partition("=")
    if not equals or not (line.isascii() and line.isdigit()) or len(line) > 9:
        raise InvalidInput(tr('"{text}" names no line.', text=text[:80]), hint=tr("Write it as in 1=2.5."))
    return int(line), value


def _kind(reading: "Reading", number: str) -> str:
    """What a number names: invoice, bill, order, customer or supplier; NotFound where it is none of them."""
    from pegboard.storage.rows import first

    for kind, table, column in (
        ("invoice", "invoice", "number"),
        ("bill", "bill", "number"),
        ("order", "customer_order", "number"),
        ("customer", "customer", "code"),
        ("supplier", "supplier", "code"),
    ):
        if first(reading, f"SELECT 1 AS found FROM {table} WHERE {column} = ?", number) is not None:
            return kind
    raise NotFound(
        tr("There is no {number}.", number=number),
        hint=tr("Give an invoice, a bill, an order, a customer or a supplier."),
    )


def _pay_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "number",
        metavar="NUMBER",
        help=tr("an invoice or a bill; an order for its deposit; a customer or supplier for the oldest first"),
    )
    parser.add_argument("amount", nargs="?", metavar="AMOUNT", help=tr("what was paid; all that is open without"))
    parser.add_argument("--on", metavar="DATE", help=tr("the day it was paid; today without"))
    parser.add_argument("--discount", action="store_true", help=tr("take the discount for paying early"))
    parser.add_argument("--reference", default="", metavar="TEXT", help=tr("what the bank's statement says"))
    parser.add_argument("--take-back", action="store_true", help=tr("NUMBER is a payment: take it back"))
    parser.add_argument("--back", action="store_true", help=tr("pay a customer's credit back"))
    parser.add_argument(
        "--credit",
        action="store_true",
        help=tr(
            "use credit of a customer or with a supplier; of an order: turn what is left of its deposit into credit"
        ),
    )


def _pay(console: Console, arguments: Arguments) -> None:
    command = "payment.take_back" if arguments.take_back else "payment.book"
    with console.transaction(command) as tx:
        value, text = _paid(tx, arguments)
    console.result(value, text)


def _paid(tx: "Transaction", arguments: Arguments) -> tuple[object, str]:
    from pegboard.services.money.reversal import reverse_payment

    number, on = arguments.number, maybe_day(arguments.on)
    if arguments.take_back:
        counter = reverse_payment(tx, number, day=on)
        return {"number": counter, "takes_back": number}, tr(
            "{number} is taken back by {counter}.", number=number, counter=counter
        )
    if arguments.credit:
        return _use_credit(tx, number, on)
    kind = _kind(tx, number)
    if arguments.back:
        return _paid_back(tx, number, arguments.amount, on, arguments.reference)
    if kind == "order":
        return _deposit(tx, number, arguments.amount, on, arguments.reference)
    paid = _book(tx, kind, number, arguments, on)
    settled = [{"number": document, "amount": str(part)} for document, part in paid.settled]
    value = {
        "number": paid.number,
        "amount": str(paid.amount),
        "currency": paid.amount.currency,
        "settled": settled,
        "rest": str(paid.rest),
    }
    told = [
        tr("{number}: {amount} {currency} booked.", **{key: value[key] for key in ("number", "amount", "currency")})
    ]
    told += [tr("{amount} settles {number}.", **part) for part in settled]
    if paid.rest.minor:
        told.append(tr("{rest} stays as credit.", rest=paid.rest))
    return value, " ".join(told)


def _book(tx: "Transaction", kind: str, number: str, arguments: Arguments, on: datetime.date | None) -> "Paid":
    from pegboard.queries.lookups import supplier_coded
    from pegboard.queries.money_lookups import bill_numbered, currency_of, customer_coded, invoice_numbered
    from pegboard.services.money.paying import pay_invoice
    from pegboard.services.money.payments import receive_payment
    from pegboard.services.money.supplier_payments import pay_bill, pay_supplier

    text, reference = arguments.amount, arguments.reference
    if kind == "invoice":
        amount = amount_of(text, invoice_numbered(tx, number).currency) if text else None
        return pay_invoice(tx, number, amount, paid_on=on, discount=arguments.discount, reference=reference)
    if kind == "bill":
        row = bill_numbered(tx, number)
        if text is None:
            return pay_bill(tx, number, paid_on=on, discount=arguments.discount, reference=reference)
        amount = amount_of(text, row.currency)
        part = type(amount)(min(amount.minor, row.open), row.currency)
        return pay_supplier(tx, row.supplier, amount, settles=[(number, part)], paid_on=on, reference=reference)
    if text is None:
        raise InvalidInput(tr("How much was paid?"), hint=tr("Give the amount after the code."))
    if kind == "customer":
        amount = amount_of(text, currency_of(tx, customer_coded(tx, number)))
        return receive_payment(tx, number, amount, paid_on=on, reference=reference)
    amount = amount_of(text, currency_of(tx, supplier_coded(tx, number)))
    return pay_supplier(tx, number, amount, paid_on=on, reference=reference)


def _deposit(
    tx: "Transaction", order: str, text: str | None, on: datetime.date | None, reference: str
) -> tuple[object, str]:
    from pegboard.queries.money_lookups import payment_numbered
    from pegboard.queries.order_papers import order_papers
    from pegboard.services.money.deposits import receive_deposit

    amount = amount_of(text, order_papers(tx, [order])[0].currency) if text else None
    own = receive_deposit(tx, order, amount, paid_on=on, reference=reference)
    row = payment_numbered(tx, own)
    value = {
        "number": own,
        "amount": amount_text(row.amount, row.currency),
        "currency": row.currency,
        "deposit_of": order,
    }
    return value, tr("{number}: deposit of {amount} {currency} for {deposit_of}.", **value)


def _paid_back(
    tx: "Transaction", customer: str, text: str | None, on: datetime.date | None, reference: str
) -> tuple[object, str]:
    from pegboard.queries.money_lookups import currency_of, customer_coded
    from pegboard.services.money.payments import pay_back

    if text is None:
        raise InvalidInput(tr("How much is paid back?"), hint=tr("Give the amount after the customer."))
    amount = amount_of(text, currency_of(tx, customer_coded(tx, customer)))
    numbers = pay_back(tx, customer, amount, paid_on=on, reference=reference)
    value = {"numbers": list(numbers), "amount": str(amount), "currency": amount.currency}
    return value, tr("{amount} paid back to {customer}.", amount=amount, customer=customer)


def _use_credit(tx: "Transaction", code: str, on: datetime.date | None) -> tuple[object, str]:
    from pegboard.services.money.payments import apply_credit
    from pegboard.services.money.supplier_payments import use_supplier_credit

    kind = _kind(tx, code)
    if kind == "order":
        from pegboard.services.money.deposits import free_deposit

        numbers = list(free_deposit(tx, code, day=on))
        said = tr("The deposit of {order} is credit of its customer now.", order=code)
        return {"payments": numbers}, said
    if kind == "supplier":
        numbers = list(use_supplier_credit(tx, code, day=on))
    else:
        numbers = [number for number, _ in apply_credit(tx, code, day=on)]
    return {"settled": numbers}, tr("Credit used on {numbers}.", numbers=", ".join(numbers))


def _expense_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("category", metavar="CATEGORY", help=tr("what it is for: rent, wages, energy"))
    parser.add_argument("amount", metavar="AMOUNT", help=tr("in the shop's currency"))
    parser.add_argument("--on", metavar="DATE", help=tr("the day it was paid; today without"))
    parser.add_argument("--supplier", default="", metavar="CODE", help=tr("to whom, where it is a supplier"))
    parser.add_argument("--reference", default="", metavar="TEXT", help=tr("what the bank's statement says"))


def _expense(console: Console, arguments: Arguments) -> None:
    from pegboard.services.money.supplier_payments import record_expense

    with console.transaction("expense.book") as tx:
        amount = amount_of(arguments.amount, shop_currency(tx))
        own = record_expense(
            tx,
            arguments.category,
            amount,
            paid_on=maybe_day(arguments.on),
            supplier=arguments.supplier,
            reference=arguments.reference,
        )
    value = {"number": own, "category": arguments.category, "amount": str(amount), "currency": amount.currency}
    console.result(value, tr("{number}: {amount} {currency} for {category}.", **value))


def _rate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("currency", metavar="CURRENCY", help=tr("such as USD"))
    parser.add_argument("rate", metavar="RATE", help=tr("what one of it is worth in the shop's currency"))
    parser.add_argument("--from", dest="since", metavar="DATE", help=tr("from when on; today without"))


def _rate(console: Console, arguments: Arguments) -> None:
    from pegboard.services.money.books import set_rate

    rate = price_of(arguments.rate)
    since = maybe_day(arguments.since) or console.today
    with console.transaction("rate.set") as tx:
        set_rate(tx, arguments.currency, since, rate)
    value = {"currency": arguments.currency, "rate": str(rate), "from": since.isoformat()}
    console.result(
        value, tr("1 {currency} is worth {rate} from {day} on.", currency=arguments.currency, rate=rate, day=since)
    )


def _opening_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=("receivable", "payable", "cash"), metavar="WHAT", help=tr("receivable, payable or cash")
    )
    parser.add_argument("party", nargs="?", default="", metavar="CODE", help=tr("the customer or supplier"))
    parser.add_argument("amount", metavar="AMOUNT", help=tr("what is open of it, or the cash there was"))
    parser.add_argument("--number", default="", metavar="NO", help=tr("the number that the document bears"))
    parser.add_argument(
        "--on", metavar="DATE", help=tr("the date of the document, or the day that begins with the cash")
    )
    parser.add_argument("--due", metavar="DATE", help=tr("when it is due; on its date without"))


def _opening(console: Console, arguments: Arguments) -> None:
    from pegboard.queries.lookups import supplier_coded
    from pegboard.queries.money_lookups import currency_of, customer_coded
    from pegboard.services.money.openings import open_cash, open_payable, open_receivable

    on = maybe_day(arguments.on) or console.today
    due = maybe_day(arguments.due) or on
    with console.transaction("books.opening") as tx:
        if arguments.what == "cash":
            amount = amount_of(arguments.amount, shop_currency(tx))
            number = open_cash(tx, amount, on)
        elif arguments.what == "receivable":
            amount = amount_of(arguments.amount, currency_of(tx, customer_coded(tx, arguments.party)))
            number = open_receivable(tx, arguments.party, arguments.number, amount, on, due).number
        else:
            amount = amount_of(arguments.amount, currency_of(tx, supplier_coded(tx, arguments.party)))
            number = open_payable(tx, arguments.party, arguments.number, amount, on, due)
    value = {"number": number, "amount": str(amount), "currency": amount.currency}
    console.result(value, tr("{number}: {amount} {currency} at the beginning.", **value))


def _discount_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE", help=tr("the customer or supplier"))
    parser.add_argument("percent", metavar="PERCENT", help=tr("what comes off; 0 takes the discount away"))
    parser.add_argument("days", nargs="?", metavar="DAYS", help=tr("when paid within so many days"))


def _discount(console: Console, arguments: Arguments) -> None:
    from pegboard.services.money.terms import set_discount

    percent = quantity_of(arguments.percent) or None
    if percent is not None and not (arguments.days or "").isdecimal():
        raise InvalidInput(tr("A discount needs its percentage and its days."), hint=tr("Write it as in ACME 2 10."))
    days = int(arguments.days[:6]) if percent is not None else None
    with console.transaction("payment.terms") as tx:
        kind = _kind(tx, arguments.code)
        if kind not in ("customer", "supplier"):
            raise NotFound(
                tr("There is no customer or supplier {code}.", code=arguments.code), hint=tr("Check the code.")
            )
        set_discount(tx, kind, arguments.code, percent, days)
    value = {"code": arguments.code, "percent": str(percent) if percent else None, "days": days}
    console.result(value, tr("The discount of {code} is kept.", code=arguments.code))


def _books_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("close", "reopen"), metavar="WHAT", help=tr("close or reopen"))
    parser.add_argument("date", metavar="DATE", help=tr("the last day that is closed"))
    parser.add_argument("--reason", default="", metavar="TEXT", help=tr("why a period is opened again"))


def _books(console: Console, arguments: Arguments) -> None:
    from pegboard.services.money.books import close_books, reopen_books

    through = day(arguments.date)
    with console.transaction(f"books.{arguments.what}") as tx:
        if arguments.what == "close":
            close_books(tx, through, arguments.reason)
        else:
            reopen_books(tx, through, arguments.reason)
    console.result({"closed_through": through.isoformat()}, tr("The books are closed through {day}.", day=through))


COMMANDS: Sequence[Command] = (
    Command("invoice", tr("invoice what has shipped"), _invoice_arguments, _invoice),
    Command("credit", tr("take an invoice or a bill back with a credit note"), _credit_arguments, _credit),
    Command("pay", tr("book a payment of a customer or to a supplier"), _pay_arguments, _pay),
    Command("expense", tr("book money spent on rent, wages and the like"), _expense_arguments, _expense),
    Command("rate", tr("say what a currency is worth"), _rate_arguments, _rate),
    Command("opening", tr("begin the books with what was open"), _opening_arguments, _opening),
    Command("discount", tr("say what comes off for paying early"), _discount_arguments, _discount),
    Command("books", tr("close a period, or open it again"), _books_arguments, _books),
)
