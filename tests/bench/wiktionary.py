"""Pages per second and memory of import_wiktionary: make bench-wiktionary

Writes a dump of 200,000 pages for each Wiktionary, the same each time: that of the English one in one bz2 stream, that
of the Japanese one in many. Imports each twice in a process of its own: into a database with the committed catalogue,
and again when nothing is new.
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
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="{0}"><siteinfo>'
    "<sitename>Wiktionary</sitename><dbname>{0}wiktionary</dbname><base>https://{0}.wiktionary.org/wiki/</base>"
    "</siteinfo>\n"
)
#: Pages in each stream of a multistream dump; the Wiktionaries' have a hundred.
STREAM = 100
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


def japanese(row: dict[str, str], ordinary: str) -> str:
    """A page of the Japanese Wiktionary on a kanji, in today's notation or, for every other kanji, in the older one."""
    known = catalogue.facts(row)
    kun = [text.strip("-").replace(".", "-") for text in known["kun"]]
    radical = catalogue.radicals()[known["radical"]].glyph
    if ord(row["literal"]) % 2:
        grade = known["grade"] or 9
        policy = f"教育:{grade}" if grade <= 6 else "常用" if grade == 8 else "人名"
        return (
            f"==漢字==\n{{{{kanji|{radical}|3}}}}\n{ordinary}\n=={{{{L|ja}}}}==\n{{{{ja-kanji|施策={policy}|漢音="
            f"{'、'.join(known['on'])}|訓={'、'.join(f'{text}&lt;ふる' for text in kun)}"
            f"|名乗り={'、'.join(known['nanori'])}}}}}\n"
        )
    return (
        f"==漢字==\n* 部首: [[{radical}]] + 3 画\n* 総画: {known['stroke_count']}画（中国: 8画）\n{ordinary}\n"
        "* 音読み\n"
        f"** 漢音（まれ: 表外）: {'／'.join(known['on'])}\n* 訓読み: {'、'.join(kun)}\n* 人名読み\n"
        f"** {'、'.join(known['nanori'])}\n[[Category:常用漢字 2010年追加|あ]]\n"
    )


#: How a page on a kanji is written in each Wiktionary.
DIALECTS = {"en": kanji, "ja": japanese}


def dump(dialect: str) -> Iterator[str]:
    """The dump of a Wiktionary, page by page."""
    chance = random.Random(SEED)  # noqa: S311
    words = ["".join(chance.choices("abcdefghijklmnoprstuvwy", k=chance.randrange(3, 11))) for _ in range(5000)]
    rows = catalogue.rows()
    every = PAGES // len(rows)
    yield HEAD.format(dialect)
    for number in range(PAGES):
        text, title = wikitext(words, chance), f"{chance.choice(words)} {number}"
        if number % every == 0 and rows:
            row = rows.pop()
            title, text = row["literal"], DIALECTS[dialect](row, text) if row["script"] == "kanji" else text
        yield (
            f"  <page>\n    <title>{title}</title>\n    <ns>0</ns>\n    <id>{number}</id>\n    <revision>\n"
            f"      <id>{number + 10**7}</id>\n      <parentid>{number}</parentid>\n"
            "      <timestamp>2026-11-01T00:00:00Z</timestamp>\n      <contributor><username>Bot</username><id>9</id>"
            "</contributor>\n      <model>wikitext</model>\n      <format>text/x-wiki</format>\n"
            f'      <text bytes="{len(text)}" xml:space="preserve">{text}</text>\n    </revision>\n  </page>\n'
        )
    yield "</mediawiki>\n"


def manage(folder: Path, *arguments: str) -> tuple[float, float, float, str]:
    """Run manage.py; returns elapsed and processor time, s, peak memory, MB, and the summary or last line of output."""
    command = [sys.executable, "manage.py", *arguments]
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with subprocess.Popen(
        command, env={**os.environ, "DATA_DIR": str(folder)}, stdout=subprocess.PIPE, text=True
    ) as process:
        output, peak = "", 0.0
        assert process.stdout
        for line in process.stdout:
            output = output if output.startswith("Read ") else line
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        peak = usage.ru_maxrss / 1024
    seconds = time.perf_counter() - begun
    assert process.returncode == 0, output
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime - before.ru_utime, peak, output.strip()


def write(path: Path, dialect: str, is_multistream: bool) -> None:
    """Write a dialect's dump, in one bz2 stream or in many."""
    size = 0
    with path.open("wb") as file:
        compressor = bz2.BZ2Compressor()
        for number, part in enumerate(dump(dialect), 1):
            size += len(part)
            file.write(compressor.compress(part.encode()))
            if is_multistream and number % STREAM == 0:
                file.write(compressor.flush())
                compressor = bz2.BZ2Compressor()
        file.write(compressor.flush())
    streams = "many streams" if is_multistream else "one stream"
    print(f"{path.name}: {PAGES:,} pages, {size / 1e6:.0f} M characters, {path.stat().st_size / 1e6:.0f} MB, {streams}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="lettersai-bench-") as temporary:
        for dialect in DIALECTS:
            folder = Path(temporary) / dialect
            folder.mkdir()
            path = folder / f"{dialect}wiktionary-pages-articles.xml.bz2"
            write(path, dialect, is_multistream=dialect == "ja")
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
