"""Reads jobs for the list and the board: keys of all that match first, then the rows of the page that is seen.

Who pulled a job and whether its parts are there is worked out for the jobs of a page alone; a workshop can have
170,000 of them.
"""

import datetime
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.configuration import asks_for
from pegboard.domain.quantity import Quantity
from pegboard.queries.job_cover import Cover, covers
from pegboard.queries.pulled_by import Puller, pulled_by
from pegboard.queries.shortages import shortages
from pegboard.storage.bulk import fetch
from pegboard.storage.open_positions import PULLS_FOR_PEGS
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading

OPEN = "('planned', 'released', 'in_progress')"
ENDED = "('done', 'closed', 'cancelled')"
MOST_SEARCHED_DEMANDS = 400  # demands whose jobs a find box looks for; more words narrow it down
SHORTEST_DEMAND_WORD = 3  # letters; shorter ones meet nearly every order


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as lists and boards show it.

    Attributes: key: its primary key; quantity: good ones it is to deliver; state: planned, released, in_progress, done,
    closed or cancelled; needed: the first day somebody needs it, None where nobody does; is_late: it is open and due
    before today or after it is needed; pulled: the demands at the top, most urgent first; operations: the state of each
    operation (waiting, started, finished) in order; version: of the row, for refusing lost updates.
    """

    key: int
    number: str
    item: str
    description: str
    unit: str
    quantity: Quantity
    start_quantity: Quantity
    completed: Quantity
    scrapped: Quantity
    state: str
    start: datetime.date
    due: datetime.date
    needed: datetime.date | None
    is_late: bool
    pulled: tuple[Puller, ...]
    cover: Cover
    operations: tuple[str, ...]
    surplus_reason: str

    @property
    def is_open(self) -> bool:
        """Whether something of it is still to be made."""
        return self.state in ("planned", "released", "in_progress")

    @property
    def open_quantity(self) -> Quantity:
        """Good ones still to come."""
        return Quantity(max(0, self.quantity.micro - self.completed.micro)) if self.is_open else Quantity(0)

    @property
    def finished_operations(self) -> int:
        """How many operations are finished."""
        return sum(state == "finished" for state in self.operations)


# Jobs of which a peg's need lies before their due date; all at once, where each job alone would jump about.
_NEEDED_EARLIER = (
    "w.work_order_id IN (SELECT p.work_order_id FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
    " JOIN work_order x ON x.work_order_id = p.work_order_id"
    " WHERE p.work_order_id IS NOT NULL AND r.need_date < x.due_date)"
)
# The BOM that holds for the job `w` when it starts, today where it should have started; its own where none does.
_STARTS = "CASE WHEN w.start_date > ? THEN w.start_date ELSE ? END"
_BOM_AT_START = (
    "coalesce((SELECT max(b.bom_id) FROM bom b WHERE b.item_id = w.item_id"
    f" AND (b.valid_from IS NULL OR b.valid_from <= {_STARTS})"
    f" AND (b.valid_to IS NULL OR b.valid_to >= {_STARTS})), w.bom_id)"
)
# Filters by name: SQL on the job `w`; `?` is today.
FILTERS = {
    "open": f"+w.state IN {OPEN}",  # unary plus: nearly all jobs are open, and the index would only jump about
    "planned": "w.state = 'planned'",
    "released": "w.state = 'released'",
    "in_progress": "w.state = 'in_progress'",
    "late": f"w.state IN {OPEN} AND (w.due_date < ? OR {_NEEDED_EARLIER})",
    "short": f"w.state IN {OPEN} AND w.work_order_id IN (SELECT value FROM json_each(?))",
    # An imported job that still pulls its parts follows the BOM of its start by itself.
    "revision": f"w.state IN {OPEN} AND w.bom_id IS NOT NULL"
    " AND w.item_id IN (SELECT item_id FROM bom GROUP BY item_id HAVING count(*) > 1)"
    f" AND w.bom_id <> {_BOM_AT_START} AND {PULLS_FOR_PEGS} = 0",
    "done": "w.state IN ('done', 'closed')",
    "all": "1",
}
_ORDERS = {
    "number": "length(w.number) {0}, w.number {0}",
    "item": "i.code {0}, w.work_order_id",
    "description": "i.description {0}, w.work_order_id",
    "quantity": "w.quantity {0}, w.work_order_id",
    "state": "CASE w.state WHEN 'planned' THEN 1 WHEN 'released' THEN 2 WHEN 'in_progress' THEN 3 WHEN 'done' THEN 4"
    " ELSE 5 END {0}, w.due_date, w.work_order_id",
    "due": "w.due_date {0}, w.work_order_id {0}",
    "start": "w.start_date {0}, w.work_order_id {0}",
}


def job_keys(
    reading: Reading, chip: str = "open", words: Sequence[str] = (), sort_key: str = "due", descending: bool = False
) -> list[int]:
    """Return the keys of all jobs of a filter that hold every word, in order; one statement.

    Words are looked for in the job's number, its item, and the numbers, references and customers of the orders that
    pulled it.
    """
    condition = FILTERS.get(chip, "1")
    parameters: list[object] = [reading.today.isoformat()] * condition.count("?")
    if chip == "short":
        missing = shortages(reading).jobs
        if not missing:
            return []
        parameters = [json.dumps(sorted(missing))]
    for word in words:
        condition += f" AND ({_words_condition(word)})"
        parameters += _words_parameters(word)
    if sort_key in ("", "due"):
        condition = condition.removeprefix("+")  # the index of states is in the order of due dates
    order = _ORDERS.get(sort_key, _ORDERS["due"]).format("DESC" if descending else "ASC")
    found = fetch(
        reading,
        f"SELECT w.work_order_id FROM work_order w{' JOIN item i USING (item_id)' if 'i.' in order else ''}"
        f" WHERE {condition} ORDER BY {order}",
        parameters,
    )
    return [row[0] for row in found]


def revisions_at_start(reading: Reading, numbers: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (job, revision that holds when it starts) of those jobs that are made by another one."""
    today = reading.today.isoformat()
    found = []
    for number in numbers:
        row = first(
            reading,
            "SELECT w.number, b.revision FROM work_order w JOIN bom b ON b.bom_id = "
            f"{_BOM_AT_START} WHERE w.number = ? AND b.bom_id <> w.bom_id AND {PULLS_FOR_PEGS} = 0",
            *[today] * _BOM_AT_START.count("?"),
            number,
        )
        if row is not None:
            found.append((str(row.number), str(row.revision)))
    return tuple(found)


