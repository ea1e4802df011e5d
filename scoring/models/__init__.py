"""Attempts, their scores, and the models that give them."""

from scoring.models.attempt_queries import AttemptQuerySet, Changed
from scoring.models.attempts import MAX_AROUND, Attempt
from scoring.models.bundles import Activation, ModelBundle, Rescoring, RolloutError, shipped
from scoring.models.keys import IdempotencyKey, fingerprint
from scoring.models.lease import Leased, LeasedQuerySet
from scoring.models.lines import MAX_LINE, Line, LineQuerySet
from scoring.models.queue import Failure
from scoring.models.scores import Score
from scoring.models.shared import SharedAttempt
from scoring.models.showing import CannotShow, Obstacle

__all__ = [
    "MAX_AROUND",
    "MAX_LINE",
    "Activation",
    "Attempt",
    "AttemptQuerySet",
    "CannotShow",
    "Changed",
    "Failure",
    "IdempotencyKey",
    "Leased",
    "LeasedQuerySet",
    "Line",
    "LineQuerySet",
    "ModelBundle",
    "Obstacle",
    "Rescoring",
    "RolloutError",
    "Score",
    "SharedAttempt",
    "fingerprint",
    "shipped",
]
