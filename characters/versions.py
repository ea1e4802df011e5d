"""Which state of the catalogue an answer shows, so that what hasn't changed isn't sent again."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.db.models import Count, Max
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language
from rest_framework.request import Request

from characters.models import Character, LookalikeGroup, StrokeOrder

#: Raised when an answer's form changes, or a committed file that it is made from.
_FORM = 1


@dataclass(frozen=True)
class Version:
    """`modified` is None where something may vanish without a trace: then only the tag tells that it has."""

    name: str
    modified: datetime | None


def of_histories(*models: Any) -> Version:
    """The version of all rows of `models`; one query each.

    A history only grows, also when a row is deleted; and it is longer too when changes are committed out of order.
    """
    counts, dates = [], []
    for model in models:
        known = model.history.aggregate(changes=Count("pk"), last=Max("history_date"))
        counts.append(f"{known['changes']}/{known['last']}")
        dates += [known["last"]] if known["last"] else []
    return Version(" ".join(counts), max(dates, default=None))


def of_catalogue() -> Version:
    return of_histories(Character, LookalikeGroup)


def of_strokes() -> Version:
    return of_histories(Character, StrokeOrder)


def conditional(version: Callable[..., Version]) -> Callable[[Any], Any]:
    """A view that answers 304 to who has the present version; `version` takes what the view takes from the URL."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answer(self: Any, request: Request, **kwargs: Any) -> Any:
            now = version(**kwargs)
            state = f"{_FORM} {now.name} {get_language()} {request.get_full_path()}"
            etag = quote_etag(hashlib.sha256(state.encode()).hexdigest()[:32])
            modified = int(now.modified.timestamp()) if now.modified else None
            unchanged: HttpResponse | None = get_conditional_response(request, etag, modified)
            response = unchanged or view(self, request, **kwargs)
            response["ETag"] = etag
            if modified:
                response["Last-Modified"] = http_date(modified)
            response["Cache-Control"] = "public, max-age=0, must-revalidate"
            return response

        return answer

    return decorate
