"""Fuzzing that watches which code an input reaches: `pip install atheris`, then, for one kind and so many runs,

    python tests/fuzz/coverage_guided.py KIND -runs=100000

KIND is one of `pegboard soak inputs`; what is found says how to make it happen again. No test needs atheris.
"""

import contextlib
import random
import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["pegboard"]):
    from pegboard.bench import inputs
    from pegboard.domain.errors import PegboardError

    KINDS = inputs.kinds()


class Guided(random.Random):
    """Chance that is drawn from the fuzzer's bytes, so that it learns which of them lead where."""

    def __init__(self, content: bytes) -> None:
        super().__init__(0)
        self._bytes = atheris.FuzzedDataProvider(content)

    def random(self) -> float:
        """A number from 0 to below 1."""
        return (
            self._bytes.ConsumeIntInRange(0, 2**32 - 1) / 2**32 if self._bytes.remaining_bytes() else super().random()
        )

    def getrandbits(self, count: int) -> int:
        """So many bits."""
        if not self._bytes.remaining_bytes():
            return super().getrandbits(count)
        return int(self._bytes.ConsumeIntInRange(0, 2 ** min(count, 63) - 1))


def main() -> None:
    """Fuzz the kind that the command line names."""
    kind = sys.argv.pop(1)
    folder = Path(tempfile.mkdtemp(prefix="inputs-"))
    store = inputs.shop(folder / "shop")

    def one(content: bytes) -> None:
        with contextlib.suppress(PegboardError):
            KINDS[kind][1](inputs.Place(store, folder, Guided(content)))

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
