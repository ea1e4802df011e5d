"""Which images are accepted: formats and limits, without anything that decodes images."""

from ml.ink import WritingError

#: Size of an image file, bytes.
MAX_BYTES = 16 * 1024 * 1024
#: Pixels of a JPEG, which is scaled down while it is decoded.
MAX_PIXELS = 50_000_000
#: Pixels of a PNG or WebP, which is decoded whole: decoding one takes three quarters of the sandbox's memory.
MAX_PIXELS_UNSCALED = 24_000_000
#: Longer side of an image once it has been read, pixels; larger images are scaled down.
SIDE = 640
_STARTS = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}


def kind(data: bytes) -> str:
    """The format that `data`, at least the first 12 bytes of a file, claims: "png", "jpeg" or "webp".

    The content type is "image/" and this. Raises WritingError: unknown_image_format.
    """
    for name, start in _STARTS.items():
        if data.startswith(start) and (name != "webp" or data[8:12] == b"WEBP"):
            return name
    raise WritingError("unknown_image_format", "The image is not a PNG, JPEG or WebP.")
