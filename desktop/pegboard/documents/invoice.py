"""The invoice: printed as it was issued, never changed. What takes it back is a credit note."""

import re

from pegboard.documents.acknowledgement import tax_rows
from pegboard.documents.flow import Block, Choice, space
from pegboard.documents.formats import Formats
from pegboard.documents.furniture import Furniture, Title
from pegboard.documents.letter import Fact, address_block, address_lines, paragraphs, terms_words, total_block
from pegboard.documents.paper import Laid, Layout, Printing
from pegboard.documents.sheet import CONTENT_WIDTH, Sheet
from pegboard.documents.table import Column, Table, Words
from pegboard.domain.prints import Content
from pegboard.i18n import tr
from pegboard.queries.invoice_papers import InvoicePaper
from pegboard.queries.settings import Settings

_PAYMENT_CODE = 28.0
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]){11,30}\b")
_BIC = re.compile(r"\b[A-Z]{6}[0-9A-Z]{2}(?:[0-9A-Z]{3})?\b")


def title_of(row: InvoicePaper) -> Title:
    """Title and number; a credit note may be asked for among the invoices of an order."""
    return Title(tr("Credit note") if row.credits else tr("Invoice"), row.number)


def content_of(row: InvoicePaper) -> Content:
    """What the invoice says."""
    head = (row.customer_name, row.billing_address, row.credits, row.order, str(row.issued_on), str(row.due_on))
    lines: dict[str, tuple[str, ...]] = {"head": (*head, str(row.net), str(row.tax), str(row.deposit), row.note)}
    for line in row.lines:
        cells = (line.item, line.description, str(line.quantity), str(line.unit_price))
        lines[f"line {line.line}"] = (*cells, str(line.tax_percent), str(line.net))
    return Content(row.number, lines)


def lay(row: InvoicePaper, furniture: Furniture, printing: Printing) -> Laid:
    """Lay the invoice out; the last line and the totals stand on one page."""
    if row.credits:
        from pegboard.documents import credit_note

        return credit_note.lay(row, furniture, printing)
    formats, settings = furniture.company.formats, furniture.company.settings
    flow: list[Block | Choice] = [_address(row, settings, formats), space(3), *line_blocks(row, formats)]
    flow += [total_block(_totals(row, formats)), space(4)]
    if row.due.minor > 0:
        flow.append(_payment(row, settings, formats))
    if row.note:
        flow += [space(2), *paragraphs(row.note, 10)]
    if settings.invoice_terms:
        flow += [space(2), *paragraphs(settings.invoice_terms)]
    return Layout(furniture.title, flow)


def _address(row: InvoicePaper, settings: Settings, formats: Formats) -> Block:
    facts: list[Fact] = [
        (tr("Invoice date"), formats.day(row.issued_on)),
        (tr("Delivered"), formats.day(row.delivered_on or row.issued_on)),
        (tr("Your order"), row.reference),
        (tr("Our order"), row.order),
        (tr("Packing slip"), row.shipment),
        (tr("Our tax number"), settings.company_tax_number),
        (tr("Our VAT number"), settings.company_vat_number),
    ]
    contact = tr("Attn. {person}", person=row.contact) if row.contact else ""
    return address_block(tr("Invoice to"), address_lines(row.customer_name, row.billing_address, contact), facts)


def line_blocks(row: InvoicePaper, formats: Formats) -> list[Block]:
    """The lines as a table that goes over pages; the last one stays with what follows."""
    table = Table(
        (
            Column(tr("Line"), 11),
            Column(tr("Item"), 88),
            Column(tr("Quantity"), 24, "right"),
            Column(tr("Price"), 25, "right"),
            Column(tr("Tax %"), 16, "right"),
            Column(tr("Net {currency}", currency=row.net.currency), 26, "right"),
        )
    )
    rows = [
        table.row(
            (
                [Words(str(line.line), 10, True)],
                [Words(line.item, 10.5, True), Words(line.description, 9)],
                [Words(formats.quantity(line.quantity, line.unit), 10, whole=True)],
                [Words(formats.price(line.unit_price), 10, whole=True)],
                [Words(formats.number(str(line.tax_percent)), 9.5)],
                [Words(formats.money(line.net), 10, whole=True)],
            ),
            keeps_next=line is row.lines[-1],
        )
        for line in row.lines
    ]
    return [table.head, *rows]


def _totals(row: InvoicePaper, formats: Formats) -> list[Fact]:
    currency = row.net.currency
    totals: list[Fact] = [(tr("Net"), formats.money(row.net))]
    totals += tax_rows(row.taxes, formats) or [(tr("Tax"), formats.money(row.tax))]
    if row.deposit.minor:
        totals.append((tr("Total"), formats.money(row.total)))
        totals.append((tr("Deposit received"), formats.number(f"-{row.deposit}")))
    totals.append((tr("To pay {currency}", currency=currency), formats.money(row.due)))
    return totals


def _payment(row: InvoicePaper, settings: Settings, formats: Formats) -> Block:
    """How to pay, with the code that banks' programs read where the account is given as an IBAN."""
    words = tr(
        "Please pay by {day} ({terms}), quoting {number}.",
        day=formats.day(row.due_on),
        terms=terms_words(row.payment_terms_days),
        number=row.number,
    )
    code = payment_code(row, settings)
    lines = [line for line in settings.company_bank.splitlines() if line.strip()]
    height = max(8 + 4.6 * len(lines), _PAYMENT_CODE + 7 if code else 0)

    def draw(sheet: Sheet, y: float) -> None:
        sheet.text(0, y + 4, words, 10.5, True)
        for place, line in enumerate(lines):
            sheet.text(0, y + 10 + place * 4.6, line, 10)
        if code:
            sheet.qr(CONTENT_WIDTH - _PAYMENT_CODE - 3, y + 3, _PAYMENT_CODE, code)
            sheet.text(
                CONTENT_WIDTH - _PAYMENT_CODE / 2 - 3, y + _PAYMENT_CODE + 6.6, tr("scan to pay"), 8, align="center"
            )

    return Block(height, draw)


def payment_code(row: InvoicePaper, settings: Settings) -> str:
    """The text of the European payment code (EPC069-12): euros to an IBAN; "" where it cannot be made."""
    found = _IBAN.search(settings.company_bank.upper())
    iban = found[0].replace(" ", "") if found else ""
    if row.due.currency != "EUR" or not _is_iban(iban) or not settings.company_name:
        return ""
    bic = _BIC.search(settings.company_bank.replace(found[0] if found else "", " "))
    head = ("BCD", "002", "1", "SCT", bic[0] if bic else "", settings.company_name[:70], iban)
    return "\n".join((*head, f"EUR{row.due}", "", "", row.number))


def _is_iban(iban: str) -> bool:
    """Whether the check digits fit (ISO 13616)."""
    if not 15 <= len(iban) <= 34:
        return False
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1
