"""A learner's attempts, scores and progress as tables to download: lines of JSON, or CSV for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Literal, cast

from django.db import connection
from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.access.authentication import WithinScopes
from accounts.models import Progress, Review, Token, User
from accounts.transfer.rows import attempt_row, chunks, literals_by_key, score_row, to_json
from accounts.transfer.streams import Stream, StreamCutError
from characters.negotiation import AnyFormat
from characters.parameters import StrictView
from characters.throttling import TolerantThrottle
from scoring.filters import MOMENTS, with_plus
from scoring.models import Attempt, Score

Row = dict[str, Any]
Format = Literal["jsonl", "csv"]
MEDIA_TYPES = {"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}

#: Attempts that are in memory at a time: few, since the ink of each may have 256 kB.
_AT_ONCE = 50
_FILE = {(200, media_type): bytes for media_type in ("application/jsonl", "text/csv")}
_JUDGEMENT = ["legibility", "form", "band", "known", "read_as", "misread_as", "model", "scored_at"]
#: The columns of the CSV files.
ATTEMPT_COLUMNS = ["id", "written_at", "target", "status", "failure", *_JUDGEMENT, "scripts", "pen_width", "duration"]
ATTEMPT_COLUMNS += ["saw_reference", "image", "ink"]
SCORE_COLUMNS = ["attempt", "written_at", "target", *_JUDGEMENT]
PROGRESS_COLUMNS = ["character", "attempts", "average", "best", "recent", "in_a_row", "is_mastered", "latest"]
PROGRESS_COLUMNS += ["latest_at", "due_on", "reviewed_on", "stability"]


class MomentField(serializers.DateTimeField):
    """A time in the address of a request."""

    def to_internal_value(self, value: Any) -> datetime:
        return super().to_internal_value(with_plus(value))


class TableQuerySerializer(serializers.Serializer[Any]):
    """The parameters of a download."""

    updated_after = MomentField(
        required=False,
        validators=MOMENTS,
        help_text="Only attempts that were stored, given a target or scored at this time or later",
    )
    after = serializers.UUIDField(
        required=False, help_text="Only attempts that follow the one with this id, to go on with a download"
    )

    def validate_after(self, pk: Any) -> Attempt:
        user = self.context["request"].user
        try:
            return Attempt.objects.only("written_at").get(user=user, pk=pk)
        except Attempt.DoesNotExist as error:
            raise serializers.ValidationError(_("You have no attempt with this id."), "does_not_exist") from error


class AttemptTableQuerySerializer(TableQuerySerializer):
    ink = serializers.BooleanField(default=True, help_text="False leaves the ink out")


class DownloadThrottle(TolerantThrottle):
    """Limits downloads of one account. Each may read everything it has."""

    scope = "downloads"
    rate = "120/hour"

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": request.user.pk}


class TableView(StrictView):
    """Base of the tables. Each is sent in constant memory while its rows are read."""

    permission_classes = [IsAuthenticated, WithinScopes]
    content_negotiation_class = AnyFormat
    #: The scopes that an API token needs.
    scopes = {"read": "read:history"}
    http_method_names = ["get", "options"]
    #: Name of the file without its extension, and the columns of the CSV file.
    name: str
    columns: list[str]
    #: The file's extension, which the URL sets.
    format: Format = "jsonl"

    def get_throttles(self) -> list[BaseThrottle]:
        return [DownloadThrottle()]

    def rows(self, user: User, **wanted: Any) -> Iterator[Row]:
        """The rows in the wanted format. They may contain more than the columns."""
        raise NotImplementedError

    def download(self, request: Request) -> StreamingHttpResponse:
        user = cast(User, request.user)
        rows = self.rows(user, **self.query().validated_data)
        lines = csv_lines(self.columns, rows) if self.is_csv else (f"{to_json(row, indent=None)}\n" for row in rows)
        return StreamingHttpResponse(
            Stream(request._request, user.pk, lines),
            content_type=MEDIA_TYPES[self.format],
            headers={
                "Content-Disposition": f'attachment; filename="{self.name}.{self.format}"',
                "Cache-Control": "private, no-store",
            },
        )

    @property
    def is_csv(self) -> bool:
        return self.format == "csv"

    def read(self, user: User, *, ink: bool, **wanted: Any) -> Iterator[Attempt]:
        """The wanted attempts. While the reader receives them, no connection to the database is held.

        Raises StreamCutError once the token or session that asked for them can no longer be used.
        """
        for attempts in chunks(user, _AT_ONCE, with_ink=ink, **wanted):
            if not is_valid_still(self.request):
                raise StreamCutError
            connection.close_if_unusable_or_obsolete()
            yield from attempts


class AttemptTableView(TableView):
    name, columns = "attempts", ATTEMPT_COLUMNS
    queries = {"get": AttemptTableQuerySerializer}

    @extend_schema(parameters=[AttemptTableQuerySerializer], responses=_FILE)
    def get(self, request: Request) -> StreamingHttpResponse:
        """Download all your attempts with their scores, oldest first, as lines of JSON or as CSV."""
        return self.download(request)

    def rows(self, user: User, *, ink: bool = True, **wanted: Any) -> Iterator[Row]:
        literals = literals_by_key()
        for attempt in self.read(user, ink=ink, **wanted):
            if not ink:
                attempt.ink = None  # it wasn't read
            image = (
                self.request.build_absolute_uri(reverse("attempt-image", args=[attempt.pk])) if attempt.image else None
            )
            row = attempt_row(attempt, image, literals)
            if self.is_csv:
                text = {"scripts": " ".join(attempt.scripts), "ink": attempt.ink and to_json(attempt.ink, indent=None)}
                yield {**judgement(attempt.newest_score), **row, **text}
            else:
                yield row if ink else {name: value for name, value in row.items() if name != "ink"}


class ScoreTableView(TableView):
    name, columns = "scores", SCORE_COLUMNS
    queries = {"get": TableQuerySerializer}

    @extend_schema(parameters=[TableQuerySerializer], responses=_FILE)
    def get(self, request: Request) -> StreamingHttpResponse:
        """Download all scores of your attempts, by every model, those of the oldest attempt first."""
        return self.download(request)

    def rows(self, user: User, **wanted: Any) -> Iterator[Row]:
        literals = literals_by_key()
        for attempt in self.read(user, ink=False, **wanted):
            of = {"attempt": str(attempt.pk), "written_at": attempt.written_at}
            for score in sorted(attempt.scores.all(), key=lambda score: score.pk):
                yield {**of, **score_row(score, literals), **(judgement(score) if self.is_csv else {})}


class ProgressTableView(TableView):
    name, columns = "progress", PROGRESS_COLUMNS
    queries = {"get": serializers.Serializer}

    @extend_schema(responses=_FILE)
    def get(self, request: Request) -> StreamingHttpResponse:
        """Download your progress with each character that has a score, in the order of the catalogue."""
        return self.download(request)

    def rows(self, user: User, **wanted: Any) -> Iterator[Row]:
        reviews = {review.character_id: review for review in Review.objects.filter(user=user)}
        found = list(Progress.objects.filter(user=user).select_related("character").order_by("character__position"))
        connection.close_if_unusable_or_obsolete()
        for progress in found:
            review = reviews.get(progress.character_id)
            yield {
                "character": progress.character.literal,
                **{name: getattr(progress, name) for name in ("attempts", "best", "in_a_row", "is_mastered")},
                "average": round(progress.average, 1),
                "recent": round(progress.recent, 1),
                "latest": progress.latest,
                "latest_at": progress.latest_at,
                **{name: getattr(review, name, None) for name in ("due_on", "reviewed_on", "stability")},
            }


def is_valid_still(request: Request) -> bool:
    """Whether the token or session of the request still exists, and its account is open."""
    if isinstance(request.auth, Token):
        token = Token.objects.select_related("user").filter(pk=request.auth.pk).first()
        return token is not None and not token.is_expired and token.user.is_active
    session = request._request.session
    is_signed_in = session.session_key is None or session.exists(session.session_key)
    return is_signed_in and User.objects.filter(pk=cast(User, request.user).pk, is_active=True).exists()


def judgement(score: Score | None) -> Row:
    """The columns of a CSV file that give a score; empty without one."""
    if score is None:
        return {}
    return {
        **{name: getattr(score, name) for name in ("legibility", "form", "band", "known", "scored_at")},
        "read_as": score.candidates[0]["character"] if score.candidates else "",
        "misread_as": "".join(score.misread_as),
        "model": score.model_version,
    }


def csv_lines(columns: list[str], rows: Iterable[Row]) -> Iterator[str]:
    """The header and the rows. The byte order mark makes Excel read UTF-8."""
    yield "\ufeff" + csv_line(columns)
    for row in rows:
        yield csv_line([_cell(row.get(column)) for column in columns])


def csv_line(cells: list[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: Any) -> Any:
    """Dates as in JSON; true and false too."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else value
