"""Unpacks pictures with care: only PNG and JPEG, never more points than memory has room for, as small as shown.

A picture states its size in its head (`domain.attachment.picture_size`); one that lies about it fails in the unpacking.
"""

import hashlib
import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any, Generic, TypeVar

from pegboard.domain.attachment import JPEG, MOST_JPEG_PIXELS, MOST_PNG_PIXELS, picture_size, sign_of

T = TypeVar("T")


class UnreadablePicture(Exception):
    """A picture is damaged, or would unpack to more than memory has room for."""


def unpacked(content: bytes, longest: int) -> Any:
    """The picture as a Pillow image on white, its longer side at most `longest` points. UnreadablePicture otherwise."""
    from PIL import Image, ImageOps

    form, size = sign_of(content), picture_size(content)
    if size is None or size[0] * size[1] > (MOST_JPEG_PIXELS if form == JPEG else MOST_PNG_PIXELS):
        raise UnreadablePicture
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as image:
            # A JPEG is unpacked at a half, a quarter or an eighth of its size where that is enough.
            image.draft("RGB", (longest, longest))
            if image.width * image.height > MOST_PNG_PIXELS:
                raise UnreadablePicture
            image.load()
            image.thumbnail((longest, longest))
            return _on_white(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, MemoryError) as error:
        raise UnreadablePicture from error


def _on_white(image: Any) -> Any:
    """Without transparency, which would print black."""
    from PIL import Image

    if image.mode not in ("P", "LA", "PA", "RGBA", "La", "RGBa"):
        return image.convert("RGB")
    shown = image.convert("RGBA")
    ground = Image.new("RGB", shown.size, "white")
    ground.paste(shown, mask=shown.getchannel("A"))
    return ground


def packed(image: Any) -> bytes:
    """A Pillow image as a JPEG for paper or screen."""
    written = BytesIO()
    image.convert("RGB").save(written, "JPEG", quality=82)
    return written.getvalue()


class Kept(Generic[T]):
    """The newest results by the hash of what they were made from, which itself is let go."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: dict[str, T] = {}
        self._lock = threading.Lock()

    def get(self, content_hash: str, make: Callable[[], T]) -> T:
        """The result for this content, made where it is not there."""
        with self._lock:
            if content_hash in self._made:
                return self._made[content_hash]
        made = make()
        with self._lock:
            self._made[content_hash] = made
            while len(self._made) > self._most:
                del self._made[next(iter(self._made))]
        return made


_THUMBNAILS: Kept[bytes] = Kept(64)


def thumbnail(content: bytes, longest: int = 480) -> bytes:
    """A small JPEG of a picture, b"" where it cannot be read."""
    return _THUMBNAILS.get(f"{hashlib.sha256(content).hexdigest()} {longest}", lambda: _small(content, longest))


def _small(content: bytes, longest: int) -> bytes:
    try:
        return packed(unpacked(content, longest))
    except UnreadablePicture:
        return b""
