"""Backup and restore: a restored site equals the original; a damaged archive restores nothing."""

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
import redis
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from lettersai.backups import writing
from lettersai.backups.archive import migrations
from tests.support import starts
from tests.support.drawings import ink_of, png_of
from tests.support.postgresql import migrated_data, postgresql
from tests.support.site import Site, migrated, prepared

#: Creates a learner, attempts with and without scores, an image, and a curator's change. Deletes most rows of the
#: catalogue's largest tables, but leaves more than are inserted at a time.
FILL = """
import json
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from accounts.models import CharacterList, User
from characters.models import Character, Term, Word
from scoring.models import Attempt
last = Word._base_manager.order_by("pk")[1200].pk
Word.characters.through._base_manager.filter(word__gt=last)._raw_delete("default")
Word._base_manager.filter(pk__gt=last)._raw_delete("default")
Term._base_manager.filter(pk__gt=Term._base_manager.order_by("pk")[1200].pk)._raw_delete("default")
ink, png = json.loads(sys.argv[1]), bytes.fromhex(sys.argv[2])
alice = User.objects.create_user("alice@example.org", "a long word 8", time_zone="Asia/Tokyo")
alice.groups.add(Group.objects.get(name="curator"))
CharacterList.objects.create(user=alice, name="two\\u2028lines", characters="口")
mouth = Character.objects.get(literal="口")
for legibility in (93, 12):
    attempt = Attempt.objects.write(user=alice, ink=ink, target=mouth, idempotency_key=str(legibility))
    attempt.record(model_version="1", known=True, candidates=[], legibility=legibility, misread_as=[])
Attempt.objects.write(user=alice, photo=png)
mouth.meanings_en = ["mouth", "opening"]
mouth.save()
"""
#: Prints every row, and the hash of every image.
DUMP = """
import hashlib, json
from django.core.files.storage import default_storage
from lettersai.backups.archive import tables
from scoring.models import Attempt
from django.contrib.contenttypes.models import ContentType
for name, model in sorted(tables().items()):
    rows = model._base_manager.order_by("pk").values()
    print(name, json.dumps(list(rows), sort_keys=True, default=str))
for attempt in Attempt.objects.exclude(image=""):
    print(attempt.image, hashlib.sha256(attempt.image.read()).hexdigest())
"""

#: Prints in JSON what restoring each archive says, and whether the rows and images stay as they are.
RESTORE = f"""
import io
from contextlib import redirect_stdout
from django.core.management import CommandError, call_command
def dump():
    with redirect_stdout(io.StringIO()) as dumped:
        exec({DUMP!r}, {{}})
    return dumped.getvalue()
def restore(archive):
    try:
        call_command("restore", archive)
    except CommandError as error:
        return str(error)
before = dump()
print(json.dumps([(restore(archive), dump() == before) for archive in sys.argv[1:]]))
"""
#: After DUMP: backs the site up and adds a user.
BACK_UP = """
import io
from django.core.management import call_command
from accounts.models import User
call_command("backup", sys.argv[1], stdout=io.StringIO())
User.objects.create_user("bob@example.org")
"""


class Place:
    """A site without processes: a database and a folder."""

    def __init__(self, folder: Path, database: str = "", copied: Path | None = None) -> None:
        """A site whose database is a copy of the SQLite file `copied`, or hasn't been migrated."""
        folder.mkdir(exist_ok=True)
        self.environment = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": database}
        self.file = folder / "lettersai.sqlite3"
        if copied:
            shutil.copyfile(copied, self.file)

    def manage(self, *arguments: str, fails: bool = False) -> str:
        return self._python("manage.py", *arguments, fails=fails)

    def run(self, code: str, *arguments: str) -> str:
        settings = "os.environ['DJANGO_SETTINGS_MODULE'] = 'lettersai.settings'"
        begin = f"import json, os, sys, django; {settings}; django.setup()\n"
        return self._python("-c", begin + code, *arguments)

    def refusals(self, *archives: Path) -> list[str]:
        """What restoring each archive says. None may change anything."""
        answers = json.loads(self.run(RESTORE, *map(str, archives)))
        assert all(is_unchanged for _, is_unchanged in answers)
        return [sentence for sentence, _ in answers]

    def _python(self, *arguments: str, fails: bool = False) -> str:
        ended = starts.run(*arguments, environment=self.environment)
        assert (ended.returncode != 0) == fails, ended.stderr
        return ended.stderr if fails else ended.stdout


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Place:
    """A new site without data."""
    return Place(tmp_path_factory.mktemp("empty"), copied=migrated(cast(Path, Site.database)))


