"""Amounts as they are typed: an exact number of the smallest coins of a currency."""

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Money, Price, minor_digits
from pegboard.domain.settlement import price_of
from pegboard.i18n import tr
from pegboard.ui.fields import PriceField


class AmountField(PriceField):
    """An amount in one currency; finer than its smallest coin is refused."""

    def __init__(self, title: str, currency: str, *, is_needed: bool = True) -> None:
        super().__init__(title, is_needed=is_needed)
        self.currency = currency

    def parse(self, text: str) -> Price:
        """Read an amount."""
        price = super().parse(text)
        if price.micro % 10 ** (6 - minor_digits(self.currency)):
            raise InvalidInput(
                tr("{text} is finer than {currency} goes.", text=text, currency=self.currency),
                hint=tr("Round it to the smallest coin."),
            )
        return price

    def money(self) -> Money:
        """The amount; 0 where nothing stands there."""
        price: Price | None = self.value()
        micro = price.micro if price is not None else 0
        return Money(micro // int(10 ** (6 - minor_digits(self.currency))), self.currency)

    def money_or_none(self) -> Money | None:
        """The amount; None while it cannot be read."""
        try:
            return self.money()
        except InvalidInput:
            return None

    def set_money(self, amount: Money) -> None:
        """Fill the field; 0 clears it."""
        self.set_value(Price(price_of(amount.minor, amount.currency)) if amount.minor else None)
