"""Sets up kanban loops and looks after their cards: how many there are, extra ones, lost ones, retired ones."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.kanban import CardState
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.i18n import tr
from pegboard.queries.kanban import MAKE, LoopRow, loop_rows
from pegboard.services.demand import hand_card_demand, raise_card_demand
from pegboard.services.kanban import card_called, retire
from pegboard.services.seats import require_seen
from pegboard.storage.rows import add, change, first, number, rows, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.inventory import Location
from pegboard.storage.tables.signals import KanbanCard, KanbanLoop

MOST_CARDS = 10_000


@dataclass(frozen=True, slots=True)
class LoopDraft:
    """A loop as a person describes it.

    Attributes: supplied_by: a supplier's code, or "make"; location: where it is used up, made where it is new;
    container: what one container holds; cards: how many, None for as many as the formula says.
    """

    item: str
    supplied_by: str
    location: str
    container: Quantity
    cards: int | None = None


def new_loop(tx: Transaction, draft: LoopDraft) -> int:
    """Make a loop with its cards, all full, and return its key.

    Raises InvalidInput for an unknown item or supplier or a container that does not fit, Refused for a loop that
    stands already.
    """
    item = _item(tx, draft.item)
    supplier_id = _supplier(tx, item, draft.supplied_by)
    _check_container(item, draft.container)
    place = _location(tx, draft.location)
    values = {"container_quantity": draft.container.micro, "cards": draft.cards}
    loop_id = _ended(tx, item.item_id, place, supplier_id, draft)
    if loop_id:
        change(tx, KanbanLoop, loop_id, **values)
    else:
        loop_id = add(tx, KanbanLoop, item_id=item.item_id, supplier_id=supplier_id, location_id=place, **values)
    count = draft.cards if draft.cards is not None else _row(tx, loop_id).proposed
    _check_count(count)
    _make_cards(tx, loop_id, count)
    tx.changed("kanban_loop", "kanban_card")
    tx.note(tr("New loop for {item} with {count} cards.", item=draft.item, count=count))
    return loop_id


def _ended(tx: Transaction, item_id: int, place: int, supplier_id: int | None, draft: LoopDraft) -> int:
    """The key of such a loop that has ended and may begin anew, 0 for none; Refused where it still stands."""
    row = first(
        tx,
        "SELECT kanban_loop_id, cards FROM kanban_loop WHERE item_id = ? AND location_id = ?"
        " AND coalesce(supplier_id, 0) = ?",
        item_id,
        place,
        supplier_id or 0,
    )
    if row is not None and row.cards != 0:
        raise Refused(
            tr("{item} has this loop at {location} already.", item=draft.item, location=draft.location),
            hint=tr("Change the loop that stands."),
        )
    return 0 if row is None else int(row.kanban_loop_id)


def change_container(tx: Transaction, loop_id: int, container: Quantity, *, seen: Quantity | None = None) -> None:
    """Let a container hold another quantity from the next pull on; what is on order stays as it was ordered.

    Raises ChangedMeanwhile where another seat changed it since it was `seen`.
    """
    loop = _loop(tx, loop_id)
    _check_container(loop, container)
    now = Quantity(loop.container_quantity)
    if seen is not None and now != container:
        require_seen(tx, "kanban_loop", loop.code, tr("container"), seen=seen, now=now)
    change(tx, KanbanLoop, loop_id, container_quantity=container.micro)
    tx.changed("kanban_loop")
    tx.note(tr("A container of {item} holds {quantity}.", item=loop.code, quantity=container))


def set_cards(tx: Transaction, loop_id: int, count: int, *, seen: int | None = None) -> tuple[int, int]:
    """Give a loop this number of cards; return how many were made and how many go.

    New cards are full. Too many: full ones go at once, the others after their round. Raises ChangedMeanwhile where
    another seat gave or took cards since so many were `seen`.
    """
    _check_count(count)
    loop = _loop(tx, loop_id)
    standing = rows(
        tx,
        "SELECT kanban_card_id, state FROM kanban_card WHERE kanban_loop_id = ? AND state <> 'retired'"
        " AND is_extra = 0 ORDER BY CASE state WHEN 'full' THEN 0 ELSE 1 END, number DESC",
        loop_id,
    )
    if seen is not None and len(standing) != count:
        require_seen(tx, "kanban_loop", loop.code, tr("cards"), seen=seen, now=len(standing))
    change(tx, KanbanLoop, loop_id, cards=count)
    made = max(0, count - len(standing))
    _make_cards(tx, loop_id, made)
    going = standing[: max(0, len(standing) - count)]
    for card in going:
        _let_go(tx, card, tr("one card fewer"))
    tx.changed("kanban_loop", "kanban_card")
    tx.note(tr("{item} goes round with {count} cards.", item=loop.code, count=count))
    return made, len(going)


def end_loop(tx: Transaction, loop_id: int) -> int:
    """Let a loop run out: full cards go at once, the others after their round; return how many still go round.

    The loop is remembered with its cards, since demand of the past names them; it is exported and proposed no more.
    """
    loop = _loop(tx, loop_id)
    change(tx, KanbanLoop, loop_id, cards=0)
    standing = rows(tx, "SELECT * FROM kanban_card WHERE kanban_loop_id = ? AND state <> 'retired'", loop_id)
    left = sum(not _let_go(tx, card, tr("loop ended")) for card in standing)
    tx.changed("kanban_loop", "kanban_card")
    tx.note(tr("The loop of {item} has ended.", item=loop.code))
    return left


def add_extra_card(tx: Transaction, loop_id: int) -> str:
    """Add a card that goes round once: it pulls one container now, and is taken out when that is used up."""
    loop = _loop(tx, loop_id)
    (card_id,) = _make_cards(tx, loop_id, 1, state=CardState.EMPTY, is_extra=True)
    raise_card_demand(tx, card_id)
    name = card_called(tx, card_id)
    tx.changed("kanban_card")
    tx.note(tr("Extra card {name} pulls {quantity}.", name=name, quantity=Quantity(loop.container_quantity)))
    return name


def lose_card(tx: Transaction, card_id: int) -> str:
    """Put a new card in the place of a lost one, which is refused when it turns up; return the new one's name.

    What the lost card has pulled and not got yet becomes the new one's.
    """
    card = _card(tx, card_id)
    old = card_called(tx, card_id)
    (new_id,) = _make_cards(
        tx, card.kanban_loop_id, 1, state=CardState(card.state), is_extra=bool(card.is_extra), since=card.state_at
    )
    hand_card_demand(tx, card_id, new_id)
    retire(tx, card_id, tr("lost"))
    new = card_called(tx, new_id)
    tx.note(tr("{old} was lost; {new} takes its place.", old=old, new=new))
    return new


def retire_card(tx: Transaction, card_id: int) -> bool:
    """Take one card out of its loop; return whether it is out now, and not only after its round.

    A number of cards that a person has set goes down by one. Raises Refused for the last card of a loop.
    """
    card = _card(tx, card_id)
    loop = _loop(tx, card.kanban_loop_id)
    if not card.is_extra:
        standing = number(
            tx,
            "SELECT count(*) FROM kanban_card WHERE kanban_loop_id = ? AND state <> 'retired' AND is_extra = 0",
            card.kanban_loop_id,
        )
        if standing < 2:
            raise Refused(
                tr("This is the last card of {item}.", item=loop.code), hint=tr("A loop without cards pulls nothing.")
            )
        if loop.cards is not None:
            change(tx, KanbanLoop, card.kanban_loop_id, cards=standing - 1)
    is_out = _let_go(tx, card, tr("taken out"))
    tx.changed("kanban_loop", "kanban_card")
    tx.note(tr("{name} was taken out.", name=card_called(tx, card_id)))
    return is_out


def _let_go(tx: Transaction, card: Row[Any], because: str) -> bool:
    if card.state == CardState.FULL:
        retire(tx, card.kanban_card_id, because)
        return True
    change(tx, KanbanCard, card.kanban_card_id, is_extra=True)
    return False


def _make_cards(
    tx: Transaction,
    loop_id: int,
    count: int,
    *,
    state: CardState = CardState.FULL,
    is_extra: bool = False,
    since: Any = None,
) -> list[int]:
    highest = number(
        tx,
        "SELECT max(c.number) FROM kanban_card c JOIN kanban_loop l ON l.kanban_loop_id = c.kanban_loop_id"
        " WHERE l.item_id = (SELECT item_id FROM kanban_loop WHERE kanban_loop_id = ?)",
        loop_id,
    )
    made = []
    for place in range(1, count + 1):
        card_id = add(
            tx,
            KanbanCard,
            kanban_loop_id=loop_id,
            number=highest + place,
            state=state.value,
            state_at=tx.now,
            is_extra=is_extra,
        )
        if since is not None:
            run(tx, "UPDATE kanban_card SET state_at = ? WHERE kanban_card_id = ?", since, card_id)
        made.append(card_id)
    return made


def _row(tx: Transaction, loop_id: int) -> LoopRow:
    return next(row for row in loop_rows(tx) if row.key == loop_id)


def _loop(tx: Transaction, loop_id: int) -> Row[Any]:
    row = first(
        tx,
        "SELECT l.*, i.code, i.whole_units FROM kanban_loop l JOIN item i ON i.item_id = l.item_id"
        " WHERE l.kanban_loop_id = ?",
        loop_id,
    )
    if row is None:
        raise NotFound(tr("This loop is no more."), hint=tr("Look at the list of loops again."))
    return row


def _card(tx: Transaction, card_id: int) -> Row[Any]:
    row = first(tx, "SELECT * FROM kanban_card WHERE kanban_card_id = ?", card_id)
    if row is None or row.state == CardState.RETIRED:
        raise NotFound(tr("This card is out of the shop already."), hint=tr("Look at the list of cards again."))
    return row


def _item(tx: Transaction, code: str) -> Row[Any]:
    row = first(tx, "SELECT item_id, code, source, whole_units FROM item WHERE code = ?", code)
    if row is None:
        raise InvalidInput(tr("There is no item {code}.", code=code), hint=tr("Choose one from the list."))
    if row.source == "phantom":
        raise InvalidInput(
            tr("{code} is never stocked: its parts are.", code=code), hint=tr("Make loops for its components.")
        )
    return row


def _supplier(tx: Transaction, item: Row[Any], code: str) -> int | None:
    if code == MAKE:
        if item.source != "make":
            raise InvalidInput(
                tr("{code} is bought, not made.", code=item.code), hint=tr("Name the supplier who fills the loop.")
            )
        return None
    row = first(tx, "SELECT supplier_id FROM supplier WHERE code = ?", code)
    if row is None:
        raise InvalidInput(tr("There is no supplier {code}.", code=code), hint=tr("Name a supplier, or make."))
    if item.source == "make":
        raise InvalidInput(tr("{code} is made, not bought.", code=item.code), hint=tr("Let the shop make it."))
    return int(row.supplier_id)


def _location(tx: Transaction, code: str) -> int:
    found = number(tx, "SELECT location_id FROM location WHERE code = ?", code)
    if not found and (not code.strip() or any(letter in code for letter in ";=:") or code != code.strip()):
        raise InvalidInput(tr('"{code}" cannot name a location.', code=code), hint=tr("Leave out ; = and :"))
    return found or add(tx, Location, code=code, description="")


def _check_container(item: Row[Any], container: Quantity) -> None:
    if container.micro <= 0 or (item.whole_units and container.micro % MICRO):
        raise InvalidInput(
            tr("A container of {item} cannot hold {quantity}.", item=item.code, quantity=container),
            hint=tr("Give a whole number above 0.") if item.whole_units else tr("Give a number above 0."),
        )


def _check_count(count: int) -> None:
    if not 1 <= count <= MOST_CARDS:
        raise InvalidInput(
            tr("A loop cannot have {count} cards.", count=count), hint=tr("Give a whole number from 1 to 10000.")
        )
