"""The purchase order: what the supplier is asked to deliver, when and at which price."""

import datetime

from pegboard.documents.flow import Block, Choice, space
from pegboard.documents.formats import Formats
from pegboard.documents.furniture import HEAD_HEIGHT, Furniture, Title
from pegboard.documents.letter import (
    Fact,
    address_block,
    address_lines,
    paragraphs,
    signature_block,
    terms_words,
    total_block,
    working_day_after,
)
from pegboard.documents.paper import Laid, Layout, Printing
from pegboard.documents.table import Column, Table, Words
from pegboard.domain.codes import PURCHASE_ORDER
from pegboard.domain.prints import Content, PrintMark
from pegboard.i18n import tr
from pegboard.queries.purchase_order_papers import PurchasePaper, PurchasePaperLine

_DAYS_TO_CONFIRM = 2  # working days: later, a drop-out can no longer be bought elsewhere in time


def title_of(row: PurchasePaper) -> Title:
    """Title and number; a draft must not be delivered on."""
    watermark = {"draft": tr("DRAFT"), "cancelled": tr("CANCELLED")}.get(row.state, "")
    return Title(tr("Purchase order"), row.number, PURCHASE_ORDER, watermark, str(row.revision) if row.revision else "")


def content_of(row: PurchasePaper) -> Content:
    """What the order says; each line's cells are quantity, unit, price and date first, then what it is."""
    head = (row.supplier_name, row.address, row.contact, row.currency, str(row.payment_terms_days), row.note)
    lines: dict[str, tuple[str, ...]] = {"head": head}
    for line in row.lines:
        what = (line.item, line.description, line.supplier_sku, line.revision, line.work)
        lines[f"line {line.line}"] = (*_terms(line), *what)
    return Content(row.number, lines, is_draft=bool(title_of(row).watermark))


def _terms(line: PurchasePaperLine) -> tuple[str, str, str, str]:
    """Quantity, unit, price and day of a line: what a supplier must agree to anew when it changes."""
    price = "" if line.unit_price is None else str(line.unit_price)
    return str(line.purchase_quantity), line.purchase_unit, price, str(line.due)


def lay(row: PurchasePaper, furniture: Furniture, printing: Printing) -> Laid:
    """Lay the order out; the last line and the total stand on one page."""
    formats = furniture.company.formats
    settings = furniture.company.settings
    flow: list[Block | Choice] = [_address(row, furniture, formats), space(3)]
    flow += _lines(row, furniture.mark, formats)
    flow += [space(2), *_gone(furniture.mark, formats)]
    flow += paragraphs(row.note) + ([space(2)] if row.note.strip() else [])
    flow += paragraphs(settings.purchase_order_terms, 9)
    until = working_day_after(printing.today, _DAYS_TO_CONFIRM)
    if not furniture.title.watermark:
        words = tr(
            "Please confirm quantities, prices and dates by {day}, quoting our line numbers.", day=formats.day(until)
        )
        flow += [space(2), *paragraphs(words, 10), space(3)]
        labels = (tr("Prices confirmed"), tr("Dates confirmed"), tr("Date"), tr("Name, signature"))
        flow.append(signature_block(labels, tr("Your confirmation")))
    return Layout(furniture.title, flow, HEAD_HEIGHT)


def _address(row: PurchasePaper, furniture: Furniture, formats: Formats) -> Block:
    settings = furniture.company.settings
    ours = "\n".join(address_lines(settings.company_name, settings.company_address))
    reach = "\n".join(part for part in (settings.company_email, settings.company_phone) if part)
    facts: list[Fact] = [
        (tr("Date"), formats.day(row.ordered_on)),
        (tr("Revision"), str(row.revision) if row.revision else ""),
        (tr("Currency"), row.currency),
        (tr("Payment"), terms_words(row.payment_terms_days)),
        (tr("Ship to, bill to"), ours),
        (tr("Questions to"), reach),
    ]
    contact = tr("Attn. {person}", person=row.contact) if row.contact else ""
    lines = address_lines(row.supplier_name, row.address, contact)
    lines += [part for part in (row.email, row.phone) if part]
    return address_block(tr("Supplier"), lines, facts)


