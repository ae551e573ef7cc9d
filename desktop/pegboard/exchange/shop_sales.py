"""Brings sales of tills and web shops in: as pos_sales.csv, or as Square, Loyverse and Shopify export them.

A foreign code is looked up among the aliases of its source, then among our items; one that is neither is asked for
once: the import is refused with the list, and what is answered is remembered. An alias without an item is passed over
from then on, such as a gift card.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from pegboard.domain.errors import InvalidInput, PegboardError
from pegboard.exchange.sheets import Sheet
from pegboard.exchange.shop_exports import Export, plain, read_export
from pegboard.exchange.workshop_folder import import_paths, import_sheets
from pegboard.i18n import tr
from pegboard.progress import Progress
from pegboard.queries.settings import settings
from pegboard.services.importing import ImportRefused, Result
from pegboard.services.importing.problems import LISTED
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import number, run
from pegboard.storage.store import Reading, Transaction

KIND = "pos_sales"
HEADER = ("reference", "line", "sold_at", "location", "item", "quantity", "unit_price")
NOT_OURS = ""  # the item of an alias that is passed over
CLOSE = 60  # likeness in percent from which one of our codes is worth proposing


@dataclass(frozen=True, slots=True)
class UnknownSku:
    """A foreign code that stands for nothing yet.

    Attributes: sku: as the till writes it, or the name where it has no SKU; name: what was sold; lines, quantity: how
    much of it is in the file; proposed: the item whose code or description is likest, "" where none is.
    """

    sku: str
    name: str
    lines: int
    quantity: str
    proposed: str = ""


class UnknownSkus(PegboardError):
    """An export names what the workshop does not know; nothing was imported.

    Attributes: origin, title: the source, and its name; skus: each code once, the most sold first.
    """

    def __init__(self, origin: str, title: str, skus: Sequence[UnknownSku]) -> None:
        self.origin = origin
        self.title = title
        self.skus = tuple(skus)
        named = "; ".join(f"{sku.sku} ({sku.name})" if sku.name != sku.sku else sku.sku for sku in skus[:20])
        more = tr(" and {count} more", count=len(skus) - 20) if len(skus) > 20 else ""
        super().__init__(
            tr("{source} sold what no item is known for: {skus}.", source=title, skus=named + more),
            hint=tr("Say what each is, once, with --alias SKU=ITEM; SKU= passes over what is not ours."),
        )


class NoPlace(InvalidInput):
    """An export does not say where it was sold, and no setting does."""


@dataclass(frozen=True, slots=True)
class SalesResult:
    """The receipt of an import of sales.

    Attributes: source: Square, Loyverse, Shopify, or "" for the workshop's own file; result: as of every import; notes:
    what a person should know.
    """

    source: str
    result: Result
    notes: tuple[str, ...] = field(default=())


def import_sales(
    tx: Transaction,
    path: str | Path,
    *,
    aliases: Mapping[str, str] | None = None,
    location: str = "",
    dry_run: bool = False,
    progress: Progress | None = None,
) -> SalesResult:
    """Import a file of sales; all of it, or nothing.

    `aliases` says which of our items (NOT_OURS for none) foreign codes stand for and is remembered; `location` is where
    all of it was sold. Raises UnknownSkus where codes are left, ImportRefused with every error, InvalidInput for a file
    that is none.
    """
    path = Path(path)
    export = read_export(path, settings(tx).number_locale) if path.is_file() else None
    if export is None:
        if aliases:
            raise InvalidInput(
                tr("{path} is in the workshop's own form.", path=path.name),
                hint=tr("Its items are our codes; aliases are for exports of Square, Loyverse and Shopify."),
            )
        return SalesResult("", import_paths(tx, [path], kind=KIND, dry_run=dry_run, progress=progress))
    if export.problems:
        raise ImportRefused(export.problems[:LISTED], len(export.problems))
    with _kept_unless(tx, dry_run=dry_run):
        remember_aliases(tx, export.origin, aliases or {})
        sheet, notes = _translated(tx, export, location)
        result = import_sheets(tx, [sheet], dry_run=dry_run, progress=progress)
    return SalesResult(export.title, result, (*notes, *result.notes))


def remember_aliases(tx: Transaction, origin: str, aliases: Mapping[str, str]) -> None:
    """Keep what foreign codes of a source stand for. Raises InvalidInput for an unknown item."""
    for sku, item in aliases.items():
        item_id = number(tx, "SELECT item_id FROM item WHERE code = ?", item) or None
        if item != NOT_OURS and item_id is None:
            raise InvalidInput(
                tr("There is no item {item} for {sku}.", item=item, sku=sku), hint=tr("Check the item's code.")
            )
        run(
            tx,
            "INSERT INTO sku_alias (origin, sku, item_id) VALUES (?, ?, ?)"
            " ON CONFLICT (origin, sku) DO UPDATE SET item_id = excluded.item_id",
            origin,
            sku,
            item_id,
        )
    if aliases:
        tx.changed("sku_alias")


@contextmanager
def _kept_unless(tx: Transaction, *, dry_run: bool) -> Iterator[None]:
    """A dry run looks aliases up as if they were kept, and takes them back."""
    if not dry_run:
        yield
        return
    with tx.connection.begin_nested() as save_point:
        yield
        save_point.rollback()


def _translated(reading: Reading, export: Export, location: str) -> tuple[Sheet, list[str]]:
    """The export as a sheet of pos_sales, each row with the number it has in the file."""
    items = _Items(reading, export.origin)
    places = _Places(reading, location)
    rows: list[tuple[int, tuple[str, ...]]] = []
    passed_over = 0
    for line, place in export.numbered():
        item = items.of(line.key, line.name, line.quantity)
        if item == NOT_OURS:
            passed_over += 1
        elif item is not None:
            reference, where = _code(f"{export.title} {line.receipt}"), places.of(line.location)
            price = "" if line.unit_price is None else plain(line.unit_price)
            rows.append((line.row, (reference, str(place), line.sold_at, where, item, plain(line.quantity), price)))
    if items.unknown:
        raise UnknownSkus(export.origin, export.title, items.asked())
    rows.sort(key=lambda entry: entry[0])
    notes = [
        tr("{count} rows passed over: {reason}.", count=count, reason=why) for why, count in export.passed_over.items()
    ]
    if passed_over:
        notes.append(tr("{count} rows passed over: not ours.", count=passed_over))
    notes += [*export.notes, *places.notes()]
    sheet = Sheet(KIND, export.label, HEADER, [cells for _row, cells in rows], [row for row, _cells in rows])
    return sheet, notes


class _Items:
    """Finds our items for the codes of one source, and gathers those that are not known."""

    def __init__(self, reading: Reading, origin: str) -> None:
        self._codes: dict[str, str] = {}
        for code, description in fetch(reading, "SELECT code, description FROM item"):
            self._codes[code] = description
        found = fetch(
            reading,
            "SELECT a.sku, coalesce(i.code, '') FROM sku_alias a LEFT JOIN item i ON i.item_id = a.item_id"
            " WHERE a.origin = ?",
            (origin,),
        )
        self._aliases: dict[str, str] = dict(found)
        self.unknown: dict[str, tuple[str, int, Decimal]] = {}

    def of(self, key: str, name: str, quantity: Decimal) -> str | None:
        """The item's code, NOT_OURS for what is passed over, None where nobody has said."""
        item = self._aliases.get(key)
        if item is None and key in self._codes:
            item = key
        if item is None:
            _name, lines, total = self.unknown.get(key, ("", 0, Decimal(0)))
            self.unknown[key] = (name, lines + 1, total + quantity)
        return item

    def asked(self) -> list[UnknownSku]:
        """What has to be asked for, the most sold first."""
        found = sorted(self.unknown.items(), key=lambda entry: (-entry[1][2], entry[0]))
        return [
            UnknownSku(sku, name, lines, plain(total), self._likest(sku, name)) for sku, (name, lines, total) in found
        ]

    def _likest(self, sku: str, name: str) -> str:
        from rapidfuzz import process, utils

        for text, choices in ((sku, list(self._codes)), (name, self._codes)):
            best = process.extractOne(text, choices, processor=utils.default_process, score_cutoff=CLOSE)
            if best is not None:
                return str(best[2] if isinstance(choices, dict) else best[0])
        return ""


