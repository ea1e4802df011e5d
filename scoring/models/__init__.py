"""Attempts, what models said of them, and the models themselves."""

from scoring.models.attempts import Attempt, AttemptQuerySet
from scoring.models.bundles import Activation, ModelBundle, Rescoring, RolloutError, shipped
from scoring.models.lease import Leased, LeasedQuerySet
from scoring.models.scores import Score
from scoring.models.shared import SharedWriting

__all__ = [
    "Activation",
    "Attempt",
    "AttemptQuerySet",
    "Leased",
    "LeasedQuerySet",
    "ModelBundle",
    "Rescoring",
    "RolloutError",
    "Score",
    "SharedWriting",
    "shipped",
]
