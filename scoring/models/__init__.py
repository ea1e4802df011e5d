"""Attempts, what models said of them, and the models themselves."""

from scoring.bundles import Activation, ModelBundle, Rescoring
from scoring.models.attempts import Attempt, AttemptQuerySet
from scoring.models.scores import Score
from scoring.models.shared import SharedWriting

__all__ = [
    "Activation",
    "Attempt",
    "AttemptQuerySet",
    "ModelBundle",
    "Rescoring",
    "Score",
    "SharedWriting",
]
