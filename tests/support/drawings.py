"""References as clients of the API send them: as ink or as a PNG."""

import io
from typing import Any

from PIL import Image, ImageDraw

from ml.strokes import references


def ink_of(character: str, size: float = 327) -> dict[str, Any]:
    """The reference of `character` as ink in a square writing area of `size` CSS px; a point every 16 ms."""
    time = iter(range(0, 1_000_000, 16))
    strokes = [
        [[round(float(x) * size / 1090, 1), round(float(y) * size / 1090, 1), next(time)] for x, y in stroke]
        for stroke in references()[character]
    ]
    return {"width": size, "height": size, "strokes": strokes}


def png_of(character: str, *, ink: Any = "black", ground: Any = "white", size: int = 300, pen: int = 9) -> bytes:
    """The reference of `character` as a PNG of `size` by `size` px, with lines `pen` px wide."""
    image = Image.new("RGBA", (size, size), ground)
    pencil = ImageDraw.Draw(image)
    for stroke in references()[character]:
        points = [(float(x) * size / 1090, float(y) * size / 1090) for x, y in stroke]
        pencil.line(points, fill=ink, width=pen, joint="curve")
    return png(image)


def line_of(characters: str, columns: int) -> Image.Image:
    """`characters` in rows of `columns`, each in a square of 200 pixels."""
    rows = -(-len(characters) // columns)
    sheet = Image.new("RGB", (200 * columns, 200 * rows), "white")
    for number, character in enumerate(characters):
        with Image.open(io.BytesIO(png_of(character, size=200, pen=7))) as drawn:
            sheet.paste(drawn.convert("RGB"), (number % columns * 200, number // columns * 200))
    return sheet


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
