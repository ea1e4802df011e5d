"""Write `orders.txt`, the accepted stroke orders: python -m ml.variants.order_rules

`order_rules.txt` has one reviewed rule per line: a component, what differs, and the numbers of the component's strokes
in the order in which they may be written. After a colon, a position or the signs of the strokes limit the rule: KanjiVG
calls the last two strokes of 令 卩, too.

Most rules come from KanjiVG's variant files; those of 上 必 and of 成 with its relatives from the handbook of 1958
(筆順指導の手びき), which leaves them open; that of 舟 from dictionaries that disagree. The command applies each rule to
every character with the component, and prints KanjiVG's order files that no rule covers.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from ml.datasets import kanjivg
from ml.strokes import Strokes, references, resample
from ml.variants.orders import ORDERS, Order, orders

_RULES = Path(__file__).with_name("order_rules.txt")
#: Most orders of one character.
_MOST = 12
#: Largest mean distance, in units of the references, of a stroke in one of KanjiVG's order files from the reference's.
_NEAR = 150


@dataclass(frozen=True)
class _Rule:
    component: str
    #: The component's position or the signs of its strokes; empty for any.
    limit: str
    note: str
    strokes: tuple[int, ...]


def _rules() -> dict[str, list[_Rule]]:
    """The rules by component."""
    found: dict[str, list[_Rule]] = defaultdict(list)
    for line in _RULES.read_text(encoding="utf-8").splitlines():
        where, note, strokes = line.split("\t")
        component, _, limit = where.partition(":")
        found[component].append(_Rule(component, limit, note, tuple(map(int, strokes.split()))))
    return found


def derived(character: str, rules: Mapping[str, Sequence[_Rule]]) -> Iterator[Order]:
    """The orders of `character` that `rules` allow, at most `_MOST`: those with one change first."""
    own = tuple(range(1, len(references()[character]) + 1))
    sites: dict[tuple[int, int], list[_Rule]] = defaultdict(list)
    types = kanjivg.stroke_types(character)
    for group in kanjivg.groups(character):
        signs = "".join(kind[:1] for kind in types[group.first : group.end])
        for rule in rules.get(group.element, []):
            fits = len(rule.strokes) == group.end - group.first and rule.limit in ("", group.position, signs)
            if fits and rule not in sites[group.first, group.end]:
                sites[group.first, group.end].append(rule)
    choices = [[None, *((first, rule) for rule in found)] for (first, _), found in sites.items() if found]
    changes = [[change for change in chosen if change] for chosen in product(*choices)]
    seen = {own}
    for chosen in sorted(changes, key=len):
        strokes = list(own)
        for first, rule in chosen:
            before = strokes[first : first + len(rule.strokes)]
            strokes[first : first + len(rule.strokes)] = [before[number - 1] for number in rule.strokes]
        if tuple(strokes) not in seen and len(seen) <= _MOST:
            seen.add(tuple(strokes))
            notes = dict.fromkeys(
                rule.note if rule.component == character else f"{rule.note} ({rule.component})" for _, rule in chosen
            )
            yield Order("; ".join(notes), tuple(strokes))


def uncovered() -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Character, name and order of KanjiVG's drawings that differ from the reference in order, and aren't accepted."""
    for character, reference in references().items():
        accepted = {order.strokes for order in orders().get(character, [])}
        for name, drawing in kanjivg.variants(character).items():
            order = order_of(drawing, reference)
            if order and order != tuple(sorted(order)) and order not in accepted:
                yield character, name, order


def order_of(drawing: Strokes, reference: Strokes) -> tuple[int, ...] | None:
    """The reference's strokes in the order of `drawing`, numbers from 1; None if the drawings differ in shape."""
    if len(drawing) != len(reference):
        return None
    ours, theirs = (np.stack([resample(stroke, 16) for stroke in strokes]) for strokes in (drawing, reference))
    apart = np.linalg.norm(ours[:, None] - theirs[None], axis=-1).mean(axis=-1)
    written, of_reference = linear_sum_assignment(apart)
    if apart[written, of_reference].max() > _NEAR:
        return None
    return tuple(int(index) + 1 for index in of_reference)


def main() -> None:
    rules = _rules()
    lines = [
        f"{character}\t{order.note}\t{' '.join(map(str, order.strokes))}\n"
        for character in references()
        if character >= "一"
        for order in derived(character, rules)
    ]
    ORDERS.write_text("".join(lines), encoding="utf-8")
    orders.cache_clear()
    for character, name, order in uncovered():
        print(f"not accepted: {character} {name} {' '.join(map(str, order))}")


if __name__ == "__main__":
    main()
