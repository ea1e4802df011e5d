"""Scorers with a network whose answer is known."""

from types import SimpleNamespace

import numpy as np

from ml.bundle import About, Bundle
from ml.scorer import Scorer
from ml.strokes import references

CHARACTERS = list(references())


def scorer_that_reads(version: str = "test", known_from: float = 0.5, **probabilities: float) -> Scorer:
    """A scorer whose network gives every image these probabilities, and the rest to "no character I know"."""
    row = np.full(len(CHARACTERS) + 1, 1e-9)
    for character, probability in probabilities.items():
        row[CHARACTERS.index(character)] = probability
    row[-1] = max(1 - row[:-1].sum(), 1e-9)
    model = SimpleNamespace(predict_on_batch=lambda images: np.log(row)[None].repeat(len(images), axis=0))
    about = About(version, 1.0, known_from, {}, {}, {})
    return Scorer(Bundle(model, CHARACTERS, np.full(len(CHARACTERS), 2.0), about))
