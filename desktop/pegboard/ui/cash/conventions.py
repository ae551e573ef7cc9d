"""The choices by which the cash cycle is measured, stated and switched where the figures stand."""

from functools import partial

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from pegboard.domain.cash_cycle import BalanceRule, Convention, PayablesOver, YearRule
from pegboard.i18n import tr
from pegboard.services.settings import set_setting
from pegboard.storage.store import Transaction
from pegboard.ui import theme
from pegboard.ui.desk import Desk


class Conventions(QWidget):
    """Three lists of choices; another choice is kept as the workshop's setting and the page is read again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        self.choices: dict[str, QComboBox] = {}
        for name, words, options in _choices():
            label = QLabel(words)
            label.setProperty("secondary", True)
            choice = QComboBox()
            choice.setAccessibleName(words)
            for value, title in options:
                choice.addItem(title, value)
            choice.activated.connect(partial(self._keep, name))
            layout.addWidget(label)
            layout.addWidget(choice)
            self.choices[name] = choice
        layout.addStretch(1)

    def show_convention(self, convention: Convention) -> None:
        """Show what is chosen."""
        values = {
            "cash_balance": convention.balance.value,
            "cash_payables_over": convention.payables_over.value,
            "cash_days": convention.year.value,
        }
        for name, value in values.items():
            self.choices[name].setCurrentIndex(self.choices[name].findData(value))

    def _keep(self, name: str, _place: int) -> None:
        value = str(self.choices[name].currentData())

        def keep(tx: Transaction) -> str:
            return set_setting(tx, name, value)

        self._desk.runner.write("setting.set", keep)


def _choices() -> tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]:
    return (
        (
            "cash_balance",
            tr("Measured by"),
            (
                (BalanceRule.END.value, tr("balances of the last evening")),
                (BalanceRule.AVERAGE.value, tr("mean of first and last evening")),
            ),
        ),
        (
            "cash_payables_over",
            tr("suppliers over"),
            (
                (PayablesOver.COST_OF_SALES.value, tr("cost of sales")),
                (PayablesOver.PURCHASES.value, tr("purchases")),
            ),
        ),
        (
            "cash_days",
            tr("days of"),
            (
                (YearRule.OWN_DAYS.value, tr("the period itself")),
                (YearRule.DAYS_365.value, tr("a year of 365")),
                (YearRule.DAYS_360.value, tr("a year of 360")),
            ),
        ),
    )
