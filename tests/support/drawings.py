"""The reference drawings as callers of the API send them."""

import io
from typing import Any

from PIL import Image, ImageDraw

from ml.strokes import references


def ink_of(character: str, size: float = 327) -> dict[str, Any]:
    """The reference drawing as the ink of a writing area `size` CSS pixels wide."""
    time = iter(range(0, 1_000_000, 16))
    strokes = [
        [[round(float(x) * size / 1090, 1), round(float(y) * size / 1090, 1), next(time)] for x, y in stroke]
        for stroke in references()[character]
    ]
    return {"width": size, "height": size, "strokes": strokes}


def png_of(character: str, *, ink: Any = "black", ground: Any = "white", size: int = 300, pen: int = 9) -> bytes:
    """The reference drawing as a picture."""
    image = Image.new("RGBA", (size, size), ground)
    pencil = ImageDraw.Draw(image)
    for stroke in references()[character]:
        points = [(float(x) * size / 1090, float(y) * size / 1090) for x, y in stroke]
        pencil.line(points, fill=ink, width=pen, joint="curve")
    return png(image)


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
