"""The scripts in docker/, run with a stand-in for Docker that writes down its arguments."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.docker import FOLDER

#: Answers as Docker would for a site with two web servers, a server of streams and three workers. The file `fails` has
#: part of a command that fails; the file `images` exists if the images of the new release do.
DOCKER = """#!/bin/bash
cd "$(dirname "$0")"
echo "[$RELEASE] $*" >>calls
if [ -s fails ] && grep -qf fails <<<"$*"; then exit 1; fi
case "$*" in
    "image inspect"*) [ -e images ] ;;
    *"--scale web=4 --scale events=2 web events") echo "new1 new2 new3" >new ;;
    "compose ps --quiet web events") [ ! -e running ] || printf '%s\n' old1 old2 old3 $(cat new 2>/dev/null) ;;
    "compose ps --quiet web") printf '%s\n' old1 old2 ;;
    "compose ps --quiet events") echo old3 ;;
    "compose ps --quiet worker") printf '%s\n' w1 w2 w3 ;;
esac
"""


class Place:
    """A copy of docker/ in which the scripts run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "docker"
        self.folder.mkdir()
        for script in ("release.sh", "drill.sh"):
            shutil.copy(FOLDER / script, self.folder)
        (self.folder / ".env").write_text("RELEASE=v1\nSECRET_KEY=a$b&c\\d\n")
        (self.folder / ".env").chmod(0o600)
        (self.folder / "running").touch()
        (self.folder / "docker").write_text(DOCKER)
        (self.folder / "docker").chmod(0o755)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.folder}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "NGINX_SECONDS": "0"}
        environment.pop("RELEASE", None)
        return subprocess.run(
            [self.folder / command[0], *command[1:]], env=environment, cwd="/", capture_output=True, text=True
        )

    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()

    def position(self, *parts: str) -> int:
        """The position of the only call that contains all `parts`."""
        [position] = [number for number, call in enumerate(self.calls()) if all(part in call for part in parts)]
        return position

    @property
    def kept(self) -> str:
        return (self.folder / ".env").read_text()


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path)


def test_a_release_replaces_web_servers_only_when_the_new_ones_answer(place):
    ended = place.run("release.sh", "v2")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[-1] == "Release v2 serves. To go back: ./release.sh v1"
    order = [
        place.position("[v2] compose build web worker"),
        place.position("[v1] compose run --rm backup"),
        place.position("compose run --rm migrate"),
        place.position("--no-recreate --scale web=4 --scale events=2 --wait web events"),
        place.position("stop old1 old2 old3"),
        place.position("rm old1 old2 old3"),
        place.position("--scale worker=3 worker mailer beat"),
        place.position("nginx -s reload"),
    ]
    assert order == sorted(order)


def test_every_later_command_uses_the_released_images(place):
    place.run("release.sh", "v2")
    assert place.kept == "RELEASE=v2\nSECRET_KEY=a$b&c\\d\n"
    assert (place.folder / ".env").stat().st_mode & 0o777 == 0o600
    assert {call.split()[0] for call in place.calls()[place.position("run --rm migrate") :]} == {"[]"}


def test_returning_to_an_earlier_release_builds_nothing(place):
    (place.folder / "images").touch()
    assert place.run("release.sh", "v0").returncode == 0
    assert not [call for call in place.calls() if "build" in call]
    assert "RELEASE=v0\n" in place.kept


@pytest.mark.parametrize("failing", ["build", "run --rm backup", "run --rm migrate", "--wait web events"])
def test_a_release_that_fails_leaves_the_previous_one_serving(place, failing):
    (place.folder / "fails").write_text(failing)
    assert place.run("release.sh", "v2").returncode != 0
    assert "RELEASE=v1\n" in place.kept
    calls = "\n".join(place.calls())
    assert "stop" not in calls
    assert ("rm --force new1 new2 new3" in calls) == (failing == "--wait web events")


def test_the_first_release_starts_everything(place):
    (place.folder / "running").unlink()
    assert place.run("release.sh", "v2").stdout.splitlines()[-1] == "Release v2 serves."
    assert "RELEASE=v2\n" in place.kept
    assert place.calls()[-1] == "[] compose up --detach --wait"


@pytest.mark.parametrize("name", ["a b", "-x", "v/2", "x;y"])
def test_a_name_that_no_image_can_have_is_refused(place, name):
    ended = place.run("release.sh", name)
    assert (ended.returncode, "can't name a release" in ended.stderr) == (1, True)
    assert "RELEASE=v1\n" in place.kept


@pytest.mark.parametrize("failing", ["", "restore", "check_consistency"])
def test_a_drill_uses_a_site_of_its_own_and_deletes_it(place, tmp_path, failing):
    archive = tmp_path / "letters-20261128T031500Z.tar.gz"
    archive.touch()
    (place.folder / "fails").write_text(failing)
    ended = place.run("drill.sh", str(archive))
    assert (ended.returncode == 0, "The archive is good" in ended.stdout) == (not failing, not failing)
    assert all("compose --project-name letters-drill " in call for call in place.calls())
    assert place.calls()[-1].endswith("down --volumes --timeout 5")
    restoring = place.calls()[place.position("manage.py restore")]
    assert f"--env STORAGE_URL=file: --volume {archive}:/archive.tar.gz:ro" in restoring
    assert place.position("manage.py migrate") < place.position("manage.py restore")


def test_certbot_is_asked_for_every_host_and_gives_nginx_the_certificate(tmp_path):
    (tmp_path / "certbot").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / "certbot").chmod(0o755)
    command = ["sh", str(FOLDER / "certbot" / "certificate.sh"), "me@example.org", "a.example.org", "b.example.org"]
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    arguments = subprocess.run(command, env=environment, capture_output=True, text=True).stdout.splitlines()
    assert arguments[0] == "certonly"
    assert arguments[-4:] == ["--domain", "a.example.org", "--domain", "b.example.org"]
    assert arguments[arguments.index("--email") + 1] == "me@example.org"
    assert arguments[arguments.index("--deploy-hook") + 1] == "sh /etc/letters/install.sh /tls"
