"""Lot sizing: minimum, multiple, price breaks, and what exceeds a supplier's maximum."""

from typing import NamedTuple

from pegboard.domain.quantity import MICRO
from pegboard.domain.recipe import ceil_to
from pegboard.domain.snapshot import Article


class Raised(NamedTuple):
    """A quantity after the lot rules; `reason` is the last rule that raised it, '' where none did."""

    quantity: int
    reason: str


def raise_lot(needed: int, minimum: int | None, multiple: int | None, *, whole: bool) -> Raised:
    """Raise `needed` (millionths) to the minimum, then up to the multiple.

    >>> raise_lot(140_000_000, None, 40_000_000, whole=True)
    Raised(quantity=160000000, reason='multiple')
    """
    quantity, reason = needed, ""
    if minimum is not None and quantity < minimum:
        quantity, reason = minimum, "minimum"
    if multiple:
        up = ceil_to(quantity, multiple) * multiple
        if up > quantity:
            quantity, reason = up, "multiple"
    if whole and quantity % MICRO:
        quantity = ceil_to(quantity, MICRO) * MICRO
        reason = reason or "multiple"
    return Raised(quantity, reason)


class BuyPart(NamedTuple):
    """What one article takes of a lot."""

    article: Article
    quantity: int
    reason: str


def split_by_maximum(needed: int, articles: tuple[Article, ...], *, whole: bool) -> tuple[list[BuyPart], bool]:
    """Spread a lot over the ranks by their maximum quantities.

    Returns the parts, the preferred article's first, and whether some of it is more than anybody takes; that stays on
    the preferred one's line.
    """
    parts: list[BuyPart] = []
    rest, reason = needed, ""
    for article in articles:
        raised = raise_lot(rest, article.minimum, article.multiple, whole=whole)
        reason = raised.reason or reason  # what a rank before raised too far may be this one's surplus
        maximum = _most(article)
        if maximum is None or raised.quantity <= maximum:
            parts.append(BuyPart(article, raised.quantity, reason))
            return parts, False
        if maximum > 0 and not (article.minimum and maximum < article.minimum):
            parts.append(BuyPart(article, maximum, reason))
            rest = raised.quantity - maximum
    return _rest_on_preferred(parts, rest, articles[0], whole=whole), True


def raise_for(article: Article, articles: tuple[Article, ...], needed: int, *, whole: bool) -> Raised:
    """What a line of `article` buys for `needed`, where the ranks before it sell their maximum already.

    Their minimum and multiple raised the whole lot first, as `split_by_maximum` does.
    """
    before = [
        (each, most)
        for each in articles[: next((place for place, each in enumerate(articles) if each is article), 0)]
        if (most := _most(each)) and not (each.minimum and most < each.minimum)
    ]
    rest, reason = needed + sum(most for _each, most in before), ""
    for each, most in before:
        raised = raise_lot(rest, each.minimum, each.multiple, whole=whole)
        rest, reason = raised.quantity - most, raised.reason or reason
    own = raise_lot(rest, article.minimum, article.multiple, whole=whole)
    return Raised(own.quantity, own.reason or reason)


def _most(article: Article) -> int | None:
    """The article's maximum in whole multiples."""
    if article.maximum is None:
        return None
    return article.maximum // article.multiple * article.multiple if article.multiple else article.maximum


def _rest_on_preferred(parts: list[BuyPart], rest: int, preferred: Article, *, whole: bool) -> list[BuyPart]:
    mine = parts[0] if parts and parts[0].article is preferred else None
    raised = raise_lot((mine.quantity if mine else 0) + rest, preferred.minimum, preferred.multiple, whole=whole)
    others = parts[1:] if mine else parts
    reason = raised.reason or next((part.reason for part in reversed(parts) if part.reason), "")
    return [BuyPart(preferred, raised.quantity, reason), *others]


def price_at(article: Article, quantity: int) -> int | None:
    """The unit price (millionths) of the break that `quantity` reaches; below the first break the lowest one holds."""
    price = article.breaks[0][1] if article.breaks else None
    for from_quantity, break_price in article.breaks:
        if from_quantity <= quantity:
            price = break_price
    return price


def cheaper_break(article: Article, quantity: int, *, whole: bool) -> tuple[int, int, int] | None:
    """The next break that makes the whole line cheaper: (quantity, unit price, saving), or None.

    The saving is in millionths of a millionth: quantity x price. What a maximum forbids is not offered.
    """
    price = price_at(article, quantity)
    if price is None:
        return None
    for from_quantity, break_price in article.breaks:
        if from_quantity <= quantity or break_price is None:
            continue
        raised = raise_lot(from_quantity, article.minimum, article.multiple, whole=whole).quantity
        saving = quantity * price - raised * break_price
        if saving > 0 and (article.maximum is None or raised <= article.maximum):
            return raised, break_price, saving
    return None
