"""Measure how well photographs are read, by what is on the paper: python -m ml.photo_trial --each 60

Draws synthetic photographs (`ml.photographs`), reads them as the site does and prints, by condition, the fraction that
the bundle reads as the character that was written, lookalikes pooled, all scripts competing. `ink` is the same for the
strokes themselves: what a perfect reading of the pictures would reach. `errors` counts photographs that were refused.

With --time, it prints the processor time that photographs of 12 megapixels take instead; `make bench` does so in the
sandbox's environment.

With --words, it photographs lines instead: the fraction of words that are read right as a whole.
"""

import argparse
import io
import json
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml import bundle, legibility, photo, raster
from ml.assemble_words import line
from ml.context.alphabet import shapes
from ml.context.reader import Cell, LineReader
from ml.formats import SIDE as SIDE_READ
from ml.ink import WritingError
from ml.photographs import CONDITIONS, LINE_CONDITIONS, SIDE, photograph
from ml.recognizer import Recognizer
from ml.scripts import script
from ml.strokes import references
from ml.synthesis import augment, shape

#: Relative frequency of each script.
_SHARES = {"hiragana": 0.3, "katakana": 0.2, "kanji": 0.35, "latin": 0.1, "digit": 0.05}
#: How often the reading of a photograph is timed, and in which conditions.
_TIMED = 9
_TIMED_CONDITIONS = [name for name, condition in CONDITIONS.items() if not condition.side]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, default=Path(__file__).with_name("bundle"))
    parser.add_argument("--each", type=int, default=60, help="photographs of each condition")
    parser.add_argument("--only", nargs="*", default=[], help="conditions to try; all of them by default")
    parser.add_argument("--side", type=int, default=SIDE, help="longer side of a photograph, pixels")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--words", type=Path, help="one word a line, to photograph instead of single characters")
    parser.add_argument("--time", action="store_true", help="time 12 megapixels instead")
    parser.add_argument("--wrong", type=Path, help="folder to write the misread photographs to")
    parser.add_argument("--json", type=Path, help="file to write the figures to, besides printing them")
    return parser.parse_args()


