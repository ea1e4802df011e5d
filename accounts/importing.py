"""Brings an export back, here or on another site: `check` at the door, `take` in a task. Nothing in it is believed."""

import json
import re
import struct
import uuid
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import IO, Any, cast
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.export import FORMAT
from accounts.models import CharacterList, Import, Plan, Review, User
from accounts.models.plan import Order
from accounts.models.users import check_time_zone
from accounts.tally import locked, rebuild
from characters.models import Character
from ml import photo
from ml.ink import WritingError, duration
from ml.ink import check as check_ink
from ml.scripts import is_choice
from scoring.models import Attempt, Score
from scoring.remarks import is_remark
from scoring.serializers import MAX_IMAGE_BYTES, MAX_SCRIPTS
from scoring.tasks import score_waiting

MAX_BYTES = 500 * 1024 * 1024
#: Unpacked, in all.
_MAX_UNPACKED = 4 * 1024**3
_MAX_ENTRIES = 60_000
_MAX_DIRECTORY = 16 * 1024 * 1024
#: Of one writing's line with all of its scores, and of a file that is read at once.
_MAX_LINE = 1024 * 1024
_MAX_FILE = 8 * 1024 * 1024
_MAX_WRITINGS = 1_000_000
_MAX_SCORES, _MAX_CANDIDATES = 100, 20
#: Writings that are stored together.
CHUNK = 200
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_END = struct.Struct("<4s4H2LH")
_MODEL = re.compile(r"[A-Za-z0-9][\w.+-]{0,39}", re.ASCII)


class NotTaken(ValueError):  # noqa: N818 - as it is said: taken or not
    """A file that isn't taken at all. `code` is for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class LeftOut(ValueError):  # noqa: N818
    """One thing of the file isn't taken; the code says why."""


def check(file: IO[bytes]) -> None:
    """Raise NotTaken unless the file looks like an export. Codes: too_large, not_an_export."""
    with _opened(file) as archive:
        _about(archive)


def _opened(file: IO[bytes]) -> ZipFile:
    file.seek(0, 2)
    if file.tell() > MAX_BYTES:
        raise NotTaken("too_large", f"An export has at most {MAX_BYTES // 1024**2} MB.")
    file.seek(max(0, file.tell() - 0xFFFF - _END.size))
    tail = file.read()
    start = tail.rfind(b"PK\5\6")
    if start < 0 or start + _END.size > len(tail):
        raise NotTaken("not_an_export", "This is no zip file.")
    _, _, _, _, entries, directory, _, _ = _END.unpack_from(tail, start)
    if entries > _MAX_ENTRIES or directory > _MAX_DIRECTORY:  # before anything makes objects of them
        raise NotTaken("too_large", f"An export has at most {_MAX_ENTRIES:,} files.")
    file.seek(0)
    try:
        archive = ZipFile(file)
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise NotTaken("not_an_export", "This is no zip file, or a damaged one.") from error
    if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
        raise NotTaken("too_large", f"Unpacked, an export has at most {_MAX_UNPACKED // 1024**3} GB.")
    return archive


def _about(archive: ZipFile) -> dict[str, Any]:
    """The account of the export."""
    about = _read(archive, "account.json")
    if not isinstance(about, dict) or about.get("format") != FORMAT or "attempts.jsonl" not in archive.namelist():
        raise NotTaken("not_an_export", "This is not an export of Letters-AI, or one of a later version.")
    return about


def take(job: Import) -> None:
    """Store what the import's file holds, some writings at a time, and end it. It goes on where it was interrupted."""
    try:
        with default_storage.open(job.path) as file, _opened(file) as archive:
            about = _about(archive)
            if not job.total:
                job.note(total=_count(archive))
            Taking(job, archive).run(about)
    except FileNotFoundError:
        job.end(Import.Status.FAILED, failure="file_missing")
    except NotTaken as error:
        job.end(Import.Status.FAILED, failure=error.code)
    default_storage.delete(job.path)


def _count(archive: ZipFile) -> int:
    """The lines of the writings. Reads all of them, so that a damaged file is refused before anything is stored."""
    lines = 0
    try:
        with archive.open("attempts.jsonl") as file:
            while some := file.read(1 << 20):
                lines += some.count(b"\n")
    except (BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error) as error:
        raise NotTaken("not_an_export", "The zip file is damaged.") from error
    if lines > _MAX_WRITINGS:
        raise NotTaken("too_large", f"An export has at most {_MAX_WRITINGS:,} writings.")
    return lines


