"""Pages of a practice sheet as a PDF file: strokes as curves, text in an embedded font."""

import io
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

import pydyf

from characters.sheets import typeface
from characters.sheets.layout import UPRIGHT, Line, Page, Text

#: Points of PDF in a mm.
_POINTS = 72 / 25.4
_COMMAND = re.compile("([MLC])([^MLC]*)")
#: Box of the shapes that occur more than once: characters in their square, with room for the pen.
_SHAPE_BOX = [-20, -20, 130, 130]


def pdf(pages: Sequence[Page], title: str, language: str) -> bytes:
    """A PDF file of `pages`. The same pages give the same bytes."""
    document = pydyf.PDF()
    uses = Counter(line.path for page in pages for line in page.lines if line.matrix != UPRIGHT)
    shapes = {path: f"S{n}" for n, path in enumerate(path for path, count in uses.items() if count > 1)}
    resources = pydyf.Dictionary({"Font": _font(document, pages), "XObject": _shapes(document, shapes)})
    document.add_object(resources)
    for page in pages:
        content = pydyf.Stream(_operators(page, shapes), compress=True)
        document.add_object(content)
        size = pydyf.Array([0, 0, page.width * _POINTS, page.height * _POINTS])
        document.add_page(
            pydyf.Dictionary(
                {
                    "Type": "/Page",
                    "Parent": document.pages.reference,
                    "MediaBox": size,
                    "Contents": content.reference,
                    "Resources": resources.reference,
                }
            )
        )
    document.info["Title"] = pydyf.String(title)
    document.catalog["Lang"] = pydyf.String(language)
    # Readers show the title instead of the file's name.
    document.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    file = io.BytesIO()
    document.write(file, compress=True)
    return file.getvalue()


def _shapes(document: pydyf.PDF, shapes: dict[str, str]) -> pydyf.Dictionary:
    """An object for each shape that occurs more than once. Each use gives it its pen and its grey."""
    found = pydyf.Dictionary()
    for path, name in shapes.items():
        form = {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array(_SHAPE_BOX)}
        shape = pydyf.Stream([_path(path) + "S"], form, compress=True)
        document.add_object(shape)
        found[name] = shape.reference
    return found


def _operators(page: Page, shapes: dict[str, str]) -> list[str]:
    """The page's content, in mm from its top left corner."""
    top = page.height * _POINTS
    return [
        f"{_numbers(_POINTS, 0, 0, -_POINTS, 0, top)} cm 1 J 1 j",
        *(_line(line, shapes.get(line.path)) for line in page.lines),
        *map(_text, page.texts),
    ]


def _line(line: Line, shape: str | None) -> str:
    dash = f"[{_numbers(line.dash)}] 0 d " if line.dash else ""
    pen = f"{_numbers(line.grey)} G {_numbers(line.width)} w {dash}"
    drawn = f"/{shape} Do" if shape else f"{_path(line.path)}S"
    return f"q {_numbers(*line.matrix)} cm {pen}{drawn} Q"


def _path(path: str) -> str:
    """SVG path data as operators of PDF."""
    return "".join(f"{command[2]} {command[1].lower()} " for command in _COMMAND.finditer(path))


def _text(text: Text) -> str:
    known = typeface.metrics()["glyphs"]
    glyphs = "".join(f"{known[character][0]:04x}" for character in text.text if character in known)
    a, b, c, d, e, f = text.matrix  # letters stand upright although the page is upside down
    return f"BT /F {_numbers(text.size)} Tf {_numbers(text.grey)} g {_numbers(a, b, -c, -d, e, f)} Tm <{glyphs}> Tj ET"


def _numbers(*values: float) -> str:
    return " ".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in values)


def _font(document: pydyf.PDF, pages: Sequence[Page]) -> pydyf.Dictionary:
    """The typeface as the font F, with the widths and the text of the characters that the pages use."""
    metrics = typeface.metrics()
    used = {
        character: metrics["glyphs"][character]
        for character in sorted({character for page in pages for text in page.texts for character in text.text})
        if character in metrics["glyphs"]
    }
    file = pydyf.Stream([_font_file()], {"Filter": "/FlateDecode", "Length1": typeface.FONT.stat().st_size})
    to_unicode = pydyf.Stream([_to_unicode(used.items())], compress=True)
    for stream in (file, to_unicode):
        document.add_object(stream)
    scale = 1000 / metrics["units"]
    descriptor = pydyf.Dictionary(
        {
            "Type": "/FontDescriptor",
            "FontName": "/KleeOne",
            "Flags": 4,
            "FontBBox": pydyf.Array(round(side * scale) for side in metrics["box"]),
            "ItalicAngle": 0,
            "Ascent": round(metrics["ascent"] * scale),
            "Descent": round(metrics["descent"] * scale),
            "CapHeight": 700,
            "StemV": 60,
            "FontFile2": file.reference,
        }
    )
    document.add_object(descriptor)
    widths = pydyf.Array()
    for glyph, width in used.values():
        widths.extend([glyph, pydyf.Array([round(width * scale)])])
    numbered = pydyf.Dictionary(
        {
            "Type": "/Font",
            "Subtype": "/CIDFontType2",
            "BaseFont": "/KleeOne",
            "CIDSystemInfo": pydyf.Dictionary(
                {"Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity"), "Supplement": 0}
            ),
            "FontDescriptor": descriptor.reference,
            "W": widths,
            "CIDToGIDMap": "/Identity",
        }
    )
    document.add_object(numbered)
    font = pydyf.Dictionary(
        {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": "/KleeOne",
            "Encoding": "/Identity-H",
            "DescendantFonts": pydyf.Array([numbered.reference]),
            "ToUnicode": to_unicode.reference,
        }
    )
    document.add_object(font)
    return pydyf.Dictionary({"F": font.reference})


@cache
def _font_file() -> bytes:
    """The compressed font."""
    return zlib.compress(typeface.FONT.read_bytes(), 9)


def _to_unicode(used: Iterable[tuple[str, list[int]]]) -> str:
    """A table with which readers search and copy text. Sections have at most 100 lines."""
    lines = [f"<{glyph:04x}> <{character.encode('utf-16-be').hex()}>" for character, (glyph, _width) in used]
    sections = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in sections)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Glyphs def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{body}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    )
