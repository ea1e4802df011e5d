"""The characters that a line can contain: the catalogue's, and those that share a catalogue character's shape."""

#: {character outside the catalogue: the catalogue characters of its shape}. Size, place or context tell them apart.
SHAPES = {
    "ー": "一l",  # across, or down in vertical writing
    **dict(zip("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ", strict=True)),
    **dict(zip("ぁぃぅぇぉゎ", "あいうえおわ", strict=True)),
}
#: Small kana, and the large ones of the same shape.
SMALL = {"っ": "つ", "ゃ": "や", "ゅ": "ゆ", "ょ": "よ"} | {c: shapes for c, shapes in SHAPES.items() if c != "ー"}
#: Characters that only follow a kana.
DEPENDENT = frozenset({"ー", *SMALL})


def shapes(character: str) -> str:
    """The catalogue characters by whose shape the network reads `character`."""
    return SHAPES.get(character, character)
