"""What may pull: the four signals that turn something that happened outside into demand, each through the one gate."""

from pegboard.signals import customer_order, inferred, kanban_card, pos_sale
from pegboard.signals.signal import Signal

SIGNALS: tuple[Signal, ...] = (customer_order.SIGNAL, pos_sale.SIGNAL, kanban_card.SIGNAL, inferred.SIGNAL)

BY_KIND = {signal.kind: signal for signal in SIGNALS}
