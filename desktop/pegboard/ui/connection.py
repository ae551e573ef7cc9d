"""Says when the connection to the workshop is lost, and when it is back."""

from PySide6.QtCore import QObject, Slot

from pegboard.i18n import tr
from pegboard.ui.change_bus import ChangeBus
from pegboard.ui.messages import Messages


class ConnectionNotice(QObject):
    """Speaks for as long as its window lives; what is typed stays in its fields all the while."""

    def __init__(self, bus: ChangeBus, messages: Messages, window: QObject) -> None:
        super().__init__(window)
        self._messages = messages
        bus.connection_changed.connect(self._say)

    @Slot(bool)
    def _say(self, is_there: bool) -> None:
        if is_there:
            self._messages.notice(tr("The connection is back. What others did meanwhile is on the screen now."))
        else:
            self._messages.warn(
                tr("The connection to the workshop is lost. What you typed stays; Pegboard tries again by itself.")
            )
