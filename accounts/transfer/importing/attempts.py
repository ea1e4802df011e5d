"""Reads the attempts of an export with their scores and images."""

import re
from collections.abc import Mapping
from itertools import chain
from typing import Any, cast
from zipfile import ZipFile

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.transfer.importing.archive import DAMAGE
from accounts.transfer.importing.values import (
    Skipped,
    SkipReason,
    is_number,
    is_percent,
    is_script,
    read_character,
    read_text,
    read_time,
    read_uuid,
)
from characters.spelling import spelling
from ml import sandbox
from ml.ink import MAX_LINE_STROKES, MAX_STROKES, duration
from ml.ink import check as check_ink
from scoring.models import MAX_AROUND, Attempt, Score
from scoring.remarks import are_strokes, is_remark
from scoring.serializers import MAX_IMAGE_BYTES, MAX_SCRIPTS

_MAX_SCORES, _MAX_CANDIDATES = 100, 20
_MODEL = re.compile(r"[A-Za-z0-9][\w.+-]{0,39}", re.ASCII)


def _are_pairs_of_strokes(value: Any) -> bool:
    """Whether `value` can be the counterparts of a score."""
    return (
        isinstance(value, list)
        and len(value) <= 2 * MAX_STROKES
        and all(isinstance(pair, list) and len(pair) == 2 and are_strokes(pair) for pair in value)
    )


