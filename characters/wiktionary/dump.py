"""Reads pages from dumps of the English and the Japanese Wiktionary."""

import bz2
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from ml.datasets.stand_ins import stand_in

#: Bytes to read and to decompress at a time.
_BLOCK, _DECOMPRESSED = 1 << 18, 1 << 20
#: Characters. Longer pages are skipped; MediaWiki's own limit is two million bytes.
_MAX_TEXT = 1 << 20
#: (parent, element) to read. Parents matter: a revision has an id, and so does its author.
_READ = {
    ("siteinfo", "dbname"),
    ("siteinfo", "base"),
    ("page", "title"),
    ("page", "ns"),
    ("revision", "id"),
    ("revision", "text"),
}
_DIALECT = re.compile("(?:https?:)?(?://)?(en|ja)[.]?wiktionary")


class DumpError(Exception):
    """The file isn't a dump of these Wiktionaries, or it is damaged or cut off; the message says where."""


@dataclass(frozen=True)
class Page:
    """A page of a dump; `dialect`, "en" or "ja", is its Wiktionary."""

    title: str
    revision: int
    text: str
    dialect: str


class Dump:
    """A pages-articles dump, plain or bz2 with one or many streams, read in constant memory."""

    def __init__(self, path: Path, progress: Callable[[int, int], None] = lambda position, size: None) -> None:
        """`progress` is called with the number of bytes read and the size of the file."""
        self.path = path
        self.progress = progress
        self.page_count = 0

    def pages(self, titles: Collection[str]) -> Iterator[Page]:
        """The articles with one of `titles`, without redirects. Raises DumpError after the last readable page."""
        size = self.path.stat().st_size
        with self.path.open("rb") as file:
            reader = _Reader(titles)
            blocks = _blocks(file)
            while True:
                problem = ""
                try:
                    block = next(blocks, b"")
                    reader.parse(block)
                except expat.ExpatError as error:
                    problem = f"broken XML, {error}"
                except (EOFError, OSError, DumpError) as error:
                    problem = str(error)
                self.page_count = reader.page_count
                yield from reader.taken()
                self.progress(file.tell(), size)
                if problem:
                    after = f" after page {reader.title}" if reader.title else ""
                    where = f"{self.page_count:,} pages{after}, byte {file.tell():,} of {size:,}"
                    raise DumpError(f"{self.path.name}: {problem} ({where})")
                if not block:
                    return


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """The file's XML in blocks. Yields everything up to a damaged byte, then raises."""
    data = file.read(_BLOCK)
    if not data.startswith(b"BZh"):
        if found := stand_in(data):
            raise DumpError(f"{found}, not a dump")
        if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            raise DumpError("neither bz2 nor XML")
        while data:
            yield data
            data = file.read(_BLOCK)
        return
    decompressor = bz2.BZ2Decompressor()
    while data or not decompressor.needs_input:
        if block := decompressor.decompress(data, _DECOMPRESSED):
            yield block
        data = b""
        if decompressor.eof:
            data = decompressor.unused_data
            decompressor = bz2.BZ2Decompressor()
            if not data and not (data := file.read(_BLOCK)):
                return
        elif decompressor.needs_input:
            data = file.read(_BLOCK)
    raise EOFError("the file ends in the middle of a bz2 stream")


class _Reader:
    """Parses the XML of a dump; builds no strings for pages other than `titles`."""

    def __init__(self, titles: Collection[str]) -> None:
        self.titles = frozenset(titles)
        self.dialect = ""
        self.title = ""  # of the last page read completely
        self.page_count = 0
        self._found: list[Page] = []
        self._page: dict[str, str] = {}
        self._is_wanted = True
        self._parents: list[str] = []
        self._pieces: list[str] = []
        self._length = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.buffer_size = 1 << 16
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse

    def parse(self, block: bytes) -> None:
        self._parser.Parse(block, not block)

    def taken(self) -> list[Page]:
        pages, self._found = self._found, []
        return pages

    def _refuse(self, *declaration: Any) -> None:
        raise DumpError("not a MediaWiki export")  # exports have no DTD; refusing one rules out entity attacks

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        parents = self._parents
        if not parents and name != "mediawiki":
            raise DumpError("not a MediaWiki export")
        if name == "page":
            if not self.dialect:
                raise DumpError("not a dump of the English or the Japanese Wiktionary")
            self._page, self._is_wanted = {}, True
        elif self._is_wanted:
            if name == "redirect":
                self._is_wanted = False
            elif parents and (parents[-1], name) in _READ:
                self._pieces, self._length = [], 0
                self._parser.CharacterDataHandler = self._collect
        parents.append(name)

    def _collect(self, text: str) -> None:
        self._length += len(text)
        if self._length <= _MAX_TEXT:
            self._pieces.append(text)

    def _end(self, name: str) -> None:
        self._parents.pop()
        if name == "page":
            self._finish()
        elif self._parser.CharacterDataHandler:
            self._parser.CharacterDataHandler = None
            self._keep(name, "".join(self._pieces))

    def _keep(self, name: str, text: str) -> None:
        if name in ("dbname", "base"):
            if match := _DIALECT.match(text):
                self.dialect = match[1]
            return
        self._page[name] = text
        if (name == "title" and text not in self.titles) or (name == "ns" and text != "0"):
            self._is_wanted = False

    def _finish(self) -> None:
        self.page_count += 1
        self.title = self._page.get("title", "")
        if self._is_wanted and self._page.get("id", "").isdecimal():
            text = self._page.get("text", "") if self._length <= _MAX_TEXT else ""
            self._found.append(Page(self.title, int(self._page["id"]), text, self.dialect))