@pytest.fixture(scope="module")
def backup(tmp_path_factory) -> tuple[Path, str]:
    """The archive of a site on SQLite, and the DUMP of that site."""
    folder = tmp_path_factory.mktemp("archive")
    place = Place(folder / "site", copied=prepared(cast(Path, Site.database)))
    place.run(FILL, json.dumps(ink_of("口")), png_of("口").hex())
    place.manage("backup", str(folder / "site.tar.gz"))
    return folder / "site.tar.gz", place.run(DUMP)


def test_a_restored_site_equals_the_original_on_sqlite_and_postgresql(backup, empty, tmp_path):
    archive, everything = backup
    with postgresql(migrated_data()) as database:
        for place in (Place(tmp_path / "a", copied=empty.file), Place(tmp_path / "b", database)):
            place.manage("restore", str(archive))
            again = tmp_path / "again.tar.gz"
            assert place.run(DUMP + BACK_UP, str(again)) == everything
            assert checksums(again) == checksums(archive)
            refused = place.manage("restore", str(archive), fails=True)
            assert (
                refused
                == "CommandError: The database isn't empty. Restore into a new one, after `manage.py migrate`.\n"
            )


def content(opened: tarfile.TarFile, member: str | tarfile.TarInfo) -> bytes:
    file = opened.extractfile(member)
    assert file
    return file.read()


def checksums(archive: Path) -> bytes:
    with tarfile.open(archive) as opened:
        return content(opened, "checksums.json")


#: What each damage of `repack` is refused for.
DAMAGES = {
    "a changed row": "the checksum of rows/accounts.User.jsonl doesn't match",
    "a row twice": "the checksum of rows/accounts.User.jsonl doesn't match",  # and the database would refuse it
    "another table": "contains rows/elsewhere.User.jsonl, which this release doesn't know",
}


def test_a_damaged_archive_restores_nothing_and_says_why(backup, empty, tmp_path):
    archive, _ = backup
    damaged = {damage: tmp_path / f"{damage}.tar.gz" for damage in ("half", "no archive", *DAMAGES)}
    damaged["half"].write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    damaged["no archive"].write_text("a text")
    for damage in DAMAGES:
        repack(archive, damaged[damage], damage)
    reasons = {"half": "Compressed file ended", "no archive": "not a gzip file", **DAMAGES}
    for damage, sentence in zip(damaged, empty.refusals(*damaged.values()), strict=True):
        assert sentence.startswith("The archive ")
        assert reasons[damage] in sentence
        assert len(sentence.splitlines()) == 1
    assert not list(Path(empty.environment["DATA_DIR"]).rglob("*.png"))


def test_a_flipped_bit_is_named_as_damage(backup, empty, tmp_path):
    damaged = []
    for fraction in (0.05, 0.3, 0.5, 0.7, 0.999):
        data = bytearray(backup[0].read_bytes())
        data[int(len(data) * fraction)] ^= 4
        damaged.append(tmp_path / f"{fraction}.tar.gz")
        damaged[-1].write_bytes(data)
    for sentence in empty.refusals(*damaged):
        assert re.fullmatch(r"The archive \S+ is damaged, use another one: \S.*\.", sentence)


def test_restoring_before_migrating_says_what_to_do(backup, tmp_path):
    sentence = Place(tmp_path / "new").manage("restore", str(backup[0]), fails=True)
    assert sentence == "CommandError: The database lacks tables: run `manage.py migrate` first, then restore again.\n"


def test_a_missing_archive_is_reported_in_one_sentence(empty, tmp_path):
    sentence = empty.manage("restore", str(tmp_path / "none.tar.gz"), fails=True)
    assert sentence == f"CommandError: The archive {tmp_path}/none.tar.gz can't be read: No such file or directory.\n"


def test_only_its_owner_can_read_an_archive(empty, tmp_path):
    backup = "import os; from django.core.management import call_command; os.umask(0); call_command('backup', {!r})"
    empty.run(backup.format(str(tmp_path / "site.tar.gz")))
    assert (tmp_path / "site.tar.gz").stat().st_mode & 0o777 == 0o600