def _lines(row: PurchasePaper, mark: PrintMark, formats: Formats) -> list[Block | Choice]:
    table = Table(
        (
            Column(tr("Line"), 11),
            Column(tr("Your article, our item"), 78),
            Column(tr("Quantity"), 26, "right"),
            Column(tr("Price"), 26, "right"),
            Column(tr("On our dock"), 24),
            Column(tr("Total {currency}", currency=row.currency), 25, "right"),
        )
    )
    blocks: list[Block | Choice] = [table.head]
    for line in row.lines:
        quantity, price, day = _was(line, mark, formats)
        cells = (
            [Words(str(line.line), 10, True)],
            _item_words(line, formats),
            [
                Words(formats.quantity(line.purchase_quantity, line.purchase_unit), 10, True, whole=True),
                Words(_own_quantity(line, formats), 8.5),
                Words(quantity, 8.5),
            ],
            [
                Words(formats.price(line.unit_price), 10, whole=True),
                Words(tr("per {unit}", unit=line.unit) if line.unit_price else "", 8.5),
                Words(price, 8.5),
            ],
            [Words(formats.short_day(line.due), 10, True), Words(str(line.due.year), 8.5), Words(day, 8.5)],
            [Words(formats.money(line.total), 10, whole=True)],
        )
        is_last = line is row.lines[-1]
        blocks.append(table.row(cells, mark=f"line {line.line}", keeps_next=is_last))
    label = tr("Total without open prices") if row.has_open_prices else tr("Total")
    blocks.append(total_block([(f"{label} {row.currency}", formats.money(row.total))]))
    return blocks


def _own_quantity(line: PurchasePaperLine, formats: Formats) -> str:
    """The quantity in our unit where the supplier sells in another."""
    if line.purchase_quantity == line.quantity:
        return ""
    return tr("= {quantity}", quantity=formats.quantity(line.quantity, line.unit))


def _item_words(line: PurchasePaperLine, formats: Formats) -> list[Words]:
    if line.job:
        work = line.work or tr("operation {sequence}", sequence=line.operation)
        step = tr("on our job {job}, operation {sequence}", job=line.job, sequence=line.operation)
        first = [Words(work, 10.5, True), Words(step, 9)]
    elif line.supplier_sku:
        first = [Words(line.supplier_sku, 10.5, True)]
    else:
        first = []
    item = _revised(line)
    ours = [Words(tr("our item {item}", item=item), 9) if first else Words(item, 10.5, True)]
    made = " ".join(part for part in (line.manufacturer, line.manufacturer_part) if part)
    more = [
        Words(line.description, 9),
        Words(made, 9),
        Words(tr("drawing {drawing}", drawing=line.drawing) if line.drawing else "", 9),
        Words(tr("for {names}", names=", ".join(line.wanted_for[:6])) if line.wanted_for else "", 8.5),
    ]
    return [*first, *ours, *more]


def _revised(line: PurchasePaperLine) -> str:
    return tr("{item} rev {revision}", item=line.item, revision=line.revision) if line.revision else line.item


def _was(line: PurchasePaperLine, mark: PrintMark, formats: Formats) -> tuple[str, str, str]:
    """What quantity, price and date were on the superseded print, where they differ; "new" on a new line."""
    before = mark.before.get(f"line {line.line}")
    if before is None:
        return "", "", ""
    if not before:
        return tr("new line"), "", ""
    quantity, unit, price, due = before[:4]
    now = _terms(line)
    return (
        tr("was {value}", value=f"{formats.number(quantity)} {unit}") if (quantity, unit) != now[:2] else "",
        tr("was {value}", value=formats.number(price) if price else tr("open")) if price != now[2] else "",
        tr("was {value}", value=formats.short_day(datetime.date.fromisoformat(due))) if due != now[3] else "",
    )


def _gone(mark: PrintMark, formats: Formats) -> list[Block | Choice]:
    """Lines of the superseded print that are ordered no more."""
    gone = [(key.removeprefix("line "), cells) for key, cells in mark.gone.items() if key.startswith("line ")]
    blocks: list[Block | Choice] = []
    for number, cells in gone:
        text = tr(
            "Cancelled since print {code}: line {line}, {quantity} {unit} {item}.",
            code=mark.supersedes,
            line=number,
            quantity=formats.number(cells[0]),
            unit=cells[1],
            item=cells[4],
        )
        blocks += paragraphs(text, 10)
    return [*blocks, space(2)] if blocks else []
