"""Words and marks for items."""

from collections.abc import Sequence

from pegboard.domain.configuration import ANY, number_range, range_words
from pegboard.domain.quantity import MICRO, Price, Quantity, divide_half_up
from pegboard.i18n import tr
from pegboard.queries.boms import RevisionRow, UseNode
from pegboard.queries.items import ItemRow, OptionChoiceRow
from pegboard.ui import formats
from pegboard.ui.marks import Mark, State

CENT = MICRO // 100
TEN_THOUSANDTH = MICRO // 10_000
USUAL_BATCH = 10 * MICRO  # units in a job, where costs are rolled up without another size


def source_word(source: str) -> str:
    """Return how an item comes about."""
    return {"make": tr("make"), "buy": tr("buy"), "phantom": tr("phantom")}[source]


def item_mark(item: ItemRow) -> Mark | None:
    """Return what keeps an item from being made or bought."""
    if not item.is_active:
        return Mark(State.DONE, tr("inactive"))
    return {
        "no_bom": Mark(State.SHORT, tr("no BOM")),
        "no_revision": Mark(State.SHORT, tr("BOM has ended")),
        "no_supplier": Mark(State.SHORT, tr("no supplier")),
    }.get(item.problem)


def revision_text(row: RevisionRow) -> str:
    """Name a revision and say when it holds."""
    name = row.revision or tr("the only one, without a name")
    if row.valid_from is not None and row.valid_to is not None:
        when = tr("{first} to {last}", first=formats.day(row.valid_from), last=formats.day(row.valid_to))
    elif row.valid_from is not None:
        when = tr("from {first}", first=formats.day(row.valid_from))
    elif row.valid_to is not None:
        when = tr("to {last}", last=formats.day(row.valid_to))
    else:
        return name
    return tr("{name}, {when}", name=name, when=when)


def use_quantity(node: UseNode) -> str:
    """Say how much of the item below goes into one."""
    if node.pieces is not None:
        return tr("1 for {count}", count=formats.quantity(node.pieces))
    text = f"{formats.quantity(node.quantity)} {node.unit}"
    return tr("{quantity}, instead", quantity=text) if node.is_alternate else text


def use_revision(node: UseNode) -> str:
    """Name the revision, and say where it does not hold today."""
    if node.is_current:
        return node.revision
    return tr("{revision} not today", revision=node.revision).strip()


def source_choices() -> tuple[tuple[str, str], ...]:
    """Return how an item can come about, with words."""
    return (("buy", tr("buy")), ("make", tr("make")), ("phantom", tr("phantom: only groups parts")))


def tracking_choices() -> tuple[tuple[str, str], ...]:
    """Return how stock can be tracked, with words."""
    return (("none", tr("nothing")), ("lot", tr("lot")), ("serial", tr("serial number")))


def batching_choices() -> tuple[tuple[str, str], ...]:
    """Return how jobs are joined, with words."""
    return (
        ("", tr("by what is ordered")),
        ("per_order", tr("one for each order")),
        ("combined", tr("one for all orders")),
    )


def option_texts(options: Sequence[OptionChoiceRow]) -> tuple[tuple[str, str], ...]:
    """Return label and words of each option group: its choices, the usual one named."""
    groups: dict[str, list[str]] = {}
    for option in options:
        choice = _choice_words(option.choice)
        text = f"{choice} ({option.description})" if option.description else choice
        if option.price_extra:
            text = f"{text} +{formats.price(option.price_extra)}"
        if option.is_default:
            text = tr("{choice}, usual", choice=text)
        label = tr("Option {group}", group=option.group)
        groups.setdefault(label if option.is_required else tr("{option}, may be left out", option=label), []).append(
            text
        )
    return tuple((label, "; ".join(texts)) for label, texts in groups.items())


def _choice_words(code: str) -> str:
    """Say what a choice's code means: a name, a range of numbers, or that several may be taken."""
    numbers = number_range(code)
    if code == ANY:
        return tr("several may be taken")
    return range_words(numbers) if numbers is not None else code


def cents(cost: Price | None) -> Price | None:
    """Round a calculated cost to two decimals; more would only look exact."""
    return None if cost is None else Price(divide_half_up(cost.micro, CENT) * CENT)


def short(quantity: Quantity) -> Quantity:
    """Round a calculated quantity to four decimals, so that its unit can be read as well."""
    return Quantity(divide_half_up(quantity.micro, TEN_THOUSANDTH) * TEN_THOUSANDTH) or quantity
