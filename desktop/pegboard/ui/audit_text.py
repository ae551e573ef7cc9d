"""Writes values of the audit trail as the screen does."""

import datetime

from pegboard.domain.quantity import Price, Quantity
from pegboard.i18n import tr
from pegboard.queries.audit_values import Value
from pegboard.ui import formats


def shown(value: Value) -> str:
    """A value in the reader's locale; nothing is a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, Quantity):
        return formats.quantity(value)
    if isinstance(value, Price):
        return formats.price(value)
    if isinstance(value, datetime.datetime):
        return formats.instant(value)
    return formats.short_day(value) if isinstance(value, datetime.date) else str(value)
