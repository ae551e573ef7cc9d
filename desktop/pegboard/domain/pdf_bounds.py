"""How much a PDF unpacks to, looked at before anybody draws it: a few kilobytes can hold gigabytes of blanks.

Only what lies between `stream` and `endstream` can grow. What is packed with Flate is unpacked here piece by piece and
thrown away, once more where Flate lies within Flate; other packings are taken at their worst.
"""

import re
import zlib
from collections.abc import Iterator

MOST_UNPACKED = 256 * 1024 * 1024  # bytes of all streams of a file
MOST_POINTS = 100_000_000  # of one picture in it
_STREAM = re.compile(rb"stream\r?\n")
_HEAD = 2048  # bytes before a stream in which its dictionary stands
_SIDE = re.compile(rb"/(Width|Height)\s+(\d{1,12})")
_WORST = {b"LZWDecode": 1400, b"/LZW": 1400, b"RunLengthDecode": 64, b"/RL": 64}  # growth of the other packings
_PIECE = 1024 * 1024
_MOST_LAYERS = 3


def is_bounded(content: bytes) -> bool:
    """Whether a PDF unpacks to an amount that a computer can hold, as far as can be seen without reading it."""
    left = MOST_UNPACKED
    for head, packed in _streams(content):
        sides = dict(_SIDE.findall(head))
        if int(sides.get(b"Width", b"1")) * int(sides.get(b"Height", b"1")) > MOST_POINTS:
            return False
        left -= _unpacked(head, packed, left)
        if left < 0:
            return False
    return True


def _streams(content: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """The dictionary and the packed content of each stream."""
    view, at = memoryview(content), 0
    while (found := _STREAM.search(content, at)) is not None:
        end = content.find(b"endstream", found.end())
        end = len(content) if end < 0 else end
        head = content[max(at, found.start() - _HEAD) : found.start()]
        yield head[head.rfind(b" obj") + 1 :], view[found.end() : end]
        at = end + len(b"endstream")


def _unpacked(head: bytes, packed: memoryview, most: int) -> int:
    worst = max((factor for name, factor in _WORST.items() if name in head), default=1)
    return worst * inflated_size(packed, most)


def inflated_size(packed: memoryview | bytes, most: int, layers: int = _MOST_LAYERS) -> int:
    """How many bytes these unpack to, counted up to `most`; those that are not packed with zlib count as they are."""
    inflater = zlib.decompressobj()
    total, first = 0, b""
    inner = None
    rest: memoryview | bytes = packed
    try:
        while total <= most and not inflater.eof:
            piece = inflater.decompress(rest, _PIECE)
            rest = inflater.unconsumed_tail
            if not piece:
                break
            total += len(piece)
            if inner is None:
                first, inner = piece[:2], bytearray()
            if layers and first[:1] == b"\x78" and len(inner) <= most:
                inner += piece
    except zlib.error:
        pass
    if inner and layers:
        total += inflated_size(bytes(inner), most, layers - 1)
    return max(total, len(packed))
