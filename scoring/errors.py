"""Errors as the API shows them: DRF's shape, and a code with every message."""

from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from scoring import metrics


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The request is too large."
    default_code = "too_large"


class StorageRefuses(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "Images can't be stored or read at the moment. Nothing was kept; try again in a minute."
    default_code = "storage_unavailable"


class TargetIsSet(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "What was meant is set already."
    default_code = "target_is_set"


class NotAnExample(APIException):
    """`code` says why: one of `REASONS`."""

    REASONS = {
        "no_target": "Say what was meant first.",
        "no_ink": "An image can't be shown as an example, only what was written here.",
        "not_scored": "It has no score yet.",
        "score_too_low": "Only what scores 80 or more can be an example.",
        "refused": "A curator decided not to show this one. Nobody sees it.",
    }
    status_code = status.HTTP_409_CONFLICT

    def __init__(self, code: str) -> None:
        super().__init__(self.REASONS[code], code)


def with_code(error: Exception, context: dict[str, Any]) -> Response | None:
    """{"detail", "code"}, or per field a list of {"message", "code"}."""
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, APIException):
        metrics.count_rejection(error.get_codes())
    if isinstance(error, ValidationError):
        response.data = error.get_full_details()
    elif isinstance(error, APIException):
        response.data = {"detail": str(error.detail), "code": error.get_codes()}
    else:  # Http404 and PermissionDenied of Django
        response.data["code"] = {404: "not_found", 403: "permission_denied"}[response.status_code]
    return response
