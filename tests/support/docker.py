"""Reads the files in docker/: services, images and commands."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from tests.support.site import ROOT, free_port

FOLDER = ROOT / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
#: Services whose image is built from the Dockerfile, each with the name of its stage.
TARGETS = {name: service["build"]["target"] for name, service in SERVICES.items() if "build" in service}


def stages() -> dict[str, str]:
    """The instructions of each stage of the Dockerfile by its name, after those of its base stages."""
    text = re.sub(r"\\\n\s*", "", (FOLDER / "Dockerfile").read_text())
    found: dict[str, str] = {}
    for base, name, lines in re.findall(r"^FROM (\S+) AS (\S+)\n(.*?)(?=^FROM|\Z)", text, re.DOTALL | re.MULTILINE):
        found[name] = found.get(base, f"FROM {base}\n") + lines
    return found


def command_of(service: str) -> list[str]:
    """The command line of the service's container."""
    if command := SERVICES[service].get("command"):
        return list(command)
    return list(json.loads(re.findall(r"^CMD (\[.*\])$", stages()[TARGETS[service]], re.MULTILINE)[-1]))


def healthcheck_of(service: str) -> list[str]:
    return list(json.loads(re.findall(r"^HEALTHCHECK .*CMD (\[.*\])$", stages()[TARGETS[service]], re.MULTILINE)[-1]))


def nginx(folder: Path, certificate: Path, key: Path, port: int, *webs: int, events: int = 9) -> list[str]:
    """The command line that runs nginx with docker/nginx/nginx.conf in `folder`: TLS on `port`, the site at `webs`,
    its streams at `events`.
    """
    text = (FOLDER / "nginx" / "nginx.conf").read_text()
    servers = " ".join(f"server 127.0.0.1:{web} max_fails=0;" for web in webs)
    for inside, here in (
        ("/etc/nginx/tls/certificate.pem", certificate),
        ("/etc/nginx/tls/key.pem", key),
        ("/etc/nginx/letters/pages", FOLDER / "nginx" / "pages"),
        ("/run/nginx.pid", folder / "nginx.pid"),
        ("/var/cache/nginx/static", folder / "static"),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        ("http {", f"http {{ upstream web {{ {servers} }}"),  # instead of the addresses that Docker's DNS knows
        ("web:8000", "web"),
        ("events:8000", f"127.0.0.1:{events}"),
        ("/dev/stdout", folder / "nginx-access.log"),
    ):
        assert text.count(inside) == 1, inside
        text = text.replace(inside, str(here))
    (folder / "nginx.conf").write_text(text)
    return ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder), "-g", "daemon off; user root;"]
