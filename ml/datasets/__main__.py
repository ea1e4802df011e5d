"""Read dataset files: python -m ml.datasets FILE... [--png FOLDER] [--ink OUT.jsonl.gz] [--limit N]

Reads unpacked files of the ETL Character Database, EMNIST, UNIPEN and Tomoe, and `.npz` arrays. Prints a table with a
line for each file.
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

#: An example of a dataset, as an image or as ink.
Example = Sample | Drawing
#: Characters listed in a line of the table.
_LISTED = 6


def arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m ml.datasets", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--png", type=Path, metavar="FOLDER", help="write images as FOLDER/U+3042/etl1-000123.png")
    parser.add_argument("--ink", type=Path, metavar="OUT.jsonl.gz", help="write drawings to a file for ml.train")
    parser.add_argument("--limit", type=int, metavar="N", help="read at most N examples of each character")
    args = parser.parse_args(words)
    if args.limit is not None and args.limit < 1:
        parser.error("--limit must be at least 1")
    return args


class PngFolder:
    """A folder of images: one folder for each code point; the images of each source are numbered from 1."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers: Counter[str] = Counter()

    def add(self, example: Example) -> None:
        """Write one image, ink white on black. Raises DatasetError for ink."""
        if isinstance(example, Drawing):
            raise DatasetError("UNIPEN and Tomoe hold ink, not images: write it with --ink.")
        self._numbers[example.source] += 1
        name = f"{example.source}-{self._numbers[example.source]:06d}.png"
        folder = self._folder / f"U+{ord(example.character or ''):04X}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(example.image).save(folder / name)


def ink_line(example: Example) -> str:
    """A drawing as a line of a file of ink, all times 0. Raises DatasetError for an image."""
    if isinstance(example, Sample):
        raise DatasetError("ETL and EMNIST hold images, not ink: give them to ml.train with --images.")
    strokes = [[[round(float(x), 2), round(float(y), 2), 0] for x, y in stroke] for stroke in example.strokes]
    row = {"character": example.character, "writer": example.writer, "source": example.source, "strokes": strokes}
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def limited(examples: Iterable[Example], taken: Counter[str], limit: int | None) -> Iterator[Example]:
    """The first `limit` examples of each character; `taken` counts those of earlier files and is updated."""
    for example in examples:
        character = example.character or ""
        if not character or limit is None or taken[character] < limit:
            taken[character] += 1
            yield example


def row(name: str, counts: Counter[str]) -> str:
    """A line of the table: file, examples, distinct characters, examples of unknown characters, some counts."""
    characters = counts.keys() - {""}
    listed = " ".join(f"{character} {counts[character]}" for character in sorted(characters)[:_LISTED])
    more = " …" if len(characters) > _LISTED else ""
    return f"{name:40} {counts.total() - counts['']:>9} {len(characters):>10} {counts['']:>8}  {listed}{more}\n"


def run(args: argparse.Namespace) -> None:
    """Read every file, write the files that `args` names, and print the table line by line."""
    with ExitStack() as stack:
        sinks: list[Callable[[Example], object]] = []
        if args.png:
            sinks.append(PngFolder(args.png).add)
        if args.ink:
            out = stack.enter_context(gzip.open(args.ink, "wt", encoding="utf-8"))
            sinks.append(lambda example: out.write(ink_line(example)))
        taken: Counter[str] = Counter()
        sys.stdout.write(f"{'file':40} {'examples':>9} {'characters':>10} {'unknown':>8}\n")
        for path in args.files:
            if files.is_companion(path):
                continue
            counts: Counter[str] = Counter()
            models = 0
            for example in limited(files.read(path), taken, args.limit):
                counts[example.character or ""] += 1
                models += isinstance(example, Sample) and example.is_model
                for sink in sinks if example.character else []:
                    sink(example)
            sys.stdout.write(row(path.name, counts))
            if models:
                sys.stdout.write(f"{'':40} {models:>9} of them model patterns, not by volunteers\n")


def main(words: list[str] | None = None) -> None:
    """Run the command; exit with status 1 and a message if a file can't be read or written."""
    try:
        run(arguments(words))
    except DatasetError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename or 'A file'}: {error.strerror or error}.")


if __name__ == "__main__":
    main()
