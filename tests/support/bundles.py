"""Copies of the model bundle that the release ships."""

import json
import shutil
from pathlib import Path

from django.conf import settings


def renamed(folder: Path, version: str) -> Path:
    """Copy the bundle to `folder` under another version. Returns the folder."""
    shutil.copytree(settings.MODEL_BUNDLE, folder)
    about = json.loads((folder / "bundle.json").read_text())
    (folder / "bundle.json").write_text(json.dumps({**about, "version": version}))
    return folder
