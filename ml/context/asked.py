"""The text that the writer of a line was asked to write."""

from collections.abc import Mapping
from dataclasses import dataclass

from ml.context.alphabet import shapes


@dataclass(frozen=True)
class Asked:
    """The text that a line should read, and the characters that count as alike."""

    text: str
    #: The number of the lookalike group of every character that has one; a lookalike of what was asked for is read so.
    groups: Mapping[str, int]
    #: Whether the sizes of the characters show, and so which of those that share a shape is meant.
    has_size: bool = True

    def is_alike(self, one: str, other: str) -> bool:
        """Whether the line's reader can't tell two characters apart."""
        if self.groups.get(one, one) == self.groups.get(other, other):
            return True
        return not self.has_size and not set(shapes(one)).isdisjoint(shapes(other))


NOTHING = Asked("", {})