class Taking:
    """One import by one worker."""

    def __init__(self, job: Import, archive: ZipFile) -> None:
        self.job, self.archive = job, archive
        self.skipped = Counter(job.skipped)
        self.characters = dict(Character.objects.values_list("literal", "pk"))
        #: Images stored since the last commit.
        self.images: list[str] = []

    def run(self, about: dict[str, Any]) -> None:
        """Store what isn't stored yet. Each chunk is stored as a whole, with how far that is, or not at all."""
        with self.archive.open("attempts.jsonl") as file:
            for _ in range(self.job.done):
                _next_line(file)
            while True:
                some = list(_chunk(file))
                try:
                    with transaction.atomic():
                        added = self.store(some)
                        said = {
                            "done": self.job.done + len(some),
                            "added": self.job.added + added,
                            "skipped": self.skipped,
                        }
                        if some:
                            self.job.note(**said)
                        else:
                            self.finish(about)
                            self.job.end(Import.Status.DONE, **said)
                except Exception:
                    for name in self.images:
                        default_storage.delete(name)
                    raise
                self.images = []
                if not some:
                    return
                score_waiting()

    def finish(self, about: dict[str, Any]) -> None:
        """What isn't writings; and everything is counted anew, since writings came without being counted."""
        user = locked(self.job.user_id)
        self.take_lists(user)
        self.take_account(user, about)
        self.take_reviews(user)
        rebuild(user)

    def store(self, lines: list[bytes | None]) -> int:
        """Store the writings of these lines that aren't here yet; how many."""
        read = [made for line in lines if (made := self.attempt(line))]
        taken = dict(Attempt.objects.filter(pk__in=[a.pk for a, _, _ in read]).values_list("pk", "user_id"))
        for attempt, judged, _ in read:
            if attempt.pk in taken and taken[attempt.pk] != self.job.user_id:
                attempt.pk = uuid.uuid5(attempt.pk, str(self.job.user_id))
                for score in judged:
                    score.attempt = attempt  # else they would be of the other's writing
        here = set(Attempt.objects.filter(pk__in=[a.pk for a, _, _ in read]).values_list("pk", flat=True))
        attempts, scores = [], []
        for attempt, judged, image in read:
            if attempt.pk in here:
                self.skipped["already_here"] += 1
                continue
            here.add(attempt.pk)
            try:
                if image:
                    self.keep_image(attempt, image)
            except LeftOut as reason:
                self.skipped[str(reason)] += 1
                continue
            attempts.append(attempt)
            scores += judged
        Attempt.objects.bulk_create(attempts)
        Score.objects.bulk_create(scores)
        return len(attempts)

    def attempt(self, line: bytes | None) -> tuple[Attempt, list[Score], str | None] | None:
        """The writing of a line, not saved, its scores and the name of its image; None, and counted, where it isn't."""
        try:
            return self._attempt(_parsed(line))
        except LeftOut as reason:
            self.skipped[str(reason)] += 1
        except WritingError as reason:
            self.skipped[reason.code] += 1
        return None

    def _attempt(self, said: Any) -> tuple[Attempt, list[Score], str | None]:
        if not isinstance(said, dict):
            raise LeftOut("malformed")
        ink, image, scripts, pen = said.get("ink"), said.get("image"), said.get("scripts"), said.get("pen_width")
        if (ink is None) == (image is None) or not (image is None or isinstance(image, str)):
            raise LeftOut("malformed")
        if ink is not None:
            check_ink(ink)
            ink = {key: ink[key] for key in ("width", "height", "strokes")}
        if not isinstance(scripts, list) or len(scripts) > MAX_SCRIPTS or not all(map(_is_script, scripts)):
            raise LeftOut("malformed")
        if not (pen is None or (_is_number(pen) and 0 <= pen <= 1000)):
            raise LeftOut("malformed")
        attempt = Attempt(
            id=_uuid(said.get("id")),
            user_id=self.job.user_id,
            target_id=self.character(said.get("target")),
            ink=ink,
            scripts=scripts,
            pen_width=pen,
            written_at=_moment(said.get("written_at")),
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
            and all(value is None or _is_percent(value) for value in (legibility, form))
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
            scored_at=_moment(said.get("scored_at")),
            imported=True,
        )

    def candidates(self, said: Any) -> list[dict[str, Any]]:
        if not isinstance(said, list) or len(said) > _MAX_CANDIDATES:
            raise LeftOut("malformed")
        return [self.candidate(one) for one in said]

    def candidate(self, said: Any) -> dict[str, Any]:
        is_sound = (
            isinstance(said, dict)
            and _is_number(said.get("confidence"))
            and 0 <= said["confidence"] <= 1
            and _is_percent(said.get("legibility"))
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
        """The id of a character, None of none."""
        if literal is None:
            return None
        if not isinstance(literal, str) or literal not in self.characters:
            raise LeftOut("unknown_character")
        return self.characters[literal]

    def keep_image(self, attempt: Attempt, name: str) -> None:
        """Store the image `name` of the zip as the attempt's."""
        try:
            with self.archive.open(name) as file:
                data = file.read(MAX_IMAGE_BYTES + 1)
        except KeyError as error:
            raise LeftOut("image_missing") from error
        except (BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error) as error:
            raise LeftOut("unreadable_image") from error
        if len(data) > MAX_IMAGE_BYTES:
            raise LeftOut("too_large")
        try:
            photo.read(data)
        except WritingError as error:
            raise LeftOut(error.code) from error
        file_name = f"{attempt.pk}.{photo.kind(data)}"
        default_storage.delete(attempt.image.field.generate_filename(attempt, file_name))  # of a killed worker
        attempt.image.save(file_name, ContentFile(data), save=False)
        self.images.append(str(attempt.image))

    def take_lists(self, user: User) -> None:
        """Lists by name; one's own of the same name stays as it is."""
        room = CharacterList.MOST - user.lists.count()
        names = set(user.lists.values_list("name", flat=True))
        for said in self.rows("lists.json"):
            name, characters = said.get("name"), said.get("characters")
            if not (isinstance(name, str) and name.strip() and name.isprintable() and isinstance(characters, str)):
                self.skipped["malformed_list"] += 1
            elif name not in names and room > 0:
                made = CharacterList(user=user, name=name, characters=characters)
                try:
                    made.full_clean()
                except ValidationError:
                    self.skipped["malformed_list"] += 1
                    continue
                made.save()
                names.add(name)
                room -= 1

    def take_account(self, user: User, about: dict[str, Any]) -> None:
        """Plan and preferences where the user has none. What one agreed to, one agrees to again in each account."""
        language, time_zone = about.get("language"), about.get("time_zone")
        if not user.language and language in [code for code, _ in settings.LANGUAGES]:
            user.language = cast(str, language)
        if not user.time_zone and isinstance(time_zone, str) and time_zone:
            try:
                check_time_zone(time_zone)
                user.time_zone = time_zone
            except ValidationError:
                self.skipped["unknown_time_zone"] += 1
        user.save(update_fields=["language", "time_zone"])
        if isinstance(about.get("plan"), dict) and not Plan.objects.filter(user=user).exists():
            self.take_plan(user, about["plan"])

    def take_plan(self, user: User, said: dict[str, Any]) -> None:
        names = ["new_per_day", "order", "scripts", "daily_goal", "reminds", "reminds_at"]
        plan = Plan(user=user, **{name: said[name] for name in names if name in said})
        if isinstance(said.get("list"), str):
            plan.list = user.lists.filter(name=said["list"].replace("\0", "")).first()
        if plan.order == Order.LIST and not plan.list:
            plan.order = Order.GRADE
        scripts = plan.scripts
        try:
            if not isinstance(scripts, list) or not all(script in Character.Script.values for script in scripts):
                raise ValidationError("Unknown scripts.")
            plan.full_clean()
        except (ValidationError, TypeError):
            self.skipped["malformed_plan"] += 1
            return
        plan.save()

    def take_reviews(self, user: User) -> None:
        """What is practised; of two memories of a character the one that was reviewed last."""
        mine = {review.character_id: review for review in user.reviews.all()}
        for said in self.rows("reviews.json"):
            try:
                review = self.review(user, said)
            except LeftOut:
                self.skipped["malformed_review"] += 1
                continue
            own = mine.get(review.character_id)
            if own and (own.reviewed_on or date.min) >= (review.reviewed_on or date.min):
                continue
            review.pk = own.pk if own else None
            review.save()
            mine[review.character_id] = review

    def review(self, user: User, said: dict[str, Any]) -> Review:
        begun_on, reviewed_on = _day(said.get("begun_on")), said.get("reviewed_on")
        reviewed_on = None if reviewed_on is None else _day(reviewed_on)
        due_on = _day(said.get("due_on"), latest=user.today + timedelta(days=36500))
        character = self.character(said.get("character"))
        stability: Any = said.get("stability")
        difficulty: Any = said.get("difficulty")
        counts: list[Any] = [said.get("reviews"), said.get("lapses")]
        is_sound = character is not None and all(type(count) is int and 0 <= count <= 1_000_000 for count in counts)
        if reviewed_on is None:
            is_sound = is_sound and stability is None and difficulty is None
        else:
            is_sound = is_sound and _is_number(stability) and 0 < stability <= 36500 and _is_number(difficulty)
            is_sound = is_sound and 1 <= difficulty <= 10
        if not is_sound:
            raise LeftOut("malformed")
        return Review(
            user=user,
            character_id=cast(int, character),
            begun_on=begun_on,
            due_on=due_on,
            reviewed_on=reviewed_on,
            stability=stability,
            difficulty=difficulty,
            reviews=counts[0],
            lapses=counts[1],
        )

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """The objects of one of the small files; none where there is none, or it isn't one."""
        if name not in self.archive.namelist():
            return
        try:
            found = _read(self.archive, name)
        except NotTaken:
            self.skipped["malformed"] += 1
            return
        for row in found[:10_000] if isinstance(found, list) else []:
            if isinstance(row, dict):
                yield row
            else:
                self.skipped["malformed"] += 1


def _read(archive: ZipFile, name: str) -> Any:
    try:
        with archive.open(name) as file:
            data = file.read(_MAX_FILE + 1)
    except (KeyError, BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, zlib.error) as error:
        raise NotTaken("not_an_export", f"The zip file has no readable {name}.") from error
    if len(data) > _MAX_FILE:
        raise NotTaken("too_large", f"{name} is too large.")
    try:
        return _parsed(data)
    except LeftOut as error:
        raise NotTaken("not_an_export", f"{name} is no JSON.") from error


def _chunk(file: IO[bytes]) -> Iterator[bytes | None]:
    """The next lines, as many as are stored together."""
    size = 0
    for _ in range(CHUNK):
        line = _next_line(file)
        if line == b"":
            return
        yield line
        size += len(line or b"")
        if size > _MAX_FILE:
            return


def _next_line(file: IO[bytes]) -> bytes | None:
    """The next line, empty at the end; None in the place of one that is too long."""
    line = file.readline(_MAX_LINE)
    if len(line) < _MAX_LINE or line.endswith(b"\n"):
        return line
    while line and not line.endswith(b"\n"):
        line = file.readline(_MAX_LINE)
    return None


def _parsed(data: bytes | None) -> Any:
    if data is None:
        raise LeftOut("too_long")
    try:
        return json.loads(data, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise LeftOut("malformed") from error


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON.")


def _uuid(said: Any) -> uuid.UUID:
    try:
        return uuid.UUID(said)
    except (ValueError, TypeError, AttributeError) as error:
        raise LeftOut("malformed") from error


def _moment(said: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(said).astimezone(UTC)
        if datetime.fromisoformat(said).tzinfo is None:
            raise LeftOut("malformed")
    except (ValueError, TypeError, OverflowError) as error:
        raise LeftOut("malformed") from error
    if moment > timezone.now():
        raise LeftOut("in_the_future")
    if moment < _EARLIEST:
        raise LeftOut("malformed")
    return moment


def _day(said: Any, latest: date | None = None) -> date:
    """A day from `_EARLIEST` on that has begun somewhere, or one until `latest`."""
    try:
        day = date.fromisoformat(said)
    except (ValueError, TypeError) as error:
        raise LeftOut("malformed") from error
    if not _EARLIEST.date() <= day <= (latest or timezone.now().date() + timedelta(days=1)):
        raise LeftOut("malformed")
    return day


def _is_script(said: Any) -> bool:
    return isinstance(said, str) and is_choice(said)


def _is_number(said: Any) -> bool:
    return type(said) in (int, float) and abs(said) < 1e9


def _is_percent(said: Any) -> bool:
    return type(said) is int and 0 <= said <= 100
