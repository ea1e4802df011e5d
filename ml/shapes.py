"""The shapes that form compares ink with: a character's reference, and its accepted variants.

Remarks name strokes of the reference, also where the ink was compared with a variant: the reference is what pages show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ml.matching import Sampled
from ml.strokes import Strokes


@dataclass(frozen=True)
class AcceptedShape:
    """An accepted shape of a character; strokes by index."""

    drawn: Strokes
    strokes: Sampled
    #: For each stroke, the reference's strokes that it stands for; empty for one that the reference lacks.
    counterparts: tuple[tuple[int, ...], ...]

    @classmethod
    def of_reference(cls, drawn: Strokes, strokes: Sampled) -> "AcceptedShape":
        return cls(drawn, strokes, tuple((index,) for index in range(len(strokes))))

    @classmethod
    def of_variant(
        cls, drawn: Strokes, strokes: Sampled, pairs: Sequence[tuple[tuple[int, ...], tuple[int, ...]]]
    ) -> "AcceptedShape":
        """`pairs`: strokes of the variant, and those of the reference that they stand for."""
        found = {stroke: reference for own, reference in pairs for stroke in own}
        return cls(drawn, strokes, tuple(found.get(stroke, ()) for stroke in range(len(strokes))))

    def in_reference(self, numbers: Sequence[int]) -> list[int] | None:
        """The reference's strokes for those of this shape, both from 1; None if the reference lacks one of them."""
        found = [self.counterparts[number - 1] for number in numbers]
        return list(dict.fromkeys(index + 1 for indexes in found for index in indexes)) if all(found) else None

    def turns(self, orders: Sequence[Sequence[int]]) -> list[dict[int, int]]:
        """For each accepted order the turn of each stroke: this shape's own order, then `orders`.

        `orders`: numbers of the reference's strokes, from 1. A stroke that the reference lacks keeps its place after
        the stroke before it.
        """
        own = {stroke: stroke for stroke in range(len(self.strokes))}
        return [own, *(self._turns(order) for order in orders)]

    def _turns(self, order: Sequence[int]) -> dict[int, int]:
        turn_of = {number - 1: turn for turn, number in enumerate(order)}
        keys: list[tuple[int, int]] = []
        for stroke, reference in enumerate(self.counterparts):
            turn = turn_of[reference[0]] if reference else (keys[-1][0] if keys else -1)
            keys.append((turn, stroke))
        return {stroke: turn for turn, (_, stroke) in enumerate(sorted(keys))}

    def parts(self, parts: Mapping[str, range]) -> dict[str, list[int]]:
        """This shape's strokes in each of the reference's `parts`."""
        return {
            part: [s for s, reference in enumerate(self.counterparts) if reference and set(reference) <= set(strokes)]
            for part, strokes in parts.items()
        }
