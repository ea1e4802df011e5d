"""How well photographs are read, by what is on the paper: python -m ml.photo_trial --each 60

Draws synthetic photographs (`ml.photographs`), reads them as the site does and prints, by condition, the fraction that
the bundle reads as the character that was written, lookalikes pooled, all scripts competing. `ink` is the same for the
strokes themselves: what a perfect reading of the pictures would reach. `errors` counts photographs that were refused.
"""

import argparse
import io
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml import bundle, legibility, photo, raster
from ml.ink import WritingError
from ml.photographs import CONDITIONS, SIDE, photograph
from ml.recognizer import Recognizer
from ml.scripts import script
from ml.strokes import references
from ml.synthesis import augment, shape

#: How often characters of each script are drawn.
_SHARES = {"hiragana": 0.3, "katakana": 0.2, "kanji": 0.35, "latin": 0.1, "digit": 0.05}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, default=Path(__file__).with_name("bundle"))
    parser.add_argument("--each", type=int, default=60, help="photographs of each condition")
    parser.add_argument("--only", nargs="*", default=[], help="conditions to try; all of them by default")
    parser.add_argument("--side", type=int, default=SIDE, help="longer side of a photograph, pixels")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--wrong", type=Path, help="folder to write the misread photographs to")
    parser.add_argument("--json", type=Path, help="file to write the figures to, besides printing them")
    return parser.parse_args()


def png(image: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG", compress_level=1)
    return file.getvalue()


def main() -> None:
    args = arguments()
    loaded = bundle.read(args.bundle)
    recognizer = Recognizer(loaded)
    numbers = legibility.group_numbers(loaded.characters, legibility.default_groups())
    index = {character: i for i, character in enumerate(loaded.characters)}
    by_script = {name: [c for c in loaded.characters if script(c) == name] for name in _SHARES}
    figures: dict[str, Any] = {}
    for name in args.only or CONDITIONS:
        rng = np.random.default_rng([args.seed, zlib.crc32(name.encode())])
        scripts = rng.choice(list(_SHARES), args.each, p=list(_SHARES.values()))
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
