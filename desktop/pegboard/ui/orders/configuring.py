"""Works out what is being typed, off the GUI thread: what it pulls, what it costs, which rule refuses it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pegboard.domain.configuration import Chosen, Refusal, refusals
from pegboard.domain.quantity import Price
from pegboard.queries.order_costs import configured_cost, configured_costs
from pegboard.queries.order_facts import item_facts
from pegboard.queries.order_preview import LinePromise, Preview, preview_of
from pegboard.queries.order_pulls import Pull
from pegboard.services import explosion
from pegboard.services.explosion import TypedLine
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class TypedOrder:
    """What an order that is being typed does.

    Attributes: preview: what it pulls; costs: of one unit of each line, None where not known; refused: for each line
    why it cannot be made as it is configured, "" where it can.
    """

    preview: Preview
    costs: tuple[Price | None, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Configured:
    """What a configuration does: why it is refused; else what one costs, when the line can ship, and what it pulls."""

    refused: tuple[Refusal, ...]
    cost: Price | None = None
    promise: LinePromise | None = None
    pull: Pull | None = None


def typed_order(reading: Reading, lines: Sequence[TypedLine]) -> TypedOrder:
    """Work out an order that is being typed; nothing is written."""
    computed = explosion.preview_draft(reading, lines)
    refused = [_refused(reading, line) for line in lines]
    return TypedOrder(
        preview_of(reading, computed.snapshot, computed.plan),
        configured_costs(reading, [(line.item_id, line.quantity, line.choices) for line in lines]),
        tuple(found[0].message if found else "" for found in refused),
    )


def configured(reading: Reading, item: str, line: TypedLine, others: Sequence[TypedLine]) -> Configured:
    """Work out one line as it is configured, together with the other lines of its order."""
    refused = _refusals(reading, item, line.choices)
    if refused:
        return Configured(refused)
    computed = explosion.preview_draft(reading, (*others, line))
    preview = preview_of(reading, computed.snapshot, computed.plan)
    cost = configured_cost(reading, line.item_id, line.quantity, line.choices)
    return Configured((), cost, dict(preview.promises).get(len(others) + 1), preview.pulls[len(others)])


def quoted_order(reading: Reading, number: str) -> Preview:
    """Work out what a quote would pull, were it confirmed now; nothing is written. Lines are told by their number."""
    computed = explosion.preview(reading, [number])
    found = preview_of(reading, computed.snapshot, computed.plan)
    lines = {
        row.order_line_id: row.line
        for row in rows(
            reading,
            "SELECT l.order_line_id, l.line FROM order_line l JOIN customer_order o ON o.order_id = l.order_id"
            " WHERE o.number = ?",
            number,
        )
    }
    return replace(
        found,
        pulls=tuple(replace(pull, line=lines.get(pull.line, pull.line)) for pull in found.pulls),
        promises=tuple((lines.get(key, key), promise) for key, promise in found.promises),
    )


def _refused(reading: Reading, line: TypedLine) -> tuple[Refusal, ...]:
    row = first(reading, "SELECT code FROM item WHERE item_id = ?", line.item_id)
    return _refusals(reading, row.code, line.choices) if row is not None else ()


def _refusals(reading: Reading, item: str, choices: Chosen) -> tuple[Refusal, ...]:
    facts = item_facts(reading, item, choices)
    return tuple(refusals(item, facts.options, facts.rules, choices)) if facts is not None else ()
