"""A supplier as it is typed, and what must hold before it is kept."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pegboard.domain.problem import Problem
from pegboard.domain.quantity import Quantity
from pegboard.domain.record_checks import code_problems, currency_problems, days_problems, discount_problems


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierDraft:
    """Who sells to the shop.

    Attributes: lead_time_days: None where it is not known; calendar_lead_time: every day counts, not working days
    alone; discount_percent: comes off what we pay within discount_days, None where nothing does; currency: "" is the
    shop's own.
    """

    code: str
    name: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    lead_time_days: int | None = None
    calendar_lead_time: bool = False
    payment_terms_days: int = 30
    discount_percent: Quantity | None = None
    discount_days: int | None = None
    currency: str = ""


def check_supplier(draft: SupplierDraft, taken: AbstractSet[str] = frozenset()) -> tuple[Problem, ...]:
    """All that is wrong with a supplier; `taken` are codes that other suppliers have."""
    return (
        *code_problems(draft.code, taken),
        *days_problems("lead_time_days", draft.lead_time_days),
        *days_problems("payment_terms_days", draft.payment_terms_days),
        *discount_problems(draft.discount_percent, draft.discount_days),
        *currency_problems(draft.currency),
    )
