"""Backup and restore: a restored site equals the original; a damaged archive restores nothing."""

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.support.drawings import ink_of, png_of
from tests.support.site import ROOT, postgresql

#: Creates a learner, attempts with and without scores, an image, and a curator's change.
FILL = """
import json
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from accounts.models import CharacterList, User
from characters.models import Character
from scoring.models import Attempt
ink, png = json.loads(sys.argv[1]), bytes.fromhex(sys.argv[2])
alice = User.objects.create_user("alice@example.org", "a long word 8", time_zone="Asia/Tokyo")
alice.groups.add(Group.objects.get(name="curator"))
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
from lettersai.archive import tables
from scoring.models import Attempt
from django.contrib.contenttypes.models import ContentType
for name, model in sorted(tables().items()):
    rows = model._base_manager.order_by("pk").values()
    print(name, json.dumps(list(rows), sort_keys=True, default=str))
for attempt in Attempt.objects.exclude(image=""):
    print(attempt.image, hashlib.sha256(attempt.image.read()).hexdigest())
"""


class Place:
    """A site without processes: a database and a folder."""

    def __init__(self, folder: Path, database: str = "") -> None:
        folder.mkdir(exist_ok=True)
        self.environment = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": database}
        self.manage("migrate", "--verbosity", "0")

    def manage(self, *arguments: str, fails: bool = False) -> str:
        return self._python("manage.py", *arguments, fails=fails)

    def run(self, code: str, *arguments: str) -> str:
        begin = "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'lettersai.settings'; django.setup()\n"
        return self._python("-c", begin + code, *arguments)

    def _python(self, *arguments: str, fails: bool = False) -> str:
        ended = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert (ended.returncode != 0) == fails, ended.stderr
        return ended.stderr if fails else ended.stdout


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Place:
    """A new site without data."""
    return Place(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def backup(tmp_path_factory) -> tuple[Path, str]:
    """The archive of a site on SQLite, and the DUMP of that site."""
    folder = tmp_path_factory.mktemp("archive")
    place = Place(folder / "site")
    place.manage("load_catalogue")
    place.run(FILL, json.dumps(ink_of("口")), png_of("口").hex())
    place.manage("backup", str(folder / "site.tar.gz"))
    return folder / "site.tar.gz", place.run(DUMP)


def test_a_restored_site_equals_the_original_on_sqlite_and_postgresql(backup, tmp_path):
    archive, everything = backup
    with postgresql() as database:
        for place in (Place(tmp_path / "a"), Place(tmp_path / "b", database)):
            place.manage("restore", str(archive))
            assert place.run(DUMP) == everything
            again = tmp_path / "again.tar.gz"
            place.manage("backup", str(again))
            assert checksums(again) == checksums(archive)
            place.run("from accounts.models import User; User.objects.create_user('bob@example.org')")
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


@pytest.mark.parametrize("damage", ["half", "a changed row", "another table"])
def test_a_damaged_archive_restores_nothing(backup, empty, tmp_path, damage):
    archive, _ = backup
    damaged = tmp_path / "damaged.tar.gz"
    before = empty.run(DUMP)
    if damage == "half":
        damaged.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    else:
        repack(archive, damaged, damage)
    sentence = empty.manage("restore", str(damaged), fails=True)
    assert sentence.startswith("CommandError: The archive ")
    assert len(sentence.splitlines()) == 1
    assert empty.run(DUMP) == before
    assert not list(Path(empty.environment["DATA_DIR"]).rglob("*.png"))


def repack(archive: Path, damaged: Path, damage: str) -> None:
    """Copy `archive` to `damaged` with one change."""
    with tarfile.open(archive) as source, tarfile.open(damaged, "w:gz") as target:
        for member in source:
            data = content(source, member)
            if damage == "a changed row" and member.name == "rows/accounts.User.jsonl":
                data = data.replace(b"alice@", b"mallory@")
            if damage == "another table" and member.name == "rows/accounts.User.jsonl":
                member.name = "rows/elsewhere.User.jsonl"
            member.size = len(data)
            target.addfile(member, io.BytesIO(data))


def test_a_missing_folder_is_reported_in_one_sentence(empty):
    sentence = empty.manage("backup", "/nowhere/site.tar.gz", fails=True)
    assert sentence.startswith("CommandError: /nowhere/site.tar.gz can't be written")