class _Places:
    """Finds our locations for what tills call their places: by code, by description, else a new one is made."""

    def __init__(self, reading: Reading, given: str) -> None:
        self._given = given
        self._default = settings(reading).pos_location
        self._known: dict[str, str] = {}
        for code, description in fetch(reading, "SELECT code, description FROM location ORDER BY location_id DESC"):
            if description:
                self._known[description.casefold()] = code
        for (code,) in fetch(reading, "SELECT code FROM location"):
            self._known[code.casefold()] = code
        self._made: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The code of a place. Raises NoPlace where neither the file nor anybody says which it is."""
        if self._given:
            return self._given
        name = name or self._default
        if not name:
            raise NoPlace(
                tr("The file does not say where it was sold."),
                hint=tr("Give --location CODE, or set pos_location for all such files."),
            )
        known = self._known.get(name.casefold())
        if known is None:
            known = self._known[name.casefold()] = self._made[name] = _code(name).replace(":", " ").strip()
        return known

    def notes(self) -> list[str]:
        """Which locations are new."""
        return [tr("New location {code}.", code=code) for code in self._made.values()]


def _code(text: str) -> str:
    """Text as a code: what codes cannot hold becomes a blank."""
    kept = "".join(letter if letter.isprintable() and letter not in ";=" else " " for letter in text)
    return " ".join(kept.split())
