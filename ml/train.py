"""Train a recognizer: python -m ml.train --out bundles/NAME --checkpoint FOLDER

Learns from what `ml.drawings` draws: reference strokes, font glyphs and, where given, real ink, bent as hands bend
them. One process draws while this one learns. A run that was stopped goes on from its last checkpoint when it is
started again with the same options.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")  # before Keras is imported; the serving one can't train

import keras
import numpy as np
from numpy.typing import NDArray

from ml import bundle, calibrate, legibility, network
from ml.bundle import About, Bundle
from ml.datasets import ink
from ml.drawings import draw_batches, held_out_outsiders, is_fragment
from ml.evaluate import Evaluation
from ml.raster import ink_image
from ml.recognizer import Recognizer
from ml.strokes import references

#: Batches drawn ahead.
_AHEAD = 24
_CHECKPOINT_SECONDS = 240

SOURCES = {
    "reference strokes, and rare kanji as unknown": "KanjiVG, Ulrich Apel, CC BY-SA 3.0",
    "letters and digits of 508 writers": "UNIPEN train_r01_v07, International Unipen Foundation, CC BY 4.0",
    "1,270 kana and kanji of one hand": "tomoe_data, Hiroyuki Komatsu, CC BY 4.0",
    "glyph skeletons, other scripts as unknown": "fonts of Debian, each with its licence in SOURCES.md",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the bundle to write")
    parser.add_argument("--checkpoint", type=Path, required=True, help="folder that a stopped run is resumed from")
    parser.add_argument(
        "--start", type=Path, nargs="*", default=[], help="trained networks (.keras) to begin with the average of"
    )
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts"), help="folder with fonts to trace")
    parser.add_argument("--ink", type=Path, nargs="*", default=[], help="real drawings (.jsonl.gz) to train on")
    parser.add_argument("--images", type=Path, nargs="*", default=[], help="files of ETL or EMNIST to train on too")
    parser.add_argument("--held-out", type=float, default=0.2, help="share of their writers kept for validation")
    parser.add_argument("--calibrate", type=Path, nargs="*", default=[], help="real drawings to fit the temperature on")
    parser.add_argument("--steps", type=int, default=9000)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=2.5e-3, help="peak learning rate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--simple", type=float, default=0.47, help="share of drawings that are kana, letters and digits"
    )
    parser.add_argument("--outside", type=float, default=0.12, help="share of drawings that are no known character")
    parser.add_argument("--precision", default=_precision(), help="Keras dtype policy while training")
    return parser.parse_args()


def _precision() -> str:
    """bfloat16 where the processor computes in it: elsewhere it is slower."""
    processor = Path("/proc/cpuinfo")
    return "mixed_bfloat16" if processor.exists() and "bf16" in processor.read_text() else "float32"


def fit(args: argparse.Namespace) -> keras.Model:
    """The trained network, from the last checkpoint on."""
    keras.utils.set_random_seed(args.seed)
    args.checkpoint.mkdir(parents=True, exist_ok=True)
    saved, progress = args.checkpoint / "checkpoint.keras", args.checkpoint / "progress.json"
    if saved.exists():
        model, step = keras.saving.load_model(saved), json.loads(progress.read_text())["step"]
    else:
        model, step = new_model(args), 0
    if step >= args.steps:
        return model

    context = multiprocessing.get_context("spawn")
    batches = context.Queue(_AHEAD)
    painter = context.Process(target=draw_batches, args=(args, step, batches), daemon=True)
    painter.start()
    bar = keras.utils.Progbar(args.steps, stateful_metrics=["loss", "accuracy"], interval=10)
    written = time.monotonic()
    while step < args.steps:
        images, labels = batches.get()
        values = model.train_on_batch(images, labels, return_dict=True)
        step += 1
        bar.update(step, list(values.items()))
        if time.monotonic() - written > _CHECKPOINT_SECONDS or step == args.steps:
            part = saved.with_suffix(".part.keras")
            model.save(part)
            part.replace(saved)
            progress.write_text(json.dumps({"step": step}))
            model.reset_metrics()
            written = time.monotonic()
    painter.join()
    return model


def new_model(args: argparse.Namespace) -> keras.Model:
    model = network.build(len(references()) + 1)
    if args.start:
        # Averaged, networks of one lineage keep what each has learnt: Wortsman et al. 2022, arXiv:2203.05482.
        trained = [keras.saving.load_model(path, compile=False).get_weights() for path in args.start]
        shapes = [weight.shape for weight in model.get_weights()]
        model.set_weights(
            [_average(same, shape) for same, shape in zip(zip(*trained, strict=True), shapes, strict=True)]
        )
    warm_up = args.steps // 30
    rate = keras.optimizers.schedules.CosineDecay(
        1e-4, max(1, args.steps - warm_up), alpha=0.004, warmup_target=args.rate, warmup_steps=warm_up
    )
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=2e-3, clipnorm=1.0),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def _average(versions: Sequence[NDArray[np.floating]], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The mean of `versions` of a weight, cut to `shape`; where some lack an output, of those that have it, else 0."""
    total, count = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for version in versions:
        corner = tuple(slice(min(sides)) for sides in zip(version.shape, shape, strict=True))
        total[corner] += version[corner]
        count[corner] += 1
    return np.asarray(total / np.maximum(count, 1), np.float32)


