"""What docker/ says, read for the tests: services, images, commands."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from tests.support.site import ROOT, free_port

FOLDER = ROOT / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
#: Built here, by the stage of the Dockerfile.
TARGETS = {name: service["build"]["target"] for name, service in SERVICES.items() if "build" in service}


def stages() -> dict[str, str]:
    """The text of each stage of the Dockerfile by its name, with that of those that it starts from."""
    text = re.sub(r"\\\n\s*", "", (FOLDER / "Dockerfile").read_text())
    found: dict[str, str] = {}
    for base, name, lines in re.findall(r"^FROM (\S+) AS (\S+)\n(.*?)(?=^FROM|\Z)", text, re.DOTALL | re.MULTILINE):
        found[name] = found.get(base, f"FROM {base}\n") + lines
    return found


def command_of(service: str) -> list[str]:
    """What the container of the service runs."""
    if command := SERVICES[service].get("command"):
        return list(command)
    return list(json.loads(re.findall(r"^CMD (\[.*\])$", stages()[TARGETS[service]], re.MULTILINE)[-1]))


def healthcheck_of(service: str) -> list[str]:
    return list(json.loads(re.findall(r"^HEALTHCHECK .*CMD (\[.*\])$", stages()[TARGETS[service]], re.MULTILINE)[-1]))


def nginx(folder: Path, certificate: Path, key: Path, port: int, web: int) -> list[str]:
    """What starts nginx with docker/nginx.conf in a folder of the test: TLS on `port`, before a web server on `web`."""
    text = (FOLDER / "nginx.conf").read_text()
    for inside, here in (
        ("/etc/nginx/tls/certificate.pem", certificate),
        ("/etc/nginx/tls/key.pem", key),
        ("/run/nginx.pid", folder / "nginx.pid"),
        ("/var/cache/nginx/static", folder / "static"),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        ("web:8000", f"127.0.0.1:{web}"),
        ("/dev/stdout", folder / "nginx-access.log"),
    ):
        assert text.count(inside) == 1, inside
        text = text.replace(inside, str(here))
    (folder / "nginx.conf").write_text(text)
    return ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder), "-g", "daemon off; user root;"]
