"""Accepted stroke orders besides the references', from `orders.txt`; `ml.variants.order_rules` writes it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

ORDERS = Path(__file__).with_name("orders.txt")


@dataclass(frozen=True)
class Order:
    """An accepted order of a character's strokes: numbers of the reference's strokes, from 1, as they are written."""

    #: How it differs from the reference's order, in English, and in which component: "vertical stroke last (王)".
    note: str
    strokes: tuple[int, ...]


@cache
def orders() -> dict[str, list[Order]]:
    """Every character that has other accepted orders, with these."""
    found: dict[str, list[Order]] = {}
    for line in ORDERS.read_text(encoding="utf-8").splitlines():
        character, note, strokes = line.split("\t")
        found.setdefault(character, []).append(Order(note, tuple(map(int, strokes.split()))))
    return found
