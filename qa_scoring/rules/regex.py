"""`regex`: a regular expression over what a speaker said in a turn, normalised."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.digits import in_figures
from ledger.records import Evidence, Turn
from ledger.states import Verdict
from ledger.timed_text import timed_text
from qa_scoring.patterns import TooSlow, spans
from qa_scoring.rules.counting import told_times, within
from qa_scoring.rules.scene import Opinion, Scene, searched
from qa_scoring.rules.windows import Stretch, rounds_of
from qa_scoring.texts import Regex


@dataclass(frozen=True, kw_only=True)
class Written:
    """What was said without a break, sign by sign, with the time of each."""

    text: str
    starts_s: Sequence[float]
    ends_s: Sequence[float]


def judge_regex(scene: Scene, stretch: Stretch, check: Regex) -> Opinion:
    """Every match whose beginning lies in the window counts once."""
    words = {"where": stretch.told, "title": check.title, "wanted": told_times(check.times)}
    try:
        hits = tuple(hit for written in texts_of(scene, stretch) for hit in _hits(check, written, stretch))
    except TooSlow:
        words = {**words, "count": "0", "heard": ""}
        return Opinion(verdict=Verdict.CANNOT_TELL, evidence=searched(stretch.around), words=words)
    verdict = within(check.times, certain=len(hits), possible=len(hits))
    words = {**words, "count": str(len(hits)), "heard": "、".join(hit.text for hit in hits)}
    evidence = hits[0] if hits else searched(stretch.around)
    return Opinion(verdict=verdict, evidence=evidence, words=words, hits=hits)


def texts_of(scene: Scene, stretch: Stretch) -> list[Written]:
    """What the speakers said, a text for each turn as a listener counts them."""
    return [written_of(turns) for turns in rounds_of(scene, stretch.who)]


def written_of(turns: Sequence[Turn]) -> Written:
    """The normalised text of turns that follow each other closely."""
    signs = [sign for turn in turns for sign in _signs(turn)]
    return Written(
        text="".join(sign for sign, _, _ in signs),
        starts_s=[start_s for _, start_s, _ in signs],
        ends_s=[end_s for _, _, end_s in signs],
    )


def _signs(turn: Turn) -> Iterator[tuple[str, float, float]]:
    """A stretch's time is shared out evenly among its signs."""
    for text, start_s, end_s in timed_text(turn):
        plain = [sign for sign in unicodedata.normalize("NFKC", text).lower() if sign.isalnum()]
        length_s = (end_s - start_s) / max(1, len(plain))
        for at, sign in enumerate(plain):
            yield in_figures(sign), start_s + at * length_s, start_s + (at + 1) * length_s


def _hits(check: Regex, written: Written, stretch: Stretch) -> Iterator[Evidence]:
    for first, past in spans(check.pattern, written.text):
        start_s = written.starts_s[first]
        if any(span.holds(start_s) for span in stretch.spans):
            yield Evidence(
                start_s=round(start_s, 3),
                end_s=round(written.ends_s[past - 1], 3),
                text=written.text[first:past],
                likeness=1.0,
                phrase=check.title,
            )
