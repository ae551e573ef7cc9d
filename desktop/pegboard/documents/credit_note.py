"""The credit note: which invoice it takes back, why, and how much; it asks for no money."""

from pegboard.documents.acknowledgement import tax_rows
from pegboard.documents.flow import Block, Choice, space
from pegboard.documents.formats import Formats
from pegboard.documents.furniture import Furniture, Title
from pegboard.documents.invoice import content_of, line_blocks
from pegboard.documents.letter import Fact, address_block, address_lines, paragraphs, total_block
from pegboard.documents.paper import Laid, Layout, Printing
from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr
from pegboard.queries.invoice_papers import InvoicePaper
from pegboard.queries.settings import Settings

__all__ = ["content_of", "lay", "title_of"]


def title_of(row: InvoicePaper) -> Title:
    """Title and number. Raises InvalidInput for an invoice, which has a paper of its own."""
    if not row.credits:
        raise InvalidInput(
            tr("{number} is an invoice.", number=row.number), hint=tr("Print it as an invoice, or name a credit note.")
        )
    return Title(tr("Credit note"), row.number)


def lay(row: InvoicePaper, furniture: Furniture, _printing: Printing) -> Laid:
    """Lay the credit note out; the last line and the totals stand on one page."""
    formats, settings = furniture.company.formats, furniture.company.settings
    flow: list[Block | Choice] = [_address(row, settings, formats), space(3), *line_blocks(row, formats)]
    flow += [total_block(_totals(row, formats)), space(4), *paragraphs(_words(row), 10)]
    return Layout(furniture.title, flow)


def _address(row: InvoicePaper, settings: Settings, formats: Formats) -> Block:
    facts: list[Fact] = [
        (tr("Date"), formats.day(row.issued_on)),
        (tr("Takes back"), row.credits),
        (tr("Reason"), row.note),
        (tr("Your order"), row.reference),
        (tr("Our order"), row.order),
        (tr("Packing slip"), row.shipment),
        (tr("Our tax number"), settings.company_tax_number),
        (tr("Our VAT number"), settings.company_vat_number),
    ]
    contact = tr("Attn. {person}", person=row.contact) if row.contact else ""
    return address_block(tr("Credit to"), address_lines(row.customer_name, row.billing_address, contact), facts)


def _totals(row: InvoicePaper, formats: Formats) -> list[Fact]:
    totals: list[Fact] = [(tr("Net"), formats.money(row.net))]
    totals += tax_rows(row.taxes, formats) or [(tr("Tax"), formats.money(row.tax))]
    if row.deposit.minor:
        totals.append((tr("Total"), formats.money(row.total)))
        totals.append((tr("Back to the deposit of {order}", order=row.order), formats.number(f"-{row.deposit}")))
    totals.append((tr("Credited {currency}", currency=row.net.currency), formats.money(row.due)))
    return totals


def _words(row: InvoicePaper) -> str:
    return tr(
        "This amount is set off against what is open of {invoice}; what goes beyond it stays to your credit with us.",
        invoice=row.credits,
    )
