"""Read dataset files: python -m ml.datasets FILE... [--png FOLDER] [--ink OUT.jsonl.gz] [--limit N]

Takes files of the ETL Character Database, EMNIST, UNIPEN and Tomoe, unpacked. Prints what each of them holds.
"""

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from PIL import Image

from ml.datasets import files
from ml.datasets.ink import Drawing
from ml.datasets.sample import DatasetError, Sample

Writing = Sample | Drawing
#: Characters named in a line of the table.
_NAMED = 6


def arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m ml.datasets", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--png", type=Path, metavar="FOLDER", help="write images as FOLDER/U+3042/etl1-000123.png")
    parser.add_argument("--ink", type=Path, metavar="OUT.jsonl.gz", help="write drawings as ml.train reads them")
    parser.add_argument("--limit", type=int, metavar="N", help="take N writings of each character at most")
    args = parser.parse_args(words)
    if args.limit is not None and args.limit < 1:
        parser.error("--limit takes a number from 1 on")
    return args


class PngFolder:
    """A folder of images: one folder a code point, the images of each source numbered from 1 in the order they come."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers: Counter[str] = Counter()

    def add(self, writing: Writing) -> None:
        """Write one image, ink white on black."""
        if isinstance(writing, Drawing):
            raise DatasetError("UNIPEN and Tomoe hold ink, not images: write it with --ink.")
        self._numbers[writing.source] += 1
        name = f"{writing.source}-{self._numbers[writing.source]:06d}.png"
        folder = self._folder / f"U+{ord(writing.character or ''):04X}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(writing.image).save(folder / name)


def ink_line(writing: Writing) -> str:
    """A drawing as a line of the file that `ml.datasets.ink` reads; times are 0, unknown."""
    if isinstance(writing, Sample):
        raise DatasetError("ETL and EMNIST hold images, not ink: give them to ml.train with --images.")
    strokes = [[[round(float(x), 2), round(float(y), 2), 0] for x, y in stroke] for stroke in writing.strokes]
    row = {"character": writing.character, "writer": writing.writer, "source": writing.source, "strokes": strokes}
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def limited(writings: Iterable[Writing], taken: Counter[str], limit: int | None) -> Iterator[Writing]:
    """`writings` but for those of characters of which `taken` holds `limit` already."""
    for writing in writings:
        character = writing.character or ""
        if not character or limit is None or taken[character] < limit:
            taken[character] += 1
            yield writing


def row(name: str, counts: Counter[str]) -> str:
    """A line of the table: a file, its writings, their characters, writings of no known one, how many of the first."""
    characters = counts.keys() - {""}
    named = " ".join(f"{character} {counts[character]}" for character in sorted(characters)[:_NAMED])
    more = " …" if len(characters) > _NAMED else ""
    return f"{name:40} {counts.total() - counts['']:>9} {len(characters):>10} {counts['']:>8}  {named}{more}\n"


def run(args: argparse.Namespace) -> None:
    """Read every file, write what is asked for, print the table as it grows."""
    with ExitStack() as stack:
        sinks: list[Callable[[Writing], object]] = []
        if args.png:
            sinks.append(PngFolder(args.png).add)
        if args.ink:
            out = stack.enter_context(gzip.open(args.ink, "wt", encoding="utf-8"))
            sinks.append(lambda writing: out.write(ink_line(writing)))
        taken: Counter[str] = Counter()
        sys.stdout.write(f"{'file':40} {'writings':>9} {'characters':>10} {'unknown':>8}\n")
        for path in args.files:
            if files.is_companion(path):
                continue
            counts: Counter[str] = Counter()
            for writing in limited(files.read(path), taken, args.limit):
                counts[writing.character or ""] += 1
                for sink in sinks if writing.character else []:
                    sink(writing)
            sys.stdout.write(row(path.name, counts))


def main(words: list[str] | None = None) -> None:
    """Exit with 1 and a sentence where a file can't be read or written."""
    try:
        run(arguments(words))
    except DatasetError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename or 'A file'}: {error.strerror or error}.")


if __name__ == "__main__":
    main()
