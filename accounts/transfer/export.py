"""Writes all data of a learner as a zip file. `accounts.transfer.importing` reads it."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.core.files.base import File
from django.core.files.storage import default_storage

from accounts.models import Export, Plan, User
from accounts.transfer.rows import CHUNK, attempt_row, chunks, literals_by_key, to_json
from scoring.judging import score_waiting
from scoring.models import Attempt, Line, Score

#: The version of the file format; increase it when older importers would misunderstand the files.
FORMAT = 1

README = """Letters-AI: all your data
=========================

account.json    your account: e-mail address, language, time zone, consents, plan
attempts.jsonl  your attempts, one JSON object per line, oldest first
                ink: writing area and strokes of [x, y, t]; CSS pixels, ms from the first point
                line, position: the word or sentence to which it belongs, and its place there
                before, after: the text around it
                saw_reference: whether you could see how the character is written
                scores: the scores of all models, oldest first
                exemplar: if it was offered as an example, what became of the offer
                is_shared: whether anyone with a link can see it
lines.jsonl     your words and sentences, one JSON object per line, oldest first
                text: what was asked for; characters: what each was read as, alone and in context
images/         the attempts you uploaded as images, named by their ids
scores.csv      your scored attempts for spreadsheets, with what each was read as
lists.json      your lists of characters
reviews.json    the characters you practise, when each is due, and how well you remember it
word_reviews.json  the same for the words you practise
tokens.json     your API tokens: names, scopes and dates, without the secrets, which are not stored
webhooks.json   your webhooks: their addresses, and why they are paused, without the secrets

All times are in UTC. You can import this file into an account on this site or on another
Letters-AI site, on the page "Your data" of your account.
"""


def build(export: Export) -> None:
    """Write and store the export's file, and end the export. Raises LeaseLost when another worker has taken over."""
    with tempfile.TemporaryFile() as file:  # the system removes it however the process ends
        write(file, export.user, lambda done, total: export.save_progress(done=done, total=total))
        size = file.tell()
        file.seek(0)
        export.save_progress()
        default_storage.delete(export.path)  # a killed worker may have left part of it
        default_storage.save(export.path, File(file))
    try:
        export.end(Export.Status.DONE, size=size)
    except Exception:
        if not Export.objects.filter(pk=export.pk).exists():
            default_storage.delete(export.path)
        raise


def write(file: IO[bytes], user: User, progress: Callable[[int, int], None]) -> None:
    """Write the zip file. Calls `progress` with the numbers of attempts done and of all, every few hundred."""
    mine = Attempt.objects.owned_by(user, None)
    total = mine.count()
    progress(0, total)
    literals = literals_by_key()
    images: list[tuple[str, str]] = []
    with tempfile.TemporaryFile() as table, ZipFile(file, "w", ZIP_DEFLATED, compresslevel=4) as archive:
        text = io.TextIOWrapper(table, "utf-8", newline="")
        rows = csv.writer(text)
        rows.writerow(["time", "character", "score", "band", "read as", "model"])
        archive.writestr("README.txt", README)
        archive.writestr("account.json", to_json(account(user)))
        with archive.open("attempts.jsonl", "w", force_zip64=True) as lines:
            done = 0
            for attempts in chunks(user):
                for attempt in attempts:
                    image = _image_of(attempt)
                    if image:
                        images.append((str(attempt.image), image))
                    lines.write((to_json(attempt_row(attempt, image, literals), indent=None) + "\n").encode())
                    if attempt.score:
                        rows.writerow(_row(attempt, attempt.score, literals))
                done += len(attempts)
                progress(min(done, total), total)
                score_waiting()
        with archive.open("lines.jsonl", "w", force_zip64=True) as lines_file:
            for some_lines in _lines(user):
                lines_file.writelines((to_json(_line_row(one), indent=None) + "\n").encode() for one in some_lines)
                progress(total, total)
                score_waiting()
        for number, (name, image) in enumerate(images):
            with suppress(FileNotFoundError), default_storage.open(name) as source:  # its attempt is erased meanwhile
                archive.writestr(image, source.read(), ZIP_STORED)
            if number % CHUNK == 0:
                progress(total, total)
                score_waiting()
        text.flush()
        table.seek(0)
        with archive.open("scores.csv", "w") as copy:
            while some := table.read(1 << 16):
                copy.write(some)
        archive.writestr("lists.json", to_json(lists(user)))
        archive.writestr("reviews.json", to_json(reviews(user)))
        archive.writestr("word_reviews.json", to_json(word_reviews(user)))
        archive.writestr("tokens.json", to_json(tokens(user)))
        archive.writestr("webhooks.json", to_json(webhooks(user)))
    progress(total, total)


