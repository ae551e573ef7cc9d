"""Recognises the sales exports of Square, Loyverse and Shopify by their headers, in any order, and reads their lines.

Each source is a declaration: the columns it must have, and a function that turns a row into a `TillLine`. A line is
known again by its receipt and what it says, so that exports that overlap, or that have more columns than last year's,
bring no sale in twice. A refund is a receipt of its own; a receipt that was cancelled is one sale and one return.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from pegboard.domain.errors import InvalidInput
from pegboard.exchange.packages import require_readable_size
from pegboard.exchange.shop_cells import instant, is_day_first, number, plain
from pegboard.i18n import tr
from pegboard.services.importing.problems import Problem

Row = Mapping[str, str]  # cells by column name in small letters; a column that the file lacks is ""
SEPARATORS = ",;\t|"


@dataclass(frozen=True, slots=True)
class TillLine:
    """One line of a receipt as a till tells it.

    Attributes: row: where it stands; receipt: which receipt, unique within the source; sold_at: as in pos_sales.csv;
    location: what the till calls its place, "" where it names none; sku, name: of what was sold; quantity: negative
    for a return; unit_price: what was paid for one, None where the file does not say.
    """

    row: int
    receipt: str
    sold_at: str
    location: str
    sku: str
    name: str
    quantity: Decimal
    unit_price: Decimal | None

    @property
    def key(self) -> str:
        """What stands for the item: the SKU, or the name where there is none."""
        return self.sku or self.name

    @property
    def content(self) -> tuple[str, ...]:
        """What tells it from other lines of its receipt."""
        return (self.sku, self.name, str(self.quantity), str(self.unit_price), self.sold_at)


@dataclass(slots=True)
class Export:
    """An export that was read.

    Attributes: origin: the source's name in small letters; title: its name; label: the file; lines; problems: rows that
    cannot be read; passed_over: rows that are no sale, by reason; notes: what the file leaves open.
    """

    origin: str
    title: str
    label: str
    lines: list[TillLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    passed_over: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    notes: list[str] = field(default_factory=list)

    def numbered(self) -> Iterator[tuple[TillLine, int]]:
        """Each line with its number within its receipt, which does not depend on the order of the file."""
        receipts: dict[str, list[TillLine]] = defaultdict(list)
        for line in self.lines:
            receipts[line.receipt].append(line)
        for lines in receipts.values():
            yield from zip(sorted(lines, key=lambda line: line.content), range(1, len(lines) + 1), strict=True)


class PassedOver(Exception):
    """A row that is no sale; says why."""


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of export.

    Attributes: required: columns that tell it from other files; dates: the column whose dates are looked at together;
    read: rows -> lines.
    """

    origin: str
    title: str
    required: frozenset[str]
    dates: str
    read: Callable[[Row, bool], Iterable[TillLine]]


def recognise(path: Path) -> bool:
    """Whether a file is an export of a till or a web shop; False for anything that cannot be read as a table."""
    try:
        table = _table(path)
    except (InvalidInput, OSError):
        return False
    return _source_of(table[0]) is not None if table else False


def read_export(path: Path, locale: str) -> Export | None:
    """Read an export; None where it is of no known source. Dates that could be either way go by `locale`.

    Raises InvalidInput for a summary of receipts, which does not say what was sold.
    """
    table = _table(path)
    source = _source_of(table[0]) if table else None
    if source is None:
        return None
    names = [cell.strip().lower() for cell in table[0]]
    rows = [
        (place, dict(zip(names, (cell.strip() for cell in row), strict=False)))
        for place, row in enumerate(table[1:], 2)
        if any(cell.strip() for cell in row)
    ]
    filled = list(_filled(rows) if source.origin == "shopify" else rows)
    day_first = is_day_first([row.get(source.dates, "") for _place, row in filled], locale)
    export = Export(source.origin, source.title, path.name)
    for place, row in filled:
        _read_row(export, source, place, defaultdict(str, row), day_first=day_first)
    if source.origin == "shopify" and not export.problems:
        _take_back_parts(
            export, {row.get("id") or row.get("name", ""): defaultdict(str, row) for _place, row in filled}
        )
    return export


