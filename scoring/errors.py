"""Errors of the API: one shape, with a code for every message."""

import logging
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.defaults import bad_request, page_not_found, server_error
from rest_framework import exceptions, status
from rest_framework.exceptions import (
    APIException,
    MethodNotAllowed,
    NotFound,
    UnsupportedMediaType,
    ValidationError,
)
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from characters.outages import is_full, is_unavailable
from characters.quoting import quoted
from ml.ink import MAX_COORDINATE, MAX_POINTS, MAX_STROKES, Refusal, WritingError
from ml.sandbox import MAX_BYTES, MAX_PIXELS, MAX_PIXELS_UNSCALED
from scoring import metrics
from scoring.models import Obstacle

logger = logging.getLogger(__name__)

#: Most errors that one answer names.
MAX_ERRORS = 20


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


class StorageFull(APIException):
    """The disk is full: of the database, or of the web server."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("The site has no space left, so nothing was saved. Reading still works. Try again in a minute.")
    default_code = "storage_full"
    wait = 30  # seconds


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


class Overloaded(APIException):
    """More attempts arrive than can be scored. Nothing was stored."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = Unavailable.default_detail
    default_code = "overloaded"
    wait = 3  # seconds


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
        "An image can have at most %(megapixels)s megapixels. Crop it to the writing or scale it down in a photo app."
    ),
    Refusal.TOO_MANY_PIXELS_FOR_FORMAT: _(
        "A PNG or WebP can have at most %(unscaled_megapixels)s megapixels. Save it as JPEG, crop it or scale it down."
    ),
    Refusal.SEVERAL_CHARACTERS: _("The image shows more than one character. Crop it to the one you mean."),
    Refusal.NOT_A_LINE: _("The image shows more than one line of characters. Crop it to one line."),
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


def plainly(error: WritingError, **limits: int) -> str:
    """The sentence for the error's code, in the active language.

    `limits`: those that it names, by name, where they aren't those of one character.
    """
    return _with_limits(_SENTENCES[error.code], **limits)


def _with_limits(sentence: str | Promise, **limits: int) -> str:
    """The sentence with the limits that it names, grouped as the active language does it."""
    return str(sentence) % {name: number_format(limit) for name, limit in {**_LIMITS, **limits}.items()}


class ImageTooLarge(TooLarge):
    """A file of more bytes than an image may have."""

    def __init__(self) -> None:
        sentence = _("An image can be at most %(megabytes)s MB. Crop it, scale it down or save it as JPEG.")
        super().__init__(_with_limits(sentence))


class UnusableImage(APIException):
    """An image that can't be read as one character; `positions` are those of the WritingError."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, error: WritingError) -> None:
        super().__init__(plainly(error), error.code)
        self.positions = error.positions


class InvalidHeader(APIException):
    """A header of the request with an invalid value."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, name: str, sentence: str, code: str) -> None:
        super().__init__(sentence, code)
        self.name = name


def with_code(error: Exception, context: dict[str, Any]) -> Response | None:
    """The response to `error`, as JSON: {"code", "detail"}; if the request is invalid, with its "errors".

    None for unexpected errors.
    """
    if outage := outage_of(error):
        logger.error("%s: %s", outage.default_code, error)
        error = outage
    request = context["request"]
    if isinstance(error, Http404):
        error = NotFound()  # its own message names a model
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, UnsupportedMediaType):
        error = UnsupportedMediaType(quoted(request.content_type))
    elif isinstance(error, MethodNotAllowed):
        error = MethodNotAllowed(quoted(request.method))
    response = exception_handler(error, context)
    if response is None or not isinstance(error, APIException):
        return None
    # Also where the view answers successful requests in another format.
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    metrics.count_rejection(error.get_codes())
    response.data = problem(error, in_query=request.method in SAFE_METHODS)
    return response


