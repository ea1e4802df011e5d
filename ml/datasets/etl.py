"""The nine sets of the ETL Character Database: big-endian files of records of fixed length, without a heading.

Layouts: form_m, form_k, form_c, form_e8b, form_e8g, form_e9b and form_e9g at etlcdb.db.aist.go.jp. The name of a file
contains its set: ETL1C_01, ETL7LC_1, ETL8B2C1, ETL9G_50.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.datasets.sample import DatasetError, Sample
from ml.datasets.stand_ins import refuse_stand_in

_NAME = re.compile(r"ETL([1-7]|[89][BG])(?!.*INFO)[^.]*", re.IGNORECASE)

#: A line for each second half of a code, a character for each first half, both in the order of `_HALVES`; 〓 where
#: there is no single character. From the database's co59-utf8.txt, corrected by its chart (e2code.jpg): the text gives
#: seven characters to two codes each, of which the chart confirms one. Code 46,40, illegible in the chart, is omitted.
_CO59 = Path(__file__).with_name("co59.txt").read_text(encoding="utf-8").split()
_HALVES = [*range(4, 28), *range(36, 60)]


def jis_x_0201(code: bytes) -> str:
    """The character of a one-byte code; katakana are returned in full width.

    The set lacks ヰ and ヱ, so the database codes them as ィ and ェ. Raises ValueError for invalid codes.
    """
    value = code[0]
    if 0x21 <= value <= 0x7E:
        return {0x5C: "¥", 0x7E: "‾"}.get(value, chr(value))
    if not 0xA1 <= value <= 0xDF:
        raise ValueError(f"{value:02X} is no code of JIS X 0201")
    spelt = {0xA8: "ヰ", 0xAA: "ヱ", 0xDE: "゛", 0xDF: "゜"}
    return spelt.get(value) or unicodedata.normalize("NFKC", chr(0xFF61 - 0xA1 + value))


def hiragana(code: bytes) -> str:
    """`jis_x_0201` for sets that store hiragana under the codes of katakana."""
    character = jis_x_0201(code)
    return chr(ord(character) - 0x60) if "ァ" <= character <= "ヶ" else character


def jis_x_0208(code: bytes) -> str | None:
    """The character of a two-byte code; None for an unassigned one. Raises ValueError for invalid codes."""
    if not all(0x21 <= half <= 0x7E for half in code):
        raise ValueError(f"{code.hex().upper()} is no code of JIS X 0208")
    try:
        return bytes(half | 0x80 for half in code).decode("euc_jp")
    except UnicodeDecodeError:
        return None


def co_59(code: bytes) -> str | None:
    """The character of the first 12 bits of `code`; None for other symbols. Raises ValueError for invalid codes."""
    first, second = code[0] >> 2, (code[0] & 3) << 4 | code[1] >> 4
    if first not in _HALVES or second not in _HALVES:
        raise ValueError(f"{first},{second} is no code of CO-59")
    character = _CO59[_HALVES.index(second)][_HALVES.index(first)]
    return None if character == "〓" else character


@dataclass(frozen=True)
class Layout:
    """The layout of a record: its length, offsets of code and image in bytes, the image's size and bits per pixel."""

    length: int
    code: int
    image: int
    width: int
    height: int
    bits: int
    character: Callable[[bytes], str | None]
    #: Number of records before the first that has an image.
    headings: int = 0
    #: Offset in bits of two words of 36 bits that state the image's size.
    stated: int | None = None

    def states_its_size(self, record: bytes) -> bool:
        """Whether `record` states the layout's image size, or none."""
        if self.stated is None:
            return True
        words = int.from_bytes(record) >> (8 * self.length - self.stated - 72)
        size = words >> 36 & (1 << 36) - 1, words & (1 << 36) - 1
        return size == (self.width, self.height)

    def pixels(self, record: bytes) -> NDArray[np.uint8]:
        """The image (height, width), its packed values scaled to 0 to 255."""
        end = self.image + self.width * self.height * self.bits // 8
        bits = np.unpackbits(np.frombuffer(record[self.image : end], np.uint8)).reshape(-1, self.bits)
        values = bits @ (1 << np.arange(self.bits, dtype=np.uint8)[::-1])
        scaled = values.astype(np.uint16) * 255 // ((1 << self.bits) - 1)
        return scaled.astype(np.uint8).reshape(self.height, self.width)


def _m_type(character: Callable[[bytes], str | None]) -> Layout:
    return Layout(2052, 6, 32, 64, 63, 4, character)


def _c_type(character: Callable[[bytes], str | None]) -> Layout:
    return Layout(2952, 9, 216, 72, 76, 4, character, stated=540)


LAYOUTS = {
    "etl1": _m_type(jis_x_0201),
    "etl2": Layout(2745, 21, 45, 60, 60, 6, co_59),
    "etl3": _c_type(jis_x_0201),
    "etl4": _c_type(hiragana),
    "etl5": _c_type(jis_x_0201),
    "etl6": _m_type(jis_x_0201),
    "etl7": _m_type(hiragana),
    "etl8b": Layout(512, 2, 8, 64, 63, 1, jis_x_0208, headings=1),
    "etl8g": Layout(8199, 2, 60, 128, 127, 4, jis_x_0208),
    "etl9b": Layout(576, 2, 8, 64, 63, 1, jis_x_0208, headings=1),
    "etl9g": Layout(8199, 2, 64, 128, 127, 4, jis_x_0208),
}


def set_of(path: Path) -> str | None:
    """The key in `LAYOUTS` of a file with this name; None for other names."""
    named = _NAME.fullmatch(path.name)
    return f"etl{named[1].lower()}" if named else None


#: {name of a file: number of records by volunteers}; the records after them are the model patterns that they copied.
#: ETL8G_33 holds the model patterns of ETL8G, ETL8B2C3 those of ETL8B after 316 characters by 160 volunteers.
_BY_VOLUNTEERS = {"ETL8G_33": 0, "ETL8B2C3": 316 * 160}


def read(path: Path) -> Iterator[Sample]:
    """The records of one file, in its order. A record that states another image size is one of an unknown character.

    Raises DatasetError, which names the record (from 1), if a record is cut short or its code is invalid.
    """
    refuse_stand_in(path)
    source = set_of(path)
    if source is None:
        raise DatasetError(f"{path.name} isn't named like a file of the ETL Character Database.")
    layout = LAYOUTS[source]
    by_volunteers = _BY_VOLUNTEERS.get(path.name.upper().partition(".")[0])
    with path.open("rb") as file:
        number = 0
        while record := file.read(layout.length):
            number += 1
            if len(record) < layout.length:
                raise DatasetError(f"{path.name}, record {number}: {len(record)} of {layout.length} bytes are there.")
            if number <= layout.headings:
                continue
            try:
                code = record[layout.code : layout.code + 2]
                character = layout.character(code) if layout.states_its_size(record) else None
            except ValueError as error:
                raise DatasetError(f"{path.name}, record {number}: {error}.") from error
            is_model = by_volunteers is not None and number - layout.headings > by_volunteers
            yield Sample(character, layout.pixels(record), source, is_model)
