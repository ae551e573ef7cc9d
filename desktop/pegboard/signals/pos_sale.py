"""A sale at a till: what was sold is made or bought again."""

from pegboard.i18n import tr
from pegboard.services.demand import raise_sale_demand
from pegboard.signals.signal import Signal

SIGNAL = Signal(
    kind="pos",
    sign="●",
    word=lambda: tr("sale"),
    help=lambda: tr("Sales of a shop since its last signal, up to the level of its shelf."),
    noun="replenishment",
    raise_demand=raise_sale_demand,
)
