"""Collects garbage on the GUI thread alone.

Python's collector runs on whichever thread happens to allocate. On a worker it may free a widget that only a reference
cycle kept, and Qt must not destroy widgets off the GUI thread: the program would crash, rarely and far from the cause.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY = 5_000  # milliseconds between two looks
YOUNG, MIDDLE = 700, 10  # allocations, and young collections, worth a look: Python's own thresholds


class GarbageTimer(QObject):
    """Switches the collector off and runs it from a timer of the thread that makes this object."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    @Slot()
    def _collect(self) -> None:
        """Collect the youngest generation that is worth it; the oldest only when nothing else keeps it small."""
        young, middle, old = gc.get_count()
        if old > MIDDLE:
            gc.collect(2)
        elif middle > MIDDLE:
            gc.collect(1)
        elif young > YOUNG:
            gc.collect(0)