def _read_row(export: Export, source: Source, place: int, row: Row, *, day_first: bool) -> None:
    try:
        export.lines += [replace(line, row=place) for line in source.read(row, day_first)]
    except PassedOver as reason:
        export.passed_over[str(reason)] += 1
    except ValueError as error:
        allowed = tr("a date, time or number as {source} writes it", source=source.title)
        export.problems.append(Problem(export.label, place, "", str(error)[:80], allowed))


def _table(path: Path) -> list[list[str]]:
    require_readable_size(path)
    text = _decoded(path.read_bytes())
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise InvalidInput(
            tr("{path} cannot be read as a table: {reason}.", path=path.name, reason=error),
            hint=tr("Export it anew."),
        ) from error
    while rows and not any(cell.strip() for cell in rows[0]):
        rows.pop(0)
    return rows


def _decoded(content: bytes) -> str:
    """Tills write UTF-8, older ones Windows' western letters."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _source_of(header: Sequence[str]) -> Source | None:
    names = {cell.strip().lower() for cell in header}
    found = next((source for source in SOURCES if source.required <= names), None)
    if found is None and {"receipt number", "receipt type"} <= names:
        raise InvalidInput(
            tr("This Loyverse export tells receipts, not what was sold."),
            hint=tr("In Loyverse choose Receipts, then Export, Receipts by item."),
        )
    return found


# --- Square


def _square(row: Row, day_first: bool) -> Iterable[TillLine]:
    """Items detail: refunds have negative quantities, and a receipt of their own."""
    event = row["event type"].lower()
    quantity = _quantity(row["qty"])
    sold_at = instant(f"{row['date']} {row['time']}", day_first=day_first)
    receipt = row["transaction id"]
    if event == "refund":
        quantity = -abs(quantity)
        receipt = f"{receipt} refund {sold_at}"
    name = " / ".join(filter(None, (row["item"], row["price point name"])))
    yield TillLine(
        0, receipt, sold_at, row["location"], row["sku"], name, quantity, _each(number(row["net sales"]), quantity)
    )


# --- Loyverse

_THREE_DECIMALS = re.compile(r"^([-+]?\d+),(\d{3})$", re.ASCII)  # it always writes three, whatever the country's mark


def _loyverse(row: Row, day_first: bool) -> Iterable[TillLine]:
    """Receipts by item: a refund is a receipt of its own with its own number."""
    quantity = _quantity(_THREE_DECIMALS.sub(r"\1.\2", row["quantity"]))
    if row["receipt type"].lower().startswith("refund"):
        quantity = -abs(quantity)
    name = " / ".join(filter(None, (row["item"], row["variant"])))
    sold_at = instant(row["date"], day_first=day_first)
    price = _each(number(row["net sales"]), quantity)
    line = TillLine(0, row["receipt number"], sold_at, row["store"], row["sku"], name, quantity, price)
    yield line
    if row["status"].lower().startswith("cancel"):
        yield _taken_back(line)


# --- Shopify

_PAID = ("paid", "partially_paid", "partially_refunded", "refunded", "")


def _filled(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    """Give each line of an order what stands on its first row alone; a name may come again for another order."""
    order: Row = {}
    for place, row in rows:
        other_id = bool(row.get("id")) and row.get("id") != order.get("id")
        if other_id or row.get("name", "") != order.get("name", ""):
            order = row
        yield place, {name: cell or (order.get(name, "") if name in _OF_ORDER else "") for name, cell in row.items()}


_OF_ORDER = frozenset(
    (
        *("financial status", "paid at", "created at", "cancelled at", "refunded amount", "location", "id", "source"),
        *("subtotal", "taxes"),
    )
)


def _shopify(row: Row, day_first: bool) -> Iterable[TillLine]:
    """Orders: an order counts once it is paid; cancelled and refunded ones are taken back whole."""
    status = row["financial status"].lower()
    if status not in _PAID:
        raise PassedOver(tr("not paid yet"))
    quantity = _quantity(row["lineitem quantity"])
    price = number(row["lineitem price"])
    discount = number(row["lineitem discount"]) or Decimal(0)
    if price is not None and discount:
        price = max(Decimal(0), price - discount / quantity)
    receipt = row["id"] or row["name"]
    sold_at = instant(row["created at"], day_first=day_first)
    line = TillLine(0, receipt, sold_at, row["location"], row["lineitem sku"], row["lineitem name"], quantity, price)
    yield line
    if row["cancelled at"] or status == "refunded":
        back = row["cancelled at"] or row["created at"]
        yield replace(_taken_back(line), sold_at=instant(back, day_first=day_first))


def _take_back_parts(export: Export, orders: Mapping[str, Row]) -> None:
    """Take back what a refund in part can only have been for: so many of one line, by its amount; else leave a note.

    The export tells the amount alone.
    """
    sold: dict[str, list[TillLine]] = defaultdict(list)
    for line in export.lines:
        sold[line.receipt].append(line)
    for receipt, order in orders.items():
        if order["financial status"].lower() != "partially_refunded" or order["cancelled at"]:
            continue
        amount = number(order["refunded amount"]) or Decimal(0)
        found = _refunded(sold[receipt], amount, _tax_share(order))
        if len(found) == 1:
            ((line, units),) = found
            export.lines.append(_taken_back(replace(line, quantity=units)))  # as all of it is, if that comes later
        elif amount:
            name = order["name"] or receipt
            export.notes.append(
                tr("{order}: {amount} was refunded, and the file does not say for what.", order=name, amount=amount)
            )


def _refunded(lines: Sequence[TillLine], amount: Decimal, tax_share: Decimal) -> list[tuple[TillLine, Decimal]]:
    """Of which lines so many whole units cost this, without or with the tax on top."""
    found: dict[tuple[str, int], tuple[TillLine, Decimal]] = {}
    for line in lines:
        for units in range(1, int(line.quantity) + 1) if line.unit_price else ():
            assert line.unit_price is not None
            net = units * line.unit_price
            if amount and amount in (net.quantize(_CENT), (net * (1 + tax_share)).quantize(_CENT)):
                found.setdefault((line.key, units), (line, Decimal(units)))
    return list(found.values())


def _tax_share(order: Row) -> Decimal:
    """What tax adds to a net price; 0 where the file does not say."""
    taxes, net = number(order["taxes"]), number(order["subtotal"])
    return taxes / net if taxes and net else Decimal(0)


_CENT = Decimal("0.01")


def _taken_back(line: TillLine) -> TillLine:
    return replace(line, receipt=f"{line.receipt} cancelled", quantity=-line.quantity)


def _quantity(text: str) -> Decimal:
    found = number(text)
    if found is None:
        raise ValueError(tr("no quantity"))
    if not found:
        raise PassedOver(tr("quantity 0"))
    return found


def _each(total: Decimal | None, quantity: Decimal) -> Decimal | None:
    return None if total is None else abs(total / quantity)


SOURCES = (
    Source(
        "square",
        "Square",
        frozenset(("date", "time", "item", "qty", "sku", "net sales", "transaction id", "event type")),
        "date",
        _square,
    ),
    Source(
        "loyverse",
        "Loyverse",
        frozenset(("date", "receipt number", "receipt type", "sku", "item", "quantity", "net sales")),
        "date",
        _loyverse,
    ),
    Source(
        "shopify",
        "Shopify",
        frozenset(("name", "created at", "lineitem quantity", "lineitem name", "lineitem price", "lineitem sku")),
        "created at",
        _shopify,
    ),
)

__all__ = ["SOURCES", "Export", "TillLine", "plain", "read_export", "recognise"]
