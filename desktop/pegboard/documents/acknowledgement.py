"""The order acknowledgement, or while nothing is ordered the quotation: what we understood, when and at which price."""

from pegboard.documents.flow import Block, Choice, space
from pegboard.documents.formats import Formats
from pegboard.documents.furniture import Furniture, Title
from pegboard.documents.letter import (
    Fact,
    address_block,
    address_lines,
    paragraphs,
    terms_words,
    total_block,
    working_day_after,
)
from pegboard.documents.paper import Laid, Layout, Printing
from pegboard.documents.table import Column, Table, Words
from pegboard.domain.codes import ORDER
from pegboard.domain.prints import Content
from pegboard.i18n import tr
from pegboard.queries.order_papers import OrderPaper, OrderPaperLine, TaxSum

_DAYS_TO_OBJECT = 2  # working days: long enough to read it, short enough not to hold the job up


def title_of(row: OrderPaper) -> Title:
    """Title and number."""
    return Title(tr("Quotation") if row.is_quote else tr("Order confirmation"), row.number, ORDER)


def content_of(row: OrderPaper) -> Content:
    """What the customer is told."""
    head = (row.customer_name, row.billing_address, row.ship_to, row.reference, str(row.payment_terms_days))
    lines: dict[str, tuple[str, ...]] = {"head": (*head, str(row.deposit), str(row.freight), row.currency)}
    if row.note:
        lines["note"] = (row.note,)
    for line in row.lines:
        cells = (line.item, line.description, str(line.quantity), str(line.unit_price), str(line.promised))
        lines[f"line {line.line}"] = (*cells, str(line.tax_percent), *line.options, line.status, str(line.hold))
    return Content(row.number, lines)


def lay(row: OrderPaper, furniture: Furniture, printing: Printing) -> Laid:
    """Lay the paper out; the last line and the totals stand on one page."""
    formats = furniture.company.formats
    flow: list[Block | Choice] = [_address(row, formats), space(3), *_lines(row, formats)]
    flow += [total_block(_totals(row, formats)), space(4)]
    for words in _closing(row, furniture, printing):
        flow += [*paragraphs(words, 10), space(2)]
    return Layout(furniture.title, flow)


def _address(row: OrderPaper, formats: Formats) -> Block:
    ship_to = row.ship_to if row.ship_to.strip() != row.billing_address.strip() else ""
    facts: list[Fact] = [
        (tr("Your order"), row.reference),
        (tr("Our number"), row.number),
        (tr("Order date"), formats.day(row.ordered_on)),
        (tr("Ship to"), ship_to),
        (tr("Payment"), terms_words(row.payment_terms_days)),
    ]
    contact = tr("Attn. {person}", person=row.contact) if row.contact else ""
    return address_block(tr("Customer"), address_lines(row.customer_name, row.billing_address, contact), facts)


def _lines(row: OrderPaper, formats: Formats) -> list[Block]:
    table = Table(
        (
            Column(tr("Line"), 11),
            Column(tr("Item"), 76),
            Column(tr("Quantity"), 24, "right"),
            Column(tr("Price"), 25, "right"),
            Column(tr("Leaves us"), 28),
            Column(tr("Net {currency}", currency=row.currency), 26, "right"),
        )
    )
    blocks = [table.head]
    for line in row.lines:
        cells = (
            [Words(str(line.line), 10, True)],
            _item_words(line),
            [Words(formats.quantity(line.quantity, line.unit), 10, True, whole=True)],
            [Words(formats.price(line.unit_price), 10, whole=True), Words(_tax_words(line, formats), 8)],
            _date_words(line, formats),
            [Words(formats.money(line.net), 10, whole=True)],
        )
        blocks.append(table.row(cells, mark=f"line {line.line}", keeps_next=line is row.lines[-1]))
    return blocks


def _item_words(line: OrderPaperLine) -> list[Words]:
    first = [Words(tr("your {item}", item=line.their_item), 10.5, True)] if line.their_item else []
    ours = Words(tr("our {item}", item=line.item) if first else line.item, 9 if first else 10.5, not first)
    return [*first, ours, Words(line.description, 9), Words(", ".join(line.options), 9)]


def _tax_words(line: OrderPaperLine, formats: Formats) -> str:
    return tr("tax {percent} %", percent=formats.number(str(line.tax_percent))) if line.tax_percent else ""


def _date_words(line: OrderPaperLine, formats: Formats) -> list[Words]:
    if line.hold:
        return [Words(tr("on hold"), 10, True), Words(tr("starts when you call it off"), 8.5)]
    if line.promised is None:
        return [Words(tr("to be scheduled"), 9.5, True)]
    words = [Words(formats.short_day(line.promised), 10, True), Words(str(line.promised.year), 8.5)]
    if line.is_later:
        words.append(Words(tr("you asked for {day}", day=formats.short_day(line.asked)), 8.5, True))
    return words


def tax_rows(taxes: tuple[TaxSum, ...], formats: Formats) -> list[Fact]:
    """One row for each rate."""
    return [
        (
            tr("Tax {percent} % on {net}", percent=formats.number(str(each.percent)), net=formats.money(each.net)),
            formats.money(each.tax),
        )
        for each in taxes
    ]


def _totals(row: OrderPaper, formats: Formats) -> list[Fact]:
    totals: list[Fact] = []
    if row.freight.minor or row.taxes:
        totals.append((tr("Net"), formats.money(row.net)))
    if row.freight.minor:
        totals.append((tr("Freight"), formats.money(row.freight)))
    totals += tax_rows(row.taxes, formats)
    totals.append((tr("Total {currency}", currency=row.currency), formats.money(row.total)))
    return totals


def _closing(row: OrderPaper, furniture: Furniture, printing: Printing) -> list[str]:
    formats = furniture.company.formats
    words = [row.note] if row.note else []
    if row.deposit.minor and row.deposit_paid_on:
        words.append(tr("Your deposit was received on {day}. Thank you.", day=formats.day(row.deposit_paid_on)))
    elif row.deposit.minor:
        words.append(
            tr(
                "Deposit: {percent} % = {currency} {amount}. Work begins when it has arrived.",
                percent=formats.number(str(row.deposit_percent)),
                currency=row.currency,
                amount=formats.money(row.deposit),
            )
        )
        if furniture.company.settings.company_bank:
            words.append(furniture.company.settings.company_bank)
    until = formats.day(working_day_after(printing.today, _DAYS_TO_OBJECT))
    if not row.is_quote:
        words.append(tr("Please tell us by {day} if anything here differs from what you want.", day=until))
    return words
