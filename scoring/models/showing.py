"""Why an attempt can't be shown to others."""

from django.db import models


class Obstacle(models.TextChoices):
    """Why an attempt can't be shown to others."""

    NO_TARGET = "no_target"
    NO_INK = "no_ink"
    NOT_SCORED = "not_scored"
    SCORED_ELSEWHERE = "scored_elsewhere"
    SCORE_TOO_LOW = "score_too_low"
    FORM_TOO_LOW = "form_too_low"
    REFUSED = "refused"


class CannotShow(Exception):  # noqa: N818 - an answer to the caller, not a fault
    """The attempt can't be offered or shared; `obstacle` says why."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle)
        self.obstacle = obstacle
