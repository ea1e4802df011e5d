"""What docker/ says, read for the tests: services, images, commands."""

import json
import re
from typing import Any

import yaml

from tests.site import ROOT

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
