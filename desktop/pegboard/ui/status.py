"""The foot of the window: is everything saved, where, when it was backed up, and who sits here."""

import datetime
from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QStatusBar

from pegboard.i18n import tr
from pegboard.ui import formats, theme
from pegboard.ui.message_bar import ProgressStrip


class StatusLine(QStatusBar):
    """Saved, file, backup at the left; progress and the person at the right."""

    def __init__(self, file: str, person: str, now: Callable[[], datetime.datetime]) -> None:
        super().__init__()
        self._now = now
        self.setSizeGripEnabled(False)
        self._saved = QLabel(tr("saved"))
        self._file = QLabel(file)
        self._backup = QLabel()
        self._person = QLabel(person)
        self.progress = ProgressStrip(self)
        for label in (self._saved, self._file, self._backup):
            label.setContentsMargins(theme.GAP, 0, theme.GAP, 0)
            self.addWidget(label)
        self._person.setContentsMargins(theme.GAP, 0, theme.GAP, 0)
        self.addPermanentWidget(self.progress)
        self.addPermanentWidget(self._person)

    @Slot(bool)
    def show_busy(self, is_busy: bool) -> None:
        """Say whether writes are under way."""
        if is_busy:
            self._saved.setText(tr("saving…"))
        else:
            self._saved.setText(tr("saved {time}", time=f"{self._now().astimezone():%H:%M}"))

    def show_backup(self, made_at: datetime.datetime | None) -> None:
        """Say when the last backup was made, in local time."""
        if made_at is None:
            text = tr("no backup yet")
        else:
            is_today = made_at.date() == self._now().astimezone().date()
            text = tr("backup {time} checked", time=f"{made_at:%H:%M}" if is_today else formats.instant(made_at))
        self._backup.setText(text)

    def show_drill(self, words: str) -> None:
        """Say what the last restore drill found, over the backup's time."""
        self._backup.setToolTip(words)

    def show_person(self, person: str) -> None:
        """Say who sits here."""
        self._person.setText(person)
