"""Items, BOMs, routings and supplier articles as they are typed, and what must hold before they are kept."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pegboard.domain.configuration import names_a_choice
from pegboard.domain.problem import Problem
from pegboard.domain.quantity import MICRO, Price, Quantity
from pegboard.i18n import tr

SOURCES = ("make", "buy", "phantom")
TRACKINGS = ("none", "lot", "serial")
BATCHINGS = ("", "per_order", "combined")
HUNDRED = Quantity(100 * MICRO)
THOUSAND = Quantity(1000 * MICRO)
NOTHING = Quantity(0)
ONE = Quantity(MICRO)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """An item as it is typed; quantities in its own unit, None where not known."""

    code: str
    source: str
    description: str = ""
    unit: str = "ea"
    whole_units: bool = True
    lead_time_days: int | None = None
    standard_cost: Price | None = None
    list_price: Price | None = None
    tracking: str = "none"
    batching: str = ""
    loss_percent: Quantity = NOTHING
    minimum_quantity: Quantity | None = None
    order_multiple: Quantity | None = None
    revision: str = ""
    drawing: str = ""
    active: bool = True
    over_receipt_percent: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BomLineDraft:
    """A component line as it is typed: `quantity`, or `pieces_per_stock` instead; `alternates` best first."""

    component: str
    quantity: Quantity | None = None
    pieces_per_stock: Quantity | None = None
    per_batch: bool = False
    scrap_percent: Quantity = NOTHING
    setup_quantity: Quantity = NOTHING
    rounding_multiple: Quantity | None = None
    operation: int | None = None
    position: str = ""
    option_group: str = ""
    option_choice: str = ""
    alternates: tuple[str, ...] = ()
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BomDraft:
    """One revision of an item's BOM as it is typed; both ends of its validity are included, None is open."""

    item: str
    lines: tuple[BomLineDraft, ...]
    revision: str = ""
    output_quantity: Quantity = ONE
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationDraft:
    """A routing step as it is typed: at a work center, or at a supplier with lead time and price for each unit.

    With an option it is done only where an order chose it.
    """

    sequence: int
    work_center: str = ""
    supplier: str = ""
    description: str = ""
    instructions: str = ""
    setup_minutes: Quantity = NOTHING
    run_minutes: Quantity = NOTHING
    lead_time_days: int | None = None
    price: Price | None = None
    option_group: str = ""
    option_choice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDraft:
    """What a supplier sells as it is typed; `breaks` are (from quantity, price), quantities in the item's own unit."""

    supplier: str
    item: str
    supplier_sku: str = ""
    purchase_unit: str = ""
    units_per_purchase_unit: Quantity = ONE
    minimum_quantity: Quantity | None = None
    order_multiple: Quantity | None = None
    maximum_quantity: Quantity | None = None
    lead_time_days: int | None = None
    manufacturer: str = ""
    manufacturer_part: str = ""
    rank: int = 1
    active: bool = True
    breaks: tuple[tuple[Quantity, Price | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both ends included, None is open."""

    first: datetime.date | None
    last: datetime.date | None

    def meets(self, other: "Period") -> bool:
        """Say whether both hold on some day."""
        return _before(self.first, other.last) and _before(other.first, self.last)


def _before(first: datetime.date | None, last: datetime.date | None) -> bool:
    return first is None or last is None or first <= last


def check_item(draft: ItemDraft, taken: AbstractSet[str] = frozenset()) -> tuple[Problem, ...]:
    """All that is wrong with an item; `taken` are codes that other items have."""
    return tuple(_item_problems(draft, taken))


def _item_problems(draft: ItemDraft, taken: AbstractSet[str]) -> Iterator[Problem]:
    if not draft.code or draft.code != draft.code.strip() or any(sign in ":;=" or sign < " " for sign in draft.code):
        yield Problem("code", tr("A code is not empty, has no blank at its ends and none of : ; and =."))
    elif draft.code in taken:
        yield Problem("code", tr("There is an item {code} already.", code=draft.code))
    for name, value, allowed in (
        ("source", draft.source, SOURCES),
        ("tracking", draft.tracking, TRACKINGS),
        ("batching", draft.batching, BATCHINGS),
    ):
        if value not in allowed:
            yield Problem(name, tr("It is one of {allowed}.", allowed=", ".join(filter(None, allowed))))
    if not NOTHING <= draft.loss_percent < HUNDRED:
        yield Problem("loss_percent", tr("A loss is 0 to under 100 percent."))
    if draft.lead_time_days is not None and draft.lead_time_days < 0:
        yield Problem("lead_time_days", tr("A lead time cannot be negative."))
    yield from _not_negative(draft, "standard_cost", "list_price", "over_receipt_percent")
    yield from _above_nothing(draft, "minimum_quantity", "order_multiple")
    if draft.tracking == "serial" and not draft.whole_units:
        yield Problem("tracking", tr("Serial numbers need whole units."))


def check_bom(
    draft: BomDraft, items: AbstractSet[str], others: Mapping[str, Period], choices: AbstractSet[tuple[str, str]]
) -> tuple[Problem, ...]:
    """All that is wrong with a BOM revision.

    `items` are the codes that exist, `others` the validity of the item's other revisions, `choices` all (group, choice)
    that some item has. A cycle is found when the BOM is kept.
    """
    return tuple(_bom_problems(draft, items, others)) + tuple(
        problem
        for place, line in enumerate(draft.lines, 1)
        for problem in _bom_line_problems(line, place, items, choices)
    )


def _bom_problems(draft: BomDraft, items: AbstractSet[str], others: Mapping[str, Period]) -> Iterator[Problem]:
    if draft.item not in items:
        yield Problem("item", tr("There is no item {code}.", code=draft.item))
    if draft.output_quantity <= NOTHING:
        yield Problem("output_quantity", tr("The quantity must be above 0."))
    if not _before(draft.valid_from, draft.valid_to):
        yield Problem("valid_to", tr("It cannot end before it begins."))
    for revision, period in others.items():
        if revision != draft.revision and period.meets(Period(draft.valid_from, draft.valid_to)):
            name = revision or tr("without a name")
            yield Problem("valid_from", tr("Revision {revision} is valid on the same days.", revision=name))


def _bom_line_problems(
    line: BomLineDraft, place: int, items: AbstractSet[str], choices: AbstractSet[tuple[str, str]]
) -> Iterator[Problem]:
    at = f"lines.{place}."
    if line.component not in items:
        yield Problem(at + "component", tr("There is no item {code}.", code=line.component))
    if (line.quantity is None) == (line.pieces_per_stock is None):
        yield Problem(at + "quantity", tr("Give a quantity, or how many pieces one unit makes."))
    for problem in _above_nothing(line, "quantity", "pieces_per_stock", "rounding_multiple"):
        yield Problem(at + problem.field, problem.message)
    if not NOTHING <= line.scrap_percent <= THOUSAND:
        yield Problem(at + "scrap_percent", tr("Scrap is 0 to 1000 percent."))
    if line.setup_quantity < NOTHING:
        yield Problem(at + "setup_quantity", tr("It cannot be negative."))
    if not _before(line.valid_from, line.valid_to):
        yield Problem(at + "valid_to", tr("It cannot end before it begins."))
    yield from _option_problem(line, at, choices)
    for alternate in line.alternates:
        if alternate == line.component:
            yield Problem(at + "alternates", tr("{code} cannot stand in for itself.", code=alternate))
        elif alternate not in items:
            yield Problem(at + "alternates", tr("There is no item {code}.", code=alternate))
    if len(set(line.alternates)) < len(line.alternates):
        yield Problem(at + "alternates", tr("An alternate is named twice."))


def _option_problem(
    part: BomLineDraft | OperationDraft, at: str, choices: AbstractSet[tuple[str, str]]
) -> Iterator[Problem]:
    if part.option_group and not names_a_choice(part.option_group, part.option_choice, choices):
        option = f"{part.option_group}={part.option_choice}"
        yield Problem(at + "option", tr("No item has the option {option}.", option=option))


def check_routing(
    steps: Sequence[OperationDraft],
    work_centers: AbstractSet[str],
    suppliers: AbstractSet[str],
    choices: AbstractSet[tuple[str, str]] = frozenset(),
) -> tuple[Problem, ...]:
    """All that is wrong with the steps of a routing; `choices` are all (group, choice) that some item has."""
    return tuple(
        problem
        for place, step in enumerate(steps, 1)
        for problem in (
            *_step_problems(step, place, steps, work_centers, suppliers),
            *_option_problem(step, f"lines.{place}.", choices),
        )
    )


def _step_problems(
    step: OperationDraft,
    place: int,
    steps: Sequence[OperationDraft],
    work_centers: AbstractSet[str],
    suppliers: AbstractSet[str],
) -> Iterator[Problem]:
    at = f"lines.{place}."
    if step.sequence < 1 or any(step.sequence == other.sequence for other in steps[: place - 1]):
        yield Problem(at + "sequence", tr("Each step has a sequence of its own, from 1."))
    if step.work_center and step.work_center not in work_centers:
        yield Problem(at + "work_center", tr("There is no work center {code}.", code=step.work_center))
    if step.supplier and step.supplier not in suppliers:
        yield Problem(at + "supplier", tr("There is no supplier {code}.", code=step.supplier))
    if bool(step.work_center) and bool(step.supplier):
        yield Problem(at + "supplier", tr("A step is done at a work center or at a supplier."))
    for problem in _not_negative(step, "setup_minutes", "run_minutes", "price"):
        yield Problem(at + problem.field, problem.message)
    if step.lead_time_days is not None and step.lead_time_days < 0:
        yield Problem(at + "lead_time_days", tr("A lead time cannot be negative."))


def check_article(draft: ArticleDraft, items: Mapping[str, str], suppliers: AbstractSet[str]) -> tuple[Problem, ...]:
    """All that is wrong with a supplier's article; `items` is unit by code."""
    return tuple(_article_problems(draft, items, suppliers))


def _article_problems(draft: ArticleDraft, items: Mapping[str, str], suppliers: AbstractSet[str]) -> Iterator[Problem]:
    if draft.supplier not in suppliers:
        yield Problem("supplier", tr("There is no supplier {code}.", code=draft.supplier))
    if draft.item not in items:
        yield Problem("item", tr("There is no item {code}.", code=draft.item))
    if draft.rank < 1:
        yield Problem("rank", tr("Ranks count from 1, the preferred one."))
    yield from _above_nothing(
        draft, "units_per_purchase_unit", "minimum_quantity", "order_multiple", "maximum_quantity"
    )
    if draft.lead_time_days is not None and draft.lead_time_days < 0:
        yield Problem("lead_time_days", tr("A lead time cannot be negative."))
    other_unit = draft.purchase_unit and draft.purchase_unit != items.get(draft.item)
    if draft.item in items and other_unit and draft.units_per_purchase_unit == ONE:
        yield Problem("units_per_purchase_unit", tr("Say how many units one {unit} holds.", unit=draft.purchase_unit))
    starts = [start for start, _price in draft.breaks]
    if len(set(starts)) < len(starts):
        yield Problem("breaks", tr("Two prices begin at the same quantity."))
    if any(start < NOTHING or (price is not None and price.micro < 0) for start, price in draft.breaks):
        yield Problem("breaks", tr("Quantities and prices cannot be negative."))


def _not_negative(draft: object, *fields: str) -> Iterator[Problem]:
    for field in fields:
        value = getattr(draft, field)
        if value is not None and value.micro < 0:
            yield Problem(field, tr("It cannot be negative."))


def _above_nothing(draft: object, *fields: str) -> Iterator[Problem]:
    for field in fields:
        value = getattr(draft, field)
        if value is not None and value.micro <= 0:
            yield Problem(field, tr("It must be above 0."))
