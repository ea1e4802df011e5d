"""Lists of characters through the API."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.fields import get_error_detail
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import CharacterList
from accounts.practice.api import PracticeApi
from accounts.practice.forms import MAX_LIST_TEXT
from accounts.practice.lists import ListProgress
from characters.pagination import CheckedCursorPagination
from characters.parameters import StrictFilterBackend
from characters.serializer_fields import CountField
from scoring.errors import TooMany
from scoring.fields import ChangeMixin, PublicAddressField


class ListSerializer(ChangeMixin, serializers.ModelSerializer[CharacterList]):
    """A list of characters."""

    characters = serializers.CharField(
        max_length=MAX_LIST_TEXT, help_text="One after the other; spaces and punctuation between them are ignored"
    )
    shared_url = PublicAddressField(
        read_only=True, allow_null=True, help_text="Address at which anyone can read the list; null if it isn't shared"
    )
    written = CountField(read_only=True, help_text="Number of its characters that have a score")
    mastered = CountField(read_only=True, help_text="Number of its characters that were read well three times in a row")

    class Meta:
        model = CharacterList
        fields = ["id", "name", "characters", "shared_url", "written", "mastered", "created_at"]


class ByName(CheckedCursorPagination):
    ordering = ("name", "id")
    page_size = max_page_size = CharacterList.MOST


@extend_schema_view(
    list=extend_schema(summary="List your lists, by name"),
    retrieve=extend_schema(summary="Read a list"),
    destroy=extend_schema(summary="Delete a list"),
)
class ListViewSet(PracticeApi, ListModelMixin, RetrieveModelMixin, DestroyModelMixin, GenericViewSet[CharacterList]):
    """Your lists of characters. Lists of other learners are 404."""

    scopes = {"read": "read:lists", "write": "write:lists", "share": "share", "unshare": "share"}
    queryset = CharacterList.objects.none()  # tells the schema the model
    serializer_class = ListSerializer
    filter_backends = [StrictFilterBackend]
    pagination_class = ByName
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[CharacterList]:
        return self.user.lists.all()

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """A serializer that sets `written` and `mastered` on the lists that it shows."""
        if args and "data" not in kwargs:
            progress = ListProgress(self.user)
            lists = [progress.annotate(each) for each in args[0]] if kwargs.get("many") else progress.annotate(args[0])
            args = (lists,)
        return super().get_serializer(*args, **kwargs)

    @extend_schema(
        responses={201: ListSerializer, 409: OpenApiResponse(description="`too_many_lists`: delete one first")}
    )
    def create(self, request: Request) -> Response:
        """Create a list."""
        return self.keep(CharacterList(user=self.user), status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: int) -> Response:
        """Rename a list, or replace its characters."""
        return self.keep(self.get_object(), status.HTTP_200_OK)

    def keep(self, chosen: CharacterList, success: int) -> Response:
        """Update `chosen` from the request and save it; the response has the status `success`."""
        wanted = self.get_serializer(data=self.request.data, partial=not chosen._state.adding)
        wanted.is_valid(raise_exception=True)
        for name, value in wanted.validated_data.items():
            setattr(chosen, name, value)
        try:
            chosen.keep()
        except ValidationError as error:
            if hasattr(error, "error_dict"):
                raise serializers.ValidationError(get_error_detail(error)) from error
            raise TooMany(error.message, error.code) from error
        return Response(self.get_serializer(chosen).data, success)

    @extend_schema(request=None, responses=ListSerializer)
    @action(detail=True, methods=["put"])
    def share(self, request: Request, pk: int) -> Response:
        """Create a link at which anyone can read the list, but not see who owns it."""
        chosen = self.get_object()
        chosen.share()
        return Response(self.get_serializer(chosen).data)

    @extend_schema(responses={204: None})
    @share.mapping.delete
    def unshare(self, request: Request, pk: int) -> Response:
        """Remove the list's link. Sharing the list again creates a different one."""
        self.get_object().unshare()
        return Response(status=status.HTTP_204_NO_CONTENT)