_BY_ITEM_OR_NUMBER = (
    "w.number LIKE ? OR w.item_id IN (SELECT item_id FROM item WHERE code LIKE ? OR description LIKE ?)"
)
# From the demands that the word names down the pegs to every job they pulled.
_BY_DEMAND = (
    " OR w.work_order_id IN (WITH RECURSIVE pulled(job) AS ("
    " SELECT p.work_order_id FROM (SELECT d.demand_id FROM demand d"
    " LEFT JOIN order_line l ON l.order_line_id = d.order_line_id"
    " LEFT JOIN customer_order o ON o.order_id = l.order_id LEFT JOIN customer c ON c.customer_id = o.customer_id"
    " WHERE d.name LIKE ? OR o.customer_reference LIKE ? OR c.code LIKE ? OR c.name LIKE ?"
    f" ORDER BY d.demand_id DESC LIMIT {MOST_SEARCHED_DEMANDS}) wanted"
    " JOIN requirement r ON r.demand_id = wanted.demand_id JOIN peg p ON p.requirement_id = r.requirement_id"
    " WHERE p.work_order_id IS NOT NULL"
    " UNION SELECT p.work_order_id FROM pulled JOIN requirement r ON r.work_order_id = pulled.job"
    " JOIN peg p ON p.requirement_id = r.requirement_id WHERE p.work_order_id IS NOT NULL)"
    " SELECT job FROM pulled)"
)


def _words_condition(word: str) -> str:
    return _BY_ITEM_OR_NUMBER + (_BY_DEMAND if len(word) >= SHORTEST_DEMAND_WORD else "")


def _words_parameters(word: str) -> list[object]:
    pattern = f"%{word}%"
    return [pattern] * (7 if len(word) >= SHORTEST_DEMAND_WORD else 3)


def job_counts(reading: Reading) -> dict[str, int]:
    """Return how many jobs each state filter shows: open, planned, released, in_progress, done and all."""
    counts: dict[str, int] = dict(fetch(reading, _COUNTS))
    result = {state: counts.get(state, 0) for state in ("planned", "released", "in_progress")}
    result["open"] = sum(result.values())
    result["done"] = counts.get("done", 0) + counts.get("closed", 0)
    result["all"] = sum(counts.values())
    return result


_COUNTS = "SELECT state, count(*) FROM work_order GROUP BY state"


def job_key(reading: Reading, number: str) -> int | None:
    """Return the key of the job with this number, None where there is none."""
    found = first(reading, "SELECT work_order_id FROM work_order WHERE number = ?", number)
    return None if found is None else int(found[0])


