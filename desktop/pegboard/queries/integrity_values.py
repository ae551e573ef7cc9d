"""Proves that values agree: stock with its ledger and cost layers, jobs with what went in, money with its documents."""

from collections.abc import Iterator

from pegboard.domain.quantity import Price, Quantity
from pegboard.i18n import tr
from pegboard.queries.integrity_money import money_breaches
from pegboard.queries.integrity_movements import movement_breaches
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

# Half up as in `domain.portions.value_of`; quantities and costs are not negative. Whole and rest apart: the product
# of two numbers of millionths can leave 64 bits.
_WORTH = (
    "(remaining_quantity / 1000000 * unit_cost"
    " + ((remaining_quantity % 1000000) * (unit_cost / 1000000))"
    " + ((remaining_quantity % 1000000) * (unit_cost % 1000000) + 500000) / 1000000)"
)


def value_breaches(reading: Reading) -> Iterator[str]:
    """Tell where a value differs from what it is made of."""
    yield from _layers(reading)
    yield from _stock_values(reading)
    yield from _jobs(reading)
    yield from movement_breaches(reading)
    yield from money_breaches(reading)


def _layers(reading: Reading) -> Iterator[str]:
    for row in rows(
        reading,
        "SELECT l.code || ':' || i.code || CASE WHEN s.lot = '' THEN '' ELSE ':' || s.lot END AS name, s.quantity,"
        " c.lying FROM stock s JOIN item i ON i.item_id = s.item_id JOIN location l ON l.location_id = s.location_id"
        " JOIN (SELECT stock_id, sum(remaining_quantity) AS lying FROM cost_layer GROUP BY stock_id) c"
        " ON c.stock_id = s.stock_id WHERE c.lying <> s.quantity",
    ):
        yield tr(
            "STOCK:{name}: {quantity} on hand, but its cost layers hold {lying}.",
            name=row.name,
            quantity=Quantity(row.quantity),
            lying=Quantity(row.lying),
        )


def _stock_values(reading: Reading) -> Iterator[str]:
    for row in rows(
        reading,
        "SELECT l.code || ':' || i.code || CASE WHEN s.lot = '' THEN '' ELSE ':' || s.lot END AS name,"
        " coalesce(c.worth, 0) AS worth, coalesce(e.booked, 0) AS booked FROM stock s"
        " JOIN item i ON i.item_id = s.item_id JOIN location l ON l.location_id = s.location_id"
        f" LEFT JOIN (SELECT stock_id, sum({_WORTH}) AS worth FROM cost_layer GROUP BY stock_id) c"
        " ON c.stock_id = s.stock_id"
        " LEFT JOIN (SELECT stock_id, sum(value) AS booked FROM ledger_entry GROUP BY stock_id) e"
        " ON e.stock_id = s.stock_id WHERE coalesce(c.worth, 0) <> coalesce(e.booked, 0)",
    ):
        yield tr(
            "STOCK:{name}: worth {worth}, but the ledger adds up to {booked}.",
            name=row.name,
            worth=Price(row.worth),
            booked=Price(row.booked),
        )


def _jobs(reading: Reading) -> Iterator[str]:
    """The output of a job takes no more value than went in, and without scrap no less than its parts."""
    for row in rows(
        reading,
        "SELECT w.number, e.completed, e.issued, coalesce(t.labour, 0) AS labour, coalesce(b.bought, 0) AS bought"
        " FROM work_order w JOIN (SELECT work_order_id,"
        " coalesce(sum(value) FILTER (WHERE kind = 'completion'), 0) AS completed,"
        " -coalesce(sum(value) FILTER (WHERE kind IN ('issue', 'return')), 0) AS issued,"
        " sum(kind = 'completion') AS outputs FROM ledger_entry WHERE work_order_id IS NOT NULL"
        " GROUP BY work_order_id) e ON e.work_order_id = w.work_order_id"
        " LEFT JOIN (SELECT o.work_order_id, sum(t.cost) AS labour FROM time_entry t JOIN work_order_operation o"
        " ON o.work_order_operation_id = t.work_order_operation_id GROUP BY o.work_order_id) t"
        " ON t.work_order_id = w.work_order_id"
        " LEFT JOIN (SELECT l.work_order_id, sum(r.quantity / 1000000 * l.unit_price"
        " + (r.quantity % 1000000 * l.unit_price + 500000) / 1000000) AS bought FROM purchase_line l"
        " JOIN receipt r ON r.purchase_line_id = l.purchase_line_id WHERE l.work_order_id IS NOT NULL"
        " GROUP BY l.work_order_id) b ON b.work_order_id = w.work_order_id"
        " WHERE w.components_issued = 0 AND e.outputs > 0 AND (e.completed > e.issued + coalesce(t.labour, 0)"
        " + coalesce(b.bought, 0)"
        " OR (w.state = 'done' AND w.scrapped_quantity = 0 AND e.completed < e.issued - e.outputs))",
    ):
        yield tr(
            "{number}: its output is worth {completed}, but {issued} of parts, {labour} of labour and {bought} of"
            " subcontracting went in.",
            number=row.number,
            completed=Price(row.completed),
            issued=Price(row.issued),
            labour=Price(row.labour),
            bought=Price(row.bought),
        )
