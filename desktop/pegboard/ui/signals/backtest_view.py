"""The backtest: the verdict in a sentence, four figures, and the rounds of the past that they come from."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pegboard.domain.inference_backtest import Round
from pegboard.i18n import tr
from pegboard.queries.inference import Outlook, amount, verdict
from pegboard.ui import formats, theme
from pegboard.ui.desk import Desk
from pegboard.ui.detail import MarkLabel, figure
from pegboard.ui.list_view import Empty, ListPane
from pegboard.ui.marks import Mark, State
from pegboard.ui.signals import words
from pegboard.ui.signals.columns import round_columns


class Tile(QWidget):
    """A figure with its title and what it is compared with."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = QLabel(title)
        self._title.setProperty("secondary", True)
        self._figure = figure("")
        self._against = QLabel(wordWrap=True)
        self._against.setProperty("secondary", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.STEP)
        for label in (self._title, self._figure, self._against):
            layout.addWidget(label)

    def say(self, value: str, against: str) -> None:
        """Show a figure and its comparison."""
        self._figure.setText(value)
        self._against.setText(against)
        self.setAccessibleName(f"{self._title.text()} {value}, {against}")


class BacktestView(QWidget):
    """The third view of the page."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._shows_money = desk.runner.rights.sees_money
        self._currency = ""
        self._mark = MarkLabel()
        self._verdict = QLabel(wordWrap=True)
        self._how = QLabel(wordWrap=True)
        self._how.setProperty("secondary", True)
        self._right, self._brier = Tile(tr("Right")), Tile(tr("Brier score, 0 is perfect"))
        self._money, self._naive = Tile(tr("Would have made")), Tile(tr("The naive rule would have made"))
        self.rounds: ListPane[Round] = ListPane(
            desk,
            "backtest_rounds",
            tr("Rounds"),
            round_columns(self._currency_of),
            lambda row: row.day,
            empty=Empty(tr("Rounds stand here once the orders of a few months are known.")),
            can_find=False,
        )
        head = QHBoxLayout()
        head.setSpacing(theme.MARGIN)
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._verdict, 1)
        tiles = QGridLayout()
        tiles.setHorizontalSpacing(2 * theme.MARGIN)
        for place, tile in enumerate((self._right, self._brier, self._money, self._naive)):
            tiles.addWidget(tile, 0, place, Qt.AlignmentFlag.AlignTop)
            tiles.setColumnStretch(place, 1)
        top = QVBoxLayout()
        top.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        top.setSpacing(theme.MARGIN)
        top.addLayout(head)
        top.addLayout(tiles)
        top.addWidget(self._how)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.rounds, 1)
        self.setFocusProxy(self.rounds)

    def _currency_of(self) -> str:
        return self._currency

    def show_outlook(self, seen: Outlook) -> None:
        """Show the score and its rounds."""
        score = seen.score
        currency = self._currency = seen.currency
        self._mark.show_mark(Mark(State.READY, tr("on")) if seen.is_on else Mark(State.WAITING, tr("off")))
        self._verdict.setText(verdict(score, currency, shows_money=self._shows_money))
        for tile in (self._money, self._naive):
            tile.setVisible(self._shows_money)
        self._right.say(
            words.percent(score.hit_rate),
            tr("{hits} of {count} suggestions; naive rule {naive}",
               hits=score.hits, count=score.suggested, naive=words.percent(score.naive_hit_rate)),
        )  # fmt: skip
        self._brier.say(_score(score.brier), tr("naive share {naive}", naive=_score(score.naive_brier)))
        self._money.say(formats.money(amount(score.money, currency), currency=True), tr("doing nothing makes 0"))
        self._naive.say(
            formats.money(amount(score.naive_money, currency), currency=True),
            tr("everybody orders the last quantity again after the usual gap"),
        )
        self._how.setText(_how(seen))
        self.rounds.show_rows(score.rounds)


def _how(seen: Outlook) -> str:
    blend = seen.score.blend
    method = tr("the BG/NBD model") if blend.method == "bgnbd" else tr("the gaps between orders")
    return tr(
        "Every {days} days of the past are one round: predicted from what was known then, compared with what was"
        " ordered. Chances of repeats come to {percent} from {method}, the rest from how many came back in all.",
        days=seen.score.horizon,
        method=method,
        percent=words.percent(blend.weight),
    )


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
