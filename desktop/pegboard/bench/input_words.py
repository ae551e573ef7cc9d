"""Tries what is typed and scanned: codes, searches, filters, numbers, days, pasted blocks, names of records."""

import contextlib
import random

from pegboard.bench import hostile
from pegboard.bench.inputs import Fault, Place, Try
from pegboard.bench.workload import DAY_0
from pegboard.documents import is_outdated
from pegboard.domain.attachment import owner_of, safe_name
from pegboard.domain.codes import KINDS, ScanCode, code_text, is_scan_code, parse_code
from pegboard.domain.errors import PegboardError
from pegboard.domain.item import ItemDraft
from pegboard.queries import inventory, items, money_lists, orders, production, purchasing
from pegboard.queries.pegging import why
from pegboard.queries.scanned import scanned_words
from pegboard.queries.search import LONGEST, search
from pegboard.services import floor, kanban
from pegboard.services.items import create_item
from pegboard.services.search import refresh
from pegboard.services.settings import set_setting
from pegboard.settings import SETTINGS
from pegboard.storage.store import Reading, Transaction

LOCALES = ("en_US", "de_DE", "de_CH", "fr_FR", "sv_SE", "en_IN")
LONGEST_NAME = 200  # bytes


def scan(place: Place) -> None:
    """Whatever is scanned is understood or refused; what we print is read as what it was."""
    chance = place.chance
    text = hostile.text(chance)
    code = ScanCode(
        chance.choice(KINDS),
        hostile.words(chance, most=40) or "X",
        chance.choice((None, 0, 10)),
        chance.choice(("", "P7K3")),
    )
    printed = code_text(code)
    if parse_code(printed) != code:
        raise Fault(f"{code} is read as {parse_code(printed)}")
    spoilt = (
        printed[: chance.randrange(len(printed))] + chance.choice(("", "*", "%", "%FF", ":", "\x1d", "Ä")) + text[:9]
    )
    for scanned in (text, f"PGB{chance.choice(KINDS)}{text}", spoilt):
        with contextlib.suppress(PegboardError):
            is_scan_code(scanned)
            parse_code(scanned)

    def act(tx: Transaction) -> None:
        """What the floor does with what it scanned."""
        scanned = chance.choice((text, f"KANBAN:{text}", f"KANBAN:WHEEL:{text}", "WO-0001", f"WO-{text}"))
        for hit in search(tx, scanned):
            scanned_words(tx, hit.kind, hit.number)
        is_outdated(tx, scanned)
        for verb in (
            lambda: kanban.scan(tx, scanned),
            lambda: floor.start(tx, scanned, chance.choice((0, 10, -1, 2**40)), text, anyway=text),
            lambda: why(tx, scanned),
        ):
            with contextlib.suppress(PegboardError):
                verb()

    place.changing("floor.start", act)


def look_up(place: Place) -> None:
    """Whatever is searched, filtered and sorted by finds something or nothing, and changes nothing."""
    chance = place.chance

    def act(tx: Transaction) -> None:
        refresh(tx)
        text = _long(chance)
        search(tx, text)
        for asked in (chance.choice(_LISTS), chance.choice(_LISTS)):
            words = [_long(chance)[:LONGEST], hostile.text(chance)[:LONGEST]]  # as long as the box takes them
            asked(tx, hostile.text(chance), words, hostile.text(chance))
        counts = [
            tx.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in ("item", "customer_order", "work_order", "stock")
        ]
        if not all(counts):
            raise Fault("a search has emptied a table")

    place.changing("search.refresh", act)


def _long(chance: random.Random) -> str:
    """A text, now and then one that somebody pasted from a book."""
    made = hostile.text(chance)
    return (made or "x") * 9_000 if chance.randrange(40) == 0 else made


_LISTS = (
    lambda tx, chip, words, sort: items.item_rows(tx, items.item_keys(tx, chip, words, sort, descending=True)),
    lambda tx, chip, words, sort: inventory.stock_keys(tx, chip, words, sort),
    lambda tx, chip, words, sort: orders.order_keys(tx, "all", words, sort),
    lambda tx, chip, words, sort: orders.order_keys(tx, "open", words[:1], sort, descending=True),
    lambda tx, chip, words, sort: production.job_keys(tx, chip, words, sort),
    lambda tx, chip, words, sort: purchasing.order_keys(tx, chip, words, sort),
    lambda tx, chip, words, sort: purchasing.line_keys(tx, 1, words, sort),
    lambda tx, chip, words, sort: money_lists.document_keys(tx, "invoice", "all", words, sort),
    lambda tx, chip, words, sort: money_lists.payment_keys(tx, "all", words, sort),
)


def typed(place: Place) -> None:
    """A number, a day or a pasted block is read, or refused in words."""
    from pegboard.ui.entry_paste import head_of, read_block
    from pegboard.ui.entry_text import parse_day, parse_price, parse_quantity, parse_whole

    chance = place.chance
    locale = chance.choice(LOCALES)
    text = hostile.cell(chance)
    with contextlib.suppress(PegboardError):
        parse_day(text, DAY_0, locale)
    for parse in (parse_quantity, parse_price, parse_whole):
        with contextlib.suppress(PegboardError):
            parse(text, locale)
    block = read_block("\n".join("\t".join(hostile.cell(chance) for _cell in range(3)) for _row in range(3)))
    head_of(block, {"item": ("item", "sku"), "quantity": ("qty",)})
    read_block(text)


def setting(place: Place) -> None:
    """A setting takes a value or says what it may be; what it took can be read."""
    from pegboard.queries.settings import settings

    name = place.chance.choice(SETTINGS).name if place.chance.randrange(10) else hostile.text(place.chance)

    def act(tx: Transaction) -> None:
        set_setting(tx, name, hostile.cell(place.chance))
        settings(tx)

    place.changing("setting.change", act)


def item(place: Place) -> None:
    """An item is entered with any code and words, or refused; what was entered is found by its code."""
    chance = place.chance
    draft = ItemDraft(
        code=hostile.text(chance, most=400),
        source=chance.choice(("make", "buy", "phantom", hostile.text(chance))),
        description=hostile.text(chance),
        unit=chance.choice(("ea", "m", hostile.text(chance))),
        drawing=hostile.text(chance),
        revision=hostile.text(chance),
    )

    def act(tx: Transaction) -> None:
        create_item(tx, draft)
        refresh(tx)
        _require_found(tx, draft.code)

    place.changing("item.new", act)


def _require_found(reading: Reading, code: str) -> None:
    if items.item_key(reading, code) is None:
        raise Fault(f"item {code!r} is not found by its code")
    search(reading, code)


def file_name(place: Place) -> None:
    """A name is made a name and no path; a record's name is understood or refused."""
    text = hostile.text(place.chance)
    name = safe_name(text + place.chance.choice(("", ".pdf", ".exe", "." * 20, "/", "\\", ":x")))
    if not name or name in (".", "..") or any(sign in name for sign in '/\\:*?"<>|\0') or not name.isprintable():
        raise Fault(f"{text!r} became the name {name!r}")
    if safe_name(name) != name or len(name.encode()) > 2 * LONGEST_NAME:
        raise Fault(f"the name {name!r} is no safe one")
    owner = owner_of(place.chance.choice(("ITEM:", "BOM:", "job:", "")) + text)
    if owner_of(owner.text) != owner:
        raise Fault(f"{owner} is written {owner.text}")


TRIES: dict[str, tuple[int, Try]] = {
    "scan": (8, scan),
    "look_up": (3, look_up),
    "typed": (5, typed),
    "setting": (4, setting),
    "item": (3, item),
    "file_name": (6, file_name),
}
