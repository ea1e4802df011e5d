"""The account and its tokens through the API."""

from datetime import datetime
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.mixins import DestroyModelMixin, ListModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.access.authentication import WithinScopes
from accounts.access.consents import set_consents
from accounts.access.preferences import change_clock
from accounts.models import Scope, Token, User
from accounts.models.users import check_time_zone
from characters.pagination import CheckedCursorPagination
from characters.parameters import StrictFilterBackend, StrictView
from scoring.errors import TooMany
from scoring.fields import BoundedListField, BriefChoiceField, ChangeMixin, ExactTypesMixin
from scoring.parsers import JSONParser

#: For the schema: the call needs a session and refuses a token.
SESSION_ONLY: Any = [{"cookieAuth": []}]


class AccountSerializer(ChangeMixin, serializers.ModelSerializer[User]):
    """An account."""

    serializer_choice_field = BriefChoiceField

    joined = serializers.DateTimeField(source="date_joined", read_only=True)

    class Meta:
        model = User
        fields = (
            "email",
            "joined",
            "language",
            "time_zone",
            "day_starts_at",
            "is_school_strict",
            "shows_examples",
            "allows_training",
        )
        read_only_fields = ("email",)

    def validate_time_zone(self, name: str) -> str:
        """Accepts IANA names; empty stands for UTC."""
        if name:
            try:
                check_time_zone(name)
            except ValidationError as error:
                raise serializers.ValidationError(error.messages, error.code) from error
        return name

    def update(self, user: User, wanted: dict[str, Any]) -> User:
        for name in wanted.keys() & {"language", "is_school_strict"}:
            setattr(user, name, wanted[name])
            user.save(update_fields=[name])
        change_clock(user, time_zone=wanted.get("time_zone"), day_starts_at=wanted.get("day_starts_at"))
        if consents := {name: wanted[name] for name in wanted.keys() & {"shows_examples", "allows_training"}}:
            set_consents(user, **consents)
        return user


class AccountView(StrictView):
    """Your account."""

    permission_classes = [IsAuthenticated, WithinScopes]
    parser_classes = [JSONParser]
    #: The scopes that an API token needs.
    scopes = {"read": "read:account"}

    @extend_schema(responses=AccountSerializer)
    def get(self, request: Request) -> Response:
        """Read your account."""
        return Response(AccountSerializer(cast(User, request.user)).data)

    @extend_schema(auth=SESSION_ONLY, request=AccountSerializer, responses=AccountSerializer)
    def patch(self, request: Request) -> Response:
        """Change your language, time zone, start of the day, strictness or consents."""
        wanted = AccountSerializer(cast(User, request.user), data=request.data, partial=True)
        wanted.is_valid(raise_exception=True)
        wanted.save()
        return Response(wanted.data)


class TokenSerializer(ExactTypesMixin, serializers.ModelSerializer[Token]):
    """An API token, without its secret."""

    scopes = BoundedListField(child=BriefChoiceField(Scope.choices), allow_empty=False, max_length=len(Scope))

    class Meta:
        model = Token
        fields = ("id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at")
        read_only_fields = ("prefix", "created_at", "last_used_at")

    def validate_expires_at(self, expires_at: datetime | None) -> datetime | None:
        if expires_at and expires_at <= timezone.now():
            raise serializers.ValidationError(_("This date is in the past."), "past")
        return expires_at


class NewTokenSerializer(TokenSerializer):
    """A new token with its secret."""

    secret = serializers.CharField(read_only=True, help_text="Shown only in this response: store it")

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "secret")  # type: ignore[assignment]


class NewestTokensFirst(CheckedCursorPagination):
    ordering = ("-id",)
    page_size = max_page_size = Token.MOST


@extend_schema_view(
    list=extend_schema(summary="List your tokens, newest first"), destroy=extend_schema(summary="Revoke a token")
)
@extend_schema(auth=SESSION_ONLY)
class TokenViewSet(ListModelMixin, DestroyModelMixin, StrictView, GenericViewSet[Token]):
    """Your API tokens. You create them while you are signed in: a token can't create tokens."""

    queryset = Token.objects.none()  # tells the schema the model
    serializer_class = TokenSerializer
    filter_backends = [StrictFilterBackend]
    pagination_class = NewestTokensFirst
    parser_classes = [JSONParser]
    permission_classes = [IsAuthenticated, WithinScopes]
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Token]:
        return cast(User, self.request.user).tokens.all()

    @extend_schema(
        request=TokenSerializer,
        responses={201: NewTokenSerializer, 409: OpenApiResponse(description="`too_many_tokens`: revoke one first")},
    )
    def create(self, request: Request) -> Response:
        """Create a token. Only this response contains its secret."""
        wanted = self.get_serializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            token, secret = Token.objects.issue(cast(User, request.user), **wanted.validated_data)
        except ValidationError as error:
            raise TooMany(error.message, error.code) from error
        answer = {**self.get_serializer(token).data, "secret": secret}
        return Response(answer, status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})
