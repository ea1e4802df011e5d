"""How error messages quote the values of a request."""

#: Most characters of a value that a message quotes.
MAX_QUOTED = 20


def quoted(value: object) -> str:
    """`value` if it is text or a number, cut off after MAX_QUOTED characters; the type's name of any other value."""
    if not isinstance(value, str | int | float):
        return type(value).__name__
    text = str(value)
    return text if len(text) <= MAX_QUOTED else f"{text[:MAX_QUOTED]}…"
