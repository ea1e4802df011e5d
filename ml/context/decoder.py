"""Reads a line: what the network sees in its characters, weighed with the words that they may form.

A line is a sequence of words. Either the language model spells a word, or the word is unknown: a run of one script, in
which all characters are equally likely. The forward-backward algorithm (Rabiner 1989) over both, within a beam, gives
the probability of each character in context, and the best path gives the line and its words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from ml.context.alphabet import DEPENDENT
from ml.context.model import BOUNDARY, START, WordModel, advance, last_codes
from ml.scripts import script

#: Probability that a word is an unknown one of this kind. Higher protects random strings, lower corrects more
#: characters of words.
_UNKNOWN = {
    "hiragana": 0.05,
    "katakana": 0.05,
    "kanji": 0.05,
    "digit": 0.1,
    "upper": 0.05,
    "lower": 0.05,
    "alphanumeric": 0.3,
}
#: Probability that an unknown word goes on after each of its characters.
_GOES_ON = 0.85
#: Added to ln of the probability of ー or a small kana that follows no kana.
_OUT_OF_PLACE = -15.0
#: Most states kept at each position of a line.
_BEAM = 48
#: The same where the probabilities of one character between fixed texts are wanted (`Decoder.expected`).
_WIDE_BEAM = 512
#: Most characters of the texts before and after a line that are considered.
_AROUND = 12
#: The same of the texts around one character (`Decoder.expected`).
_NEAR = 4


@dataclass(frozen=True)
class Span:
    """The characters that the ink between two positions of a line may show."""

    start: int
    end: int
    #: (k,) codes of the language model.
    codes: NDArray[np.intp]
    #: (k,) ln of how well each explains what is written there.
    log: NDArray[np.float64]


@dataclass(frozen=True)
class ReadCharacter:
    """One character of a line as read in context."""

    #: The index of its span.
    span: int
    character: str
    #: {character: its probability in context, 0 to 1}, if this span is one character.
    probabilities: dict[str, float]
    #: The word that holds it, and whether the language model spells that word.
    word: str
    is_spelt: bool
    #: Whether it would be read as another character if its height didn't show.
    is_by_height: bool = False


@dataclass(frozen=True)
class _Edges:
    """Ways from one state of the lattice to another; arrays (edges,). Between words, `spans` and `codes` are -1."""

    sources: NDArray[np.intp]
    targets: NDArray[np.intp]
    spans: NDArray[np.intp]
    codes: NDArray[np.intp]
    log: NDArray[np.float64]


#: Sources, spans, codes, ln of the probabilities, and the states to come; arrays of one length.
_Arrival = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], NDArray[np.float64], NDArray[np.int64]]


class Decoder:
    """Reads lines with one language model. Threads may share it."""

    def __init__(self, model: WordModel) -> None:
        self.model = model
        characters = ["", *model.characters]
        #: (kinds, codes) whether an unknown word of each kind may hold each character.
        is_member = np.array([[kind in _kinds(character) for character in characters] for kind in _UNKNOWN])
        with np.errstate(divide="ignore"):
            self._in_run = np.log(is_member / is_member.sum(axis=1, keepdims=True))
        self._begins_run = self._in_run + np.log(list(_UNKNOWN.values()))[:, None]
        #: (codes,) whether a kana, and a character that only follows one.
        self._is_kana = is_member[0] | is_member[1]
        self._is_dependent = np.array([character in DEPENDENT for character in characters])
        self._begins_run[:, self._is_dependent] += _OUT_OF_PLACE

    def read(self, spans: Sequence[Span], before: str = "", after: str = "") -> list[ReadCharacter]:
        """What the line most likely says from position 0 to the last position of `spans`, character by character.

        `before` and `after`: the text around it, whose words may reach into it.
        """
        lattice = self._lattice(spans, *self._around(before, after, _AROUND), _BEAM)
        return [one for one in lattice.characters() if one.span < len(spans)]

    def expected(self, codes: NDArray[np.intp], before: str, after: str) -> NDArray[np.float64] | None:
        """(k,) the probability of each of `codes` (k,) between these texts, whatever is written there; their sum is 1.

        None if neither text has a character next to it that a line can contain.
        """
        head, tail = self._around(before, after, _NEAR)
        if not head and not tail:
            return None
        lattice = self._lattice([Span(0, 1, codes, np.zeros(len(codes)))], head, tail, _WIDE_BEAM)
        [found, *_] = lattice.probabilities()
        return np.array([found[self.model.characters[code - 1]] for code in codes])

    def _around(self, before: str, after: str, most: int) -> tuple[str, str]:
        """The characters next to a line that may belong to its words."""
        head = "".join(takewhile(self.model.codes.__contains__, reversed(before[-most:])))[::-1]
        return head, "".join(takewhile(self.model.codes.__contains__, after[:most]))

    def _lattice(self, spans: Sequence[Span], head: str, tail: str, beam: int) -> "_Lattice":
        """The states of a line between `head` and `tail`; the first of its spans are `spans`."""
        end = len(head) + max(span.end for span in spans)
        line = [
            *(Span(s.start + len(head), s.end + len(head), s.codes, s.log) for s in spans),
            *(self._fixed(position, character) for position, character in enumerate(head)),
            *(self._fixed(position, character) for position, character in enumerate(tail, end)),
        ]
        return _Lattice(self, line, end + len(tail), beam)

    def _fixed(self, position: int, character: str) -> Span:
        return Span(position, position + 1, np.array([self.model.codes[character]]), np.zeros(1))


def _kinds(character: str) -> set[str]:
    """The kinds of unknown words that may hold `character`."""
    if character.isascii():
        case = "digit" if character.isdigit() else "upper" if character.isupper() else "lower"
        return {"alphanumeric", case} if character else set()
    return {script(character)}


class _Lattice:
    """The states that a line can pass through, numbered from 0 in the order of their positions.

    A state is the context of a word that the language model spells, -1 - the kind of an unknown word, or START between
    two words, which is the last state of each position.
    """

    def __init__(self, decoder: Decoder, spans: Sequence[Span], end: int, beam: int) -> None:
        self._decoder = decoder
        self._spans = spans
        self._beam = beam
        self._states = np.empty((end + 1) * (beam + 1), np.int64)
        #: ln of the sum over all ways from the line's start to each state.
        self._forward = np.zeros(len(self._states))
        self._count = 0
        #: In an order in which an edge follows all those that lead to its source.
        self._edges: list[_Edges] = []
        arriving: list[list[_Arrival]] = [[] for _ in range(end + 1)]
        for position in range(end + 1):
            if position and not arriving[position]:
                continue
            first = self._count
            if position:
                self._arrive(arriving[position])
            self._end_words(np.arange(first, self._count))
            here = np.arange(first, self._count)
            for number, span in enumerate(spans):
                if span.start == position:
                    arriving[span.end].append(self._extend(here, span, number))
        if not arriving[end]:
            raise ValueError("The spans don't lead from the line's start to its end.")

    def _add(self, states: NDArray[np.int64], forward: NDArray[np.float64]) -> None:
        self._states[self._count : self._count + len(states)] = states
        self._forward[self._count : self._count + len(states)] = forward
        self._count += len(states)

    def _arrive(self, arrivals: Sequence[_Arrival]) -> None:
        """Add the states that `arrivals` lead to at a position: the likeliest ones, as many as the beam holds."""
        sources, spans, codes, log, states = (np.concatenate(column) for column in zip(*arrivals, strict=True))
        distinct, targets = np.unique(states, return_inverse=True)
        forward = _log_sums(targets, self._forward[sources] + log, len(distinct))
        kept = np.argsort(-forward, kind="stable")[: self._beam]
        number = np.full(len(distinct), -1)
        number[kept] = np.arange(self._count, self._count + len(kept))
        is_kept = number[targets] >= 0
        self._add(distinct[kept], forward[kept])
        edges = (sources, number[targets], spans, codes, log)
        self._edges.append(_Edges(*(values[is_kept] for values in edges)))

    def _end_words(self, here: NDArray[np.intp]) -> None:
        """Add the state between words at a position, which each of its other states, `here`, can pass into.

        Without others, it is the beginning of the line.
        """
        if not len(here):
            self._add(np.array([START]), np.zeros(1))
            return
        log = np.full(len(here), np.log(1 - _GOES_ON))
        is_spelt = self._states[here] > 0
        contexts = self._states[here[is_spelt]]
        log[is_spelt] = self._decoder.model.log_probabilities(contexts, np.array([BOUNDARY]))[:, 0]
        none = np.full(len(here), -1)
        self._edges.append(_Edges(here, np.full(len(here), self._count), none, none, log))
        self._add(np.array([START]), _log_sums(np.zeros(len(here), int), self._forward[here] + log, 1))

    def _extend(self, here: NDArray[np.intp], span: Span, number: int) -> _Arrival:
        """All ways from the states `here`, of which the last is between words, through `span`."""
        decoder, states, codes = self._decoder, self._states[here], span.codes
        spelt, runs, between = here[states > 0], here[states < 0], here[-1]
        log_spelt = decoder.model.log_probabilities(self._states[spelt], codes)
        is_after_kana = decoder._is_kana[last_codes(self._states[spelt])]
        log_spelt[~is_after_kana[:, None] & decoder._is_dependent[codes]] += _OUT_OF_PLACE
        log_spelt[-1] += np.log(1 - sum(_UNKNOWN.values()))
        kinds = np.arange(len(_UNKNOWN))
        running = -1 - self._states[runs]
        log_runs = decoder._in_run[np.ix_(running, codes)] + np.log(_GOES_ON)
        sources = np.concatenate([spelt, runs, np.full(len(kinds), between)])
        log = np.vstack([log_spelt, log_runs, decoder._begins_run[:, codes]]) + span.log
        after_runs = np.broadcast_to(
            -1 - np.concatenate([running, kinds])[:, None], (len(runs) + len(kinds), len(codes))
        )
        after = np.vstack([advance(self._states[spelt][:, None], codes), after_runs])
        rows, columns = np.nonzero(log > -np.inf)
        return sources[rows], np.full(len(rows), number), codes[columns], log[rows, columns], after[rows, columns]

    def characters(self) -> list[ReadCharacter]:
        """The characters on the best path, in order."""
        path = self._best_path()
        probabilities = self.probabilities()
        found = []
        for word in path:
            text = "".join(self._decoder.model.characters[code - 1] for _, code, _ in word)
            for span, code, is_spelt in word:
                character = self._decoder.model.characters[code - 1]
                found.append(ReadCharacter(span, character, probabilities[span], text, is_spelt))
        return found

    def _best_path(self) -> list[list[tuple[int, int, bool]]]:
        """The words of the likeliest path; of each character the span, the code, and whether its word is spelt."""
        best = np.full(self._count, -np.inf)
        best[0] = 0
        into: dict[int, tuple[_Edges, int]] = {}
        for edges in self._edges:
            log = best[edges.sources] + edges.log
            for edge in np.argsort(log, kind="stable"):  # the likeliest one is stored last
                into[int(edges.targets[edge])] = edges, int(edge)
            np.maximum.at(best, edges.targets, log)
        words: list[list[tuple[int, int, bool]]] = []
        state = self._count - 1
        while state:
            edges, edge = into[state]
            if edges.spans[edge] < 0:
                words.append([])
            else:
                words[-1].append((int(edges.spans[edge]), int(edges.codes[edge]), bool(self._states[state] > 0)))
            state = int(edges.sources[edge])
        return [word[::-1] for word in words[::-1]]

    def probabilities(self) -> list[dict[str, float]]:
        """For each span, {character: its probability}, if the line is split there."""
        backward = np.full(self._count, -np.inf)
        backward[-1] = 0
        sums = np.full((len(self._spans), len(self._decoder.model.characters) + 1), -np.inf)
        for edges in reversed(self._edges):
            log = edges.log + backward[edges.targets]
            np.logaddexp.at(backward, edges.sources, log)
            if edges.spans[0] >= 0:
                np.logaddexp.at(sums, (edges.spans, edges.codes), log + self._forward[edges.sources])
        characters = self._decoder.model.characters
        return [
            {characters[code - 1]: float(p) for code, p in zip(span.codes, softmax(row[span.codes]), strict=True)}
            if row.max() > -np.inf  # otherwise the beam left the span out
            else {}
            for span, row in zip(self._spans, sums, strict=True)
        ]


def _log_sums(targets: NDArray[np.integer], log: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """(count,) ln of the sum of exp(log) over the entries of each target."""
    sums = np.full(count, -np.inf)
    np.logaddexp.at(sums, targets, log)
    return sums
