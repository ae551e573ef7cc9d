"""What the planner sees: frozen values of one moment, read from the workshop file.

Quantities and prices are whole millionths, percentages millionths of a percent, days proleptic ordinals. Nothing here
knows of a database; ids only tie results back to records.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pegboard.domain.shop_calendar import ShopCalendar

Choices = tuple[tuple[str, str], ...]  # (group, choice) sorted by group


@dataclass(frozen=True, slots=True)
class PlanItem:
    """An item's planning data.

    Attributes: source: make, buy or phantom; lead_time_days: working days or None; batching: per_order, combined or ''
    for decided in each explosion; minimum, multiple: lot sizing of a made item.
    """

    item_id: int
    code: str
    source: str
    whole_units: bool
    lead_time_days: int | None
    loss_percent: int
    minimum: int | None
    multiple: int | None
    batching: str
    active: bool
    unit: str = "ea"


@dataclass(frozen=True, slots=True)
class PlanBomLine:
    """A component line; `alternates` are item ids, best first; valid_from and valid_to include both ends."""

    component_id: int
    quantity: int | None
    pieces_per_stock: int | None
    per_batch: bool
    scrap_percent: int
    setup_quantity: int
    rounding_multiple: int | None
    operation: int | None
    option_group: str
    option_choice: str
    valid_from: int | None
    valid_to: int | None
    alternates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanBom:
    """One revision of a BOM."""

    bom_id: int
    revision: str
    output_quantity: int
    valid_from: int | None
    valid_to: int | None
    lines: tuple[PlanBomLine, ...]

    def holds_on(self, day: int) -> bool:
        """Say whether the revision is valid on that day, both ends inclusive."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class PlanOperation:
    """A routing step: at a work center (hours_per_day, queue_days in millionths) or subcontracted (`supplier_id`).

    One with an option is done only where it was chosen.
    """

    sequence: int
    setup_minutes: int
    run_minutes: int
    queue_days: int
    hours_per_day: int
    machines: int
    supplier_id: int | None = None
    supplier_code: str = ""
    lead_time_days: int = 0
    calendar_lead_time: bool = False
    price: int | None = None
    option_group: str = ""
    option_choice: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """What an active supplier sells of an item. `lead_time_days` None: nobody knows; breaks: (from quantity, price)."""

    supplier_item_id: int
    supplier_id: int
    supplier_code: str
    minimum: int | None
    multiple: int | None
    maximum: int | None
    units_per_purchase_unit: int
    purchase_unit: str
    lead_time_days: int | None
    calendar_lead_time: bool
    breaks: tuple[tuple[int, int | None], ...]


@dataclass(frozen=True, slots=True)
class FreeStock:
    """Free quantity of one stock row, with the codes that people know it by.

    What was made to `choices` serves what asks for the same alone; without any it serves everybody.
    """

    stock_id: int
    item_id: int
    location_id: int
    location: str
    lot: str
    free: int
    choices: Choices = ()


@dataclass(frozen=True, slots=True)
class OpenSupply:
    """A standing work order or purchase line with its open and its free quantity; one that is overdue is due today.

    `can_grow` marks a purchase line of a draft order whose quantity the system set. `window_start` is the first need it
    was made for. A job with `pulls_components` still pulls its components, for what of it is pegged;
    `completed` is what it has delivered, for which they were pulled. A job with `choices` fits what asks for the same.
    """

    kind: str  # job or line
    supply_id: int
    number: str
    item_id: int
    quantity: int
    free: int
    due: int
    supplier_id: int = 0
    supplier_item_id: int | None = None
    can_grow: bool = False
    window_start: int = 0
    start: int = 0
    pulls_components: bool = False
    completed: int = 0
    supplier_code: str = ""
    choices: Choices = ()


@dataclass(frozen=True, slots=True)
class OpenDemand:
    """An independent demand in the scope of the explosion.

    Attributes: due: effective due day, or None for as soon as possible; is_late_already: the due day as given has
    passed; order_date and entry: its place in the queue; location_id: where a card or a till wants it (its own stock
    does not serve it); choices: with defaults filled in; ready: the day on which what is pegged already will be there,
    None when nothing is, and chain: what makes it that day, in words; waits_for_deposit: pulls nothing yet.
    """

    demand_id: int
    kind: str
    name: str
    item_id: int
    quantity: int
    due: int | None
    given_due: int | None
    order_date: int
    entry: int
    choices: Choices = ()
    location_id: int | None = None
    exploded: bool = False
    ready: int | None = None
    chain: str = ""
    waits_for_deposit: bool = False

    def place(self, today: int) -> tuple[int, bool, int, int]:
        """Its place in pull order: due date, as soon as possible after those due today, order date, entry."""
        return max(today, self.due or 0), self.due is None, self.order_date, self.entry


@dataclass(frozen=True, slots=True)
class OpenRequirement:
    """What an earlier explosion could not cover. It hangs on a demand or on a standing job."""

    requirement_id: int
    item_id: int
    quantity: int
    uncovered: int
    need: int
    operation: int | None
    demand_id: int | None
    job_id: int | None
    alternates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StandingJob:
    """A job that stands already and has requirements of its own in this explosion; `top` is the demand that it serves
    first, `combined` says that it serves several."""

    job_id: int
    number: str
    item_id: int
    start: int
    due: int
    choices: Choices
    top: int | None
    combined: bool


@dataclass(frozen=True, slots=True)
class FirstIds:
    """The first free keys and numbers, so that a plan's rows are ready to be written."""

    requirement: int = 1
    peg: int = 1
    work_order: int = 1
    purchase_order: int = 1
    purchase_line: int = 1
    work_order_number: int = 1
    purchase_order_number: int = 1


@dataclass(frozen=True, slots=True)
class PlanningSnapshot:
    """Everything that one explosion needs. Mappings are by item id unless named otherwise."""

    today: int
    calendar: ShopCalendar
    combining_days: int
    items: Mapping[int, PlanItem]
    boms: Mapping[int, tuple[PlanBom, ...]] = field(default_factory=dict)
    routings: Mapping[tuple[int, str], tuple[PlanOperation, ...]] = field(default_factory=dict)
    articles: Mapping[int, tuple[Article, ...]] = field(default_factory=dict)
    option_defaults: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    stock: Mapping[int, tuple[FreeStock, ...]] = field(default_factory=dict)
    supplies: Mapping[int, tuple[OpenSupply, ...]] = field(default_factory=dict)
    demands: tuple[OpenDemand, ...] = ()
    requirements: tuple[OpenRequirement, ...] = ()
    standing_jobs: Mapping[int, StandingJob] = field(default_factory=dict)  # by job id
    draft_orders: Mapping[int, tuple[int, str, int]] = field(default_factory=dict)  # supplier -> id, number, last line
    unknown_lead_times: frozenset[int] = frozenset()  # items bought with standing lines whose dates are guesses
    first: FirstIds = FirstIds()
