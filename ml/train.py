"""Train a recognizer: python -m ml.train --out bundles/NAME --checkpoint FOLDER

The network learns from the drawings of `ml.drawings`: augmented reference strokes, variants, font glyphs and real ink.
Data workers, other processes, draw the batches while this one trains (`--workers`). A run that was stopped resumes from
its last checkpoint when it is started again with the same options.

KERAS_BACKEND names the backend; the default is TensorFlow. On a GPU use JAX, `--precision mixed_bfloat16`, a larger
`--batch` and as many workers as there are cores: drawing takes longer than training.
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

os.environ.setdefault("KERAS_BACKEND", "tensorflow")  # before Keras is imported; OpenVINO can't train

import keras
import numpy as np
from numpy.typing import NDArray

from ml import bundle, calibrate, legibility, network
from ml.bundle import About, Bundle
from ml.datasets import ink
from ml.drawings import Batch, draw_batches, held_out_unknown, is_fragment, keep_traced
from ml.evaluate import Evaluation
from ml.raster import ink_image
from ml.recognizer import Recognizer
from ml.strokes import references

#: Batches that each data worker draws ahead.
_AHEAD = 4
_CHECKPOINT_SECONDS = 240
#: Steps between two updates of the learning rate and of the log; within them the process waits for no result.
_ROUND = 50
#: Fraction of the steps, and largest number of steps, in which the learning rate rises.
_WARM_UP, _MOST_WARM_UP = 1 / 30, 500
#: The first and the last learning rate, as fractions of the peak.
_FIRST, _LAST = 0.04, 0.004

#: Options that don't change the result: paths and speed.
_NOT_HYPERPARAMETERS = ("out", "checkpoint", "fonts", "workers")

SOURCES = {
    "reference strokes, and rare kanji as unknown": "KanjiVG, Ulrich Apel, CC BY-SA 3.0",
    "letters and digits of 596 writers": "UNIPEN train_r01_v07, International Unipen Foundation, CC BY 4.0",
    "letters and digits of 40 writers": "Chars74K, T. E. de Campos, B. R. Babu and M. Varma, free if cited",
    "kana and kanji of one hand": "tomoe_data, Hiroyuki Komatsu, CC BY 4.0",
    "katakana and small Latin letters of ten volunteers each, Korean, Greek and Early Aramaic as unknown": (
        "Omniglot, Brenden Lake, MIT"
    ),
    "scanned hiragana of one hand": "hiragana-ocr, Joonas Lõmps, MIT",
    "photographed digits and letters": "bhmsds, wblachowski, MIT",
    "glyph skeletons, other scripts as unknown": "fonts of Debian, each with its licence in SOURCES.md",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder to write the bundle to")
    parser.add_argument(
        "--checkpoint",
        type=Path,
        required=True,
        help="folder for checkpoints and traced shapes; a stopped run resumes from it",
    )
    parser.add_argument(
        "--start", type=Path, nargs="*", default=[], help="trained networks (.keras) whose average to start from"
    )
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts"), help="folder with fonts to trace")
    parser.add_argument("--ink", type=Path, nargs="*", default=[], help="real drawings (.jsonl.gz) to train on")
    parser.add_argument(
        "--images", type=Path, nargs="*", default=[], help="images to train on: files of ETL or EMNIST, or .npz"
    )
    parser.add_argument(
        "--outside-ink", type=Path, nargs="*", default=[], help="real drawings of other scripts (.jsonl.gz) to reject"
    )
    parser.add_argument(
        "--held-out", type=float, default=0.2, help="fraction of the ink's writers to keep for validation"
    )
    parser.add_argument(
        "--calibrate",
        type=Path,
        nargs="*",
        default=[],
        help="real drawings to fit the temperature and the threshold on",
    )
    parser.add_argument(
        "--calibration",
        type=Path,
        help="bundle of a run that held writers out, to take temperature and threshold from",
    )
    parser.add_argument("--steps", type=int, default=9000, help="number of steps, rounded up to a multiple of 50")
    parser.add_argument("--minutes", type=float, help="end after this long if --steps take longer")
    parser.add_argument("--batch", type=int, default=128, help="drawings per step")
    parser.add_argument("--workers", type=int, default=1, help="data workers; their number doesn't change the data")
    parser.add_argument("--rate", type=float, default=2.5e-3, help="peak learning rate")
    parser.add_argument("--decay", type=float, default=2e-3, help="weight decay")
    parser.add_argument(
        "--average", type=float, default=0, help="momentum of a moving average of the weights, 0 for none"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--simple", type=float, default=0.47, help="fraction of drawings that are kana, letters, digits or simple kanji"
    )
    parser.add_argument("--outside", type=float, default=0.12, help="fraction of drawings out of distribution")
    parser.add_argument("--precision", default=_precision(), help="Keras dtype policy while training")
    return parser.parse_args()


def _precision() -> str:
    """mixed_bfloat16 if the processor computes in bfloat16, float32 otherwise: emulating bfloat16 is slower."""
    processor = Path("/proc/cpuinfo")
    return "mixed_bfloat16" if processor.exists() and "bf16" in processor.read_text() else "float32"


def fit(args: argparse.Namespace) -> keras.Model:
    """Train from the last checkpoint, or from the start, and return the network."""
    keras.utils.set_random_seed(args.seed)
    args.checkpoint.mkdir(parents=True, exist_ok=True)
    saved = args.checkpoint / "checkpoint.keras"
    if saved.exists():
        model = keras.saving.load_model(saved)
        progress = Progress(args, **json.loads((args.checkpoint / "progress.json").read_text()))
    else:
        model, progress = new_model(args), Progress(args)
    if progress.fraction < 1:
        batches, workers = start_workers(args, progress.step)
        rounds = math.ceil((args.steps - progress.step) / progress.round)
        # With a moving average, Keras leaves the averaged weights in the network at the end.
        model.fit(
            batches, steps_per_epoch=progress.round, epochs=rounds, callbacks=[progress], verbose=0, shuffle=False
        )
        for worker in workers:
            worker.terminate()
        progress.save(model)
    return model


def start_workers(args: argparse.Namespace, first: int) -> tuple[Iterator[Batch], list[SpawnProcess]]:
    """Start the data workers; return the batches from step `first` on, and the workers' processes."""
    keep_traced(args)
    context = multiprocessing.get_context("spawn")
    queues = [context.Queue(_AHEAD) for _ in range(args.workers)]
    workers = [
        context.Process(target=draw_batches, args=(args, first + number, queue), daemon=True)
        for number, queue in enumerate(queues)
    ]
    for worker in workers:
        worker.start()
    turns = itertools.cycle(zip(queues, workers, strict=True))
    return (_next(queue, worker) for queue, worker in turns), workers


