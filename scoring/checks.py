"""System checks of the model bundle, made before a start."""

import json
import zipfile
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def model_bundle(**_: Any) -> list[CheckMessage]:
    """An error if MODEL_BUNDLE holds no bundle. The worker finds damage when it loads it."""
    if (settings.MODEL_BUNDLE / "bundle.json").is_file():
        return []
    return [Error(f"{settings.MODEL_BUNDLE} is no model bundle: set MODEL_BUNDLE to a folder with a bundle.json.")]


def whole_model_bundle(**_: Any) -> list[CheckMessage]:
    """An error if the bundle is incomplete or damaged, found by its files and checksums without Keras."""
    folder = settings.MODEL_BUNDLE
    try:
        json.loads((folder / "bundle.json").read_text(encoding="utf-8"))["version"]
        lines = {name: len((folder / name).read_text().split()) for name in ("characters.txt", "baselines.txt")}
        if len(set(lines.values())) != 1:
            raise ValueError(f"{lines} lines")
        for archive in (folder / "model.keras", *folder.glob("words.npz")):
            with zipfile.ZipFile(archive) as parts:
                if damaged := parts.testzip():
                    raise ValueError(f"{damaged} is damaged")
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        return [Error(f"The model bundle {folder} can't be read, see MODEL_BUNDLE: {error!r}")]
    return []
