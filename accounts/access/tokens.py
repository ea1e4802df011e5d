"""API tokens: the page that makes and revokes them, and the same through the API."""

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.mixins import DestroyModelMixin, ListModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.access.authentication import WithinScopes
from accounts.models import Scope, Token, User


class TokenForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("What it is for, say “Tablet at school”"))
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        label=_("What it may do"),
        initial=[Scope.READ_HISTORY],
    )
    days = forms.TypedChoiceField(
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("A year")), ("", _("Until revoked"))],
        coerce=int,
        empty_value=None,
        required=False,
        label=_("How long it is valid"),
        initial=90,
    )

    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=days) if days else None


@method_decorator(never_cache, name="dispatch")
class TokensView(LoginRequiredMixin, View):
    """One's tokens, and a form for another."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(TokenForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TokenForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=400)
        made = form.cleaned_data
        try:
            user = cast(User, request.user)
            token, secret = Token.objects.issue(user, made["name"], made["scopes"], form.expires_at())
        except ValidationError as error:
            form.add_error(None, error)
            return self.page(form, status=409)
        # Not after a redirect: the secret would have to be kept somewhere until then.
        return self.page(TokenForm(), status=201, new=token, secret=secret)

    def page(self, form: TokenForm, status: int = 200, **shown: Any) -> HttpResponse:
        tokens = cast(User, self.request.user).tokens.all()
        return render(self.request, "accounts/tokens.html", {"form": form, "tokens": tokens, **shown}, status=status)


class RevokeView(LoginRequiredMixin, View):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        token = get_object_or_404(cast(User, request.user).tokens, pk=pk)
        token.delete()
        messages.success(request, _("%(name)s is revoked.") % {"name": token.name})
        return redirect("tokens")


class TokenSerializer(serializers.ModelSerializer[Token]):
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices), allow_empty=False)

    class Meta:
        model = Token
        fields = ("id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at")
        read_only_fields = ("prefix", "created_at", "last_used_at")

    def validate_expires_at(self, expires_at: datetime | None) -> datetime | None:
        if expires_at and expires_at <= timezone.now():
            raise serializers.ValidationError(_("This is in the past."), "past")
        return expires_at


class NewTokenSerializer(TokenSerializer):
    """What the answer to a new token shows, for the schema."""

    secret = serializers.CharField(read_only=True, help_text="Shown this once: keep it")

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "secret")  # type: ignore[assignment]


class TooMany(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "too_many_tokens"


@extend_schema(auth=[{"cookieAuth": []}])  # type: ignore[list-item]  # it goes into the schema as it is
class TokenViewSet(ListModelMixin, DestroyModelMixin, GenericViewSet[Token]):
    """One's own tokens. Who is signed in makes them; a token makes no tokens."""

    queryset = Token.objects.none()  # its model, for the schema
    serializer_class = TokenSerializer
    parser_classes = [JSONParser]
    permission_classes = [IsAuthenticated, WithinScopes]
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Token]:
        return cast(User, self.request.user).tokens.all()

    @extend_schema(request=TokenSerializer, responses={201: NewTokenSerializer})
    def create(self, request: Request) -> Response:
        """Make a token; the answer alone shows its secret."""
        try:
            wanted = self.get_serializer(data=request.data)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        wanted.is_valid(raise_exception=True)
        try:
            token, secret = Token.objects.issue(cast(User, request.user), **wanted.validated_data)
        except ValidationError as error:
            raise TooMany(error.message) from error
        answer = {**self.get_serializer(token).data, "secret": secret}
        return Response(answer, status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})