def _next(queue: "Queue[Batch]", worker: SpawnProcess) -> Batch:
    """The next batch in `queue`. Raises RuntimeError if its data worker has ended."""
    while True:
        try:
            return queue.get(timeout=60)
        except Empty:
            if not worker.is_alive():
                raise RuntimeError(f"A data worker ended with exit status {worker.exitcode}.") from None


class Progress(keras.callbacks.Callback):
    """Tracks a run's progress; sets the learning rate accordingly, writes the log and saves checkpoints."""

    def __init__(self, args: argparse.Namespace, step: int = 0, seconds: float = 0) -> None:
        super().__init__()
        self.args, self.step, self.seconds = args, step, seconds
        #: Short runs have shorter rounds, so that the rate has time to rise and fall.
        self.round = max(1, min(_ROUND, args.steps // 100, args.steps - step))
        self._last = self._saved = time.monotonic()

    @property
    def fraction(self) -> float:
        """The part of the run that is done, 0 to 1: by steps or by time, whichever is larger."""
        late = self.seconds / (60 * self.args.minutes) if self.args.minutes else 0
        return max(self.step / self.args.steps if self.args.steps else 1, late)

    @property
    def rate(self) -> float:
        """The learning rate: a linear warm-up and half a cosine (Loshchilov and Hutter 2016, arXiv:1608.03983).

        The warm-up counts steps, not time, since the first step may include compilation.
        """
        rise = _FIRST + (1 - _FIRST) * self.step / max(1, min(_MOST_WARM_UP, self.args.steps * _WARM_UP))
        fall = _LAST + (1 - _LAST) * (1 + math.cos(math.pi * min(1, self.fraction))) / 2
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
        if self.fraction >= 1:
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
        # The average of networks fine-tuned from one is at least as good: Wortsman et al. 2022, arXiv:2203.05482.
        trained = [keras.saving.load_model(path, compile=False).get_weights() for path in args.start]
        shapes = [weight.shape for weight in model.get_weights()]
        model.set_weights(
            [_average(same, shape) for same, shape in zip(zip(*trained, strict=True), shapes, strict=True)]
        )
    # The average of the weights of many steps generalises better than the last weights: Polyak and Juditsky 1992,
    # Izmailov et al. 2018, arXiv:1803.05407; for moving averages Morales-Brotons et al. 2024, arXiv:2411.18704.
    averaged = {"use_ema": True, "ema_momentum": args.average} if args.average else {}
    model.compile(
        optimizer=keras.optimizers.AdamW(args.rate, weight_decay=args.decay, clipnorm=1.0, **averaged),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def _average(versions: Sequence[NDArray[np.floating]], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The mean of the `versions` of a weight, cut to `shape`.

    Where some versions are smaller, the mean of the others; 0 where none reaches.
    """
    total, count = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for version in versions:
        corner = tuple(slice(min(sides)) for sides in zip(version.shape, shape, strict=True))
        total[corner] += version[corner]
        count[corner] += 1
    return np.asarray(total / np.maximum(count, 1), np.float32)


def finish(args: argparse.Namespace, model: keras.Model) -> None:
    """Calibrate the network, on drawings it wasn't trained on unless `--calibration` is given, and write the bundle."""
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
    unknown = np.stack([ink_image(strokes) for strokes in held_out_unknown(args)])
    bias = calibrate.unknown_logit_bias(logits, Recognizer(raw).logits(unknown), temperature)
    *weights, biases = raw.model.get_weights()
    raw.model.set_weights([*weights, biases + bias * (np.arange(len(biases)) == len(characters))])
    calibrated = replace(raw, about=replace(raw.about, temperature=temperature))
    # UNIPEN's badly cut letters would lower the threshold.
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
    """The drawings of catalogue characters that aren't fragments."""
    return (
        d for d in drawings if d.character and d.character in references() and not is_fragment(d.character, d.strokes)
    )


def sources(args: argparse.Namespace) -> dict[str, str]:
    """The data that the model was trained on, with authors and licences."""
    own = {"images": "the operator's files: " + ", ".join(sorted({path.name for path in args.images}))}
    return SOURCES | (own if args.images else {})


def made_with(args: argparse.Namespace) -> dict[str, Any]:
    """The hyperparameters, files by name without their folder, and the commit of the code."""
    options = {name: _plain(value) for name, value in vars(args).items() if name not in _NOT_HYPERPARAMETERS}
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {**options, "keras": keras.__version__, "backend": keras.backend.backend(), "commit": commit.stdout.strip()}


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
