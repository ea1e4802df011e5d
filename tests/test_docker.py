"""docker/ without its engine: what can be known of the images and of how they are put together."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from compose_spec import PyCompose

from tests.docker import COMPOSE, FOLDER, SERVICES, TARGETS, command_of, stages
from tests.site import ROOT, certificate
from tests.test_settings import documented


def test_the_dockerfile_has_nothing_that_hadolint_minds():
    lint = subprocess.run(
        [Path(sys.executable).parent / "hadolint", FOLDER / "Dockerfile"], capture_output=True, text=True
    )
    assert (lint.returncode, lint.stdout) == (0, "")


def test_the_compose_file_is_what_the_specification_says():
    """As `docker compose config` would: with each ${NAME} filled in, and what is merged merged."""
    text = (FOLDER / "compose.yaml").read_text()
    filled = re.sub(r"(?<!\$)\$\{\w+(?::-([^}]*)|:\?[^}]*)?\}", lambda name: name[1] or "given", text)
    PyCompose.from_json(json.dumps(yaml.safe_load(filled))).validate()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_one_pinned_image_known_networks_volumes_and_needs(service):
    about = SERVICES[service]
    assert "build" in about or re.fullmatch(r"[a-z/]+:\w*[\d.]+[\w.-]*", about["image"])
    assert set(about["networks"]) <= set(COMPOSE["networks"])
    named = {volume.split(":")[0] for volume in about.get("volumes", []) if volume[0] != "."}
    assert named <= set(COMPOSE["volumes"])
    for needed, condition in about.get("depends_on", {}).items():
        assert condition["condition"] in ("service_healthy", "service_completed_successfully", "service_started")
        assert needed in SERVICES


@pytest.mark.parametrize("service", TARGETS)
def test_what_is_ours_runs_as_nobody_in_particular_on_a_root_that_is_read_only(service):
    about = SERVICES[service]
    assert (about["read_only"], about["cap_drop"]) == (True, ["ALL"])
    assert about["security_opt"] == ["no-new-privileges:true"]
    stage = stages()[TARGETS[service]]
    assert re.findall(r"^USER (.*)$", stage, re.MULTILINE) == ["10001"]
    assert "HEALTHCHECK" in stage


def test_the_web_server_has_no_network_and_the_worker_no_way_out():
    assert "web.txt" in stages()["web-packages"]
    assert "--from=web-packages" in stages()["web"]
    locked = (ROOT / "requirements" / "web.txt").read_text()
    assert not re.search(r"^(keras|openvino|tensorflow.*|opencv.*)==", locked, re.MULTILINE)
    assert SERVICES["worker"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_only_the_proxy_is_open_to_the_world():
    open_to = {name: about["ports"] for name, about in SERVICES.items() if "ports" in about}
    assert [name for name, ports in open_to.items() if not all(p.startswith("127.0.0.1:") for p in ports)] == ["nginx"]


def test_a_secret_from_the_environment_goes_where_it_can_be_written():
    for about in SERVICES.values():
        assert not (about.get("read_only") and about.get("secrets"))


def test_what_the_images_copy_is_there_and_not_ignored():
    allowed = {line[1:] for line in (FOLDER / "Dockerfile.dockerignore").read_text().splitlines() if line[0] == "!"}
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
    for name in " ".join(copied).split():
        assert (ROOT / name).exists()
        assert name.split("/")[0] in allowed


def test_the_environment_is_that_of_the_readme():
    given = set(re.findall(r"^#? ?([A-Z_]+)=", (FOLDER / "example.env").read_text(), re.MULTILINE))
    for service in TARGETS:
        given |= set(SERVICES[service]["environment"])
    of_other_images = {"COMPOSE_PROJECT_NAME", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "GRAFANA_PASSWORD"}
    assert given - of_other_images <= documented()
    used = set(re.findall(r"\$\{([A-Z_]+)", (FOLDER / "compose.yaml").read_text()))
    assert used <= given


@pytest.mark.parametrize("service", TARGETS)
def test_every_command_is_one_that_the_image_has(service):
    program = command_of(service)[0]
    assert program == "sh" or (Path(sys.executable).parent / program).exists()


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_nginx_understands_its_configuration(tmp_path):
    made, key = certificate(tmp_path)
    text = (FOLDER / "nginx.conf").read_text()
    for inside, here in (
        ("/etc/nginx/tls/certificate.pem", made),
        ("/etc/nginx/tls/key.pem", key),
        ("/run/nginx.pid", tmp_path / "pid"),
        ("/var/cache/nginx/static", tmp_path / "static"),
    ):
        assert inside in text
        text = text.replace(inside, str(here))
    (tmp_path / "nginx.conf").write_text(text)
    checked = subprocess.run(
        ["nginx", "-t", "-q", "-c", tmp_path / "nginx.conf", "-p", tmp_path], capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")
