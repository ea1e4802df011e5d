"""The tests that documents name exist."""

import re

import pytest

from tests.support.site import ROOT

TESTS = {
    name
    for file in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
}
SECURITY = (ROOT / "SECURITY.md").read_text()
#: The rows of the table of threats, each by its attacker.
ROWS = re.findall(r"^\| (?!attacker|---)([^|]+) \| [^|]+ \| (.+) \|$", SECURITY, re.MULTILINE)


def test_the_tests_that_the_documents_name_exist():
    for document in (ROOT / "SECURITY.md", ROOT / "README.md", ROOT / "DECISIONS.md", *(ROOT / "docs").glob("*.md")):
        text = document.read_text()
        assert set(re.findall(r"`(test_\w+)`", text)) <= TESTS, document.name
        assert [file for file in re.findall(r"\btests/[\w/]+\.\w+", text) if not (ROOT / file).exists()] == []


@pytest.mark.parametrize(("attacker", "defence"), ROWS, ids=[attacker for attacker, _ in ROWS])
def test_every_threat_names_the_test_of_its_defence(attacker, defence):
    assert re.search(r"`test_\w+`|`tests/[\w/]+\.\w+`|`make \w+`", defence)
