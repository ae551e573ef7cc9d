"""Reasons as people say them."""

from pegboard.i18n import tr


def surplus_reason(reason: str) -> str:
    """Say why nobody claims a supply; other words than the program's own are left as they are."""
    return {
        "minimum": tr("minimum order"),
        "multiple": tr("sold in multiples"),
        "break": tr("price break"),
        "imported": tr("imported"),
        "cancelled demand": tr("its demand was cancelled"),
        "scrap not made up": tr("scrap was not made up"),
        "set by a person": tr("set by a person"),
        "expired": tr("its inference expired"),
        "stock build": tr("built for stock"),
    }.get(reason, reason)
