"""Barcodes as drawing operators: each symbol is one filled path in units of its modules.

reportlab's own QR widget costs 25 times a bare page; a symbol drawn as one path of runs costs a fraction of a page. The
mask is fixed: choosing the best one encodes eight times, and any mask is legal.
"""

from dataclasses import dataclass
from functools import lru_cache

SMALLEST_QR = 12.0  # mm; smaller ones fail at 100 dpi
SMALLEST_MODULE = 0.33  # mm, of Code 128 on paper; finer bars fail at 150 dpi
LARGEST_MODULE = 0.5  # mm
QUIET_128 = 10  # modules of white at either end of a Code 128
_MASK = 4


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol's modules across, and its path operators in module units, y downwards for a QR code."""

    modules: int
    path: str


@lru_cache(maxsize=20_000)
def qr_symbol(text: str, level: str = "m") -> Symbol:
    """Encode a text as a QR code with error correction level l, m, q or h."""
    import segno

    matrix = segno.make(text, error=level, mask=_MASK, micro=False, boost_error=False).matrix
    return Symbol(len(matrix), " ".join(_runs(bytes(row), y) for y, row in enumerate(matrix)) + " f")


@lru_cache(maxsize=20_000)
def _runs(row: bytes, y: int) -> str:
    """Rectangles of the dark runs of a row; many rows recur from code to code."""
    parts = []
    start = row.find(1)
    while start >= 0:
        end = row.find(0, start)
        end = len(row) if end < 0 else end
        parts.append(f"{start} {y} {end - start} 1 re")
        start = row.find(1, end)
    return " ".join(parts)


@lru_cache(maxsize=20_000)
def bar_symbol(text: str) -> Symbol | None:
    """Encode a text as Code 128, one module high; None where it has characters that Code 128 has not."""
    from reportlab.graphics.barcode.code128 import Code128Auto

    code = Code128Auto(text)
    code.validate()
    if not code.valid or not text.isascii():
        return None
    code.encode()
    code.decompose()
    parts = []
    at = 0
    for stroke in code.decomposed:  # a capital is a bar, a small letter a gap, A the narrowest
        wide = ord(stroke.lower()) - ord("a") + 1
        if stroke.isupper():
            parts.append(f"{at} 0 {wide} 1 re")
        at += wide
    return Symbol(at, " ".join(parts) + " f")


def bar_module(symbol: Symbol, room: float) -> float:
    """Module width at which the bars with their quiet zones fill `room`; 0 where that would be too fine to scan."""
    module = min(LARGEST_MODULE, room / (symbol.modules + 2 * QUIET_128))
    return module if module >= SMALLEST_MODULE else 0.0