def problem(error: APIException, in_query: bool) -> dict[str, Any]:
    """The error object of the API. `in_query`: what is invalid is a parameter, not part of the body."""
    errors: list[dict[str, Any]] = []
    if isinstance(error, ValidationError):
        errors = list(islice(_errors(error.get_full_details(), in_query), MAX_ERRORS))
    elif isinstance(error, UnusableImage):
        errors = [{"pointer": "/image", **_sentence(error), "positions": error.positions}]
    elif isinstance(error, InvalidHeader):
        errors = [{"header": error.name, **_sentence(error)}]
    if errors:
        return {"code": ValidationError.default_code, "detail": errors[0]["detail"], "errors": errors}
    body = _sentence(error)
    if isinstance(error, AttemptDeleted) and error.batch is not None:
        body["attempts"] = error.batch
    return body


def _sentence(error: APIException) -> dict[str, Any]:
    return {"code": error.get_codes(), "detail": str(error.detail)}


def _errors(details: Any, in_query: bool, path: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    """Each error in the full details of a ValidationError, with the place in the request to which it belongs."""
    if _is_error(details):
        steps = [step.replace("~", "~0").replace("/", "~1") for step in path]
        place = {"parameter": path[0]} if in_query and path else {"pointer": "".join(f"/{step}" for step in steps)}
        yield {**place, "code": details["code"], "detail": str(details["message"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            whole = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _errors(inner, in_query, path if whole else (*path, str(name)))
    else:
        for number, inner in enumerate(details):
            yield from _errors(inner, in_query, path if _is_error(inner) else (*path, str(number)))


def _is_error(details: Any) -> bool:
    return isinstance(details, dict) and details.keys() == {"message", "code"}


def outage_of(error: BaseException | None) -> Unavailable | StorageFull | None:
    """The answer to an error whose cause is a full disk, or a database or Redis that doesn't answer; else None."""
    if is_full(error):
        return StorageFull()
    return Unavailable() if is_unavailable(error) else None


def broken(request: HttpRequest) -> HttpResponse:
    """Handler for errors in views and middleware: 503 if there is an outage, otherwise 500."""
    outage = outage_of(sys.exc_info()[1])
    if not outage:
        if is_api(request):
            sentence = _("Something went wrong. The fault is ours, and it has been logged.")
            return _problem(request, status.HTTP_500_INTERNAL_SERVER_ERROR, "internal_error", sentence)
        return server_error(request)
    if is_api(request):
        response = _problem(request, outage.status_code, outage.default_code, outage.default_detail)
    else:
        page = "storage_full.html" if isinstance(outage, StorageFull) else "503.html"
        with _language_of(request):
            response = HttpResponse(render_to_string(page), status=outage.status_code)
    response["Retry-After"] = str(outage.wait)
    return response


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler for paths that lead nowhere."""
    if is_api(request):
        return _problem(request, status.HTTP_404_NOT_FOUND, NotFound.default_code, NotFound.default_detail)
    return page_not_found(request, exception)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler for requests that Django refuses: 413 if the body is too long, otherwise 400."""
    if isinstance(exception, RequestDataTooBig):
        response = _problem(request, TooLarge.status_code, TooLarge.default_code, TooLarge.default_detail)
    else:
        malformed = _("The request is malformed, or has too many fields.")
        detail = exception.args[0] if isinstance(exception, BadRequest) and exception.args else malformed
        response = _problem(request, status.HTTP_400_BAD_REQUEST, "bad_request", detail)
    if not is_api(request):
        page = bad_request(request, exception)
        page.status_code = response.status_code
        return page
    return response


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _problem(request: HttpRequest, status_code: int, code: str, detail: Any) -> HttpResponse:
    with _language_of(request):
        return JsonResponse({"code": code, "detail": str(detail)}, status=status_code)


def _language_of(request: HttpRequest) -> AbstractContextManager[None]:
    """Activates the browser's language: reading the account's may be what failed."""
    return translation.override(translation.get_language_from_request(request))
