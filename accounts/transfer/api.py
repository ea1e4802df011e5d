"""The account through the API: what it says, all its data out and in, and leaving."""

from typing import Any, cast

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ParseError, PermissionDenied
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access.authentication import WithinScopes
from accounts.access.consents import agree
from accounts.models import Export, Import, User
from accounts.models.exports import file_name
from accounts.models.users import check_time_zone
from accounts.progress.tally import change_time_zone
from accounts.transfer import importing
from accounts.transfer.deletion import leave
from accounts.transfer.tasks import send
from scoring.errors import TooLarge

#: Signed in, not by a token.
_SESSION: Any = [{"cookieAuth": []}]


class MeSerializer(serializers.ModelSerializer[User]):
    joined = serializers.DateTimeField(source="date_joined", read_only=True)

    class Meta:
        model = User
        fields = ("email", "joined", "language", "time_zone", "shows_examples", "allows_training")
        read_only_fields = ("email",)

    def validate_time_zone(self, name: str) -> str:
        """One of the IANA database; empty is UTC."""
        if name:
            try:
                check_time_zone(name)
            except ValidationError as error:
                raise serializers.ValidationError(error.messages, error.code) from error
        return name

    def update(self, user: User, wanted: dict[str, Any]) -> User:
        if "language" in wanted:
            user.language = wanted["language"]
            user.save(update_fields=["language"])
        if wanted.get("time_zone", user.time_zone) != user.time_zone:
            change_time_zone(user, wanted["time_zone"])
        consents = {name: wanted.get(name, getattr(user, name)) for name in ("shows_examples", "allows_training")}
        agree(user, **consents)
        return user


class ReauthenticationRequired(PermissionDenied):
    default_detail = "Sign in once more for this: it is long ago."
    default_code = "reauthentication_required"


class MeView(APIView):
    """One's own account."""

    permission_classes = [IsAuthenticated, WithinScopes]
    parser_classes = [JSONParser]
    scopes = {"read": "read:history"}

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(cast(User, request.user)).data)

    @extend_schema(auth=_SESSION, request=MeSerializer, responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        """Change language, time zone or what one agrees to."""
        try:
            wanted = MeSerializer(cast(User, request.user), data=request.data, partial=True)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        wanted.is_valid(raise_exception=True)
        wanted.save()
        return Response(wanted.data)

    @extend_schema(auth=_SESSION, responses={202: OpenApiResponse(description="Signed out; all is erased in minutes")})
    def delete(self, request: Request) -> Response:
        """Leave: all that is one's own is erased. Only who signed in a moment ago may."""
        if is_reauthentication_required(request._request, app="account"):
            raise ReauthenticationRequired
        leave(request._request)
        return Response(status=status.HTTP_202_ACCEPTED)


class TransferSerializer(serializers.Serializer[Any]):
    """How far it is."""

    status = serializers.ChoiceField(Export.Status.choices)
    failure = serializers.CharField(help_text="Code of what went wrong; empty where nothing did")
    done = serializers.IntegerField(help_text="Writings dealt with")
    total = serializers.IntegerField(help_text="Writings in all; 0 until that is known")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When it is deleted; null while it runs")


class ExportSerializer(TransferSerializer):
    size = serializers.IntegerField(help_text="Bytes; 0 until it is done")
    url = serializers.SerializerMethodField(help_text="Of the zip; null until it is done")

    def get_url(self, export: Export) -> str | None:
        return reverse("export-file") if export.is_done else None


class ImportSerializer(TransferSerializer):
    added = serializers.IntegerField(help_text="Writings that weren't here yet")
    skipped = serializers.DictField(child=serializers.IntegerField(), help_text="By code, how much was left out")


class ExportView(APIView):
    """All one's data as a zip: ask for it, see how far it is."""

    permission_classes = [IsAuthenticated, WithinScopes]

    @extend_schema(auth=_SESSION, responses=ExportSerializer)
    def get(self, request: Request) -> Response:
        return Response(ExportSerializer(_own(request, Export)).data)

    @extend_schema(auth=_SESSION, request=None, responses={202: ExportSerializer})
    def post(self, request: Request) -> Response:
        """Start one in the place of the last; where one runs already, that one goes on."""
        export = start_export(cast(User, request.user))
        return _accepted(ExportSerializer(export).data, "api-export")

    @extend_schema(auth=_SESSION, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Delete it, also while it runs."""
        _own(request, Export).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class ExportFileView(APIView):
    permission_classes = [IsAuthenticated, WithinScopes]

    @extend_schema(auth=_SESSION, responses={(200, "application/zip"): bytes})
    def get(self, request: Request) -> FileResponse:
        """The zip itself."""
        export = _own(request, Export)
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
    file = serializers.FileField(help_text="A zip that an export made")


class NotAnExport(APIException):
    status_code = status.HTTP_400_BAD_REQUEST


class ImportRuns(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "Another import is still running."
    default_code = "import_running"


class ImportView(APIView):
    """Bring an export in, of this site or another."""

    permission_classes = [IsAuthenticated, WithinScopes]
    parser_classes = [MultiPartParser]

    @extend_schema(auth=_SESSION, responses=ImportSerializer)
    def get(self, request: Request) -> Response:
        return Response(ImportSerializer(_own(request, Import)).data)

    @extend_schema(auth=_SESSION, request={"multipart/form-data": UploadSerializer}, responses={202: ImportSerializer})
    def post(self, request: Request) -> Response:
        """Start to bring it in. What is here already stays as it is."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > importing.MAX_BYTES + 16 * 1024:
            raise TooLarge(f"An export has at most {importing.MAX_BYTES // 1024**2} MB.")
        given = UploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            started = start_import(cast(User, request.user), given.validated_data["file"])
        except importing.NotTaken as error:
            if error.code == "too_large":
                raise TooLarge(str(error)) from error
            raise NotAnExport(str(error), error.code) from error
        if started is None:
            raise ImportRuns
        return _accepted(ImportSerializer(started).data, "api-import")


def start_export(user: User) -> Export:
    """What runs already, or a new one."""
    export, is_new = Export.objects.begin(user)
    if is_new:
        send(export)
    return export


def start_import(user: User, file: Any) -> Import | None:
    """A new import of the uploaded file; None while another runs. NotTaken where it is no export."""
    importing.check(file)
    started, is_new = Import.objects.begin(user, file)
    if not is_new:
        return None
    send(started)
    return started


def _accepted(data: Any, where: str) -> Response:
    headers = {"Location": reverse(where), "Retry-After": "1"}
    return Response(data, status.HTTP_202_ACCEPTED, headers=headers)


def _own(request: Request, kind: Any) -> Any:
    found = kind.objects.filter(user=request.user).first()
    if found is None:
        raise Http404
    return found
