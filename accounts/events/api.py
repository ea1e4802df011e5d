"""The API of webhooks."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from accounts.access.authentication import WithinScopes
from accounts.events import webhooks
from accounts.events.posting import check_url
from accounts.models import Delivery, Token, User, Webhook
from characters.pagination import CheckedCursorPagination
from characters.parameters import StrictFilterBackend, StrictView
from characters.throttling import TolerantThrottle
from scoring.errors import TooMany
from scoring.fields import ChangeMixin, ExactTypesMixin
from scoring.parsers import JSONParser

_STATUSES = ["waiting", "delivered", "failed"]


class WebhookPaused(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = _("The webhook is paused, so nothing is sent.")
    default_code = "webhook_paused"


class PausedByOperator(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = Webhook.Pause.OPERATOR.label
    default_code = "paused_by_operator"


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """An address to which the site posts what happens to your attempts."""

    paused_for = serializers.ChoiceField(
        Webhook.Pause.choices, allow_blank=True, read_only=True, help_text="Why nothing is sent; empty: it isn’t paused"
    )

    class Meta:
        model = Webhook
        fields = ("id", "url", "created_at", "paused_for")


class RegistrationSerializer(ExactTypesMixin, serializers.Serializer[Any]):
    """A new webhook."""

    url = serializers.CharField(
        max_length=Webhook.LONGEST_URL,
        validators=[check_url],
        help_text="With https, and on a host that is open to the internet",
    )


class NewWebhookSerializer(WebhookSerializer):
    """A new webhook with its secret."""

    secret = serializers.CharField(
        read_only=True, help_text="Signs what is sent. Shown only in this response: store it"
    )

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")  # type: ignore[assignment]


class PausingSerializer(ChangeMixin, serializers.Serializer[Any]):
    """Whether nothing is sent."""

    is_paused = serializers.BooleanField()


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """A report to a webhook, and what became of it."""

    type = serializers.ChoiceField(Delivery.Kind.choices, source="kind")
    status = serializers.ChoiceField(_STATUSES)
    answer = serializers.IntegerField(allow_null=True, help_text="HTTP status of the latest answer; null without any")
    trouble = serializers.ChoiceField(
        Delivery.Trouble.choices, allow_blank=True, help_text="Why the latest try failed; empty if it didn’t"
    )
    due_at = serializers.DateTimeField(allow_null=True, help_text="When it is tried next; null once it has ended")

    class Meta:
        model = Delivery
        fields = ("id", "type", "status", "created_at", "tried_at", "tries", "answer", "trouble", "due_at")


class WebhookThrottle(TolerantThrottle):
    """Limits registrations and tests of one account: each sends something to an address that the caller chose."""

    scope = "webhooks"
    rate = "60/hour"

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": request.user.pk}


class OldestFirst(CheckedCursorPagination):
    ordering = ("id",)
    page_size = max_page_size = Webhook.MOST


class NewestDeliveriesFirst(CheckedCursorPagination):
    ordering = ("-id",)
    page_size = 50
    max_page_size = 100


@extend_schema_view(
    list=extend_schema(summary="List your webhooks"),
    retrieve=extend_schema(summary="Read a webhook"),
    destroy=extend_schema(summary="Delete a webhook"),
)
class WebhookViewSet(ListModelMixin, RetrieveModelMixin, DestroyModelMixin, StrictView, GenericViewSet[Webhook]):
    """Your webhooks. A token sees those that it registered itself; they end with it."""

    queryset = Webhook.objects.none()  # tells the schema the model
    serializer_class = WebhookSerializer
    filter_backends = [StrictFilterBackend]
    pagination_class = OldestFirst
    parser_classes = [JSONParser]
    permission_classes = [IsAuthenticated, WithinScopes]
    #: The scopes that an API token needs.
    scopes = {"read": "webhooks", "write": "webhooks"}
    lookup_value_converter = "int"

    def get_throttles(self) -> list[BaseThrottle]:
        return [WebhookThrottle()] if self.action in ("create", "test") else []

    @property
    def token(self) -> Token | None:
        """The token of the request."""
        return self.request.auth if isinstance(self.request.auth, Token) else None

    def get_queryset(self) -> QuerySet[Webhook]:
        own = cast(User, self.request.user).webhooks.all()
        return own.filter(token=self.token) if self.token else own

    @extend_schema(
        request=RegistrationSerializer,
        responses={
            201: NewWebhookSerializer,
            409: OpenApiResponse(description="`too_many_webhooks`: delete one first"),
        },
    )
    def create(self, request: Request) -> Response:
        """Register a webhook. Only this response contains its secret."""
        wanted = RegistrationSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            webhook = Webhook.objects.register(cast(User, request.user), wanted.validated_data["url"], self.token)
        except ValidationError as error:
            raise TooMany(error.message, error.code) from error
        headers = {"Cache-Control": "no-store"}
        return Response(NewWebhookSerializer(webhook).data, status.HTTP_201_CREATED, headers=headers)

    @extend_schema(
        request=PausingSerializer,
        responses={
            200: WebhookSerializer,
            409: OpenApiResponse(description="`paused_by_operator`: only the site’s operator can resume it"),
        },
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Pause or resume a webhook. Pausing gives up the deliveries that wait."""
        webhook = self.get_object()
        wanted = PausingSerializer(data=request.data, partial=True)
        wanted.is_valid(raise_exception=True)
        if wanted.validated_data["is_paused"]:
            webhook.pause(Webhook.Pause.OWNER)
        elif not webhook.resume():
            raise PausedByOperator
        return Response(self.get_serializer(webhook).data)

    @extend_schema(
        request=None,
        responses={
            202: DeliverySerializer,
            409: OpenApiResponse(description="`webhook_paused`: resume it first"),
        },
    )
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: int) -> Response:
        """Send a delivery of the type `test`. The log says what became of it."""
        webhook = self.get_object()
        delivery = None if webhook.paused_for else webhooks.test(webhook)
        if delivery is None:
            raise WebhookPaused
        delivery.refresh_from_db()
        return Response(DeliverySerializer(delivery).data, status.HTTP_202_ACCEPTED)

    @extend_schema(responses=DeliverySerializer(many=True))
    @action(detail=True, pagination_class=NewestDeliveriesFirst)
    def deliveries(self, request: Request, pk: int) -> Response:
        """List what was sent in the last seven days, newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_object().deliveries.all()))  # type: ignore[arg-type]
        return self.get_paginated_response(DeliverySerializer(page, many=True).data)
