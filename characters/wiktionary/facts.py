"""Reads facts about kanji from pages of the English and the Japanese Wiktionary.

The English Wiktionary has {{Han char}} in the section "Translingual", and {{ja-kanji}} and {{ja-readings}} in
"Japanese"; older pages list readings after '''On:'''. Its grades are 1 to 6; 7 or c for other jōyō kanji; 8 or n for
jinmeiyō; 9, uc, 0 or r for neither. The Japanese Wiktionary has {{kanji}} in the section 漢字 and {{ja-kanji}} in
日本語. Its older pages have {{部首}} and {{総画}} in lines of the section 漢字, categories for school years, and lists
of readings in either section.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jaconv
import mwparserfromhell

from characters.catalogue import radicals
from characters.wiktionary.dump import Page
from ml.strokes import references


@dataclass
class Facts:
    """The facts of a page as values of Character's fields, and the problems met while reading it."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    title: str = ""

    def number(self, name: str, text: str, most: int) -> None:
        """Take a number. Of several stroke counts, 8, 9, the diagram's counts, otherwise the first."""
        written = re.split("[,、/ ]+", unicodedata.normalize("NFKC", text).strip())
        drawn = str(len(references().get(self.title, ())))
        digits = drawn if name == "stroke_count" and drawn in written else written[0]
        if not all(part.isdecimal() for part in written):
            self.problems.append(f"{name} {text.strip()!r} isn't a number")
        elif not 1 <= int(digits) <= most:
            self.problems.append(f"{name} {digits} isn't between 1 and {most}")
        else:
            self.values.setdefault(name, int(digits))

    def _is_read(self, reading: str) -> bool:
        """Whether `reading`, a sign for "none" elsewhere, is a reading of this kanji."""
        return self.title == _NONE[reading]

    def radical(self, glyph: str) -> None:
        if number := _radical_numbers().get(glyph):
            self.values.setdefault("radical", number)
        else:
            self.problems.append(f"radical {glyph!r} isn't one of the 214")

    def besides(self, radical: str, text: str) -> None:
        """Take the stroke count from the number of strokes besides the radical, where their sum is the diagram's.

        Another sum proves nothing: 水 has four strokes by itself and three as 氵.
        """
        strokes = unicodedata.normalize("NFKC", text).strip().removesuffix("画").strip()
        drawn = len(references().get(self.title, ()))
        if not strokes.isdecimal():
            self.problems.append(f"stroke_count {text.strip()!r} isn't a number")
        elif drawn and len(references().get(radical, ())) + int(strokes) == drawn:
            self.values.setdefault("stroke_count", drawn)

    def readings(self, name: str, text: str, between: re.Pattern[str] | None = None) -> None:
        """Take the readings in `text`, a list; `between` separates them, by default commas and the like.

        Notes follow a reading in brackets or after a semicolon, an older spelling after <.
        """
        known = self.values.get(name, [])
        for part in (between or _BETWEEN).split(plain_readings(text)):
            written = part.partition("<")[0].strip(" \t\n　。'%^")
            reading = _HYPHEN.sub(".", written.replace(" ", "")).strip(".")
            if not reading or _NOTHING.search(reading) or (reading in _NONE and not self._is_read(reading)):
                continue
            if not _READING.fullmatch(reading) or (name != "kun" and "." in reading):
                self.problems.append(f"{name} reading {written!r} isn't kana")
                continue
            reading = jaconv.hira2kata(reading) if name == "on" else reading
            if reading not in known:
                known = [*known, reading]
        if known:
            self.values[name] = known


def plain_readings(text: str) -> str:
    """`text` in ordinary width, without notes and glosses, with optional okurigana: か-(わ)る is か-わる."""
    text = unicodedata.normalize("NFKC", text).replace("・-", "-")
    text = _OKURIGANA_AFTER_NOTE.sub(r"-\1", _OPTIONAL.sub(r"\1", text))
    return _UNCLOSED.sub("", _ASIDE.sub("", text)).replace(")", "")


