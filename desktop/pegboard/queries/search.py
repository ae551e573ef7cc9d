"""Finds any record by a number, a code or some words, as fast as a person types.

Numbers and codes are looked up in their own tables and so are never out of date. Words are looked up in an index that
`services.search.refresh` brings up to date; `is_stale` tells when that is due. Only where nothing at all is found are
similar words looked for, so that a typing error costs nothing as long as there is none.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pegboard.queries import search_signals
from pegboard.storage.bulk import fetch
from pegboard.storage.full_text import keys_with
from pegboard.storage.store import Reading

RANGE = 1 << 40  # keys of one kind of record in the index: first = kind's place x RANGE
LOWEST_SIMILARITY = 72  # of 100; below that the similar words are others
MOST_SIMILAR_CANDIDATES = 50_000
LONGEST = 200  # letters of a search
MOST_ITEMS = 10  # whose loops and shelves are named as well
SHORTEST = 2  # letters: one alone has no prefix index and says little


class Hit(NamedTuple):
    """A record that was found.

    Attributes: kind: order, customer, item, work_order, purchase_order, supplier, supplier_part, invoice, bill,
    payment, kanban_loop, kanban_card, replenishment or inference; number: its number or code as people say it; title,
    detail: what it is, in words of the workshop; key: its primary key (of the item where a supplier's part number was
    found).
    """

    kind: str
    number: str
    title: str
    detail: str
    key: int


@dataclass(frozen=True, slots=True)
class Searched:
    """A kind of record that can be found.

    Attributes: kind; place: its range in the index; table and id: whose words they are; columns: number, title,
    detail and key of a hit; joins: what they need beside the table; words: the indexed text, "" where only the number
    is looked up; code: the number's own column, "" without an index; nouns: changes that touch the words.
    """

    kind: str
    place: int
    table: str
    id: str
    columns: str
    joins: str
    words: str
    code: str
    nouns: frozenset[str]

    @property
    def source(self) -> str:
        """The statement for key and words of all records."""
        return (
            f"SELECT {self.place * RANGE} + {self.table}.{self.id} AS search_words_id, {self.words} AS words"
            f" FROM {self.table} {self.joins}"
        )


SEARCHED = (
    Searched(
        "item",
        3,
        "item",
        "item_id",
        "item.code, item.description, item.drawing, item.item_id",
        "",
        "item.code || ' ' || item.description || ' ' || item.drawing || coalesce((SELECT ' ' || group_concat(sku, ' ')"
        " FROM sku_alias WHERE sku_alias.item_id = item.item_id), '')",
        "item.code",
        frozenset({"item", "sku_alias"}),
    ),
    Searched(
        "customer",
        2,
        "customer",
        "customer_id",
        "customer.code, customer.name, customer.contact, customer.customer_id",
        "",
        "customer.code || ' ' || customer.name || ' ' || customer.contact"
        " || ' ' || customer.email || ' ' || customer.phone",
        "customer.code",
        frozenset({"customer"}),
    ),
    Searched(
        "order",
        1,
        "customer_order",
        "order_id",
        "customer_order.number, customer.name, customer_order.customer_reference, customer_order.order_id",
        "JOIN customer ON customer.customer_id = customer_order.customer_id",
        "customer_order.number || ' ' || customer_order.customer_reference"
        " || ' ' || customer.code || ' ' || customer.name",
        "customer_order.number",
        frozenset({"order", "customer"}),
    ),
    Searched(
        "work_order",
        4,
        "work_order",
        "work_order_id",
        "work_order.number, item.code, item.description, work_order.work_order_id",
        "JOIN item ON item.item_id = work_order.item_id",
        "",
        "work_order.number",
        frozenset(),
    ),
    Searched(
        "purchase_order",
        5,
        "purchase_order",
        "purchase_order_id",
        "purchase_order.number, supplier.name, purchase_order.state, purchase_order.purchase_order_id",
        "JOIN supplier ON supplier.supplier_id = purchase_order.supplier_id",
        "",
        "purchase_order.number",
        frozenset(),
    ),
    Searched(
        "supplier",
        6,
        "supplier",
        "supplier_id",
        "supplier.code, supplier.name, supplier.contact, supplier.supplier_id",
        "",
        "supplier.code || ' ' || supplier.name || ' ' || supplier.contact || ' ' || supplier.email",
        "supplier.code",
        frozenset({"supplier"}),
    ),
    Searched(
        "supplier_part",
        7,
        "supplier_item",
        "supplier_item_id",
        "CASE supplier_item.supplier_sku WHEN '' THEN supplier_item.manufacturer_part"
        " ELSE supplier_item.supplier_sku END, item.code || ' ' || item.description, supplier.name, item.item_id",
        "JOIN item ON item.item_id = supplier_item.item_id"
        " JOIN supplier ON supplier.supplier_id = supplier_item.supplier_id",
        "supplier_item.supplier_sku || ' ' || supplier_item.manufacturer_part || ' ' || supplier_item.manufacturer",
        "",
        frozenset({"supplier", "supplier_item"}),
    ),
    Searched(
        "invoice",
        8,
        "invoice",
        "invoice_id",
        "invoice.number, customer.name, CASE WHEN invoice.credits_id IS NULL THEN '' ELSE invoice.note END,"
        " invoice.invoice_id",
        "JOIN customer ON customer.customer_id = invoice.customer_id",
        "",
        "invoice.number",
        frozenset(),
    ),
    Searched(
        "bill",
        9,
        "bill",
        "bill_id",
        "bill.number, supplier.name, bill.supplier_number, bill.bill_id",
        "JOIN supplier ON supplier.supplier_id = bill.supplier_id",
        "",
        "bill.number",
        frozenset(),
    ),
    Searched(
        "payment",
        10,
        "payment",
        "payment_id",
        "payment.number, coalesce(customer.name, supplier.name, payment.category), payment.reference,"
        " payment.payment_id",
        "LEFT JOIN customer ON customer.customer_id = payment.customer_id"
        " LEFT JOIN supplier ON supplier.supplier_id = payment.supplier_id",
        "",
        "payment.number",
        frozenset(),
    ),
)
SERIES = {"order": "SO", "work_order": "WO", "purchase_order": "PO"}  # a bare figure means the number in its series


def search(reading: Reading, text: str, limit: int = 50) -> tuple[Hit, ...]:
    """Find records by a number, a code or words, in any order and as beginnings; at most `limit`.

    Those whose number or code begins with the text come first, then those with the words; by kind within each.
    """
    # No text that is kept holds these: a zero, half a character; and none is as long as what may come by a paste.
    text = " ".join(text.replace("\0", " ").encode("utf-8", "ignore").decode().split())[:LONGEST]
    if not text:
        return ()
    by_code = [_by_code(reading, kind, text, limit) for kind in SEARCHED if kind.code]
    exact = [hit for hits in by_code for hit in hits if hit.number.casefold() == text.casefold()]
    named = [Hit(*hit) for hit in search_signals.named(reading, text)]
    found = _shared_out([named, exact, *by_code], limit)
    if len(found) < limit:
        found = _shared_out([found, *_by_words(reading, text, limit)], limit)
    found = found or _similar(reading, text, limit)
    if len(found) < limit:
        items = [hit.key for hit in found if hit.kind == "item"][:MOST_ITEMS]
        found += [Hit(*hit) for hit in search_signals.of_items(reading, items)][: limit - len(found)]
    return tuple(found)


def is_stale(reading: Reading) -> bool:
    """Whether records were changed whose words the index does not have yet."""
    return bool(stale_kinds(reading))


def stale_kinds(reading: Reading) -> tuple[Searched, ...]:
    """The kinds of record whose words may have changed since the index was brought up to date."""
    ((done,),) = fetch(reading, "SELECT max(audit_entry_id) FROM search_state")
    changed = fetch(reading, "SELECT DISTINCT changed FROM audit_entry WHERE audit_entry_id > ?", (done or 0,))
    nouns = {noun for (names,) in changed for noun in str(names).split()}
    return tuple(kind for kind in SEARCHED if kind.words and nouns & kind.nouns)


def _words(text: str) -> list[str]:
    """The words of a search, each of which must begin a word of the record."""
    return [word for word in text.split() if any(character.isalnum() for character in word)]


def _by_code(reading: Reading, kind: Searched, text: str, limit: int) -> list[Hit]:
    spellings = dict.fromkeys((text, text.upper()))
    if text.isascii() and text.isdigit() and kind.kind in SERIES:
        spellings = dict.fromkeys((f"{SERIES[kind.kind]}-{text.zfill(4)}", *spellings))
    found: dict[int, Hit] = {}
    for spelling in spellings:
        rows = fetch(
            reading,
            f"SELECT {kind.columns} FROM {kind.table} {kind.joins} WHERE {kind.code} >= ? AND {kind.code} < ?"
            f" ORDER BY {kind.code} LIMIT {limit}",
            (spelling, spelling + "\U0010ffff"),
        )
        for hit in _hits(kind, rows):
            found.setdefault(hit.key, hit)
    return list(found.values())


def _by_words(reading: Reading, text: str, limit: int) -> list[list[Hit]]:
    """Hits of each kind; few of each at first, which are enough where several kinds have some."""
    words = _words(text)
    if sum(map(len, words)) < SHORTEST:
        return []
    kinds = [kind for kind in SEARCHED if kind.words]
    share = limit // 3 + 1
    found = [_with_words(reading, kind, words, share) for kind in kinds]
    if sum(map(len, found)) < limit:
        found = [
            hits if len(hits) < share else _with_words(reading, kind, words, limit)
            for kind, hits in zip(kinds, found, strict=True)
        ]
    return found


def _with_words(reading: Reading, kind: Searched, words: Sequence[str], limit: int) -> list[Hit]:
    first, is_order = kind.place * RANGE, kind.kind == "order"
    keys = keys_with(reading, words, first, first + RANGE - 1, newest_first=is_order, limit=limit)
    rows = fetch(
        reading,
        f"SELECT {kind.columns} FROM {kind.table} {kind.joins}"
        f" WHERE {kind.table}.{kind.id} IN (SELECT value FROM json_each(?))"
        f" ORDER BY {kind.table}.{kind.id} {'DESC' if is_order else 'ASC'}",
        (json.dumps([key - first for key in keys]),),
    )
    return _hits(kind, rows)


def _hits(kind: Searched, rows: Iterable[Sequence[object]]) -> list[Hit]:
    return [Hit(kind.kind, str(number), str(title), str(detail), int(str(key))) for number, title, detail, key in rows]


def _shared_out(lists: Sequence[Sequence[Hit]], limit: int) -> list[Hit]:
    """Put lists together, each hit once, so that a long one does not push the others out; their order stays."""
    kept: set[Hit] = set()
    for depth in range(max(map(len, lists), default=0)):
        for hits in lists:
            if depth < len(hits) and len(kept) < limit:
                kept.add(hits[depth])
    order = dict.fromkeys(hit for hits in lists for hit in hits if hit in kept)
    return list(order)


def _similar(reading: Reading, text: str, limit: int) -> list[Hit]:
    """Records whose words are nearly those of `text`, the nearest first."""
    if len(text) < 3:
        return []
    from rapidfuzz import fuzz, process, utils

    candidates = fetch(reading, f"SELECT search_words_id, words FROM search_words LIMIT {MOST_SIMILAR_CANDIDATES}")
    nearest = process.extract(
        text,
        {int(str(key)): str(words) for key, words in candidates},
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=LOWEST_SIMILARITY,
        limit=min(limit, 20),
    )
    return [hit for _words, _score, key in nearest for hit in _by_key(reading, key)]


def _by_key(reading: Reading, key: int) -> list[Hit]:
    place, record = divmod(key, RANGE)
    kind = next(kind for kind in SEARCHED if kind.place == place)
    rows = fetch(
        reading,
        f"SELECT {kind.columns} FROM {kind.table} {kind.joins} WHERE {kind.table}.{kind.id} = ?",
        (record,),
    )
    return _hits(kind, rows)