def jobs(reading: Reading, keys: Sequence[int]) -> list[JobRow]:
    """Return the jobs with these keys, in their order, with who pulled them, cover and operations.

    A few statements, whatever the number of keys; keys that are no more are left out.
    """
    wanted = json.dumps(list(keys))
    found = {
        row.work_order_id: row
        for row in rows(
            reading,
            "SELECT w.*, i.code, i.description, i.unit,"
            " (SELECT min(r.need_date) FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
            " WHERE p.work_order_id = w.work_order_id) AS needed"
            " FROM work_order w JOIN item i ON i.item_id = w.item_id"
            " WHERE w.work_order_id IN (SELECT value FROM json_each(?))",
            wanted,
        )
    }
    pulled = pulled_by(reading, found)
    cover = covers(reading, [key for key, row in found.items() if row.state in OPEN_STATES])
    steps = operation_states(reading, found)
    return [
        _job(reading, found[key], pulled[key].demands, cover.get(key, Cover()), steps.get(key, ()))
        for key in keys
        if key in found
    ]


OPEN_STATES = ("planned", "released", "in_progress")


def _job(
    reading: Reading, row: Row[Any], pulled: tuple[Puller, ...], cover: Cover, operations: tuple[str, ...]
) -> JobRow:
    due = datetime.date.fromisoformat(row.due_date)
    needed = datetime.date.fromisoformat(row.needed) if row.needed else None
    is_open = row.state in OPEN_STATES
    return JobRow(
        key=row.work_order_id,
        number=row.number,
        item=row.code,
        description=row.description,
        unit=row.unit,
        quantity=Quantity(row.quantity),
        start_quantity=Quantity(row.start_quantity),
        completed=Quantity(row.completed_quantity),
        scrapped=Quantity(row.scrapped_quantity),
        state=row.state,
        start=datetime.date.fromisoformat(row.start_date),
        due=due,
        needed=needed,
        is_late=is_open and (due < reading.today or (needed is not None and needed < due)),
        pulled=pulled,
        cover=Cover("issued") if row.components_issued and is_open else cover,
        operations=operations,
        surplus_reason=row.surplus_reason,
    )


def operation_states(reading: Reading, keys: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the states of each job's operations in order; before its release they are the routing's, all waiting."""
    wanted = json.dumps(list(keys))
    found = rows(
        reading,
        "SELECT job, group_concat(state) AS states FROM (SELECT o.work_order_id AS job, o.state"
        " FROM work_order_operation o WHERE o.work_order_id IN (SELECT value FROM json_each(?))"
        " ORDER BY o.work_order_id, o.sequence) GROUP BY job",
        wanted,
    )
    states = {int(row.job): tuple(str(row.states).split(",")) for row in found}
    planned = rows(
        reading,
        "SELECT w.work_order_id AS job, w.choices, s.option_group, s.option_choice FROM work_order w"
        " JOIN routing_operation s ON s.item_id = w.item_id AND s.revision ="
        " (SELECT max(x.revision) FROM routing_operation x WHERE x.item_id = w.item_id"
        " AND x.revision IN ('', w.revision)) WHERE w.state = 'planned'"
        " AND w.work_order_id IN (SELECT value FROM json_each(?))",
        wanted,
    )
    steps = Counter(int(row.job) for row in planned if asks_for(row.choices, row.option_group, row.option_choice))
    return {**{job: ("waiting",) * count for job, count in steps.items()}, **states}


# --- the board


@dataclass(frozen=True, slots=True)
class BoardPage:
    """Some cards of a board's column.

    Attributes: jobs: in the column's order; after: where the next page starts, None at the end.
    """

    jobs: tuple[JobRow, ...]
    after: tuple[str, int] | None


BOARD = {
    "planned": ("planned",),
    "released": ("released",),
    "in_progress": ("in_progress",),
    "done": ("done", "closed"),
}


def board_page(reading: Reading, column: str, after: tuple[str, int] | None = None, limit: int = 50) -> BoardPage:
    """Return the next `limit` jobs of a column: by due date, what is done newest first.

    Each page starts where the one before ended (`after`), so that the last is as quick as the first.
    """
    is_done = column == "done"
    sign, order = ("<", "DESC") if is_done else (">", "ASC")
    found: list[tuple[str, int]] = []
    for state in BOARD[column]:
        beyond = f" AND (due_date, work_order_id) {sign} (?, ?)" if after else ""
        found += fetch(
            reading,
            f"SELECT due_date, work_order_id FROM work_order WHERE state = ?{beyond}"
            f" ORDER BY due_date {order}, work_order_id {order} LIMIT ?",
            (state, *(after or ()), limit + 1),
        )
    found.sort(reverse=is_done)
    shown = found[:limit]
    return BoardPage(
        tuple(jobs(reading, [key for _due, key in shown])), shown[-1] if len(found) > limit and shown else None
    )
