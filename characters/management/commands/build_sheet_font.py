"""Rebuild the typeface of practice sheets from Klee One."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from characters.sheets import typeface

#: Blocks of which the sheets use every character that the font has: Latin, kana, punctuation and full-width forms.
_BLOCKS = [(0x20, 0x7E), (0xA0, 0xFF), (0x152, 0x153), (0x2010, 0x2026), (0x3000, 0x30FF), (0xFF01, 0xFF5E)]
#: Kanji of the labels and of the names of kana and letters.
_KANJI = "名前日付筆順読意味小書大文字長音濁点"


class Command(BaseCommand):
    help = "Rebuild characters/sheets/font/ from Klee One (Debian: fonts-klee). Needs fontTools, a development package."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--font", type=Path, default=Path("/usr/share/fonts/truetype/klee/KleeOne-Regular.ttf"))

    def handle(self, *args: Any, font: Path, **options: Any) -> None:
        if not font.exists():
            raise CommandError(f"{font} is missing: install Debian's fonts-klee, or pass the path with --font.")
        from fontTools import subset
        from fontTools.ttLib import TTFont

        chosen = subset.Options(hinting=False, layout_features=[], name_IDs=[0, 1, 2, 5, 6, 13, 14])
        maker = subset.Subsetter(chosen)
        points = {point for first, last in _BLOCKS for point in range(first, last + 1)} | set(map(ord, _KANJI))
        whole = TTFont(font)
        maker.populate(unicodes=points & whole.getBestCmap().keys())
        maker.subset(whole)
        whole.save(typeface.FONT)
        box, lines, widths = whole["head"], whole["hhea"], whole["hmtx"]
        typeface.write(
            {
                "units": box.unitsPerEm,
                "ascent": lines.ascent,
                "descent": lines.descent,
                "box": [box.xMin, box.yMin, box.xMax, box.yMax],
                "glyphs": {
                    chr(point): [whole.getGlyphID(name), widths[name][0]]
                    for point, name in sorted(whole.getBestCmap().items())
                },
            }
        )
        self.stdout.write(f"{len(whole.getBestCmap())} characters, {typeface.FONT.stat().st_size} bytes.")
