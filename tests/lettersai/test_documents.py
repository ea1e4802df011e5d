"""Tests that the files, tests and settings named in documents exist, and that no table is broken."""

import re

import pytest

from lettersai.schema.guide import anchor
from tests.support.site import ROOT

TESTS = {
    name
    for file in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
}
SECURITY = (ROOT / "SECURITY.md").read_text()
#: The sections of the threats, each by its heading.
THREATS = dict(re.findall(r"^### (.+)\n\n((?:(?!#).*\n)+)", SECURITY, re.MULTILINE))
#: The threats that the table links to, by the anchor of their section.
LISTED = re.findall(r"^\| \[[^]]+\]\(#([\w-]+)\) \|", SECURITY, re.MULTILINE)


DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "ml").glob("*.md")]


def test_the_tests_that_the_documents_name_exist():
    for document in DOCUMENTS:
        text = document.read_text()
        assert set(re.findall(r"`(test_\w+)`", text)) <= TESTS, document.name
        assert [file for file in re.findall(r"\btests/[\w/]+\.\w+", text) if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_each_row_of_a_table_is_one_line(document):
    rows = re.findall(r"^\|.*", document.read_text(), re.MULTILINE)
    assert [row for row in rows if not row.endswith("|")] == []


@pytest.mark.parametrize("threat", THREATS)
def test_every_threat_names_the_test_of_its_defence(threat):
    assert re.search(r"`test_\w+`|`tests/[\w/]+\.\w+`|`make [\w-]+`", THREATS[threat])


def test_the_table_of_threats_lists_every_section_once():
    assert [anchor(threat) for threat in THREATS] == LISTED
