"""The API of streams: who may listen to events, and how long. Another process serves the stream itself."""

import re
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from redis.exceptions import RedisError
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from accounts.events.endings import name_of_session, name_of_token, name_of_user
from accounts.models import Token, User
from characters.negotiation import AnyFormat
from characters.parameters import StrictView
from scoring import events
from scoring.errors import InvalidHeader, Unavailable
from scoring.guests import guest_of

#: The id of an event.
_EVENT = re.compile(r"\d{1,15}-\d{1,9}", re.ASCII)


class TooManyStreams(APIException):
    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = gettext_lazy("Too many streams are open. Close one of them first.")
    default_code = "too_many_streams"
    wait = 10  # seconds


class EventsView(StrictView):
    """Events of your attempts."""

    content_negotiation_class = AnyFormat
    #: The scopes that an API token needs.
    scopes = {"read": "read:history"}

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "Last-Event-ID",
                {"type": "string", "pattern": f"^{_EVENT.pattern}$"},
                OpenApiParameter.HEADER,
                description="The last event that you have: the stream goes on after it",
            ),
            OpenApiParameter(
                "Location",
                OpenApiTypes.URI,
                OpenApiParameter.HEADER,
                description="The stream, for one request within 30 seconds",
                response=[307],
            ),
        ],
        responses={
            307: OpenApiResponse(description="The stream is at `Location`, which answers with `text/event-stream`"),
            429: OpenApiResponse(description="`too_many_streams`: close one first"),
        },
    )
    def get(self, request: Request) -> Response:
        """Listen to which of your attempts are scored. Each event `attempts` names some, with their `status`."""
        after = request.headers.get("Last-Event-ID", "")
        if after and not _EVENT.fullmatch(after):
            raise InvalidHeader("Last-Event-ID", _("This is not the id of an event."), "malformed")
        try:
            ticket = events.admit(after=after, **about(request))
        except events.TooManyStreamsError as error:
            raise TooManyStreams from error
        except RedisError as error:
            raise Unavailable from error
        headers = {"Location": address_of(request, ticket), "Cache-Control": "no-store"}
        return Response(status=307, headers=headers)


def about(request: Request) -> dict[str, Any]:
    """Arguments of `events.admit`: whose events the caller may hear, who is counted, and how long it may last."""
    user = request.user
    if not isinstance(user, User):
        # Guests are counted by their address: anybody can be as many guests as they like.
        address = BaseThrottle().get_ident(request)
        owner = guest_of(request).remember()
        return {"owner": owner, "counted_as": f"address:{address}", "ends_with": [], "seconds": events.LONGEST}
    if isinstance(request.auth, Token):
        credential, ends_at = name_of_token(request.auth), request.auth.expires_at
    else:
        key = request._request.session.session_key
        credential = name_of_session(key)
        ends_at = Session.objects.filter(pk=key).values_list("expire_date", flat=True).first()
    return {
        "owner": UUID(int=user.pk),
        "counted_as": name_of_user(user),
        "ends_with": [name_of_user(user), credential],
        "seconds": (ends_at - timezone.now()).total_seconds() if ends_at else events.LONGEST,
    }


def address_of(request: Request, ticket: str) -> str:
    """The stream's address, on the site's own host; at EVENTS_PORT, unless a proxy forwards the site's own port."""
    address = urlsplit(request.build_absolute_uri(f"{reverse('api-events')}{ticket}/"))
    if settings.EVENTS_PORT:
        host = address.netloc.removesuffix(f":{address.port}")
        address = address._replace(netloc=f"{host}:{settings.EVENTS_PORT}")
    return address.geturl()
