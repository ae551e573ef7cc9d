"""Lets pegs follow when an import states another open quantity for a supply that stands."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from pegboard.services import pegs
from pegboard.services.pegs import Supply
from pegboard.storage.rows import number
from pegboard.storage.store import Transaction


def surplus_reasons(
    names: Sequence[str], stored: Sequence[Sequence[Any] | None], quantities: Sequence[int]
) -> list[str]:
    """The surplus reason of each row, given what is stored of it (its key, then `names`), None for a new one.

    What no demand wants yet is imported surplus, and so is what the file has more of a supply than the shop knew.
    """
    reason, quantity = names.index("surplus_reason") + 1, names.index("quantity") + 1
    return [
        old[reason] or ("imported" if wanted > old[quantity] else "") if old is not None else "imported"
        for old, wanted in zip(stored, quantities, strict=True)
    ]


def fit_pegs(tx: Transaction, kind: Callable[[int], Supply], keys: Iterable[int], others: Collection[int] = ()) -> None:
    """Take pegs off supplies beyond what is still open, latest need first, and give what is free its reason.

    `others` are supplies that make or buy another item now: nobody's pegs stay on them.
    """
    for key in keys:
        supply = kind(key)
        is_job = supply.column == "work_order_id"
        table, done = ("work_order", "completed_quantity") if is_job else ("purchase_line", "received_quantity")
        still_open = number(tx, f"SELECT quantity - {done} FROM {table} WHERE {supply.column} = ?", key)
        too_many = pegs.pegged(tx, supply) - (0 if key in others else still_open)
        if too_many > 0:
            tx.note(pegs.say(pegs.loosen(tx, supply, too_many)))
            tx.changed("peg")
        pegs.surplus_needs_reason(tx, supply, "imported")
