"""An inference that a person has accepted: what will probably be ordered is begun, within the cash cap."""

from pegboard.i18n import tr
from pegboard.services.demand import raise_inferred_demand
from pegboard.signals.signal import Signal

SIGNAL = Signal(
    kind="inferred",
    sign="◇",
    word=lambda: tr("inference"),
    help=lambda: tr("A prediction from past orders that a person has accepted, until it expires."),
    noun="inference",
    raise_demand=raise_inferred_demand,
)
