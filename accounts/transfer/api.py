"""Export, import and deletion through the API."""

from typing import Any, cast

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.api import SESSION_ONLY, AccountView
from accounts.access.authentication import WithinScopes
from accounts.models import Export, Import, User
from accounts.models.exports import Failure, file_name
from accounts.transfer import importing
from accounts.transfer.queue import start_deletion, start_export, start_import
from characters.parameters import StrictView
from characters.serializer_fields import CountField
from scoring.errors import TooLarge
from scoring.parsers import MultiPartParser


class ReauthenticationRequired(PermissionDenied):
    default_detail = _("You signed in too long ago for this. Sign in again.")
    default_code = "reauthentication_required"


class MeView(AccountView):
    """Your account."""

    @extend_schema(
        auth=SESSION_ONLY,
        responses={202: OpenApiResponse(description="Signed out; all data is deleted within minutes")},
    )
    def delete(self, request: Request) -> Response:
        """Delete your account and all its data. You must have signed in a short time ago."""
        if is_reauthentication_required(request._request, app="account"):
            raise ReauthenticationRequired
        start_deletion(request._request)
        return Response(status=status.HTTP_202_ACCEPTED)


NONE = OpenApiResponse(description="`not_found`: there is none")
#: Codes of `Transfer.failure`.
FAILURES = [*map(str, Failure), *map(str, importing.Rejection)]
#: Headers of the answer to a request that starts a transfer.
ACCEPTED = [
    OpenApiParameter(
        "Location", OpenApiTypes.URI, OpenApiParameter.HEADER, description="Where its state can be read", response=[202]
    ),
    OpenApiParameter(
        "Retry-After", int, OpenApiParameter.HEADER, description="Seconds to wait before asking", response=[202]
    ),
]


class TransferSerializer(serializers.Serializer[Any]):
    """The state of an export or import."""

    status = serializers.ChoiceField(Export.Status.choices)
    failure = serializers.ChoiceField(
        FAILURES,
        allow_blank=True,
        help_text="Empty if there is none",
    )
    done = CountField(help_text="Number of attempts processed")
    total = CountField(help_text="Number of all attempts; 0 until it is known")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When it is deleted; null while it is running")


class ExportSerializer(TransferSerializer):
    size = CountField(help_text="Size of the file, bytes; 0 until the export is done")
    url = serializers.SerializerMethodField(help_text="Address of the zip file; null until the export is done")

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_url(self, export: Export) -> str | None:
        return self.context["request"].build_absolute_uri(reverse("export-file")) if export.is_done else None


class ImportSerializer(TransferSerializer):
    added = CountField(help_text="Number of attempts added")
    skipped = serializers.DictField(
        child=CountField(), help_text="Numbers of things in the file that were left out, by reason code"
    )


class TransferApi(StrictView):
    """Base of the views. They need a session: no scope opens them to a token."""

    permission_classes = [IsAuthenticated, WithinScopes]


class ExportView(TransferApi):
    """The export of all your data."""

    @extend_schema(auth=SESSION_ONLY, responses={200: ExportSerializer, 404: NONE})
    def get(self, request: Request) -> Response:
        """Read the state of your export."""
        export = get_object_or_404(Export, user=request.user)
        return Response(ExportSerializer(export, context={"request": request}).data)

    @extend_schema(auth=SESSION_ONLY, request=None, parameters=ACCEPTED, responses={202: ExportSerializer})
    def post(self, request: Request) -> Response:
        """Start an export in place of the last. If one is running, it continues."""
        export = start_export(cast(User, request.user))
        return _accepted(request, ExportSerializer(export, context={"request": request}).data, "api-export")

    @extend_schema(auth=SESSION_ONLY, responses={204: None, 404: NONE})
    def delete(self, request: Request) -> Response:
        """Delete your export; if it is running, it stops."""
        get_object_or_404(Export, user=request.user).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class ExportFileView(TransferApi):
    @extend_schema(auth=SESSION_ONLY, responses={(200, "application/zip"): bytes, 404: NONE})
    def get(self, request: Request) -> FileResponse:
        """Download the zip file of your export."""
        export = get_object_or_404(Export, user=request.user)
        try:
            file = default_storage.open(export.path) if export.is_done else None
        except FileNotFoundError:
            file = None
        if file is None:
            raise Http404
        answer = FileResponse(file, as_attachment=True, filename=file_name(export.created_at))
        answer["Cache-Control"] = "private, no-store"
        return answer


class UploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="The zip file of an export")


class NotAnExport(APIException):
    status_code = status.HTTP_400_BAD_REQUEST


class ImportRunning(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = _("Another import is still running.")
    default_code = "import_running"


class ImportView(TransferApi):
    """The import of an export from this site or another."""

    parser_classes = [MultiPartParser]

    @extend_schema(auth=SESSION_ONLY, responses={200: ImportSerializer, 404: NONE})
    def get(self, request: Request) -> Response:
        """Read the state of your import."""
        return Response(ImportSerializer(get_object_or_404(Import, user=request.user)).data)

    @extend_schema(
        auth=SESSION_ONLY,
        request={"multipart/form-data": UploadSerializer},
        parameters=ACCEPTED,
        responses={202: ImportSerializer, 409: OpenApiResponse(description="`import_running`: another one")},
    )
    def post(self, request: Request) -> Response:
        """Start an import. Data that you already have is not changed."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > importing.MAX_BYTES + 16 * 1024:
            raise TooLarge(f"An export has at most {importing.MAX_BYTES // 1024**2} MB.")
        given = UploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            started = start_import(cast(User, request.user), given.validated_data["file"])
        except importing.Rejected as error:
            if error.code == importing.Rejection.TOO_LARGE:
                raise TooLarge(str(error)) from error
            raise NotAnExport(str(error), error.code) from error
        if started is None:
            raise ImportRunning
        return _accepted(request, ImportSerializer(started).data, "api-import")


def _accepted(request: Request, data: Any, url_name: str) -> Response:
    headers = {"Location": request.build_absolute_uri(reverse(url_name)), "Retry-After": "1"}
    return Response(data, status.HTTP_202_ACCEPTED, headers=headers)