class AttemptReader:
    """Turns rows of the export into attempts and scores of a user. `characters`: primary keys by literal."""

    def __init__(self, archive: ZipFile, user_id: int, characters: Mapping[str, int]) -> None:
        self.archive, self.user_id, self.characters = archive, user_id, characters
        #: Names of the images stored and not yet referred to by a committed attempt.
        self.images: list[str] = []

    def read(self, row: Any) -> tuple[Attempt, list[Score], str | None]:
        """The attempt and its scores, unsaved, and the name of its image. Raises Skipped or WritingError."""
        if not isinstance(row, dict):
            raise Skipped
        ink, image, scripts, pen = row.get("ink"), row.get("image"), row.get("scripts"), row.get("pen_width")
        if (ink is None) == (image is None) or not (image is None or isinstance(image, str)):
            raise Skipped
        if ink is not None:
            check_ink(ink)
            ink = {key: ink[key] for key in ("width", "height", "strokes")}
        if not isinstance(scripts, list) or len(scripts) > MAX_SCRIPTS or not all(map(is_script, scripts)):
            raise Skipped
        if not (pen is None or (is_number(pen) and 0 <= pen <= 1000)):
            raise Skipped
        # Older exports don't have these.
        saw_reference = row.get("saw_reference", False)
        around = {name: read_text(row.get(name, ""), MAX_AROUND) for name in ("before", "after")}
        line, position = row.get("line"), row.get("position")
        is_in_line = type(position) is int and 0 < position <= MAX_LINE_STROKES
        if not isinstance(saw_reference, bool) or not (is_in_line if line is not None else position is None):
            raise Skipped
        attempt = Attempt(
            id=read_uuid(row.get("id")),
            user_id=self.user_id,
            target_id=self.character(row.get("target")),
            ink=ink,
            scripts=list(map(spelling, scripts)),
            pen_width=pen,
            **around,
            line_id=None if line is None else read_uuid(line),
            position=position,
            saw_reference=saw_reference,
            written_at=read_time(row.get("written_at")),
            duration=duration(ink),
        )
        scores = self.scores(attempt, row.get("scores"))
        own = [score for score in scores if score.target_id and score.target_id == attempt.target_id]
        if own:
            attempt.legibility, attempt.misread_as = own[-1].legibility, own[-1].main_misreading
        if scores:
            attempt.status = Attempt.Status.SCORED
        else:  # not queued, since one file could keep the workers busy for hours
            failure = row.get("failure")
            is_code = isinstance(failure, str) and re.fullmatch("[a-z_]{1,32}", failure)
            attempt.status, attempt.failure = Attempt.Status.FAILED, cast(str, failure) if is_code else "not_scored"
        return attempt, scores, image

    def scores(self, attempt: Attempt, rows: Any) -> list[Score]:
        """The scores, the last of each target and model, in the order of the file."""
        if not isinstance(rows, list) or len(rows) > _MAX_SCORES:
            raise Skipped
        scores = [self.score(attempt, row) for row in rows]
        return list({(score.target_id, score.model_version): score for score in scores}.values())

    def score(self, attempt: Attempt, row: Any) -> Score:
        if not isinstance(row, dict):
            raise Skipped
        model, legibility, form = row.get("model"), row.get("legibility"), row.get("form")
        remarks: Any = row.get("remarks")
        misread_as = row.get("misread_as")
        # Older exports have none of these three.
        notes: Any = row.get("notes", [])
        counterparts, excluded = row.get("counterparts", []), row.get("excluded")
        is_sound = (
            isinstance(model, str)
            and _MODEL.fullmatch(model)
            and isinstance(row.get("known"), bool)
            and (legibility is None) == (row.get("target") is None)
            and all(value is None or is_percent(value) for value in (legibility, form))
            and all(isinstance(each, list) and len(each) <= _MAX_CANDIDATES for each in (remarks, notes))
            and all(is_remark(each) for each in chain(remarks, notes))
            and _are_pairs_of_strokes(counterparts)
        )
        if not is_sound:
            raise Skipped
        return Score(
            attempt=attempt,
            target_id=self.character(row.get("target")),
            model_version=cast(str, model),
            legibility=legibility,
            known=row["known"],
            candidates=self.candidates(row.get("candidates")),
            misread_as=self.literals(misread_as),
            form=form,
            remarks=remarks,
            notes=notes,
            counterparts=counterparts,
            excluded=None if excluded is None else self.candidate(excluded),
            scored_at=read_time(row.get("scored_at")),
            imported=True,
        )

    def candidates(self, rows: Any) -> list[dict[str, Any]]:
        if not isinstance(rows, list) or len(rows) > _MAX_CANDIDATES:
            raise Skipped
        return [self.candidate(row) for row in rows]

    def candidate(self, row: Any) -> dict[str, Any]:
        # Exports of before the script prior have no probability without context.
        probabilities = ("confidence", "alone") if isinstance(row, dict) and "alone" in row else ("confidence",)
        is_sound = (
            isinstance(row, dict)
            and all(is_number(row.get(name)) and 0 <= row[name] <= 1 for name in probabilities)
            and is_percent(row.get("legibility"))
        )
        if not is_sound:
            raise Skipped
        [literal] = self.literals([row.get("character")])
        return {
            "character": literal,
            "confidence": row["confidence"],
            "legibility": row["legibility"],
            "lookalikes": self.literals(row.get("lookalikes")),
            **{name: row[name] for name in probabilities[1:]},
        }

    def literals(self, value: Any) -> list[str]:
        """A list of characters, all in the catalogue."""
        if not isinstance(value, list) or len(value) > _MAX_CANDIDATES:
            raise Skipped
        for literal in value:
            if self.character(literal) is None:
                raise Skipped
        return list(map(spelling, value))

    def character(self, literal: Any) -> int | None:
        return read_character(literal, self.characters)

    def store_image(self, attempt: Attempt, name: str) -> None:
        """Store the image `name` of the zip file as the attempt's. Raises Skipped or WritingError."""
        try:
            with self.archive.open(name) as file:
                data = file.read(MAX_IMAGE_BYTES + 1)
        except KeyError as error:
            raise Skipped(SkipReason.IMAGE_MISSING) from error
        except DAMAGE as error:
            raise Skipped(SkipReason.UNREADABLE_IMAGE) from error
        if len(data) > MAX_IMAGE_BYTES:
            raise Skipped(SkipReason.TOO_LARGE)
        sandbox.read(data)
        file_name = f"{attempt.pk}.{sandbox.kind(data)}"
        default_storage.delete(
            attempt.image.field.generate_filename(attempt, file_name)
        )  # a killed worker may have left one
        attempt.image.save(file_name, ContentFile(data), save=False)
        self.images.append(str(attempt.image))
