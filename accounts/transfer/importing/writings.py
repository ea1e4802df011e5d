"""The writings of an export, with their scores and images."""

import re
from collections.abc import Mapping
from typing import Any, cast
from zipfile import ZipFile

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.transfer.importing.archive import DAMAGE
from accounts.transfer.importing.values import (
    LeftOut,
    character_id,
    is_number,
    is_percent,
    is_script,
    moment_of,
    uuid_of,
)
from ml import sandbox
from ml.ink import WritingError, duration
from ml.ink import check as check_ink
from scoring.models import Attempt, Score
from scoring.remarks import is_remark
from scoring.serializers import MAX_IMAGE_BYTES, MAX_SCRIPTS

_MAX_SCORES, _MAX_CANDIDATES = 100, 20
_MODEL = re.compile(r"[A-Za-z0-9][\w.+-]{0,39}", re.ASCII)


class Writings:
    """Makes a learner's attempts and scores of what the export says. `characters`: their keys by literal."""

    def __init__(self, archive: ZipFile, user_id: int, characters: Mapping[str, int]) -> None:
        self.archive, self.user_id, self.characters = archive, user_id, characters
        #: Images stored so far.
        self.images: list[str] = []

    def attempt(self, said: Any) -> tuple[Attempt, list[Score], str | None]:
        """The writing, not saved, its scores and the name of its image. Raises LeftOut, WritingError."""
        if not isinstance(said, dict):
            raise LeftOut("malformed")
        ink, image, scripts, pen = said.get("ink"), said.get("image"), said.get("scripts"), said.get("pen_width")
        if (ink is None) == (image is None) or not (image is None or isinstance(image, str)):
            raise LeftOut("malformed")
        if ink is not None:
            check_ink(ink)
            ink = {key: ink[key] for key in ("width", "height", "strokes")}
        if not isinstance(scripts, list) or len(scripts) > MAX_SCRIPTS or not all(map(is_script, scripts)):
            raise LeftOut("malformed")
        if not (pen is None or (is_number(pen) and 0 <= pen <= 1000)):
            raise LeftOut("malformed")
        attempt = Attempt(
            id=uuid_of(said.get("id")),
            user_id=self.user_id,
            target_id=self.character(said.get("target")),
            ink=ink,
            scripts=scripts,
            pen_width=pen,
            written_at=moment_of(said.get("written_at")),
            duration=duration(ink),
        )
        scores = self.scores(attempt, said.get("scores"))
        own = [score for score in scores if score.target_id and score.target_id == attempt.target_id]
        if own:
            attempt.legibility, attempt.misread_as = own[-1].legibility, own[-1].taken_for
        if scores:
            attempt.status = Attempt.Status.SCORED
        else:  # nor is it queued: a file could keep the workers busy for hours
            failure = said.get("failure")
            is_code = isinstance(failure, str) and re.fullmatch("[a-z_]{1,32}", failure)
            attempt.status, attempt.failure = Attempt.Status.FAILED, cast(str, failure) if is_code else "not_scored"
        return attempt, scores, image

    def scores(self, attempt: Attempt, said: Any) -> list[Score]:
        """One per target and model, in the order of the file."""
        if not isinstance(said, list) or len(said) > _MAX_SCORES:
            raise LeftOut("malformed")
        scores = {(one.target_id, one.model_version): one for one in (self.score(attempt, row) for row in said)}
        return list(scores.values())

    def score(self, attempt: Attempt, said: Any) -> Score:
        if not isinstance(said, dict):
            raise LeftOut("malformed")
        model, legibility, form = said.get("model"), said.get("legibility"), said.get("form")
        remarks, misread_as = said.get("remarks"), said.get("misread_as")
        is_sound = (
            isinstance(model, str)
            and _MODEL.fullmatch(model)
            and isinstance(said.get("known"), bool)
            and (legibility is None) == (said.get("target") is None)
            and all(value is None or is_percent(value) for value in (legibility, form))
            and isinstance(remarks, list)
            and len(remarks) <= _MAX_CANDIDATES
            and all(map(is_remark, remarks))
        )
        if not is_sound:
            raise LeftOut("malformed")
        return Score(
            attempt=attempt,
            target_id=self.character(said.get("target")),
            model_version=cast(str, model),
            legibility=legibility,
            known=said["known"],
            candidates=self.candidates(said.get("candidates")),
            misread_as=self.literals(misread_as),
            form=form,
            remarks=remarks,
            scored_at=moment_of(said.get("scored_at")),
            imported=True,
        )

    def candidates(self, said: Any) -> list[dict[str, Any]]:
        if not isinstance(said, list) or len(said) > _MAX_CANDIDATES:
            raise LeftOut("malformed")
        return [self.candidate(one) for one in said]

    def candidate(self, said: Any) -> dict[str, Any]:
        is_sound = (
            isinstance(said, dict)
            and is_number(said.get("confidence"))
            and 0 <= said["confidence"] <= 1
            and is_percent(said.get("legibility"))
        )
        if not is_sound:
            raise LeftOut("malformed")
        [literal] = self.literals([said.get("character")])
        return {
            "character": literal,
            "confidence": said["confidence"],
            "legibility": said["legibility"],
            "lookalikes": self.literals(said.get("lookalikes")),
        }

    def literals(self, said: Any) -> list[str]:
        """Characters of the catalogue."""
        if not isinstance(said, list) or len(said) > _MAX_CANDIDATES:
            raise LeftOut("malformed")
        for literal in said:
            if self.character(literal) is None:
                raise LeftOut("malformed")
        return said

    def character(self, literal: Any) -> int | None:
        return character_id(literal, self.characters)

    def keep_image(self, attempt: Attempt, name: str) -> None:
        """Store the image `name` of the zip as the attempt's."""
        try:
            with self.archive.open(name) as file:
                data = file.read(MAX_IMAGE_BYTES + 1)
        except KeyError as error:
            raise LeftOut("image_missing") from error
        except DAMAGE as error:
            raise LeftOut("unreadable_image") from error
        if len(data) > MAX_IMAGE_BYTES:
            raise LeftOut("too_large")
        try:
            sandbox.read(data)
        except WritingError as error:
            raise LeftOut(error.code) from error
        file_name = f"{attempt.pk}.{sandbox.kind(data)}"
        default_storage.delete(attempt.image.field.generate_filename(attempt, file_name))  # of a killed worker
        attempt.image.save(file_name, ContentFile(data), save=False)
        self.images.append(str(attempt.image))
