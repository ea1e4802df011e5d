"""Sentences with a gap for a word. They ask for it by its meaning or reading, so they need no list of sentences."""

from characters.models.words import Word

#: Most characters of the text before a gap, as attempts have it.
_MOST = 32


def frame(word: Word, language: str) -> tuple[str, str]:
    """The text before and after the gap for `word`: its meaning in `language`, in Japanese its reading."""
    meanings = word.meanings_in(language)
    if (language.startswith("ja") or not meanings) and word.reading != word.text:
        return f"「{word.reading}」と読む言葉は「", "」です。"
    if not meanings:
        return "「", "」と書いてください。"
    end = "」は日本語で「"
    room = _MOST - len(end) - 1
    gloss = next((meaning for meaning in meanings if len(meaning) <= room), meanings[0][: room - 1] + "…")
    return f"「{gloss}{end}", "」です。"
