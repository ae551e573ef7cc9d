"""Words and marks for purchase orders and their lines."""

from pegboard.i18n import tr
from pegboard.queries.purchase_line import Claim, PurchaseLineDetail
from pegboard.queries.purchasing import PurchaseLineRow, PurchaseOrderRow
from pegboard.ui import formats
from pegboard.ui.marks import Mark, State


def order_mark(order: PurchaseOrderRow) -> Mark:
    """Return the mark of a purchase order: late comes before its state."""
    if order.is_late:
        return Mark(State.LATE, tr("draft, late") if order.state == "draft" else tr("overdue"))
    return {
        "draft": Mark(State.WAITING, tr("draft")),
        "sent": Mark(State.IN_PROGRESS, tr("sent")),
        "closed": Mark(State.DONE, tr("closed")),
        "cancelled": Mark(State.DONE, tr("cancelled")),
    }[order.state]


def next_step(order: PurchaseOrderRow) -> str:
    """Say until when a draft must be sent, or when a sent order brings something."""
    if order.order_by is not None:
        return tr("order by {date}", date=formats.short_day(order.order_by))
    if order.state in ("draft", "sent") and order.due is not None:
        return tr("due {date}", date=formats.short_day(order.due))
    return ""


def line_mark(line: PurchaseLineRow) -> Mark:
    """Return the mark of a line: what is to be done about it."""
    if line.state == "cancelled" or line.order_state == "cancelled":
        return Mark(State.DONE, tr("cancelled"))
    if not line.is_open:
        return Mark(State.DONE, tr("received") if line.received.micro >= line.quantity.micro else tr("closed short"))
    if line.is_late:
        return Mark(State.LATE, tr("order now") if line.order_state == "draft" else tr("overdue"))
    if line.received:
        return Mark(State.IN_PROGRESS, tr("{received} here", received=formats.quantity(line.received)))
    return Mark(State.WAITING, tr("to order") if line.order_state == "draft" else tr("on its way"))


def late_mark(line: PurchaseLineRow) -> Mark | None:
    """Return the mark of a line that should be ordered or here already."""
    return line_mark(line) if line.is_late else None


def amount_text(order: PurchaseOrderRow) -> str:
    """Write the amount of an order; where a price is unknown, that it is at least so much."""
    if order.amount is not None:
        return formats.money(order.amount, currency=True)
    return tr("over {amount}", amount=formats.money(order.known_amount, currency=True))


def wanted_text(line: PurchaseLineRow) -> str:
    """Say who claims a line, in short."""
    if line.job and line.operation:
        return tr("{job} operation {operation}", job=line.job, operation=line.operation)
    more = line.wanted_count - len(line.wanted_by)
    named = ", ".join(line.wanted_by)
    return tr("{names} and {count} more", names=named, count=more) if more > 0 else named


def surplus_text(line: PurchaseLineRow) -> str:
    """Say how much nobody wants, and why it is bought all the same."""
    if not line.surplus:
        return ""
    return f"{formats.quantity(line.surplus)}: {reason_word(line.surplus_reason)}"


def reason_word(reason: str) -> str:
    """Return the reason of a surplus as people say it."""
    return {
        "minimum": tr("minimum order"),
        "multiple": tr("sold in multiples"),
        "break": tr("price break"),
        "imported": tr("imported"),
        "cancelled demand": tr("its demand was cancelled"),
        "scrap not made up": tr("scrap was not made up"),
        "set by a person": tr("set by a person"),
    }.get(reason, reason)


def claim_text(claim: Claim, unit: str) -> str:
    """Say what one claim is: who, how much, by when, and for which demand at the top."""
    text = tr(
        "{quantity} {unit} by {date}",
        quantity=formats.quantity(claim.quantity),
        unit=unit,
        date=formats.day(claim.needed),
    )
    if claim.item:
        text = tr("{item}: {claim}", item=claim.item, claim=text)
    if not claim.demands:
        return text
    first = claim.demands[0]
    name = f"{first.name} {first.customer}".strip()
    if len(claim.demands) > 1:
        return tr("{claim}, for {demand} and {count} more", claim=text, demand=name, count=len(claim.demands) - 1)
    return tr("{claim}, for {demand}", claim=text, demand=name)


def cheaper_text(detail: PurchaseLineDetail) -> str:
    """Say what the next price break would save."""
    if detail.cheaper is None:
        return ""
    return tr(
        "{quantity} {unit} at {price} cost {saving} less in all",
        quantity=formats.quantity(detail.cheaper.quantity),
        unit=detail.row.unit,
        price=formats.price(detail.cheaper.unit_price),
        saving=formats.money(detail.cheaper.saving, currency=True),
    )


def terms_text(detail: PurchaseLineDetail) -> str:
    """Say by which rules the supplier sells the item."""
    parts = []
    if detail.minimum:
        parts.append(tr("at least {quantity}", quantity=formats.quantity(detail.minimum)))
    if detail.multiple:
        parts.append(tr("in multiples of {quantity}", quantity=formats.quantity(detail.multiple)))
    if detail.maximum:
        parts.append(tr("at most {quantity}", quantity=formats.quantity(detail.maximum)))
    for start, price in detail.breaks[:6]:
        if price is not None:
            parts.append(
                tr("{price} from {quantity}", price=formats.price(price), quantity=formats.quantity(start))
                if start
                else formats.price(price)
            )
    return "; ".join(parts)
