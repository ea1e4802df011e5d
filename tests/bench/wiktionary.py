"""Pages per second and memory of import_wiktionary: make bench-wiktionary

Writes a dump of 200,000 pages, the same each time, and imports it twice in a process of its own: into a database with
the committed catalogue, and again when nothing is new.
"""

import bz2
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from characters import catalogue

PAGES, SEED = 200_000, 20261124
HEAD = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en"><siteinfo>'
    "<sitename>Wiktionary</sitename><dbname>enwiktionary</dbname><base>https://en.wiktionary.org/wiki/</base>"
    "</siteinfo>\n"
)
LANGUAGES = ["English", "French", "Finnish", "Latin", "Spanish", "Chinese"]


def wikitext(words: list[str], chance: random.Random) -> str:
    """An ordinary page, 1 to 2 kB."""
    lines = [f"=={chance.choice(LANGUAGES)}==", "===Etymology===", f"From {{{{m|la|{chance.choice(words)}}}}}.", ""]
    size = chance.randrange(1000, 2000)
    while sum(map(len, lines)) < size:
        text = " ".join(chance.choices(words, k=9))
        lines.append(f"# {{{{lb|en|{chance.choice(words)}}}}} A [[{chance.choice(words)}]]: {text}.")
    return "\n".join(lines)


def kanji(row: dict[str, str], ordinary: str) -> str:
    """A page on a kanji with the facts of the catalogue, some of them in another notation."""
    known = catalogue.facts(row)
    grade = {8: "7", 9: "8", 10: "8", None: "9"}.get(known["grade"], str(known["grade"]))
    kun = ", ".join(text.strip("-").replace(".", "-") + "&lt;ふる" for text in known["kun"])
    return (
        "==Translingual==\n===Han character===\n"
        f"{{{{Han char|rn={known['radical']}|rad={row['literal']}|as=00|sn={known['stroke_count']}|four=80732}}}}\n"
        f"{ordinary}\n==Japanese==\n===Kanji===\n{{{{ja-kanji|grade={grade}}}}}\n====Readings====\n"
        f"{{{{ja-readings\n|goon={', '.join(known['on'][1:])}\n|kanon={', '.join(known['on'][:1])}\n|kun={kun}\n"
        f"|nanori={', '.join(known['nanori'])}\n}}}}\n====Compounds====\n{{{{der3|ja|食べ物}}}}\n"
        "==Korean==\n===Hanja===\n{{ko-hanja|hangeul=식|eumhun=밥|rv=sik|mr=sik|y=sik}}\n"
    )


def dump() -> Iterator[str]:
    chance = random.Random(SEED)  # noqa: S311
    words = ["".join(chance.choices("abcdefghijklmnoprstuvwy", k=chance.randrange(3, 11))) for _ in range(5000)]
    rows = catalogue.rows()
    every = PAGES // len(rows)
    yield HEAD
    for number in range(PAGES):
        text, title = wikitext(words, chance), f"{chance.choice(words)} {number}"
        if number % every == 0 and rows:
            row = rows.pop()
            title, text = row["literal"], kanji(row, text) if row["script"] == "kanji" else text
        yield (
            f"  <page>\n    <title>{title}</title>\n    <ns>0</ns>\n    <id>{number}</id>\n    <revision>\n"
            f"      <id>{number + 10**7}</id>\n      <parentid>{number}</parentid>\n"
            "      <timestamp>2026-11-01T00:00:00Z</timestamp>\n      <contributor><username>Bot</username><id>9</id>"
            "</contributor>\n      <model>wikitext</model>\n      <format>text/x-wiki</format>\n"
            f'      <text bytes="{len(text)}" xml:space="preserve">{text}</text>\n    </revision>\n  </page>\n'
        )
    yield "</mediawiki>\n"


def manage(folder: Path, *arguments: str) -> tuple[float, float, float, str]:
    """Run manage.py; returns elapsed and processor time, s, peak memory, MB, and the last line of output."""
    command = [sys.executable, "manage.py", *arguments]
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with subprocess.Popen(
        command, env={**os.environ, "DATA_DIR": str(folder)}, stdout=subprocess.PIPE, text=True
    ) as process:
        output, peak = "", 0.0
        assert process.stdout
        for line in process.stdout:
            output = line
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        peak = usage.ru_maxrss / 1024
    seconds = time.perf_counter() - begun
    assert process.returncode == 0, output
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime - before.ru_utime, peak, output.strip()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="lettersai-bench-") as temporary:
        folder = Path(temporary)
        path = folder / "enwiktionary-pages-articles.xml.bz2"
        size = 0
        with bz2.open(path, "wt", encoding="utf-8") as file:
            for part in dump():
                size += file.write(part)
        print(f"{PAGES:,} pages, {size / 1e6:.0f} M characters, {path.stat().st_size / 1e6:.0f} MB packed")
        for arguments in (["migrate", "--verbosity=0"], ["load_catalogue"]):
            manage(folder, *arguments)
        for name in ("first import", "second import"):
            seconds, user, peak, last = manage(folder, "import_wiktionary", str(path))
            print(
                f"{name}: {seconds:.1f} s ({user:.1f} s of the processor), {PAGES / seconds:,.0f} pages/s, "
                f"peak {peak:.0f} MB resident\n  {last}"
            )


if __name__ == "__main__":
    main()
