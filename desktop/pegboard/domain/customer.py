"""A customer as it is typed, and what must hold before it is kept."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pegboard.domain.problem import Problem
from pegboard.domain.quantity import Quantity
from pegboard.domain.record_checks import (
    code_problems,
    currency_problems,
    days_problems,
    discount_problems,
    percent_problems,
)

NONE = Quantity(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDraft:
    """Who orders; `currency` "" is the shop's own, `deposit_percent` is asked of each order.

    `discount_percent` comes off what is paid within `discount_days`; None where nothing does.
    """

    code: str
    name: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""
    billing_address: str = ""
    shipping_address: str = ""
    payment_terms_days: int = 30
    discount_percent: Quantity | None = None
    discount_days: int | None = None
    deposit_percent: Quantity = NONE
    currency: str = ""


def check_customer(draft: CustomerDraft, taken: AbstractSet[str] = frozenset()) -> tuple[Problem, ...]:
    """All that is wrong with a customer; `taken` are codes that other customers have."""
    return (
        *code_problems(draft.code, taken),
        *days_problems("payment_terms_days", draft.payment_terms_days),
        *percent_problems("deposit_percent", draft.deposit_percent),
        *discount_problems(draft.discount_percent, draft.discount_days),
        *currency_problems(draft.currency),
    )
