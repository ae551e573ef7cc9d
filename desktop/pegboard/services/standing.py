"""What stands below a demand or a job, read at once and written back at once.

A change works on these values in memory: needs, the pegs that cover them, and the jobs, purchase lines and stock that
they hang on. Quantities are millionths, days ISO text as they lie in the file.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pegboard.domain.configuration import is_configuration
from pegboard.domain.plan import PEG_COLUMNS, REQUIREMENT_COLUMNS
from pegboard.storage.bulk import delete_rows, insert_rows, next_id, update_rows
from pegboard.storage.open_positions import OPEN_JOBS, PULLS_FOR_PEGS
from pegboard.storage.reading_rows import among
from pegboard.storage.store import Transaction
from pegboard.storage.tables.demand import Peg as PegTable
from pegboard.storage.tables.demand import Requirement
from pegboard.storage.tables.purchasing import PurchaseLine
from pegboard.storage.tables.work_orders import WorkOrder

JOB, LINE, STOCK = "work_order_id", "purchase_line_id", "stock_id"


@dataclass(slots=True, eq=False)
class Need:
    """A requirement. `covered` is what all its pegs add up to; `wanted_by` names its demand or job."""

    key: int
    demand_id: int | None
    work_order_id: int | None
    item_id: int
    quantity: int
    issued: int
    need_date: str
    operation: int | None
    alternate_for_id: int | None
    location_id: int | None
    wanted_by: str
    covered: int = 0
    pegs: list["Peg"] = field(default_factory=list)
    is_new: bool = False
    is_gone: bool = False

    @property
    def uncovered(self) -> int:
        """What of the open quantity nothing covers."""
        return 0 if self.is_gone else max(0, self.quantity - self.issued - self.covered)


@dataclass(slots=True, eq=False)
class Supply:
    """Something that pegs hang on; `pegged` is what all of them add up to, `foreign_need` the first day on which a
    need that was not read wants it."""

    key: int
    item_id: int
    pegged: int = 0
    pegs: list["Peg"] = field(default_factory=list)
    foreign_need: str = ""

    column = ""


@dataclass(slots=True, eq=False)
class JobSupply(Supply):
    """A work order. One that `pulls_for_pegs` was imported and pulls its components for what of it is pegged."""

    number: str = ""
    bom_id: int | None = None
    choices: str = ""
    quantity: int = 0
    start_quantity: int = 0
    completed: int = 0
    start_date: str = ""
    due_date: str = ""
    state: str = ""
    surplus_reason: str = ""
    set_by: str = ""
    pulls_for_pegs: int = 0

    column = JOB

    @property
    def open(self) -> int:
        """What is still to be made."""
        return self.quantity - self.completed

    @property
    def arrives(self) -> str:
        """When it is there."""
        return self.due_date

    def written(self) -> tuple[object, ...]:
        """What a change may write."""
        return (
            *(self.quantity, self.start_quantity, self.surplus_reason, self.state, self.start_date, self.due_date),
            self.key,
        )


_JOB_COLUMNS = ("quantity", "start_quantity", "surplus_reason", "state", "start_date", "due_date")


@dataclass(slots=True, eq=False)
class LineSupply(Supply):
    """A purchase line, or with `job_id` the service line of a job."""

    number: str = ""
    order_id: int = 0
    order_state: str = ""
    supplier_item_id: int | None = None
    quantity: int = 0
    received: int = 0
    price: int | None = None
    need_date: str | None = None
    order_by: str | None = None
    due_date: str = ""
    promised: str | None = None
    state: str = ""
    surplus_reason: str = ""
    set_by: str = ""
    job_id: int | None = None

    column = LINE

    @property
    def open(self) -> int:
        """What is still to come."""
        return max(0, self.quantity - self.received)

    @property
    def arrives(self) -> str:
        """When it is there, as far as anybody knows."""
        return self.promised or self.due_date

    def written(self) -> tuple[object, ...]:
        """What a change may write."""
        return (
            *(self.quantity, self.price, self.surplus_reason, self.state, self.need_date, self.order_by, self.due_date),
            self.key,
        )


_LINE_COLUMNS = ("quantity", "unit_price", "surplus_reason", "state", "need_date", "order_by_date", "due_date")


@dataclass(slots=True, eq=False)
class StockSupply(Supply):
    """A stock row; `came` is what was received or made into it since the change's demand was raised;
    `made_to_choices` fits nobody else for sure."""

    usable: bool = True
    came: int = 0
    made_to_choices: bool = False

    column = STOCK


@dataclass(slots=True, eq=False)
class Peg:
    """So much of a supply for a need."""

    key: int
    need: Need
    supply: Supply
    quantity: int
    is_new: bool = False


_NEEDS = (
    "SELECT r.requirement_id, r.demand_id, r.work_order_id, r.item_id, r.quantity, r.issued_quantity, r.need_date,"
    " r.operation, r.alternate_for_id, d.location_id, COALESCE(d.name, w.number), COALESCE((SELECT sum(p.quantity)"
    " FROM peg p WHERE p.requirement_id = r.requirement_id), 0)"
    " FROM requirement r LEFT JOIN demand d ON d.demand_id = r.demand_id"
    " LEFT JOIN work_order w ON w.work_order_id = r.work_order_id WHERE {among}"
)
_PEGGED = "COALESCE((SELECT sum(p.quantity) FROM peg p WHERE p.{column} = {of}.{column}), 0)"
_JOBS = (
    "SELECT w.work_order_id, w.item_id, "
    + _PEGGED.format(column=JOB, of="w")
    + ", w.number, w.bom_id, w.choices, w.quantity, w.start_quantity, w.completed_quantity, w.start_date, w.due_date,"
    " w.state, w.surplus_reason, w.quantity_set_by, " + PULLS_FOR_PEGS + " FROM work_order w WHERE {among}"
)
_LINES = (
    "SELECT l.purchase_line_id, l.item_id, "
    + _PEGGED.format(column=LINE, of="l")
    + ", o.number || '/' || l.line, l.purchase_order_id, o.state, l.supplier_item_id, l.quantity, l.received_quantity,"
    " l.unit_price, l.need_date,"
    " l.order_by_date, l.due_date, l.promised_date, l.state, l.surplus_reason, l.quantity_set_by, l.work_order_id"
    " FROM purchase_line l JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id WHERE {among}"
)
_STOCK = (
    "SELECT s.stock_id, s.item_id, "
    + _PEGGED.format(column=STOCK, of="s")
    + ", CASE WHEN s.status = 'available' AND (s.expires_on IS NULL OR s.expires_on >= '{today}') THEN 1 ELSE 0 END,"
    " COALESCE((SELECT sum(e.quantity) FROM ledger_entry e WHERE e.stock_id = s.stock_id"
    "  AND e.kind IN ('receipt', 'completion') AND e.at >= '{since}'), 0), s.lot, EXISTS"
    " (SELECT 1 FROM ledger_entry e JOIN work_order w ON w.work_order_id = e.work_order_id"
    " WHERE e.stock_id = s.stock_id AND e.kind = 'completion' AND w.choices <> '') FROM stock s WHERE {among}"
)
_SHORT = (
    "SELECT r.requirement_id FROM requirement r WHERE r.quantity > r.issued_quantity AND r.quantity - r.issued_quantity"
    " > COALESCE((SELECT sum(p.quantity) FROM peg p WHERE p.requirement_id = r.requirement_id), 0)"
    " AND (EXISTS (SELECT 1 FROM demand d WHERE d.demand_id = r.demand_id AND d.state = 'open')"
    " OR EXISTS (SELECT 1 FROM work_order w WHERE w.work_order_id = r.work_order_id"
    f" AND w.state IN {OPEN_JOBS})) AND {{among}}"
)


class Standing:
    """The working set of one change. `since` is when its demand was raised, as the ledger writes instants."""

    def __init__(self, tx: Transaction, since: str) -> None:
        self.tx = tx
        self.since = since
        self.needs: dict[int, Need] = {}
        self.of_owner: dict[tuple[str, int], list[Need]] = defaultdict(list)
        self.of_item: dict[int, list[Need]] = defaultdict(list)
        self.supplies: dict[tuple[str, int], Supply] = {}
        self.services: dict[int, list[LineSupply]] = defaultdict(list)
        self.levels: dict[int, int] = {}
        self._before: dict[tuple[str, int], tuple[object, ...]] = {}
        self._needs_before: dict[int, tuple[int, str]] = {}
        self._gone_pegs: list[Peg] = []
        self._pegs_before: dict[int, int] = {}
        self._known_short: set[int] = set()
        self._next_peg = next_id(tx, PegTable)
        self._next_need = next_id(tx, Requirement)
        self._has_foreign_needs = False

    # --- reading

    def read_below(self, column: str, keys: Iterable[int]) -> None:
        """Read the needs of demands (column "demand_id") or jobs, and all that serves them, down to the leaves."""
        level = list(keys)
        while level:
            needs = self._read_needs(f"r.{column}", level)
            jobs = self._read_pegs(needs)
            self._read_services(jobs)
            column, level = JOB, jobs

    def _read_needs(self, column: str, keys: Iterable[int]) -> list[Need]:
        found = []
        for row in among(self.tx, _NEEDS, column, keys):
            need = self.needs.get(row[0])
            if need is None:
                need = self.needs[row[0]] = Need(*row)
                self.of_owner[owner_of(need)].append(need)
                self.of_item[need.item_id].append(need)
                self._needs_before[need.key] = (need.quantity, need.need_date)
                found.append(need)
        self._read_levels({need.item_id for need in found})
        return found

    def _read_levels(self, items: set[int]) -> None:
        missing = items - self.levels.keys()
        self.levels.update(among(self.tx, "SELECT item_id, low_level_code FROM item WHERE {among}", "item_id", missing))

    def _read_pegs(self, needs: Sequence[Need]) -> list[int]:
        """Read the pegs of needs and their supplies; return the jobs among these that were not known."""
        rows = sorted(
            among(
                self.tx,
                "SELECT peg_id, requirement_id, stock_id, work_order_id, purchase_line_id, quantity FROM peg"
                " WHERE {among}",
                "requirement_id",
                [need.key for need in needs],
            )
        )
        known = {key for column, key in self.supplies if column == JOB}
        for place, column in ((2, STOCK), (3, JOB), (4, LINE)):
            self.read_supplies(column, {row[place] for row in rows if row[place] is not None})
        for peg_id, need_id, stock_id, job_id, line_id, quantity in rows:
            column, key = _supply_key(stock_id, job_id, line_id)
            peg = Peg(peg_id, self.needs[need_id], self.supplies[column, key], quantity)
            self._pegs_before[peg_id] = quantity
            peg.need.pegs.append(peg)
            peg.supply.pegs.append(peg)
        return sorted({row[3] for row in rows if row[3] is not None} - known)

    def read_supplies(self, column: str, keys: set[int]) -> None:
        """Read supplies that are not known yet."""
        missing = sorted(key for key in keys if (column, key) not in self.supplies)
        found: list[Supply] = []
        if column == JOB:
            for row in among(self.tx, _JOBS, "w.work_order_id", missing):
                key, item, pegged, *rest = row
                found.append(JobSupply(key, item, pegged, [], "", *rest))
        elif column == LINE:
            found += self._lines("l.purchase_line_id", missing)
        else:
            today, since = self.tx.today.isoformat(), self.since
            statement = _STOCK.replace("{today}", today).replace("{since}", since)
            for key, item, pegged, usable, came, lot, is_made_so in among(self.tx, statement, "s.stock_id", missing):
                made_to_choices = is_configuration(lot) or bool(is_made_so)
                found.append(StockSupply(key, item, pegged, [], "", bool(usable), came, made_to_choices))
        for supply in found:
            self.supplies[column, supply.key] = supply
            if isinstance(supply, JobSupply | LineSupply):
                self._before[column, supply.key] = supply.written()

    def _lines(self, column: str, keys: Iterable[int]) -> list[LineSupply]:
        return [LineSupply(row[0], row[1], row[2], [], "", *row[3:]) for row in among(self.tx, _LINES, column, keys)]

    def _read_services(self, jobs: Iterable[int]) -> None:
        """The lines that buy the operations of jobs."""
        for line in self._lines("l.work_order_id", jobs):
            if line.state == "cancelled" or (LINE, line.key) in self.supplies:
                continue
            assert line.job_id is not None
            self.supplies[LINE, line.key] = line
            self._before[LINE, line.key] = line.written()
            self.services[line.job_id].append(line)

    def short(self, item_id: int) -> list[Need]:
        """Open needs of an item that nothing covers wholly, earliest first."""
        if item_id not in self._known_short:
            self._read_short()
        needs = self.of_item.get(item_id, ())
        return sorted(
            (need for need in needs if need.uncovered and self._is_wanted(need)),
            key=lambda need: (need.need_date, need.key),
        )

    def _read_short(self) -> None:
        """Read what is short of any item in this set, in one go."""
        items = self.of_item.keys() - self._known_short
        self._known_short |= items
        keys = [row[0] for row in among(self.tx, _SHORT, "r.item_id", items)]
        self._read_pegs(self._read_needs("r.requirement_id", [key for key in keys if key not in self.needs]))

    def _is_wanted(self, need: Need) -> bool:
        if need.work_order_id is None:
            return True
        job = self.supplies.get((JOB, need.work_order_id))
        return not isinstance(job, JobSupply) or job.state in ("planned", "released", "in_progress")

    def read_foreign_needs(self) -> None:
        """Read when needs outside this set want the supplies in it."""
        if self._has_foreign_needs:
            return
        self._has_foreign_needs = True
        for column in (JOB, LINE):
            keys = [key for kind, key in self.supplies if kind == column]
            statement = (
                f"SELECT p.{column}, p.requirement_id, r.need_date FROM peg p"
                " JOIN requirement r ON r.requirement_id = p.requirement_id WHERE {among}"
            )
            for key, need_id, day in among(self.tx, statement, f"p.{column}", keys):
                supply = self.supplies[column, key]
                if need_id not in self.needs and (not supply.foreign_need or day < supply.foreign_need):
                    supply.foreign_need = day

    # --- changing

    def put(self, need: Need, supply: Supply, quantity: int, *, last: bool = False) -> None:
        """Peg so much of a supply to a need, onto the peg that stands; `last` makes it the newest, the first to go."""
        if quantity <= 0:
            return
        need.covered += quantity
        supply.pegged += quantity
        peg = next((peg for peg in need.pegs if peg.supply is supply), None)
        if peg is not None and (not last or peg is need.pegs[-1]):
            peg.quantity += quantity
            return
        if peg is not None:
            quantity += peg.quantity
            self._forget(peg)
        new = Peg(self._next_peg, need, supply, quantity, is_new=True)
        self._next_peg += 1
        need.pegs.append(new)
        supply.pegs.append(new)

    def take(self, peg: Peg, quantity: int) -> None:
        """Make a peg smaller, or end it."""
        peg.need.covered -= quantity
        peg.supply.pegged -= quantity
        peg.quantity -= quantity
        if not peg.quantity:
            self._forget(peg)

    def _forget(self, peg: Peg) -> None:
        peg.need.pegs.remove(peg)
        peg.supply.pegs.remove(peg)
        if not peg.is_new:
            self._gone_pegs.append(peg)

    def drop(self, need: Need) -> None:
        """A need that nobody has any more."""
        need.is_gone = True
        self.of_owner[owner_of(need)].remove(need)

    def ask(self, owner: str, key: int, item_id: int, operation: int | None, need_date: str, wanted_by: str) -> Need:
        """Make a new need, of nothing yet."""
        demand_id, job_id = (key, None) if owner == "demand_id" else (None, key)
        need = Need(
            self._next_need, demand_id, job_id, item_id, 0, 0, need_date, operation, None, None, wanted_by, is_new=True
        )
        self._next_need += 1
        self.needs[need.key] = need
        self.of_owner[owner, key].append(need)
        self.of_item[item_id].append(need)
        self._read_levels({item_id})
        return need

    # --- writing

    def write(self) -> None:
        """Write what changed: pegs before the quantities that they justify."""
        tx = self.tx
        delete_rows(tx, PegTable, "peg_id", [peg.key for peg in self._gone_pegs])
        fresh = [need for need in self.needs.values() if need.is_new and not need.is_gone]
        insert_rows(tx, Requirement, REQUIREMENT_COLUMNS, [_need_row(need) for need in fresh])
        pegs = [peg for need in self.needs.values() for peg in need.pegs]
        changed = [
            (peg.quantity, peg.key) for peg in pegs if not peg.is_new and self._pegs_before[peg.key] != peg.quantity
        ]
        update_rows(tx, PegTable, ("quantity",), "peg_id", changed)
        insert_rows(tx, PegTable, PEG_COLUMNS, [_peg_row(peg) for peg in pegs if peg.is_new])
        update_rows(
            tx,
            Requirement,
            ("quantity", "need_date"),
            "requirement_id",
            [
                (need.quantity, need.need_date, need.key)
                for key, before in self._needs_before.items()
                if not (need := self.needs[key]).is_gone and before != (need.quantity, need.need_date)
            ],
        )
        gone = [need.key for need in self.needs.values() if need.is_gone and not need.is_new]
        delete_rows(tx, Requirement, "requirement_id", gone)
        self._write_supplies()
        tx.changed("work_order", "purchase_order", "requirement", "peg")

    def _write_supplies(self) -> None:
        changed = [
            supply
            for key, supply in self.supplies.items()
            if isinstance(supply, JobSupply | LineSupply) and self._before[key] != supply.written()
        ]
        jobs = [supply.written() for supply in changed if isinstance(supply, JobSupply)]
        lines = [supply for supply in changed if isinstance(supply, LineSupply)]
        update_rows(self.tx, WorkOrder, _JOB_COLUMNS, JOB, jobs)
        update_rows(self.tx, PurchaseLine, _LINE_COLUMNS, LINE, [line.written() for line in lines])
        orders = sorted({line.order_id for line in lines if line.state == "cancelled"})
        if orders:
            self.tx.connection.exec_driver_sql(
                "UPDATE purchase_order SET state = 'cancelled' WHERE purchase_order_id = ? AND state = 'draft' AND NOT"
                " EXISTS (SELECT 1 FROM purchase_line l WHERE l.purchase_order_id = purchase_order.purchase_order_id"
                " AND l.state <> 'cancelled')",
                [(key,) for key in orders],
            )


def owner_of(need: Need) -> tuple[str, int]:
    """The demand or job that a need belongs to, as (column, key)."""
    if need.demand_id is not None:
        return "demand_id", need.demand_id
    assert need.work_order_id is not None
    return JOB, need.work_order_id


def _supply_key(stock_id: int | None, job_id: int | None, line_id: int | None) -> tuple[str, int]:
    if stock_id is not None:
        return STOCK, stock_id
    if job_id is not None:
        return JOB, job_id
    assert line_id is not None
    return LINE, line_id


def _need_row(need: Need) -> tuple[object, ...]:
    return (
        *(need.key, need.demand_id, need.work_order_id, need.item_id, need.quantity, need.need_date, need.operation),
        need.alternate_for_id,
    )


def _peg_row(peg: Peg) -> tuple[object, ...]:
    key = {peg.supply.column: peg.supply.key}
    return peg.key, peg.need.key, key.get(STOCK), key.get(JOB), key.get(LINE), peg.quantity
