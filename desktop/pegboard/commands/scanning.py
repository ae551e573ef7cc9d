"""Commands of the floor and the dock: ship, scan."""

import argparse
import re
from typing import TYPE_CHECKING

from pegboard.commands.console import Arguments, Command, Console, actor, quantity_micro
from pegboard.domain.errors import NotFound
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.storage.store import Transaction

_OPERATION = re.compile(r"(.+)/([0-9]{1,9})", re.ASCII)


def _ship_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("order", metavar="ORDER[/LINE]", help=tr("such as SO-0001 or SO-0001/2"))
    parser.add_argument("quantity", nargs="?", metavar="QUANTITY", help=tr("of one line; else all that is ready"))


def _ship(console: Console, arguments: Arguments) -> None:
    from pegboard.domain.quantity import Quantity
    from pegboard.services.shipping import ship

    quantity = None if arguments.quantity is None else Quantity(quantity_micro(arguments.quantity))
    with console.transaction("order.ship") as tx:
        done = ship(tx, arguments.order, quantity)
    lines = [
        {"line": part.line, "item": part.item, "quantity": str(part.quantity), "to_follow": str(part.to_follow)}
        for part in done.lines
    ]
    told = [tr("Shipped on {number}:", number=done.number)]
    told += [
        tr(
            "  {quantity} {item} of {line}, {to_follow} to follow",
            quantity=part.quantity,
            item=part.item,
            line=part.line,
            to_follow=part.to_follow,
        )
        for part in done.lines
    ]
    console.result({"shipment": done.number, "lines": lines}, "\n".join(told))


def _scan_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "code", metavar="CODE", help=tr("a card (KANBAN:ITEM:CARD), a document's number, or WORK_ORDER/SEQUENCE")
    )
    parser.add_argument(
        "--explode", action="store_true", help=tr("make or buy at once what a card pulls, not with the next explosion")
    )


def _scan(console: Console, arguments: Arguments) -> None:
    with console.transaction("floor.scan") as tx:
        code = _plain(tx, arguments.code.strip())
        operation = _OPERATION.fullmatch(code)
        if code.startswith("KANBAN:"):
            done = _scan_card(tx, code, explode=arguments.explode)
        elif operation and _is_job(tx, operation[1]):
            done = _scan_operation(tx, operation[1], int(operation[2]))
        else:
            done = _look_up(tx, code)
        warning = _outdated(tx, arguments.code)
    text = done.pop("text")
    told = {"warning": warning} if warning else {}
    console.result({"code": arguments.code, **done, **told}, "\n".join(filter(None, (str(text), warning))))


def _outdated(tx: "Transaction", code: str) -> str:
    """What to say where the scanned paper no longer says what holds, such as a traveler of an old revision."""
    from pegboard import documents
    from pegboard.domain import codes
    from pegboard.queries.settings import settings

    prefix = settings(tx).code_prefix
    print_code = codes.parse_code(code, prefix).print_code if codes.is_scan_code(code, prefix) else ""
    if not print_code or not documents.is_outdated(tx, print_code):
        return ""
    return tr("This paper (print {code}) is out of date: print it anew.", code=print_code)


def _plain(tx: "Transaction", code: str) -> str:
    """Turn a printed barcode of this shop into the number it stands for; anything else stays as it is."""
    from pegboard.domain import codes
    from pegboard.queries.settings import settings

    prefix = settings(tx).code_prefix
    if not codes.is_scan_code(code, prefix):
        return code
    read = codes.parse_code(code, prefix)
    if read.kind == codes.KANBAN_CARD:
        return f"KANBAN:{read.number}"
    return read.number if read.operation is None else f"{read.number}/{read.operation}"


def _scan_card(tx: "Transaction", name: str, *, explode: bool) -> dict[str, object]:
    from pegboard.services.card_pulls import Pulled, pull
    from pegboard.services.kanban import scan

    done = pull(tx, name) if explode else Pulled(scan(tx, name))
    did = {"waits": "nothing"}.get(done.scanned.did, done.scanned.did)
    told: dict[str, object] = {"kind": "kanban_card", "number": name, "did": did, "text": done.text}
    if done.scanned.supply:
        told["supply"] = done.scanned.supply
    if done.scanned.due is not None:
        told["due"] = done.scanned.due.isoformat()
    return told


def _is_job(tx: "Transaction", number: str) -> bool:
    found = tx.connection.exec_driver_sql("SELECT 1 FROM work_order WHERE number = ?", (number,))
    return found.first() is not None


def _scan_operation(tx: "Transaction", number: str, sequence: int) -> dict[str, object]:
    """Start an operation at its first scan, finish it at the second."""
    from pegboard.services import floor

    state = tx.connection.exec_driver_sql(
        "SELECT o.state FROM work_order_operation o JOIN work_order w ON w.work_order_id = o.work_order_id"
        " WHERE w.number = ? AND o.sequence = ?",
        (number, sequence),
    ).scalar()
    name = f"{number}/{sequence}"
    if state == "started":
        floor.done(tx, number, sequence, actor())
        return {"kind": "operation", "number": name, "did": "finished", "text": tr("Finished {name}.", name=name)}
    floor.start(tx, number, sequence, actor(), anyway=tr("scanned on the command line"))
    return {"kind": "operation", "number": name, "did": "started", "text": tr("Started {name}.", name=name)}


def _lot(tx: "Transaction", code: str) -> dict[str, object]:
    """Where the lot ITEM:LOT of a label lies; nothing where none of it does."""
    from pegboard.queries.floor import item_places

    item, colon, lot = code.partition(":")
    places = item_places(tx, item, lot) if colon and lot else ()
    words = ", ".join(tr("{quantity} at {place}", quantity=quantity, place=place) for place, _lot, quantity in places)
    found = {"kind": "lot", "number": code, "title": item, "detail": words, "did": "nothing"}
    return {**found, "text": f"{item} {lot}: {words}"} if places else {}


def _look_up(tx: "Transaction", code: str) -> dict[str, object]:
    """Say what a document's number or a code stands for; nothing is changed by it."""
    from pegboard.queries.scanned import scanned_words
    from pegboard.queries.search import search

    hit = next((hit for hit in search(tx, code) if hit.number == code), None)
    lot = _lot(tx, code) if hit is None else {}
    if lot:
        return lot
    if hit is None:
        raise NotFound(
            tr('Nothing here is called "{code}".', code=code),
            hint=tr("Scan a card, a traveler, an operation or another paper of this workshop."),
        )
    told = (hit.title, "" if hit.kind == "purchase_order" else hit.detail, *scanned_words(tx, hit.kind, hit.number))
    words = ", ".join(word for word in told if word)
    return {
        "kind": hit.kind,
        "number": hit.number,
        "title": hit.title,
        "detail": hit.detail,
        "did": "nothing",
        "text": f"{hit.number}: {words}",
    }


COMMANDS = (
    Command("ship", tr("ship what is pegged and in stock"), _ship_arguments, _ship),
    Command("scan", tr("do what a scanned code means"), _scan_arguments, _scan),
)
