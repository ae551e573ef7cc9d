"""The packing slip: what is in the parcel, what came before, what is to follow. No prices."""

from pegboard.documents.flow import Block, Choice, space
from pegboard.documents.formats import Formats
from pegboard.documents.furniture import Furniture, Title
from pegboard.documents.letter import Fact, address_block, address_lines, signature_block
from pegboard.documents.paper import Laid, Layout, Printing
from pegboard.documents.table import Column, Table, Words, tick_box
from pegboard.domain.codes import SHIPMENT
from pegboard.domain.prints import Content
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.shipment_papers import ShipmentPaper, ShipmentPaperLine


def title_of(row: ShipmentPaper) -> Title:
    """Title and number."""
    return Title(tr("Packing slip"), row.number, SHIPMENT)


def content_of(row: ShipmentPaper) -> Content:
    """What was sent; what follows later is no part of it."""
    head = (row.customer_name, row.ship_to, row.order, row.reference, str(row.shipped_on), row.carrier, row.tracking)
    lines: dict[str, tuple[str, ...]] = {"head": head}
    for line in row.lines:
        if line.now:
            lines[f"line {line.line}"] = (line.item, line.description, str(line.now), *line.lots, *line.options)
    return Content(row.number, lines)


def lay(row: ShipmentPaper, furniture: Furniture, _printing: Printing) -> Laid:
    """Lay the slip out."""
    formats = furniture.company.formats
    facts: list[Fact] = [
        (tr("Your order"), row.reference),
        (tr("Our order"), row.order),
        (tr("Shipped"), formats.day(row.shipped_on)),
        (tr("Carrier"), row.carrier),
        (tr("Tracking"), row.tracking),
    ]
    contact = tr("Attn. {person}", person=row.contact) if row.contact else ""
    address = address_lines(row.customer_name, row.ship_to, contact)
    flow: list[Block | Choice] = [address_block(tr("Ship to"), address, facts), space(3), *_lines(row, formats)]
    flow += [space(6), signature_block((tr("Packages"), tr("Packed by"), tr("Received, date"), tr("Signature")))]
    return Layout(furniture.title, flow)


def _lines(row: ShipmentPaper, formats: Formats) -> list[Block]:
    table = Table(
        (
            Column(tr("Line"), 11),
            Column(tr("Item"), 81),
            Column(tr("Ordered"), 22, "right"),
            Column(tr("In this parcel"), 26, "right"),
            Column(tr("Before"), 18, "right"),
            Column(tr("To follow"), 20, "right"),
            Column(tr("Check"), 12, "center"),
        )
    )
    rows = [
        table.row(
            (
                [Words(str(line.line), 10, True)],
                _item_words(line),
                [Words(formats.quantity(line.ordered, line.unit), 9.5, whole=True)],
                [Words(formats.quantity(line.now, line.unit) if line.now else "–", 12, True, whole=True)],
                [Words(_or_dash(line.before, formats), 9.5, whole=True)],
                [Words(_or_dash(line.to_follow, formats), 9.5, bool(line.to_follow), whole=True)],
                tick_box() if line.now else "",
            ),
            mark=f"line {line.line}",
            keeps_next=line is row.lines[-1],
        )
        for line in row.lines
    ]
    return [table.head, *rows]


def _or_dash(quantity: Quantity, formats: Formats) -> str:
    return formats.quantity(quantity) if quantity else "–"


def _item_words(line: ShipmentPaperLine) -> list[Words]:
    first = [Words(tr("your {item}", item=line.their_item), 10.5, True)] if line.their_item else []
    ours = Words(tr("our {item}", item=line.item) if first else line.item, 9 if first else 10.5, not first)
    options, lots = Words(", ".join(line.options), 9), Words(", ".join(line.lots), 9)
    return [*first, ours, Words(line.description, 9), options, lots]