#: Notes in brackets, glosses in quotation marks.
_ASIDE = re.compile('[(（][^()（）]*[)）]|"[^"]*"|“[^”]*”')
_UNCLOSED = re.compile(r"\([^()\n]*$", re.MULTILINE)
#: Okurigana that may be left out: in brackets, between a hyphen or kana and more kana.
_OPTIONAL = re.compile(r"(?<=[-‐‑–−―ぁ-ゖ])\(([ぁ-ゖ]{1,3})\)(?=[ぁ-ゖ])")
#: The okurigana of a reading that has a note before them: かわ（表外）・る.
_OKURIGANA_AFTER_NOTE = re.compile(r"\([^()]*\)・([ぁ-ゖ])(?![ぁ-ゖァ-ヺ])")
_BETWEEN = re.compile("[,、，､;；・/\n]")
#: In the lists of the Japanese Wiktionary, spaces and square brackets separate readings too.
_BETWEEN_IN_LISTS = re.compile(r"[,、;・/\[\]\s]+")
#: Signs for "none", and the kanji that are really read so.
_NONE = {"なし": "梨", "ナシ": "梨", "ー": ""}
_HYPHEN = re.compile("[-‐‑–−―－.]")
_READING = re.compile("[ぁ-ゖァ-ヺー]+(?:[.][ぁ-ゖァ-ヺー]+)?")
#: Words in lists of readings that aren't readings: "in the jōyō table", "outside it", "rare", "none", kinds.
_NOTHING = re.compile(
    "^(?:常用漢字表?|表)[内外]$|^常用(?:漢字|外|内)?$|^無し$|ありません|^(?:まれ|稀|古訓|熟字訓)$|^(?:[呉漢唐宋]|慣用)音$"
    "|^(?:なのり|名のり|名乗り?|人名(?:読み)?|名前読み|名づけ|名付け)$"
)

_COMMENT = re.compile("<!--.*?-->|<nowiki>.*?</nowiki>|<ref[^<>/]*>.*?</ref>|<ref[^<>]*/>", re.DOTALL)
_HEADING = re.compile("^==([^=].*?)==[ \t]*$", re.MULTILINE)
_GRADES = {str(grade): grade for grade in range(1, 7)} | {"7": 8, "c": 8, "s": 8, "joyo": 8, "jōyō": 8}
_GRADES |= dict.fromkeys(("8", "n", "jinmeiyo", "jinmeiyō"), 9)
_WITHOUT_GRADE = {"0", "9", "r", "uc", "hyogai", "hyōgai", ""}
_ON = ("goon", "kanon", "soon", "toon", "kanyoon", "on")
#: Japanese and abbreviated forms of radicals; Unicode's block has the Chinese forms.
_RADICAL_FORMS = (
    "亻9 刂18 川47 巳49 彑58 忄61 戸63 扌64 攵66 旡71 歺78 母80 氵85 氺85 灬86 爫87 犭94 王96 礻113 糹120 罒122 "
    "耂125 ⺼130 艹140 衤145 覀146 ⻌162 辶162 青174 飠184 麦199 黄201 黒203 鼡208 斉210 歯211 竜212 亀213"
    " 西146 ⺾140 罓122 网122 ⺲122 ⻊157 釒167 ⻖170 戶63 户63 ⺌42 尤43 兀43 已49 ⺕58 㣺61 无71 镸168 靑174 𦍌123"
    " ⺶123 牜93 ⺮118"
)


@cache
def _radical_numbers() -> dict[str, int]:
    forms = {glyph: int(number) for glyph, number in re.findall(r"(\D)(\d+)", _RADICAL_FORMS.replace(" ", ""))}
    return forms | {radical.glyph: number for number, radical in radicals().items()}


def facts(page: Page) -> Facts:
    """The facts that `page` states about its kanji. A value that can't be read becomes a problem."""
    found = Facts(title=page.title)
    text = _COMMENT.sub("", page.text)
    parts = _HEADING.split(text)
    sections = {_plain_heading(name): body for name, body in zip(parts[1::2], parts[2::2], strict=True)}
    if not page.text:
        found.problems.append("no text, or too long")
    elif page.dialect == "en":
        _read_english(found, sections)
    else:
        _read_japanese(found, text, sections)
    heading = _KANJI.search(sections.get("Japanese", "")) if page.dialect == "en" else "漢字" in sections
    if heading and not found.values and not found.problems:
        found.problems.append(NOTHING_TAKEN)
    return found


#: The heading of the English Wiktionary's part on a kanji.
_KANJI = re.compile(r"^===+\s*Kanji\s*===+", re.MULTILINE)
NOTHING_TAKEN = "the section on the kanji has nothing that could be read"


def _plain_heading(heading: str) -> str:
    """A heading without links and templates: =={{L|ja}}== is ja."""
    return heading.strip(" \t[]{}").rpartition("|")[2]