def _lines(user: User) -> Iterator[list[Line]]:
    """The user's lines, oldest first, `CHUNK` at a time. Ids grow with time."""
    mine = Line.objects.owned_by(user, None).order_by("pk")
    some = list(mine[:CHUNK])
    while some:
        yield some
        some = list(mine.filter(pk__gt=some[-1].pk)[:CHUNK])


def _line_row(line: Line) -> dict[str, Any]:
    """The line's row of lines.jsonl."""
    names = ["kind", "text", "before", "after", "direction", "saw_reference", "pen_width", "written_at"]
    read = ["status", "failure", "characters", "remarks", "ink"]
    row = {name: getattr(line, name) for name in [*names, *read]}
    return {"id": str(line.pk), **row, "model": line.model_version}


def account(user: User) -> dict[str, Any]:
    """The contents of account.json."""
    plan = Plan.objects.filter(user=user).select_related("list").first()
    return {
        "format": FORMAT,
        "email": user.email,
        "joined": user.date_joined,
        "language": user.language,
        "time_zone": user.time_zone,
        "day_starts_at": user.day_starts_at,
        "is_school_strict": user.is_school_strict,
        "consents": {"shows_examples": user.shows_examples, "allows_training": user.allows_training},
        "plan": plan
        and {
            "new_per_day": plan.new_per_day,
            "order": plan.order,
            "scripts": plan.scripts,
            "character_set": plan.character_set,
            "list": plan.list and plan.list.name,
            "daily_goal": plan.daily_goal,
            "reminds": plan.reminds,
            "reminds_at": plan.reminds_at,
        },
    }


def lists(user: User) -> list[dict[str, Any]]:
    """The contents of lists.json."""
    return [
        {"name": one.name, "characters": one.characters, "created_at": one.created_at, "is_shared": bool(one.shared_as)}
        for one in user.lists.all()
    ]


_MEMORY = ["begun_on", "due_on", "reviewed_on", "stability", "difficulty", "reviews", "lapses"]


def reviews(user: User) -> list[dict[str, Any]]:
    """The contents of reviews.json."""
    mine = user.reviews.select_related("character").order_by("pk")
    return [{"character": one.character.literal, **{name: getattr(one, name) for name in _MEMORY}} for one in mine]


def word_reviews(user: User) -> list[dict[str, Any]]:
    """The contents of word_reviews.json."""
    mine = user.word_reviews.select_related("word").order_by("pk")
    return [{"word": one.word.text, **{name: getattr(one, name) for name in _MEMORY}} for one in mine]


def tokens(user: User) -> list[Any]:
    """The contents of tokens.json."""
    return list(user.tokens.values("name", "scopes", "created_at", "expires_at", "last_used_at"))


def _image_of(attempt: Attempt) -> str | None:
    """The name of the attempt's image in the zip file; None without an image, or when its file is missing."""
    if not attempt.image or not default_storage.exists(str(attempt.image)):
        return None
    return f"images/{attempt.pk}{PurePosixPath(str(attempt.image)).suffix}"


def _row(attempt: Attempt, score: Score, literals: dict[int | None, str]) -> list[Any]:
    """The attempt's row of scores.csv."""
    read_as = score.candidates[0]["character"] if score.candidates else ""
    written_at, target = attempt.written_at.isoformat(), literals.get(attempt.target_id)
    return [written_at, target, score.legibility, score.band, read_as, score.model_version]


def webhooks(user: User) -> list[Any]:
    """The contents of webhooks.json."""
    return list(user.webhooks.values("url", "created_at", "paused_for"))