def png(image: NDArray[np.uint8]) -> bytes:
    """The file of an image (height, width[, 3])."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG", compress_level=1)
    return file.getvalue()


def seconds_for(name: str) -> tuple[float, float, float]:
    """Processor seconds for a JPEG of 12 megapixels in condition `name`, medians.

    For decoding it, for reading it beyond that, and for drawing the network's image.
    """
    taken = Image.fromarray(photograph("永", CONDITIONS[name], np.random.default_rng(0), side=1000).image)
    file = io.BytesIO()
    taken.resize((4000, 3000), Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
    data, times = file.getvalue(), []
    for _ in range(_TIMED):
        start = time.process_time()
        image = Image.open(io.BytesIO(data))
        image.draft("RGB", (SIDE_READ, SIDE_READ))
        image.load()
        decoded = time.process_time()
        ink = photo.read(data)
        read = time.process_time()
        raster.photo_image(ink)
        times.append((decoded - start, read - decoded, time.process_time() - read))
    decoding, reading, drawing = np.median(times, axis=0).tolist()
    return decoding, reading - decoding, drawing


def time_reading(names: Sequence[str]) -> None:
    """Print `seconds_for` each of the conditions `names`, and the highest."""
    cv2.setNumThreads(1)  # as in the sandbox
    times = []
    for name in names:
        times.append([1000 * seconds for seconds in seconds_for(name)])
        _print_times(name, *times[-1])
    _print_times("highest of each", *np.max(times, axis=0).tolist())


def _print_times(name: str, decoding: float, reading: float, drawing: float) -> None:
    print(
        f"12 megapixels, {name:28} processor: decoding {decoding:4.0f} ms, reading beyond that {reading:4.0f} ms,"
        f" the network's image {drawing:3.0f} ms",
        flush=True,
    )


def try_lines(args: argparse.Namespace) -> None:
    """Print how words photographed in `LINE_CONDITIONS` are read."""
    reader = LineReader.load(args.bundle)
    given = args.words.read_text(encoding="utf-8").split()
    words = [word for word in given if len(word) > 1 and references().keys() >= {shapes(c)[0] for c in word}]
    for name in args.only or LINE_CONDITIONS:
        rng = np.random.default_rng([args.seed, zlib.crc32(name.encode())])
        right = of_ink = errors = 0
        texts = [str(rng.choice(words)) for _ in range(args.each)]
        for text in texts:
            cells = [augment(shape(references()[shapes(c)[0]]), rng.uniform(0.1, 0.5), rng) for c in text]
            strokes = line(text, cells, rng, in_squares=name.startswith("squares"))
            taken = photograph(text, CONDITIONS[name], rng, side=args.side, strokes=strokes)
            of_ink += text_of(reader.read_line(strokes)) == text
            try:
                read = text_of(reader.read_photo(photo.read(png(taken.image), is_line=True)))
            except WritingError:
                errors += 1
                continue
            right += read == text
            if args.wrong and read != text:
                args.wrong.mkdir(parents=True, exist_ok=True)
                Image.fromarray(taken.image).save(args.wrong / f"{name}_{text}_{read}.png")
        print(f"{name:32} {right / args.each:6.1%}  ink {of_ink / args.each:6.1%}  errors {errors}", flush=True)


def text_of(cells: Sequence[Cell]) -> str:
    """The text that the cells of a line show, each read in context."""
    return "".join(cell.in_context.character for cell in cells)


def main() -> None:
    args = arguments()
    if args.time:
        time_reading(args.only or _TIMED_CONDITIONS)
        return
    if args.words:
        try_lines(args)
        return
    loaded = bundle.read(args.bundle)
    recognizer = Recognizer(loaded)
    numbers = legibility.group_numbers(loaded.characters, legibility.default_groups())
    index = {character: i for i, character in enumerate(loaded.characters)}
    by_script = {name: [c for c in loaded.characters if script(c) == name] for name in _SHARES}
    figures: dict[str, Any] = {}
    for name in args.only or CONDITIONS:
        rng = np.random.default_rng([args.seed, zlib.crc32(name.encode())])
        weights = np.array(
            [
                share if not CONDITIONS[name].scripts or each in CONDITIONS[name].scripts else 0
                for each, share in _SHARES.items()
            ]
        )
        scripts = rng.choice(list(_SHARES), args.each, p=weights / weights.sum())
        characters = [str(rng.choice(by_script[each])) for each in scripts]
        images, inks, taken, errors = [], [], [], 0
        for character in characters:
            strokes = augment(shape(references()[character]), rng.uniform(0.1, 0.5), rng)
            taken.append(photograph(character, CONDITIONS[name], rng, side=args.side, strokes=strokes))
            inks.append(raster.ink_image(strokes))
            try:
                images.append(raster.photo_image(photo.read(png(taken[-1].image))))
            except WritingError:
                errors += 1
                images.append(np.zeros_like(inks[-1]))
        meant = numbers[[index[c] for c in characters]]
        best = legibility.pool(recognizer.probabilities(np.stack(images)), numbers).argmax(axis=1)
        of_ink = legibility.pool(recognizer.probabilities(np.stack(inks)), numbers).argmax(axis=1)
        figures[name] = {
            "top1": float((best == meant).mean()),
            "ink": float((of_ink == meant).mean()),
            "errors": errors,
        }
        print(f"{name:32} {figures[name]['top1']:6.1%}  ink {figures[name]['ink']:6.1%}  errors {errors}", flush=True)
        if args.wrong:
            args.wrong.mkdir(parents=True, exist_ok=True)
            for number in np.flatnonzero(best != meant):
                read = loaded.characters[int(np.flatnonzero(numbers == best[number])[0])]
                both = Image.fromarray(taken[number].image)
                both.thumbnail((400, 400))
                wide = Image.new("RGB", (both.width + 200, max(both.height, 200)))
                wide.paste(both, (0, 0))
                wide.paste(Image.fromarray(images[number]).resize((200, 200)), (both.width, 0))
                wide.save(args.wrong / f"{name.replace(' ', '_')}_{number}_{characters[number]}_{read}.png")
    mean = np.mean([row["top1"] for row in figures.values()])
    print(f"{'mean':32} {mean:6.1%}")
    if args.json:
        args.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
