"""The catalogue's committed file: which 3,175 characters there are, and what KANJIDIC2 says of the kanji."""

import csv
from pathlib import Path

CATALOGUE = Path(__file__).with_name("catalogue.csv")
#: Between the readings or meanings of one column.
SEPARATOR = "; "
FIELDS = [
    "literal",
    "script",
    "stroke_count",
    "grade",
    "radical",
    "frequency",
    "jlpt",
    "jis",
    "on",
    "kun",
    "nanori",
    "meanings_en",
    "meanings_fr",
]

_WITHOUT_HIRAGANA = "ぁぃぅぇぉゎゐゑ"
_WITHOUT_KATAKANA = "ァィゥェォャュョッヮヰヱ"
#: JIS X 0208 has its level-1 kanji in rows 16 to 47, 94 cells each; the last row is short.
_LEVEL_1_ROWS = range(16, 48)
_OF_LEVEL_2 = "僂萠"


def literals() -> list[str]:
    """The 3,175 characters in catalogue order: kana, kanji, Latin letters, digits."""
    hiragana = [chr(code) for code in range(ord("ぁ"), ord("ん") + 1)]
    katakana = [chr(code) for code in range(ord("ァ"), ord("ン") + 1)]
    kanji: list[str] = []
    for row in _LEVEL_1_ROWS:
        for cell in range(1, 95):
            # Cells 52 to 94 of row 47 are empty in the standard; the codec knows.
            literal = bytes([row + 0xA0, cell + 0xA0]).decode("euc_jp", errors="ignore")
            kanji += literal
    return [
        *(c for c in hiragana if c not in _WITHOUT_HIRAGANA),
        *(c for c in katakana if c not in _WITHOUT_KATAKANA),
        *kanji,
        *_OF_LEVEL_2,
        *"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    ]


def rows() -> list[dict[str, str]]:
    """The committed file's rows in catalogue order, values as text, empty where unknown."""
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
