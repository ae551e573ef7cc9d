"""A customer's order: what is sold is built."""

from pegboard.i18n import tr
from pegboard.services.demand import raise_order_demand
from pegboard.signals.signal import Signal

SIGNAL = Signal(
    kind="order",
    sign="■",
    word=lambda: tr("order"),
    help=lambda: tr(
        "A confirmed line of a customer's order; a quote, a line on hold or an unpaid deposit pulls nothing."
    ),
    noun="order",
    raise_demand=raise_order_demand,
)
