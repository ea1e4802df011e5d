"""Train a recognizer: python -m ml.train --out bundles/NAME --checkpoint FOLDER

Learns from what `ml.drawings` draws: reference strokes, font glyphs and, where given, real ink, bent as hands bend
them. Other processes draw (`--painters`) while this one learns. A run that was stopped goes on from its last checkpoint
when it is started again with the same options.

Trains on the backend that KERAS_BACKEND names, TensorFlow unless told. On a GPU take JAX, `--precision mixed_bfloat16`,
a larger `--batch`, and as many painters as there are cores: drawing takes longest.
"""

import argparse
import itertools
import json
import math
import multiprocessing
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from multiprocessing.context import SpawnProcess
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")  # before Keras is imported; the serving one can't train

import keras
import numpy as np
from numpy.typing import NDArray

from ml import bundle, calibrate, legibility, network
from ml.bundle import About, Bundle
from ml.datasets import ink
from ml.drawings import Batch, draw_batches, held_out_outsiders, is_fragment, keep_traced
from ml.evaluate import Evaluation
from ml.raster import ink_image
from ml.recognizer import Recognizer
from ml.strokes import references

#: Batches that each painter draws ahead.
_AHEAD = 4
_CHECKPOINT_SECONDS = 240
#: Steps from one look at the clock, and change of the rate, to the next: between them no result is waited for.
_ROUND = 50
#: The rate rises for this share of the steps, so many at most; the parts of the peak that it starts and ends at.
_WARM_UP, _MOST_WARM_UP, _FIRST, _LAST = 1 / 30, 500, 0.04, 0.004

#: Options that say where and how fast, not what.
_NOT_KNOBS = ("out", "checkpoint", "fonts", "painters")

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
    parser.add_argument(
        "--outside-ink", type=Path, nargs="*", default=[], help="real drawings of other scripts (.jsonl.gz) to reject"
    )
    parser.add_argument("--held-out", type=float, default=0.2, help="share of their writers kept for validation")
    parser.add_argument("--calibrate", type=Path, nargs="*", default=[], help="real drawings to fit the temperature on")
    parser.add_argument(
        "--calibration",
        type=Path,
        help="bundle of a run that left writers out, whose temperature and threshold to take",
    )
    parser.add_argument("--steps", type=int, default=9000, help="rounded up to fifties")
    parser.add_argument("--minutes", type=float, help="end after so long, should --steps take longer")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--painters", type=int, default=1, help="processes that draw; the drawings are the same")
    parser.add_argument("--rate", type=float, default=2.5e-3, help="peak learning rate")
    parser.add_argument("--decay", type=float, default=2e-3, help="weight decay")
    parser.add_argument("--average", type=float, default=0, help="momentum of the weights' moving average, if any")
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
    saved = args.checkpoint / "checkpoint.keras"
    if saved.exists():
        model = keras.saving.load_model(saved)
        progress = Progress(args, **json.loads((args.checkpoint / "progress.json").read_text()))
    else:
        model, progress = new_model(args), Progress(args)
    if progress.share < 1:
        batches, painters = painted(args, progress.step)
        rounds = math.ceil((args.steps - progress.step) / progress.round)
        # It leaves the moving average in the network, if there is one.
        model.fit(
            batches, steps_per_epoch=progress.round, epochs=rounds, callbacks=[progress], verbose=0, shuffle=False
        )
        for painter in painters:
            painter.terminate()
        progress.save(model)
    return model


def painted(args: argparse.Namespace, first: int) -> tuple[Iterator[Batch], list[SpawnProcess]]:
    """The batches of the steps from `first` on, and the processes that draw them in turn."""
    keep_traced(args)
    context = multiprocessing.get_context("spawn")
    queues = [context.Queue(_AHEAD) for _ in range(args.painters)]
    painters = [
        context.Process(target=draw_batches, args=(args, first + number, queue), daemon=True)
        for number, queue in enumerate(queues)
    ]
    for painter in painters:
        painter.start()
    turns = itertools.cycle(zip(queues, painters, strict=True))
    return (_drawn(queue, painter) for queue, painter in turns), painters


def _drawn(queue: "Queue[Batch]", painter: SpawnProcess) -> Batch:
    """The next batch in `queue`."""
    while True:
        try:
            return queue.get(timeout=60)
        except Empty:
            if not painter.is_alive():
                raise RuntimeError(f"A painter has ended with {painter.exitcode}.") from None


