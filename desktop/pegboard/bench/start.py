"""How long the window takes until its first usable page, against an empty main window beside the database library.

Both run from compiled bytecode, as an installed program does.
"""

import compileall
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pegboard.bench import Figure, workload
from pegboard.exchange.workshop_folder import import_paths
from pegboard.storage.store import Store

RUNS = 5
EMPTY = """
import sqlalchemy.orm
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, application.quit)
application = QApplication([])
window = Window()
window.resize(1200, 800)
window.show()
application.exec()
"""


def figures(size: str) -> Iterator[Figure]:
    """Yield the figure of one start on a workshop of `size`; needs no display."""
    compileall.compile_dir(Path(__file__).parents[1], quiet=2)
    environment = dict(os.environ)
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    with TemporaryDirectory() as name:
        folder = Path(name)
        environment["XDG_STATE_HOME"] = name  # a first start: no page and no layout is remembered
        workload.write_folder(folder / "workload", size)
        path = folder / "start.pegboard"
        with Store.create(path) as store, store.transaction("import", today=workload.DAY_0) as tx:
            import_paths(tx, [folder / "workload"])
        ours = [sys.executable, "-m", "pegboard", "--workshop", str(path), "--quit-after-first-paint"]
        empty = [sys.executable, "-c", EMPTY]
        pairs = [(_timed(ours, environment), _timed(empty, environment)) for _run in range(RUNS + 1)][1:]
    seconds, floor = (sorted(times)[len(times) // 2] for times in zip(*pairs, strict=True))
    yield Figure(f"start, {size}", seconds, floor, 1.6, "median of 5")


def _timed(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start
