"""Meanings as people type them: without accents and articles, in the singular, in one English spelling."""

import re

from characters.romaji import without_accents

#: Words that a search for a meaning may begin with, and that say nothing about it.
ARTICLES = frozenset(["to", "the", "a", "an", "le", "la", "les", "l", "un", "une", "des", "du", "de", "d"])
_ELISION = re.compile(r"\b[ld]['’]")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o"})
_IRREGULAR = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "feet": "foot",
    "teeth": "tooth",
    "geese": "goose",
    "mice": "mouse",
    "lice": "louse",
    "oxen": "ox",
    "leaves": "leaf",
    "knives": "knife",
    "wives": "wife",
    "wolves": "wolf",
    "halves": "half",
    "shelves": "shelf",
    "thieves": "thief",
    "calves": "calf",
    "loaves": "loaf",
    "yeux": "oeil",
    "cieux": "ciel",
}
#: British spellings with the American ones, which KANJIDIC2 uses.
_BRITISH = {
    "grey": "gray",
    "axe": "ax",
    "plough": "plow",
    "mould": "mold",
    "smoulder": "smolder",
    "tyre": "tire",
    "kerb": "curb",
    "cheque": "check",
    "pyjama": "pajama",
    "sulphur": "sulfur",
    "moustache": "mustache",
    "whisky": "whiskey",
    "jewellery": "jewelry",
    "aluminium": "aluminum",
    "storey": "story",
    "programme": "program",
    "catalogue": "catalog",
    "draught": "draft",
    "gaol": "jail",
    "skilful": "skillful",
    "fulfil": "fulfill",
    "judgement": "judgment",
    "ageing": "aging",
    "cosy": "cozy",
    "manoeuvre": "maneuver",
    "practise": "practice",
    "defence": "defense",
    "offence": "offense",
    "licence": "license",
    "pretence": "pretense",
    "odour": "odor",
    "centre": "center",
    "theatre": "theater",
    "metre": "meter",
    "litre": "liter",
    "fibre": "fiber",
    "lustre": "luster",
    "sabre": "saber",
    "sombre": "somber",
    "spectre": "specter",
    "meagre": "meager",
}
_OUR = re.compile(
    "(col|hon|lab|fav|flav|harb|neighb|vap|arm|hum|rum|parl|sav|behavi|endeav|rig|vig|glam|ferv|ard|clam|splend|val)our"
)
_ISE = re.compile("(?<=..[^aeiou])is(?=(?:e|ed|es|ing|ation)$)")
_YSE = re.compile("(?<=aly)s(?=e)")
_DOUBLED_L = re.compile("(?<=[aeiou])ll(?=(?:er|ed|ing|or)$)")
#: Endings of plurals, English and French, with those of singulars. The first that fits counts.
_PLURALS = [
    (re.compile("(?<=..)ies?$"), "y"),
    (re.compile("(?<=ch|sh)es$|(?<=[xz])es$|(?<=ss)es$|(?<=.{3}o)es$"), ""),
    (re.compile("(?<=e)aux$"), "au"),
    (re.compile("aux$"), "al"),
    (re.compile("(?<=.[eo]u)x$"), ""),
    (re.compile("(?<=..[^siu])s$"), ""),
    (re.compile("(?<=.{2}ou)s$"), ""),
]


def words(text: str) -> str:
    """The words of a meaning, folded, each between spaces, so that " word " finds one.

    Articles and the “to” of verbs are left out, unless nothing else is there.
    """
    plain = without_accents(_ELISION.sub(" ", text.casefold().translate(_LIGATURES)))
    given = re.findall(r"\w+", plain)
    kept = [word for word in given if word not in ARTICLES] or given
    return f" {' '.join(map(fold, kept))} " if kept else ""


def fold(word: str) -> str:
    """`word` in the singular and in American spelling; `word` is in lower case without accents."""
    if len(word) < 4:
        return _BRITISH.get(word, word)
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending, singular in _PLURALS:
        if ending.search(word):
            word = ending.sub(singular, word)
            break
    word = _BRITISH.get(word, word)
    american = _YSE.sub("z", _ISE.sub("iz", _OUR.sub(r"\1or", word)))
    return _DOUBLED_L.sub("l", american)