def _templates(found: Facts, text: str, name: str) -> Iterator[dict[str, str]]:
    """The parameters of each {{name}} in `text` as plain text. A template that isn't closed is a problem."""
    for start in re.finditer(r"\{\{\s*" + re.escape(name) + r"\s*(?=[|}\n]|$)", text):
        # Parse up to the next heading: it takes less time, and an unclosed template can't swallow other sections.
        chunk = text[start.start() :].partition("\n=")[0]
        template = mwparserfromhell.parse(chunk).nodes[0]
        if isinstance(template, mwparserfromhell.nodes.Template):
            yield {
                str(parameter.name).strip(): str(parameter.value.strip_code()).strip() for parameter in template.params
            }
        else:
            found.problems.append(f"{{{{{name}}}}} isn't closed")


def _read_english(found: Facts, sections: dict[str, str]) -> None:
    japanese = sections.get("Japanese", "")
    kanji = list(_templates(found, japanese, "ja-kanji"))
    for parameters in kanji:
        grade = parameters.get("grade", "").casefold()
        if grade in _GRADES:
            found.values.setdefault("grade", _GRADES[grade])
        elif grade not in _WITHOUT_GRADE:
            found.problems.append(f"grade {grade!r} isn't known")
        if strokes := parameters.get("sn") or parameters.get("strokes"):
            found.number("stroke_count", strokes, 64)
    _read_english_lists(found, japanese)
    for parameters in _templates(found, japanese, "ja-readings"):
        for name in _ON:
            found.readings("on", parameters.get(name, ""))
        found.readings("kun", parameters.get("kun", ""))
        found.readings("nanori", parameters.get("nanori", ""))
    for parameters in _templates(found, sections.get("Translingual", ""), "Han char"):
        if parameters.get("rn"):
            found.number("radical", parameters["rn"], 214)
        # snj, sncj+ and similar parameters have the stroke count in Japan if it differs.
        in_japan = next((value for name, value in parameters.items() if re.fullmatch("sn[a-z]*j[a-z+]*", name)), "")
        if strokes := in_japan or parameters.get("sn"):
            found.number("stroke_count", strokes, 64)
    for parameters in kanji:
        if (glyph := parameters.get("rad") or parameters.get("rs", "")[:1]) and "radical" not in found.values:
            found.radical(glyph)


_ENGLISH_ITEM = re.compile(r"^[*:#]+\s*'*\[*([A-Za-z’' -]+?)\]*\s*'*\s*(?::\s*'*|'+\s*:)(.*)$", re.MULTILINE)
_ENGLISH_KINDS = {"on": "on", "kun": "kun", "nanori": "nanori"}
_ENGLISH_KINDS |= dict.fromkeys(("goon", "kanon", "soon", "toon", "kanyoon", "kanyōon", "sōon", "tōon"), "on")


def _read_english_lists(found: Facts, section: str) -> None:
    """Readings in lists: "* '''On:''' [[こう]] (kō)"."""
    for label, readings in _ENGLISH_ITEM.findall(section):
        plain = re.sub("[^a-zōū]", "", label.casefold())
        if kind := _ENGLISH_KINDS.get(plain.removesuffix("readings").removesuffix("reading").removesuffix("yomi")):
            found.readings(kind, str(mwparserfromhell.parse(readings).strip_code()))


_SCHOOL_YEAR = re.compile(r"(?:\[\[\s*(?:category|カテゴリ)\s*:|\{\{)\s*教育漢字[\s_|]*([^\]|}]*)", re.IGNORECASE)
_LIST = r"(?:\[\[\s*(?:category|カテゴリ)\s*:|\{{\{{)\s*{}\s*[\]|}}]"
_JOYO = re.compile(_LIST.format(r"常用漢字(?:\s*\d{{4}}年追加)?").replace("{{4}}", "{4}"), re.IGNORECASE)
_JINMEIYO = re.compile(_LIST.format("人名用漢字"), re.IGNORECASE)
_STROKES = re.compile(r"(?:総画|画数)[^0-9]*([0-9]+)画")
_RADICAL_LINK = re.compile(r"漢字索引[ _]部首[ _](.)|部首[^\[{]*\[\[(?:[^\]|]*\|)?(.)\]\]")
_BULLET = re.compile(r"[*:#;┃]+")
#: The label of a line about the forms of China, Korea, Taiwan or Vietnam, and a note on them in another line.
_ELSEWHERE = re.compile("^[^:：]*[（(](?:中国|韓国|越南|台湾)")
_NOTE_ELSEWHERE = re.compile("[（(](?:中国|韓国|越南|台湾)[^()（）]*[)）]")
_KINDS = {"音読": "on", "訓読": "kun"}
_KINDS |= dict.fromkeys(("名乗", "名のり", "なのり", "人名", "名前読み", "名づけ", "名付け"), "nanori")
#: Parameters of {{ja-kanji}}; each may have a number after its name.
_PARAMETERS = dict.fromkeys(("呉音", "漢音", "唐音", "宋音", "慣用音", "音"), "on")
_PARAMETERS |= {"訓": "kun", "古訓": "kun", "名乗り": "nanori", "名乗": "nanori"}


