"""Taking turns: both sides of a dialogue know its words, its pauses and the sound of every turn."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
import structlog

from callers.codec import Samples
from callers.dialogue import Dialogue, Side
from callers.errors import CallOver, NotHeard
from callers.g711 import SAMPLE_RATE_HZ
from callers.hearing import FRAME_S, KnownSpeech
from callers.phone_call import PhoneCall
from ledger.errors import BadAsset, MissingAsset

log = structlog.get_logger(__name__)
QUIET_S = 0.3  # after this much quiet the other side's turn is over
OVERTIME_S = 8.0  # how much longer than its sound a turn is waited for


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnTaken:
    """One turn, on this side's timeline from the answer."""

    index: int
    who: Side
    end_s: float | None  # of its last word; None where it was not heard
    begin_s: float | None = None  # of one's own first word; None for the other side's turns
    likeness: float | None = None  # of what was heard to what was meant; None for one's own turns


@dataclass(kw_only=True, slots=True)
class Conversation:
    """How the turns went; it grows while they are taken."""

    turns: list[TurnTaken] = field(default_factory=list)
    cut_at: int | None = None  # the turn in which the call ended

    @property
    def missed(self) -> tuple[int, ...]:
        """Turns of the other side that were not heard in their time."""
        return tuple(turn.index for turn in self.turns if turn.end_s is None)

    @property
    def went_well(self) -> bool:
        """Whether every turn was said and heard."""
        return self.cut_at is None and not self.missed


@lru_cache(maxsize=512)
def turn_sound(path: Path) -> Samples:
    """A turn's rendered audio, 8 kHz mono int16. Raises MissingAsset, BadAsset."""
    if not path.is_file():
        raise MissingAsset(f"the turn {path} has no audio; run `hotline prompts render`")
    samples, rate_hz = soundfile.read(path, dtype="int16")
    if rate_hz != SAMPLE_RATE_HZ or samples.ndim != 1:
        raise BadAsset(f"{path} must be mono at 8000 Hz, it is at {rate_hz} Hz; render it again")
    return np.asarray(samples, np.int16)


def load_sounds(dialogue: Dialogue) -> tuple[Samples, ...]:
    """All turns' audio, so that what is missing is told before a call is placed. Raises as `turn_sound`."""
    return tuple(turn_sound(dialogue.audio_path(index)) for index in range(len(dialogue.turns)))


async def converse(call: PhoneCall, dialogue: Dialogue, side: Side, *, first_wait_s: float) -> Conversation:
    """Take all turns of `side` in an answered call, and hear the others out.

    `first_wait_s` is how long the other side's first turn may take to come: a caller may have to queue.
    Until then music and prompts are heard, so the first turn is only taken for what it is by likeness.
    Whoever spoke unrecognised and then is quiet for long is answered too, and the turn counts as missed.
    """
    conversation = Conversation()
    try:
        for index in range(len(dialogue.turns)):
            await _take_turn(
                call, dialogue, side, index, conversation=conversation, first_wait_s=first_wait_s
            )
    except CallOver:
        conversation.cut_at = index
    return conversation


async def _take_turn(
    call: PhoneCall,
    dialogue: Dialogue,
    side: Side,
    index: int,
    *,
    conversation: Conversation,
    first_wait_s: float,
) -> None:
    turn, sound = dialogue.turns[index], turn_sound(dialogue.audio_path(index))
    if turn.who == side:
        await call.pause(_remaining_pause_s(call, turn.pause_s, conversation))
        begin_s = call.talked_s
        await call.play(sound)
        conversation.turns.append(TurnTaken(index=index, who=side, begin_s=begin_s, end_s=call.talked_s))
        return
    may_queue = first_wait_s > 0 and all(taken.who == side for taken in conversation.turns)
    since = round(call.talked_s / FRAME_S) if may_queue else _next_frame(conversation)
    speech = KnownSpeech(sound, since, only_by_likeness=may_queue)
    timeout_s = len(sound) / SAMPLE_RATE_HZ + OVERTIME_S + (first_wait_s if may_queue else 0.0)
    with suppress(NotHeard):  # told below, as is what was given up
        await call.media.hear_known(speech, QUIET_S, timeout_s)
    if speech.ended_at is None:
        log.info("turn_not_heard", dialogue=dialogue.id, turn=index, likeness=round(speech.best, 2))
    end_s = None if speech.ended_at is None else speech.ended_at * FRAME_S
    conversation.turns.append(TurnTaken(index=index, who=turn.who, end_s=end_s, likeness=speech.best))


def _remaining_pause_s(call: PhoneCall, pause_s: float, conversation: Conversation) -> float:
    """A pause counts from the last word, and noticing its end has taken some of it already."""
    ends = [taken.end_s for taken in conversation.turns[-1:] if taken.end_s is not None]
    return max(0.0, ends[0] + pause_s - call.talked_s) if ends else pause_s


def _next_frame(conversation: Conversation) -> int:
    """Where the other side's next turn may begin: not before its last that was heard or one's own word since.

    What came before that word and was not recognised is thus no part of what comes next.
    """
    moments = [taken.end_s if taken.begin_s is None else taken.begin_s for taken in conversation.turns]
    return round(max((moment for moment in moments if moment is not None), default=0.0) / FRAME_S)