class Progress(keras.callbacks.Callback):
    """How far the run is, by steps or by time, whichever is farther; sets the rate by it, and saves now and then."""

    def __init__(self, args: argparse.Namespace, step: int = 0, seconds: float = 0) -> None:
        super().__init__()
        self.args, self.step, self.seconds = args, step, seconds
        #: Short runs have rounds enough for the rate's rise and fall too.
        self.round = max(1, min(_ROUND, args.steps // 100, args.steps - step))
        self._last = self._saved = time.monotonic()

    @property
    def share(self) -> float:
        late = self.seconds / (60 * self.args.minutes) if self.args.minutes else 0
        return max(self.step / self.args.steps if self.args.steps else 1, late)

    @property
    def rate(self) -> float:
        """The learning rate: a straight rise, and half a cosine (Loshchilov and Hutter 2016, arXiv:1608.03983).

        The rise goes by steps alone: the first may have to wait for a compiler.
        """
        rise = _FIRST + (1 - _FIRST) * self.step / max(1, min(_MOST_WARM_UP, self.args.steps * _WARM_UP))
        fall = _LAST + (1 - _LAST) * (1 + math.cos(math.pi * min(1, self.share))) / 2
        return self.args.rate * min(1, rise) * fall

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.model.optimizer.learning_rate = self.rate

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        now = time.monotonic()
        self.step, self.seconds, self._last = self.step + self.round, self.seconds + now - self._last, now
        figures = " ".join(f"{name} {value:.4f}" for name, value in (logs or {}).items())
        print(
            f"step {self.step} of {self.args.steps}, {self.seconds:.0f} s, rate {self.rate:.1e}: {figures}", flush=True
        )
        if self.share >= 1:
            self.model.stop_training = True
        elif now - self._saved > _CHECKPOINT_SECONDS:
            self.save(self.model)
            self._saved = time.monotonic()

    def save(self, model: keras.Model) -> None:
        saved = self.args.checkpoint / "checkpoint.keras"
        part = saved.with_suffix(".part.keras")
        model.save(part)
        part.replace(saved)
        (self.args.checkpoint / "progress.json").write_text(json.dumps({"step": self.step, "seconds": self.seconds}))


def new_model(args: argparse.Namespace) -> keras.Model:
    model = network.build(len(references()) + 1)
    if args.start:
        # Averaged, networks of one lineage keep what each has learnt: Wortsman et al. 2022, arXiv:2203.05482.
        trained = [keras.saving.load_model(path, compile=False).get_weights() for path in args.start]
        shapes = [weight.shape for weight in model.get_weights()]
        model.set_weights(
            [_average(same, shape) for same, shape in zip(zip(*trained, strict=True), shapes, strict=True)]
        )
    # The average of many steps' weights reads better than the last: Polyak and Juditsky 1992, Izmailov et al. 2018,
    # arXiv:1803.05407; moving, beside a falling rate, Morales-Brotons et al. 2024, arXiv:2411.18704.
    averaged = {"use_ema": True, "ema_momentum": args.average} if args.average else {}
    model.compile(
        optimizer=keras.optimizers.AdamW(args.rate, weight_decay=args.decay, clipnorm=1.0, **averaged),
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
    calibrate_on = [drawing for path in args.calibrate for drawing in _whole(ink.read(path))]
    held_out = [d for path in args.ink for d in _whole(ink.read(path)) if ink.is_held_out(d, args.held_out)]
    drawings = [*calibrate_on, *held_out]
    images = np.stack([ink_image(drawing.strokes) for drawing in drawings])
    labels = np.array([characters.index(drawing.character or "") for drawing in drawings])
    raw = Bundle(
        bundle.with_dtype(model, "float32"),
        characters,
        np.ones(len(characters)),
        About(args.out.name, 1.0, 0.0, {}, sources(args), made_with(args)),
    )
    logits = Recognizer(raw).logits(images)
    measured = bundle.read(args.calibration).about if args.calibration else None
    temperature = measured.temperature if measured else calibrate.temperature(logits, labels, numbers)
    strange = np.stack([ink_image(strokes) for strokes in held_out_outsiders(args)])
    shift = calibrate.unknown_shift(logits, Recognizer(raw).logits(strange), temperature)
    *weights, biases = raw.model.get_weights()
    raw.model.set_weights([*weights, biases + shift * (np.arange(len(biases)) == len(characters))])
    calibrated = replace(raw, about=replace(raw.about, temperature=temperature))
    # UNIPEN's badly cut letters would lower the threshold for everybody.
    clean = np.array([not drawing.source.startswith("unipen/") for drawing in drawings])
    threshold = (
        measured.known_from if measured else calibrate.known_from(Recognizer(calibrated).probabilities(images[clean]))
    )
    about = replace(calibrated.about, known_from=threshold)
    finished = replace(
        calibrated, about=about, baselines=calibrate.baselines(Recognizer(calibrated), groups, about.prior, args.seed)
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
    knobs = {name: _plain(value) for name, value in vars(args).items() if name not in _NOT_KNOBS}
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