def finish(args: argparse.Namespace, model: keras.Model) -> None:
    """Calibrate the network on drawings that it wasn't trained on, and write the bundle."""
    characters = list(references())
    groups = legibility.default_groups()
    numbers = legibility.group_numbers(characters, groups)
    strangers = [drawing for path in args.calibrate for drawing in _whole(ink.read(path))]
    held_out = [d for path in args.ink for d in _whole(ink.read(path)) if ink.is_held_out(d, args.held_out)]
    drawings = [*strangers, *held_out]
    images = np.stack([ink_image(drawing.strokes) for drawing in drawings])
    labels = np.array([characters.index(drawing.character or "") for drawing in drawings])
    raw = Bundle(
        bundle.with_dtype(model, "float32"),
        characters,
        np.ones(len(characters)),
        About(args.out.name, 1.0, 0.0, {}, sources(args), made_with(args)),
    )
    logits = Recognizer(raw).logits(images)
    temperature = calibrate.temperature(logits, labels, numbers)
    strange = np.stack([ink_image(strokes) for strokes in held_out_outsiders(args)])
    shift = calibrate.unknown_shift(logits, Recognizer(raw).logits(strange), temperature)
    *weights, biases = raw.model.get_weights()
    raw.model.set_weights([*weights, biases + shift * (np.arange(len(biases)) == len(characters))])
    calibrated = replace(raw, about=replace(raw.about, temperature=temperature))
    # Of a source that was trained on, the others' habits are known too well.
    threshold = calibrate.known_from(Recognizer(calibrated).probabilities(images[: len(strangers) or None]))
    about = replace(calibrated.about, known_from=threshold)
    finished = replace(
        calibrated, about=about, baselines=calibrate.baselines(Recognizer(calibrated), groups, args.seed)
    )
    metrics = Evaluation(finished).of_ink(drawings)
    bundle.write(args.out, replace(finished, about=replace(about, metrics=metrics)))


def _whole(drawings: Iterator[ink.Drawing]) -> Iterator[ink.Drawing]:
    """Those of catalogue characters that weren't cut down to a line."""
    return (d for d in drawings if d.character in references() and not is_fragment(d.character, d.strokes))


def sources(args: argparse.Namespace) -> dict[str, str]:
    """Data the model was made from, with licences."""
    own = {"images": "files of the operator's: " + ", ".join(sorted({path.name for path in args.images}))}
    return SOURCES | (own if args.images else {})


def made_with(args: argparse.Namespace) -> dict[str, Any]:
    """Every knob, files by their names alone, and the commit of the code."""
    knobs = {name: _plain(value) for name, value in vars(args).items() if name not in ("out", "checkpoint", "fonts")}
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {**knobs, "keras": keras.__version__, "backend": keras.backend.backend(), "commit": commit.stdout.strip()}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.name if isinstance(value, Path) else value


def main() -> None:
    args = arguments()
    keras.mixed_precision.set_global_policy(args.precision)
    finish(args, fit(args))


if __name__ == "__main__":
    main()
