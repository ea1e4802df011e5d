"""Model bundles: folders with model.keras, characters.txt, baselines.txt and bundle.json, and words.npz for lines."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# Keras chooses its backend when it is imported. OpenVINO serves the same file in less than half of TensorFlow's time
# and memory. It can't train; training sets another backend first.
os.environ.setdefault("KERAS_BACKEND", "openvino")

import numpy as np
from numpy.typing import NDArray

from ml.imports import later, without
from ml.prior import WEIGHT

with later("scipy.signal"):  # 0.6 s of processor and 50 MB, of which Keras uses a window for spectra
    import keras

#: The bundle that the release ships.
SHIPPED = Path(__file__).with_name("bundle")


class BundleError(Exception):
    """A bundle that can't be used; the message names the file and the fault."""


@dataclass(frozen=True)
class About:
    """The contents of bundle.json."""

    version: str
    #: The logits are divided by it before the softmax; > 0.
    temperature: float
    #: Lowest probability of being a character of the catalogue, 0 to 1, at which an attempt is known.
    known_from: float
    #: Accuracy and calibration by source, as `ml.evaluate` gives them.
    metrics: dict[str, Any]
    #: The training data and their licences.
    sources: dict[str, str]
    #: The options of the training command, and the commit of its code.
    made_with: dict[str, Any]
    #: Weight of other scripts' characters if the target is known (`ml.prior`).
    prior: float = WEIGHT


@dataclass(frozen=True)
class Bundle:
    """A bundle in memory."""

    model: keras.Model
    #: The characters in the order of the network's outputs; the last output is "no character I know".
    characters: list[str]
    #: (characters,) log-odds that good attempts of each character reach.
    baselines: NDArray[np.float64]
    about: About


def write(folder: Path, bundle: Bundle) -> None:
    """Write `bundle` to `folder`, with float16 weights: half the size at the same accuracy."""
    folder.mkdir(parents=True, exist_ok=True)
    with_dtype(bundle.model, "float16").save(folder / "model.keras")
    (folder / "characters.txt").write_text("".join(f"{c}\n" for c in bundle.characters), encoding="utf-8")
    (folder / "baselines.txt").write_text("".join(f"{b:.2f}\n" for b in bundle.baselines), encoding="utf-8")
    about = json.dumps(asdict(bundle.about), ensure_ascii=False, indent=2)
    (folder / "bundle.json").write_text(about + "\n", encoding="utf-8")


def read(folder: Path) -> Bundle:
    """The bundle in `folder`, which computes in float32. Raises BundleError if files are missing, damaged or
    inconsistent.
    """
    try:
        about = About(**json.loads((folder / "bundle.json").read_text(encoding="utf-8")))
        characters = (folder / "characters.txt").read_text(encoding="utf-8").splitlines()
        baselines = np.array((folder / "baselines.txt").read_text(encoding="utf-8").split(), dtype=np.float64)
        # Keras imports TensorFlow, 350 MB, only to check the type of an object. It tries once, and remembers a failure.
        with without("tensorflow"):
            model = with_dtype(keras.saving.load_model(folder / "model.keras", compile=False), "float32")
    except (OSError, ValueError, TypeError) as error:
        raise BundleError(f"The model bundle {folder} can't be read: {error}") from error
    if not len(characters) == len(baselines) == model.output_shape[-1] - 1:
        raise BundleError(
            f"The model bundle {folder} contradicts itself: {len(characters)} characters, {len(baselines)} baselines, "
            f"{model.output_shape[-1]} outputs."
        )
    return Bundle(model, characters, baselines, about)


def words_of(folder: Path) -> Path:
    """The path of the language model for the bundle in `folder`.

    Bundles that are older than the language model, or retrained on a site, have none: the shipped bundle's serves them.
    """
    own = folder / "words.npz"
    return own if own.exists() else SHIPPED / "words.npz"


def with_dtype(model: keras.Model, dtype: str) -> keras.Model:
    """A copy of `model` that stores its weights and computes in `dtype`."""
    config = model.get_config()
    for layer in config["layers"]:
        if layer["class_name"] != "InputLayer":
            layer["config"]["dtype"] = dtype
    copy = keras.Model.from_config(config)
    copy.set_weights([weight.astype(dtype) for weight in model.get_weights()])
    return copy
