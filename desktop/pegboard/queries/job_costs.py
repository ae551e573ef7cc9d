"""What a job has cost so far: the parts that were issued, the time of people, what suppliers did on it."""

from dataclasses import dataclass

from pegboard.domain.portions import value_of
from pegboard.domain.quantity import Price
from pegboard.queries.lookups import work_order_numbered
from pegboard.storage.rows import first, number, rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class JobCost:
    """The cost of a job so far, exact, in the shop's currency.

    Attributes: issues: value of the parts; labour: time entries that have ended; subcontract: receipts of its service
    lines; completed: what its output took with it into stock; has_unknown: parts without a known cost were issued.
    """

    issues: Price
    labour: Price
    subcontract: Price
    completed: Price
    has_unknown: bool

    @property
    def total(self) -> Price:
        """All that the job has cost."""
        return self.issues + self.labour + self.subcontract


def job_cost(reading: Reading, number: str) -> JobCost:
    """The cost so far of the job with this number; NotFound where there is none."""
    return cost_of(reading, work_order_numbered(reading, number).work_order_id)


def cost_of(reading: Reading, work_order_id: int) -> JobCost:
    """The cost so far of a job by its key."""
    issued = first(
        reading,
        "SELECT -coalesce(sum(value) FILTER (WHERE kind IN ('issue', 'return')), 0) AS issues,"
        " coalesce(sum(value) FILTER (WHERE kind = 'completion'), 0) AS completed,"
        " coalesce(max(value IS NULL) FILTER (WHERE kind = 'issue'), 0) AS unknown"
        " FROM ledger_entry WHERE work_order_id = ?",
        work_order_id,
    )
    assert issued is not None
    labour = number(
        reading,
        "SELECT sum(t.cost) FROM time_entry t JOIN work_order_operation o"
        " ON o.work_order_operation_id = t.work_order_operation_id WHERE o.work_order_id = ?",
        work_order_id,
    )
    bought = rows(
        reading,
        "SELECT r.quantity, l.unit_price FROM purchase_line l JOIN receipt r ON r.purchase_line_id = l.purchase_line_id"
        " WHERE l.work_order_id = ? AND l.unit_price IS NOT NULL",
        work_order_id,
    )
    subcontract = sum(value_of(row.quantity, row.unit_price) for row in bought)
    return JobCost(
        Price(issued.issues), Price(labour), Price(subcontract), Price(issued.completed), bool(issued.unknown)
    )
