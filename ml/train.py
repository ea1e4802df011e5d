"""Train a recognizer: python -m ml.train --out bundles/NAME --checkpoint FOLDER

Learns from what `ml.drawings` draws: reference strokes, font glyphs and, where given, real ink, bent as hands bend
them. One process draws while this one learns. A run that was stopped goes on from its last checkpoint when it is
started again with the same options.
"""

import argparse
import json
import multiprocessing
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ml import bundle, calibrate, legibility, network
from ml.bundle import About, Bundle
from ml.datasets import ink
from ml.drawings import draw_batches
from ml.evaluate import Evaluation
from ml.raster import ink_image
from ml.recognizer import Recognizer, softmax
from ml.strokes import references

#: Batches drawn ahead.
_AHEAD = 24
_CHECKPOINT_SECONDS = 240

SOURCES = {
    "reference strokes": "KanjiVG, Ulrich Apel, CC BY-SA 3.0",
    "letters and digits of 508 writers": "UNIPEN train_r01_v07, International Unipen Foundation, CC BY 4.0",
    "glyph skeletons": "fonts of Debian, each with its licence in SOURCES.md",
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
    parser.add_argument("--held-out", type=float, default=0.2, help="share of their writers kept for validation")
    parser.add_argument("--calibrate", type=Path, nargs="*", default=[], help="real drawings to fit the temperature on")
    parser.add_argument("--steps", type=int, default=9000)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=2.5e-3, help="peak learning rate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--simple", type=float, default=0.47, help="share of drawings that are kana, letters and digits"
    )
    parser.add_argument("--precision", default="mixed_bfloat16", help="Keras dtype policy while training")
    return parser.parse_args()


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
    model = network.build(len(references()))
    if args.start:
        # Averaged, networks of one lineage keep what each has learnt: Wortsman et al. 2022, arXiv:2203.05482.
        trained = [keras.saving.load_model(path, compile=False).get_weights() for path in args.start]
        model.set_weights([np.mean(versions, axis=0) for versions in zip(*trained, strict=True)])
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


def finish(args: argparse.Namespace, model: keras.Model) -> None:
    """Calibrate the network on real drawings that it wasn't trained on, and write the bundle."""
    characters = list(references())
    groups = legibility.default_groups()
    numbers = legibility.group_numbers(characters, groups)
    raw = Bundle(
        bundle.with_dtype(model, "float32"),
        characters,
        np.ones(len(characters)),
        About(args.out.name, 1.0, 0.0, {}, SOURCES, made_with(args)),
    )
    drawings = [drawing for drawing in validation(args) if drawing.character in characters]
    logits = Recognizer(raw).logits(np.stack([ink_image(drawing.strokes) for drawing in drawings])[..., None])
    labels = np.array([characters.index(drawing.character or "") for drawing in drawings])
    temperature = calibrate.temperature(logits, labels, numbers)
    threshold = calibrate.known_from(softmax(logits, temperature), numbers)
    calibrated = replace(raw, about=replace(raw.about, temperature=temperature, known_from=threshold))
    baselines = calibrate.baselines(Recognizer(calibrated), groups, args.seed)
    finished = replace(calibrated, baselines=baselines)
    metrics = Evaluation(finished).of_ink(drawings)
    bundle.write(args.out, replace(finished, about=replace(finished.about, metrics=metrics)))


def validation(args: argparse.Namespace) -> Iterator[ink.Drawing]:
    """Real drawings that the network wasn't trained on."""
    for path in args.calibrate:
        yield from ink.read(path)
    for path in args.ink:
        yield from (drawing for drawing in ink.read(path) if ink.is_held_out(drawing.writer, args.held_out))


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
