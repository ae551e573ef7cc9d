"""Commands of kanban cards that are lost, added or taken out, and of what several shops ask for: card, share."""

import argparse
from typing import TYPE_CHECKING

from pegboard.commands.console import Arguments, Command, Console, table
from pegboard.domain.errors import NotFound
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.storage.store import Transaction

LOST, EXTRA, RETIRE = "lost", "extra", "retire"


def _card_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "verb", choices=(LOST, EXTRA, RETIRE), help=tr("replace a lost card, add one for one round, or take one out")
    )
    parser.add_argument("name", metavar="CARD", help=tr("KANBAN:ITEM:CARD; for an extra card any card of the loop"))


def _card(console: Console, arguments: Arguments) -> None:
    from pegboard.services.card_pulls import pull_extra
    from pegboard.services.kanban_loops import lose_card, retire_card

    name = arguments.name
    if arguments.verb == LOST:
        with console.transaction("card.lost") as tx:
            new = lose_card(tx, _keys(tx, name)[0])
        console.result({"lost": name, "card": new}, tr("{new} takes the place of {old}: print it.", new=new, old=name))
    elif arguments.verb == EXTRA:
        with console.transaction("card.extra") as tx:
            done = pull_extra(tx, _keys(tx, name)[1])
        found = {"card": done.scanned.name, "supply": done.scanned.supply}
        console.result(found, tr("{name} goes round once: print it.", name=done.scanned.name) + " " + done.text)
    else:
        with console.transaction("card.retire") as tx:
            is_out = retire_card(tx, _keys(tx, name)[0])
        told = tr("{name} is out of the loop.", name=name)
        later = tr("{name} goes when its container is used up.", name=name)
        console.result({"card": name, "is_out": is_out}, told if is_out else later)


def _keys(tx: "Transaction", name: str) -> tuple[int, int]:
    """The keys of a card and of its loop."""
    from pegboard.queries.kanban import card_rows

    wanted = name if name.startswith("KANBAN:") else f"KANBAN:{name}"
    card = next((card for card in card_rows(tx) if card.name == wanted), None)
    if card is None:
        raise NotFound(tr("There is no card {name}.", name=name), hint=tr("The Kanban page lists all cards."))
    return card.key, card.loop_id


def _share_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help=tr("show who would get what and change nothing"))


def _share(console: Console, arguments: Arguments) -> None:
    from pegboard.services.replenishment_shares import proposed_shares, share_scarce

    with console.open() as store:
        with store.read(today=console.today) as reading:
            rows = proposed_shares(reading)
        if not arguments.dry_run:
            with console.transaction_on(store, "share.out") as tx:
                rows = proposed_shares(tx)
                share_scarce(tx)
    cells = [(row.item, row.location, row.asked, row.before, row.now, row.kit) for row in rows]
    headings = (tr("item"), tr("shop"), tr("asked"), tr("had"), tr("gets"), tr("set"))
    names = ("item", "location", "asked", "before", "now", "kit")
    told = table(headings, cells, right=(2, 3, 4)) if cells else tr("Nothing that several shops ask for is scarce.")
    console.result([dict(zip(names, map(str, row), strict=True)) for row in cells], told)


COMMANDS = (
    Command("card", tr("replace a lost card, add an extra one, take one out"), _card_arguments, _card),
    Command("share", tr("give scarce stock to shops in complete sets"), _share_arguments, _share),
)
