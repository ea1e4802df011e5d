"""A model bundle: a folder with model.keras, characters.txt, baselines.txt and bundle.json."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# Serving: Keras finds its backend when it is imported. OpenVINO runs the same file in less than half of TensorFlow's
# time and memory; training, which it can't do, names another before.
os.environ.setdefault("KERAS_BACKEND", "openvino")

import keras
import numpy as np
from numpy.typing import NDArray

from ml.prior import WEIGHT


class BundleError(Exception):
    """A bundle that can't be used; the message says what is wrong with which file."""


@dataclass(frozen=True)
class About:
    """What bundle.json tells of a model."""

    version: str
    #: Logits are divided by it before the softmax.
    temperature: float
    #: A writing that is any character of the catalogue with less probability than this doesn't look like one.
    known_from: float
    #: Accuracy and calibration, by data set.
    metrics: dict[str, Any]
    #: Data the model was made from, with licences.
    sources: dict[str, str]
    #: The command line that made it, and the commit of its code.
    made_with: dict[str, Any]
    #: Weight of other scripts' characters where the target is known (`ml.prior`).
    prior: float = WEIGHT


@dataclass(frozen=True)
class Bundle:
    model: keras.Model
    #: The network's output order; after them comes what is no known character.
    characters: list[str]
    #: (characters,) log-odds that good writings of each reach.
    baselines: NDArray[np.float64]
    about: About


def write(folder: Path, bundle: Bundle) -> None:
    """Write `bundle`; its weights are kept as float16, half the size at the same accuracy."""
    folder.mkdir(parents=True, exist_ok=True)
    with_dtype(bundle.model, "float16").save(folder / "model.keras")
    (folder / "characters.txt").write_text("".join(f"{c}\n" for c in bundle.characters), encoding="utf-8")
    (folder / "baselines.txt").write_text("".join(f"{b:.2f}\n" for b in bundle.baselines), encoding="utf-8")
    about = json.dumps(asdict(bundle.about), ensure_ascii=False, indent=2)
    (folder / "bundle.json").write_text(about + "\n", encoding="utf-8")


def read(folder: Path) -> Bundle:
    """The bundle in `folder`, computing in float32. Raises BundleError for a missing, damaged or contradictory one."""
    try:
        about = About(**json.loads((folder / "bundle.json").read_text(encoding="utf-8")))
        characters = (folder / "characters.txt").read_text(encoding="utf-8").splitlines()
        baselines = np.array((folder / "baselines.txt").read_text(encoding="utf-8").split(), dtype=np.float64)
        with _only_the_backend():
            model = with_dtype(keras.saving.load_model(folder / "model.keras", compile=False), "float32")
    except (OSError, ValueError, TypeError) as error:
        raise BundleError(f"The model bundle {folder} can't be read: {error}") from error
    if not len(characters) == len(baselines) == model.output_shape[-1] - 1:
        raise BundleError(
            f"The model bundle {folder} contradicts itself: {len(characters)} characters, {len(baselines)} baselines, "
            f"{model.output_shape[-1]} outputs."
        )
    return Bundle(model, characters, baselines, about)


def with_dtype(model: keras.Model, dtype: str) -> keras.Model:
    """A copy of `model` that keeps its weights and computes in `dtype`."""
    config = model.get_config()
    for layer in config["layers"]:
        if layer["class_name"] != "InputLayer":
            layer["config"]["dtype"] = dtype
    copy = keras.Model.from_config(config)
    copy.set_weights([weight.astype(dtype) for weight in model.get_weights()])
    return copy


@contextmanager
def _only_the_backend() -> Iterator[None]:
    """Keep Keras from loading a TensorFlow that happens to be installed, 350 MB, to ask if an object is one of its.

    Keras asks once; that the module isn't there is all it remembers.
    """
    unused = "tensorflow" not in sys.modules
    if unused:
        sys.modules["tensorflow"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if unused:
            del sys.modules["tensorflow"]
