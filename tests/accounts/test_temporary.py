"""The nightly sweep deletes abandoned temporary files, and nothing else."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.transfer import temporary
from scoring.models import ModelBundle
from tests.support.bundles import renamed

NOW = timezone.now()


def make(path: Path, age: timedelta) -> Path:
    """A file that was last changed `age` ago, as was its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("left behind")
    changed = (NOW - age).timestamp()
    os.utime(path, (changed, changed))
    if path.parent.name != "tmp":
        os.utime(path.parent, (changed, changed))
    return path


@pytest.fixture
def tmpdir_of_site(tmp_path, settings) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    settings.TEMPORARY = tmp_path / "data" / "tmp"
    settings.TEMPORARY.mkdir(parents=True)
    return settings.TEMPORARY


@pytest.mark.django_db
def test_files_and_folders_unchanged_for_a_day_are_deleted(tmpdir_of_site):
    old, new = temporary.ABANDONED + timedelta(minutes=1), temporary.ABANDONED - timedelta(minutes=1)
    make(tmpdir_of_site / "a.upload", old)
    make(tmpdir_of_site / "preview" / "table.csv", old)
    kept = [make(tmpdir_of_site / "b.upload", new), make(tmpdir_of_site / "export" / "part", new)]
    os.utime(tmpdir_of_site / "export", (0, 0))  # what is in it counts too
    assert temporary.sweep(NOW) == 2
    assert sorted(path for path in tmpdir_of_site.rglob("*") if path.is_file()) == kept


@pytest.mark.django_db
def test_a_link_is_deleted_but_not_its_target(tmpdir_of_site, tmp_path):
    target = make(tmp_path / "elsewhere" / "file", timedelta(days=9))
    link = tmpdir_of_site / "link"
    link.symlink_to(target.parent)
    os.utime(link, (0, 0), follow_symlinks=False)
    temporary.sweep(NOW)
    assert target.exists()
    assert not link.is_symlink()


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["shared", None])
def test_a_folder_outside_data_dir_is_not_swept(tmpdir_of_site, tmp_path, settings, place):
    settings.TEMPORARY = place and tmp_path / place
    kept = make(tmp_path / "shared" / "a.upload", timedelta(days=9))
    assert temporary.sweep(NOW) == 0
    assert kept.exists()


@pytest.mark.django_db
def test_copies_of_bundles_that_are_not_in_use_are_deleted(next_bundle, tmp_path, settings):
    settings.TEMPORARY = None
    copies = {}
    for version in ("one", "two", "three"):
        bundle = ModelBundle.objects.add(renamed(tmp_path / version, version))
        bundle.activate()
        copies[version] = bundle.folder()
        for path in (copies[version], *copies[version].iterdir()):
            os.utime(path, (0, 0))
    call_command("sweep")
    assert [version for version, copy in copies.items() if copy.exists()] == ["two", "three"]
