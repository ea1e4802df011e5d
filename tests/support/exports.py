"""Files as exports have them, to be imported."""

import io
import json
import uuid
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

INK = {"width": 327.5, "height": 300, "strokes": [[[1.1, 2, 0], [300.0625, 250.3, 210]], [[5, 5, 400.5], [9, 9, 612]]]}


def zipped(attempts: Any = (), **files: Any) -> bytes:
    """An export with these attempts. `files`: contents by name without extension; None leaves the file out."""
    lines = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in attempts)
    found = {"account.json": {"format": 1}, "attempts.jsonl": lines}
    found |= {name if "." in name else f"{name}.json": data for name, data in files.items()}
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, data in found.items():
            if data is not None:
                archive.writestr(name, data if isinstance(data, str | bytes) else json.dumps(data))
    return buffer.getvalue()


CANDIDATE = {"character": "口", "confidence": 0.5, "legibility": 50, "lookalikes": []}


def attempt_row(**fields: Any) -> dict[str, Any]:
    score = {
        "model": "theirs",
        "target": "口",
        "legibility": 99,
        "known": True,
        "candidates": [],
        "misread_as": [],
        "excluded": None,
        "form": None,
        "remarks": [],
        "notes": [],
        "counterparts": [],
        "scored_at": "2026-01-02T03:04:06+00:00",
    }
    return {
        "id": str(uuid.uuid4()),
        "written_at": "2026-01-02T03:04:05+00:00",
        "target": "口",
        "scripts": [],
        "ink": INK,
        "image": None,
        "pen_width": None,
        "scores": [score],
        **fields,
    }
