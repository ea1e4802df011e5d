"""Versions of the catalogue, for conditional requests: ETag, Last-Modified and 304."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.db.models import Count, Max
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_etags, quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from characters.models import Character, LookalikeGroup, StrokeOrder, Variant, Word

#: Increase it when the format of the answers changes, or a committed file that they are made from.
_FORMAT = 4


class PreconditionFailed(APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = _("This has changed since the version that the request names.")
    default_code = "precondition_failed"


@dataclass(frozen=True)
class Version:
    """The state of some rows. `modified` is None if a deletion leaves no date behind: then only the ETag counts."""

    name: str
    modified: datetime | None


def history_version(*models: Any) -> Version:
    """The version of all rows of `models`, models with a history; one query each.

    A history only grows: a deletion adds a record too, and the count also shows changes committed out of order.
    """
    counts, dates = [], []
    for model in models:
        known = model.history.aggregate(changes=Count("pk"), last=Max("history_date"))
        counts.append(f"{known['changes']}/{known['last']}")
        dates += [known["last"]] if known["last"] else []
    return Version(" ".join(counts), max(dates, default=None))


def catalogue_version(**_kwargs: Any) -> Version:
    known = history_version(Character, LookalikeGroup)
    words = Word.objects.aggregate(count=Count("pk"), last=Max("modified_at"))  # the list leaves no history
    dates = [date for date in (known.modified, words["last"]) if date]
    return Version(f"{known.name} {words['count']}/{words['last']}", max(dates, default=None))


def strokes_version(**_kwargs: Any) -> Version:
    return history_version(Character, StrokeOrder, Variant)


def conditional(version: Callable[..., Version]) -> Callable[[Any], Any]:
    """Make a view method answer 304 to a client with the current version. `version` gets the URL's arguments."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answer(self: Any, request: Request, **kwargs: Any) -> Any:
            now = version(**kwargs)
            state = f"{_FORMAT} {now.name} {get_language()} {request.get_full_path()}"
            etag = quote_etag(hashlib.sha256(state.encode()).hexdigest()[:32])
            modified = int(now.modified.timestamp()) if now.modified else None
            response: HttpResponse | None = None
            # A client with this ETag once got 200. Other conditions, such as a date or *, don't show that the request
            # is valid. A proxy that compresses makes an ETag weak.
            if not {etag, f"W/{etag}"} & {*parse_etags(request.headers.get("If-None-Match", ""))}:
                response = view(self, request, **kwargs)
            response = get_conditional_response(request, etag, modified, response)
            if response is None:
                response = view(self, request, **kwargs)
            elif response.status_code == status.HTTP_412_PRECONDITION_FAILED:
                raise PreconditionFailed
            response["ETag"] = etag
            if modified:
                response["Last-Modified"] = http_date(modified)
            response["Cache-Control"] = "public, max-age=0, must-revalidate"
            return response

        answer.version = version  # type: ignore[attr-defined]
        return answer

    return decorate
