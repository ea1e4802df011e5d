"""The limits and shapes that the front end shares are those of the Python code."""

import re

import pytest

from scoring import preview
from scoring.management.commands.write_frontend_limits import SOURCE, files

#: CSS tokens of the share picture's colours.
TOKENS = {
    "background": "background",
    "paper": "paper",
    "border": "line",
    "guide": "guide",
    "ink": "ink",
    "reference": "ink-quiet",
    "mark": "shu",
}


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_generated_frontend_files_match_the_python_code(path):
    renew = f"{path.name} is stale. Renew it with `manage.py write_frontend_limits`."
    assert path.read_text(encoding="utf-8") == files()[path], renew


def test_the_share_picture_has_the_colours_of_the_pages_light_theme():
    style = (SOURCE / "base.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", style.partition("@media")[0]))
    assert {name: light[token] for name, token in TOKENS.items()} == preview.COLOURS
