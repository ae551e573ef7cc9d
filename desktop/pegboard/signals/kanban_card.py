"""An emptied container's card: one container is made or bought again."""

from pegboard.i18n import tr
from pegboard.services.demand import raise_card_demand
from pegboard.signals.signal import Signal

SIGNAL = Signal(
    kind="kanban",
    sign="▬",
    word=lambda: tr("card"),
    help=lambda: tr("The card of an emptied container, for exactly one container."),
    noun="kanban_card",
    raise_demand=raise_card_demand,
)