def _read_japanese(found: Facts, text: str, sections: dict[str, str]) -> None:
    kanji = sections.get("漢字", "")
    for name in ("日本語", "ja", "jpn"):
        _read_templates(found, sections.get(name, ""))
    if kanji:
        _read_grade(found, text)
    for parameters in _templates(found, kanji, "kanji"):
        glyph = parameters.get("部首") or parameters.get("1", "")
        if glyph:
            found.radical(glyph)
        if total := parameters.get("総画") or parameters.get("総画数"):
            found.number("stroke_count", total.removesuffix("画"), 64)
        elif besides := parameters.get("画数") or parameters.get("2", ""):
            found.besides(glyph, besides)
    for line in kanji.splitlines():
        if _BULLET.match(line) and not _ELSEWHERE.search(line):
            _read_shape(found, _NOTE_ELSEWHERE.sub("", line))
    for name in ("漢字", "日本語", "ja", "jpn"):
        _read_lists(found, sections.get(name, ""))


def _read_templates(found: Facts, section: str) -> None:
    """Grade and readings from {{ja-kanji|常用=ショク|施策=教育:2|呉音=ジキ|漢音=ショク|訓=た-べる<たぶ}}.

    The value * says that the reading is the same as 漢音.
    """
    for parameters in _templates(found, section, "ja-kanji"):
        policy = unicodedata.normalize("NFKC", parameters.get("施策", ""))
        if year := re.search(r"教育\D*(\d+)", policy):
            found.number("grade", year[1], 6)
        elif parameters.get("常用") or "常用" in policy:
            found.values.setdefault("grade", 8)
        elif "人名" in policy:
            found.values.setdefault("grade", 9)
        for name, value in parameters.items():
            kind = _PARAMETERS.get(re.sub(r"\d+$", "", unicodedata.normalize("NFKC", name)))
            if kind and value.strip() not in ("*", "＊"):
                # Notes follow a semicolon; they may hold kana.
                found.readings(kind, re.sub(r"[;；][^,、\n]*", "", value))


def _read_grade(found: Facts, text: str) -> None:
    for year in _SCHOOL_YEAR.findall(text):
        grade = re.fullmatch("第([1-6])学年", unicodedata.normalize("NFKC", year).strip())
        if grade:
            found.values.setdefault("grade", int(grade[1]))
        else:
            found.problems.append(f"grade {year.strip()!r} isn't known")
            return
    if "grade" not in found.values and _JOYO.search(text):
        found.values["grade"] = 8
    elif "grade" not in found.values and _JINMEIYO.search(text):
        found.values["grade"] = 9


def _read_shape(found: Facts, line: str) -> None:
    """Radical and stroke count from a line such as "* {{部首|食|0}}" or "* 総画: 9画"."""
    before = dict(found.values)
    for parameters in _templates(found, line, "部首"):
        found.radical(parameters.get("1", ""))
    for name in ("総画", "画数"):
        for parameters in _templates(found, line, name):
            found.number("stroke_count", parameters.get("1", ""), 64)
    if found.values == before and "{{" not in line:
        if strokes := _STROKES.search(unicodedata.normalize("NFKC", line)):
            found.number("stroke_count", strokes[1], 64)
        if radical := _RADICAL_LINK.search(line):
            found.radical(radical[1] or radical[2])


def _read_lists(found: Facts, section: str) -> None:
    """Readings in nested lists: "* 音読み", "** [[漢音]] : [[ショク]]（…）", "* 訓読み: [[たべる|た-べる]]"."""
    kind = ""
    for line in section.splitlines():
        bullets = _BULLET.match(line)
        if not bullets:
            kind = ""
            continue
        if not kind and not any(name in line for name in _KINDS):
            continue
        markup = re.sub(r"\{\{\s*音\s*\|([^{}|]*)\}\}", r"\1", line[bullets.end() :])
        shown = plain_readings(str(mwparserfromhell.parse(markup).strip_code()))
        label, colon, readings = shown.partition(":")
        named = next((value for name, value in _KINDS.items() if name in label), "")
        if named:
            kind = named
        elif len(bullets[0]) == 1:
            kind = ""  # the next item of the list has another subject
        elif not colon and not label.strip().endswith("音"):
            readings = label
        if kind:
            found.readings(kind, readings, _BETWEEN_IN_LISTS)