def test_backups_in_a_folder_are_dated_and_all_but_the_newest_deleted(empty, tmp_path):
    old = [tmp_path / f"letters-202601{day:02}T031500Z.tar.gz" for day in (1, 2, 3)]
    for path in (*old, tmp_path / "letters-notes.tar.gz"):
        path.touch()
    empty.manage("backup", str(tmp_path), "--keep", "2")
    *others, new = sorted(path.name for path in tmp_path.iterdir() if path.name != "letters-notes.tar.gz")
    assert others == ["letters-20260103T031500Z.tar.gz"]
    assert re.fullmatch(r"letters-\d{8}T\d{6}Z\.tar\.gz", new)
    assert (tmp_path / "letters-notes.tar.gz").exists()
    assert checksums(tmp_path / new)


def test_a_backup_into_the_folder_that_it_protects_is_refused(empty):
    sentence = empty.manage("backup", f"{empty.environment['DATA_DIR']}/site.tar.gz", fails=True)
    assert sentence.endswith("would be lost with the files that it protects: choose another folder.\n")


def test_a_backup_is_recorded_for_the_metrics_when_it_is_complete(db, monkeypatch, tmp_path):
    recorded: list[datetime] = []
    monkeypatch.setattr("lettersai.backups.writing.tables", dict)
    monkeypatch.setattr("lettersai.monitoring.metrics.record_backup", recorded.append)
    before = timezone.now()
    call_command("backup", str(tmp_path), stdout=io.StringIO())
    assert [before <= moment <= timezone.now() for moment in recorded] == [True]
    with pytest.raises(CommandError):
        call_command("backup", "/nowhere/site.tar.gz")
    assert len(recorded) == 1


def test_a_backup_succeeds_without_redis(db, monkeypatch, tmp_path):
    def refuse(written: datetime) -> None:
        raise redis.ConnectionError("refused")

    monkeypatch.setattr("lettersai.backups.writing.tables", dict)
    monkeypatch.setattr("lettersai.monitoring.metrics.record_backup", refuse)
    errors = io.StringIO()
    call_command("backup", str(tmp_path), stdout=io.StringIO(), stderr=errors)
    assert "The metrics don't show this backup" in errors.getvalue()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_is_erased_during_a_backup_is_left_out(db, monkeypatch, tmp_path):
    open_file = default_storage.open

    def erased(name: str) -> Any:
        default_storage.delete(name)
        return open_file(name)

    name = default_storage.save("attempts/a.png", ContentFile(b"a"))
    monkeypatch.setattr("lettersai.backups.writing.tables", dict)
    monkeypatch.setattr("lettersai.backups.writing._file_names", lambda: [name])
    monkeypatch.setattr(default_storage, "open", erased)
    assert writing.write(tmp_path / "site.tar.gz") == {}


def repack(archive: Path, damaged: Path, damage: str) -> None:
    """Copy `archive` to `damaged` with one change."""
    with tarfile.open(archive) as source, tarfile.open(damaged, "w:gz") as target:
        for member in source:
            data = content(source, member)
            if damage == "a changed row" and member.name == "rows/accounts.User.jsonl":
                data = data.replace(b"alice@", b"mallory@")
            if damage == "a row twice" and member.name == "rows/accounts.User.jsonl":
                data *= 2
            if damage == "another table" and member.name == "rows/accounts.User.jsonl":
                member.name = "rows/elsewhere.User.jsonl"
            member.size = len(data)
            target.addfile(member, io.BytesIO(data))


def test_a_restore_that_fails_leaves_none_of_its_files(db, monkeypatch, tmp_path):
    files = {f"files/attempts/{name}.png": name.encode() for name in "ab"}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    about = {"about.json": {"migrations": migrations()}, "checksums.json": sums}
    first, last = ({name: json.dumps(value).encode()} for name, value in about.items())
    with tarfile.open(tmp_path / "site.tar.gz", "w:gz") as archive:
        for name, content in {**first, **files, **last}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    store = default_storage.save

    def full(name: str, content: Any) -> str:
        if name == "attempts/b.png":
            raise OSError(28, "No space left on device")
        return store(name, content)

    monkeypatch.setattr("lettersai.backups.restoring.tables", dict)
    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("restore", str(tmp_path / "site.tar.gz"))
    assert not default_storage.exists("attempts/a.png")


def test_a_missing_folder_is_reported_in_one_sentence(empty):
    sentence = empty.manage("backup", "/nowhere/site.tar.gz", fails=True)
    assert sentence.startswith("CommandError: /nowhere/site.tar.gz can't be written")
