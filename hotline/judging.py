"""What the transcriber and the rules are given of a call."""

from __future__ import annotations

import re

from hotline.facts import day_of, facts_of
from hotline.parts import Part
from ledger.marks import SpanS, bridged_spans
from ledger.packet_losses import read
from ledger.records import Call, Mark, Recording, Transcript
from ledger.states import FactKey, Origin, Place, Role
from qa_scoring import Conversation
from qa_scoring.pack_files import Packs
from transcriber.tracks import Track

OUTBOUND = "outbound"  # the desk of the pack that judges calls which we placed, whichever desk placed them
WHOLE_PHRASE = re.compile("[\u4e00-\u9fff]{2,}")  # with nothing left to spell out


def operator_spans(call: Call) -> tuple[SpanS, ...]:
    """When the right channel carries an operator, in seconds: prompts and music are nobody's speech."""
    return bridged_spans(call.marks)


def tracks_of(call: Call, recording: Recording) -> tuple[Track, ...]:
    """Which channel is whose. One channel for both speakers is `mixed`: rules that need roles cannot tell."""
    if recording.channels == 1:
        return (Track(channel=0, role=Role.MIXED, spans=None),)
    if call.origin is Origin.IMPORT:
        return (Track(channel=0, role=Role.CALLER), Track(channel=1, role=Role.OPERATOR))
    return (
        Track(channel=0, role=Role.CALLER, losses=read(call.facts.get(FactKey.CALLER_LOST, ""))),
        Track(
            channel=1,
            role=Role.OPERATOR,
            spans=operator_spans(call),
            losses=read(call.facts.get(FactKey.OPERATOR_LOST, "")),
        ),
    )


def desk_phrases(packs: Packs) -> tuple[str, ...]:
    """What the norms that flag calls want said, for the recogniser: what must not be said gets no help.

    The other norms have too many wordings: they would crowd these out.
    """
    rules = ((pack, rule) for pack in packs.packs for rule in pack.rules if rule.flag)
    wanted = ((pack, spec) for pack, rule in rules for spec in rule.wanted())
    texts = {phrase.text for pack, spec in wanted for phrase in pack.spelled(spec.text)}
    return tuple(sorted(text for text in texts if WHOLE_PHRASE.fullmatch(text)))


def judged_marks(call: Call, spoken: Mark | None = None) -> tuple[Mark, ...]:
    """Without conversations with other operators than the call's: nobody answers for what others said.

    A transferred call is that of the operator who was asked first (首问负责), whose desk's norms judge it.
    Of a later part (`hotline.parts`) only the conversation is judged that was `spoken`.
    """
    own = {"", call.operator or ""}
    return tuple(
        mark
        for mark in call.marks
        if mark.place is not Place.OPERATOR or (mark == spoken if spoken else mark.detail in own)
    )


def conversation_of(part: Part, recording: Recording, transcript: Transcript) -> Conversation:
    """A part of a call as the rules see it."""
    call = part.call
    return Conversation(
        hotline=call.hotline,
        desk=OUTBOUND if call.origin is Origin.OUTBOUND else call.desk or call.hotline,
        duration_s=recording.duration_s,
        turns=transcript.turns,
        marks=judged_marks(call, part.spoken),
        facts=facts_of(call),
        day=day_of(call),
    )
