"""What the planner proposes: rows ready to be written, and the exceptions a person should know.

Rows are plain tuples in the order of the column tuples below, because a large plan has two million of them. Quantities
are millionths, days proleptic ordinals.
"""

from dataclasses import dataclass, field

from pegboard.domain.snapshot import Article, Choices

REQUIREMENT_COLUMNS = (
    "requirement_id",
    "demand_id",
    "work_order_id",
    "item_id",
    "quantity",
    "need_date",
    "operation",
    "alternate_for_id",
)
PEG_COLUMNS = ("peg_id", "requirement_id", "stock_id", "work_order_id", "purchase_line_id", "quantity")

RequirementRow = tuple[int, int | None, int | None, int, int, str, int | None, int | None]
PegRow = tuple[int, int, int | None, int | None, int | None, int]


class Job:
    """A work order of the plan, or a standing one that requirements hang on.

    Attributes: index: its place among the plan's jobs; job_id: its key; number: what people call it; rank: place in the
    queue of the first demand it serves; group: which requirements below may join one job; need: the first need day;
    start, due: after the forward pass; pegged: what requirements claim of `quantity`.
    """

    __slots__ = (
        "bom_id",
        "choices",
        "due",
        "group",
        "item_id",
        "job_id",
        "lead",
        "need",
        "new",
        "number",
        "pegged",
        "quantity",
        "rank",
        "ready",
        "revision",
        "start",
        "start_quantity",
        "surplus_reason",
    )

    def __init__(
        self, job_id: int, item_id: int, need: int, rank: int, group: object, choices: Choices, *, new: bool = True
    ) -> None:
        self.job_id = job_id
        self.item_id = item_id
        self.need = need
        self.rank = rank
        self.group = group
        self.choices = choices
        self.new = new
        self.number = ""
        self.bom_id: int | None = None
        self.revision = ""
        self.quantity = 0
        self.pegged = 0
        self.start_quantity = 0
        self.start = need
        self.due = need
        self.lead = 0
        self.ready = 0
        self.surplus_reason = ""


class BuyLine:
    """A purchase line of the plan: new, or a standing draft line that grows.

    Attributes: line_id, order_id: keys; quantity: of the whole line; added: what this plan adds to it; pegged: what
    requirements claim of the whole line; due: arrival after the forward pass; order_by: last day to order; unit_price:
    None where unknown; job: for a subcontract operation, the job it serves.
    """

    __slots__ = (
        "added",
        "article",
        "due",
        "grown",
        "item_id",
        "job",
        "line",
        "line_id",
        "need",
        "number",
        "operation",
        "order_by",
        "order_id",
        "order_number",
        "pegged",
        "quantity",
        "supplier_code",
        "supplier_id",
        "surplus_reason",
        "unit_price",
    )

    def __init__(self, line_id: int, item_id: int, supplier_id: int, supplier_code: str, need: int) -> None:
        self.line_id = line_id
        self.item_id = item_id
        self.supplier_id = supplier_id
        self.supplier_code = supplier_code
        self.need = need
        self.order_id = 0
        self.order_number = ""
        self.line = 0
        self.number = ""
        self.article: Article | None = None
        self.quantity = 0
        self.added = 0
        self.pegged = 0
        self.due = need
        self.order_by = need
        self.unit_price: int | None = None
        self.surplus_reason = ""
        self.grown = False
        self.job: Job | None = None
        self.operation: int | None = None


@dataclass(frozen=True, slots=True)
class PlanException:
    """What a person should know. `date` and `message` depend on the kind; see interchange.md, "Exception kinds"."""

    kind: str
    item: str
    demand: str | None
    date: int | None
    message: str


@dataclass(frozen=True, slots=True)
class CheaperBreak:
    """Buying `quantity` at `unit_price` instead would make the whole line cheaper by `saving`."""

    line_id: int
    quantity: int
    unit_price: int
    saving: int  # millionths of a millionth of the currency: quantity x price differences


@dataclass(slots=True)
class Plan:
    """The result of an explosion, computed without writing anything."""

    today: int
    jobs: list[Job] = field(default_factory=list)  # new work orders
    requirements: list[RequirementRow] = field(default_factory=list)
    pegs: list[PegRow] = field(default_factory=list)
    lines: list[BuyLine] = field(default_factory=list)  # new and grown purchase lines
    new_orders: list[tuple[int, str, int]] = field(default_factory=list)  # purchase order id, number, supplier id
    changed_requirements: list[tuple[int, int]] = field(default_factory=list)  # (new quantity, requirement id)
    promises: dict[int, int] = field(default_factory=dict)  # demand id -> day on which it can be met
    exceptions: list[PlanException] = field(default_factory=list)
    cheaper: list[CheaperBreak] = field(default_factory=list)
    pegs_to_what_stood: set[int] = field(default_factory=set)  # peg ids on a line before this plan enlarged it
    standing: dict[int, Job] = field(default_factory=dict)  # standing jobs that requirements hang on, by key

    @property
    def is_empty(self) -> bool:
        """Nothing would be written but promise dates."""
        return not (self.requirements or self.pegs or self.jobs or self.lines)
