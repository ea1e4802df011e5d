"""Every notation that the importer reads from the Wiktionaries: small pages, written here, with what they say."""

import bz2
from typing import Any
from xml.sax.saxutils import escape

#: (text, values) of a page in each dialect. The page is on 食 unless its text begins with another kanji and a colon.
FORMS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "ja": [
        # Today's templates
        ("==漢字==\n{{kanji|食|0}}", {"radical": 184, "stroke_count": 9}),
        ("==漢字==\n{{kanji|部首=食|画数=0}}", {"radical": 184, "stroke_count": 9}),
        ("泳:==漢字==\n{{kanji|水|5}}", {"radical": 85}),
        ("==漢字==\n{{kanji|食|総画=9画}}", {"radical": 184, "stroke_count": 9}),
        (
            "==漢字==\n=={{L|ja}}==\n{{ja-kanji|常用=ショク,た-べる|施策=教育:2|呉音=ジキ<ヂキ|漢音=ショク、シ;[[飼]]|唐音=*"
            "|慣用音1=イ|音2=スイ|訓=た-べる<たぶ,く-う|古訓=は-む|名乗り=うけ|名乗1=ぐい}}",
            {
                "grade": 2,
                "on": ["ジキ", "ショク", "シ", "イ", "スイ"],
                "kun": ["た.べる", "く.う", "は.む"],
                "nanori": ["うけ", "ぐい"],
            },
        ),
        ("==日本語==\n{{ja-kanji|常用=ショク|宋音=シ}}", {"grade": 8, "on": ["シ"]}),
        ("==日本語==\n{{ja-kanji|施策=人名|漢音=ショク}}", {"grade": 9, "on": ["ショク"]}),
        ("==日本語==\n{{ja-kanji|施策=教育：２|漢音=ショク}}", {"grade": 2, "on": ["ショク"]}),
        # The older lists
        ("==漢字==\n* 訓読み: か-(わ)る、か-（え）る", {"kun": ["か.わる", "か.える"]}),
        ("==漢字==\n* 音読み: ショク\n* 訓読み: なし", {"on": ["ショク"]}),
        ("==漢字==\n* 音読み: ー\n* 訓読み: く-う", {"kun": ["く.う"]}),
        ("梨:==漢字==\n* 訓読み: なし", {"kun": ["なし"]}),
        ("==漢字==\n* 音読み\n** まれ\n** 常用漢字表内\n** ショク", {"on": ["ショク"]}),
        *(
            (f"==漢字==\n* {label}\n** うけ", {"nanori": ["うけ"]})
            for label in ("なのり", "人名読み", "人名", "名前読み", "名づけ", "名乗り")
        ),
        ("==漢字==\n* 訓読み: く-う\n* 人名読み: うけ", {"kun": ["く.う"], "nanori": ["うけ"]}),
        ("==漢字==\n* 音読み\n** 呉音（表外: まれ）: ジキ", {"on": ["ジキ"]}),
        ("==漢字==\n* 訓読み: かわ（表外）・る、く-う", {"kun": ["かわ.る", "く.う"]}),
        ("==漢字==\n[[Category:常用漢字 2010年追加]]", {"grade": 8}),
        ("==漢字==\n[[Category:常用漢字 2010年追加|しよく]]", {"grade": 8}),
        ("==漢字==\n* 総画: 9画\n[[Category:常用漢字 2010年削除|しよく]]", {"stroke_count": 9}),
        ("==漢字==\n* 総画: 9画（中国: 8画）", {"stroke_count": 9}),
        ("==漢字==\n* 音読み: ショク　ジキ／シ［スイ］ イ", {"on": ["ショク", "ジキ", "シ", "スイ", "イ"]}),
        ("==漢字==\n* 音読み: ショク（シヨク", {"on": ["ショク"]}),
        ("==漢字==\n* 音読み: ﾋﾞｰﾙ", {"on": ["ビール"]}),
        ("==漢字==\n* 部首: [[水]] + 1 画", {"radical": 85}),
        ("==漢字==\n* {{部首|西|3}}", {"radical": 146}),
    ],
    "en": [
        ("==Japanese==\n{{ja-readings|kun=あ-るい は, く-う}}", {"kun": ["あ.るいは", "く.う"]}),
        ("==Japanese==\n{{ja-kanji|strokes=9}}", {"stroke_count": 9}),
        ("==Japanese==\n{{ja-kanji|sn=8, 9}}", {"stroke_count": 9}),
        ("==Japanese==\n{{ja-kanji|sn=7, 8}}", {"stroke_count": 7}),
        ("==Japanese==\n{{ja-kanji|grade=jinmeiyo}}", {"grade": 9}),
        ("==Japanese==\n* '''On:''' [[じき]] (jiki), [[しょく]]", {"on": ["ジキ", "ショク"]}),
        ("==Japanese==\n* '''Goon''': じき\n* '''Kun:''' [[くう|く-う]]", {"on": ["ジキ"], "kun": ["く.う"]}),
        ("==Japanese==\n* Nanori: うけ", {"nanori": ["うけ"]}),
        ("==Translingual==\n{{Han char|rn=184|sn=9}}", {"radical": 184, "stroke_count": 9}),
    ],
}


def parted(text: str) -> tuple[str, str]:
    """(title, text) of a form."""
    return (text[0], text[2:]) if text[1:2] == ":" else ("食", text)


def dump(dialect: str, streams: int = 1) -> bytes:
    """A bz2 file of all forms of a dialect in so many streams, the same bytes each time."""
    pages = [
        f"<page><title>{title}</title><ns>0</ns><id>{number}</id><revision><id>{number + 1}</id>"
        f'<text xml:space="preserve">{escape(body)}</text></revision></page>\n'
        for number, (title, body) in enumerate(parted(text) for text, _ in FORMS[dialect])
    ]
    head = f"<mediawiki><siteinfo><dbname>{dialect}wiktionary</dbname></siteinfo>\n"
    data = (head + "".join(pages) + "</mediawiki>\n").encode()
    size = -(-len(data) // streams)
    return b"".join(bz2.compress(data[start : start + size]) for start in range(0, len(data), size))
