"""Errors of the API: DRF's shape, with a code for every message."""

import logging
import sys
from typing import Any

import redis
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.defaults import server_error
from psycopg.errors import ReadOnlySqlTransaction
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from ml.ink import MAX_COORDINATE, MAX_POINTS, MAX_STROKES, Refusal, WritingError
from ml.sandbox import MAX_BYTES, MAX_PIXELS, MAX_PIXELS_UNSCALED
from scoring import metrics
from scoring.models import Obstacle

logger = logging.getLogger(__name__)


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The request is too large.")
    default_code = "too_large"


class TooMany(APIException):
    """The user has reached a maximum number, such as of lists; `code` names it."""

    status_code = status.HTTP_409_CONFLICT


class StorageRefuses(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("Images can’t be stored or read at the moment. Nothing was saved. Try again in a minute.")
    default_code = "storage_unavailable"
    wait = 30  # seconds


class TooManyImages(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("Too many images are being read at the moment. Nothing was saved. Try again in a few seconds.")
    default_code = "too_many_images"
    wait = 3  # seconds


class TargetIsSet(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = _("The character of this attempt can no longer be changed.")
    default_code = "target_is_set"


class AnotherWriter(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = _("This attempt belongs to someone else.")
    default_code = "another_writer"


class KeyReused(APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = _("This Idempotency-Key was used for a different request. Nothing was saved.")
    default_code = "idempotency_key_reused"


class AttemptDeleted(APIException):
    """A repeated request whose attempt, or an attempt of whose batch, has been deleted since.

    `batch`: what is left of a batch, in its order, with None for each deleted attempt.
    """

    status_code = status.HTTP_410_GONE
    default_detail = _("This attempt was saved before and has been deleted since.")
    default_code = "attempt_deleted"

    def __init__(self, batch: list[Any] | None = None) -> None:
        super().__init__(
            None if batch is None else _("This batch was saved before. Some of it has been deleted since.")
        )
        self.batch = batch


class _CannotShow(APIException):
    """Others can't see the attempt; the code is the Obstacle."""

    status_code = status.HTTP_409_CONFLICT
    REASONS = {
        Obstacle.NO_TARGET: _("Choose the character you meant first."),
        Obstacle.NOT_SCORED: _("This attempt has no score yet."),
    }

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(self.REASONS[obstacle], obstacle)


class NotAnExample(_CannotShow):
    """The attempt can't be offered as an example."""

    REASONS = {
        **_CannotShow.REASONS,
        Obstacle.NO_INK: _("Only attempts written here can be shown as examples, not images."),
        Obstacle.SCORED_ELSEWHERE: _(
            "This score came from an imported file. The attempt is now being scored here; offer it again in a moment."
        ),
        Obstacle.SCORE_TOO_LOW: _("Only attempts that score 80 or more can be examples."),
        Obstacle.FORM_TOO_LOW: _("Only attempts with all strokes, written in the right way, can be examples."),
        Obstacle.REFUSED: _("A curator decided not to show this attempt. Nobody else can see it."),
    }


class NotShareable(_CannotShow):
    """The attempt can't be shared."""

    REASONS = {
        **_CannotShow.REASONS,
        Obstacle.NO_INK: _("Only attempts written here can be shared, not images."),
        Obstacle.SCORED_ELSEWHERE: _(
            "This score came from an imported file. The attempt is now being scored here; share it again in a moment."
        ),
    }


class Unavailable(APIException):
    """Database or Redis doesn't answer: nothing was stored, or the same Idempotency-Key finds what was."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("The site is busy. Wait a moment, then try again.")
    default_code = "unavailable"
    wait = 2  # seconds; DRF sends it as Retry-After


#: Why an attempt is refused.
_SENTENCES = {
    Refusal.MALFORMED: _("Ink is an object with width, height and strokes; strokes are lists of points [x, y, t]."),
    Refusal.NOT_FINITE: _("Each point must be a list of three finite numbers."),
    Refusal.OUT_OF_RANGE: _("Lengths and coordinates can be at most %(coordinate)s, and times at most one day."),
    Refusal.NOTHING_WRITTEN: _("Nothing was written."),
    Refusal.TOO_MANY_STROKES: _("An attempt can have at most %(strokes)s strokes."),
    Refusal.TOO_MANY_POINTS: _("An attempt can have at most %(points)s points."),
    Refusal.UNKNOWN_IMAGE_FORMAT: _("The image is not a PNG, JPEG or WebP."),
    Refusal.TOO_MANY_PIXELS: _(
        "An image can have at most %(megapixels)s megapixels. Crop it to the character or scale it down in a photo app."
    ),
    Refusal.TOO_MANY_PIXELS_FOR_FORMAT: _(
        "A PNG or WebP can have at most %(unscaled_megapixels)s megapixels. Save it as JPEG, crop it or scale it down."
    ),
    Refusal.SEVERAL_CHARACTERS: _("The image shows more than one character. Crop it to the one you mean."),
    Refusal.UNREADABLE_IMAGE: _("The image is damaged."),
}
_LIMITS = {
    "coordinate": MAX_COORDINATE,
    "strokes": MAX_STROKES,
    "points": MAX_POINTS,
    "megapixels": MAX_PIXELS // 1_000_000,
    "unscaled_megapixels": MAX_PIXELS_UNSCALED // 1_000_000,
    "megabytes": MAX_BYTES // (1024 * 1024),
}


def plainly(error: WritingError) -> str:
    """Why the attempt is refused, in the active language."""
    return str(_SENTENCES[error.code]) % _LIMITS


class ImageTooLarge(TooLarge):
    """A file of more bytes than an image may have."""

    def __init__(self) -> None:
        sentence = _("An image can be at most %(megabytes)s MB. Crop it, scale it down or save it as JPEG.")
        super().__init__(sentence % _LIMITS)


class UnusableImage(APIException):
    """An image that can't be read as one character; `positions` are those of the WritingError."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, error: WritingError) -> None:
        super().__init__(plainly(error), error.code)
        self.positions = error.positions


def with_code(error: Exception, context: dict[str, Any]) -> Response | None:
    """The response to `error`: {"detail", "code"}, or per field a list of {"message", "code"}, for a refused image with
    its "positions". None for unexpected errors.
    """
    if is_unavailable(error):
        logger.error("Database or Redis doesn't answer: %s", error)
        error = Unavailable()
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, APIException):
        metrics.count_rejection(error.get_codes())
    if isinstance(error, ValidationError):
        response.data = error.get_full_details()
    elif isinstance(error, UnusableImage):
        refusal = {"message": str(error.detail), "code": error.get_codes(), "positions": error.positions}
        response.data = {"image": [refusal]}
    elif isinstance(error, APIException):
        response.data = {"detail": str(error.detail), "code": error.get_codes()}
        if isinstance(error, AttemptDeleted) and error.batch is not None:
            response.data["attempts"] = error.batch
    else:  # Http404 and PermissionDenied of Django
        response.data["code"] = {404: "not_found", 403: "permission_denied"}[response.status_code]
    return response


def is_unavailable(error: BaseException | None) -> bool:
    """Whether the database or Redis doesn't answer, or the database refuses writes, as a standby does until it is
    promoted.
    """
    if isinstance(error, OperationalError | InterfaceError | redis.RedisError):
        return True
    return isinstance(error and error.__cause__, ReadOnlySqlTransaction)


def broken(request: HttpRequest) -> HttpResponse:
    """Handler for errors in views and middleware: 503 if the database or Redis is unavailable, otherwise 500."""
    if not is_unavailable(sys.exc_info()[1]):
        return server_error(request)
    # In the browser's language and without the request, because reading the account would fail again.
    with translation.override(translation.get_language_from_request(request)):
        headers = {"Retry-After": str(Unavailable.wait)}
        if request.path.startswith("/api/"):
            body = {"detail": str(Unavailable.default_detail), "code": Unavailable.default_code}
            return JsonResponse(body, status=Unavailable.status_code, headers=headers)
        return HttpResponse(render_to_string("503.html"), status=Unavailable.status_code, headers=headers)
