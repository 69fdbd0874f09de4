"""Which judge each kind of check has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from qa_scoring.checks import (
    AnswerDelay,
    Check,
    HoldNotice,
    LongSilence,
    Overtalk,
    Readback,
    SpeechRate,
    WaitApology,
)
from qa_scoring.facts import Fact
from qa_scoring.measures import Duration, HangUpBy, Loudness, Silence, TalkShare, Turns
from qa_scoring.rules.fact import judge_fact
from qa_scoring.rules.loudness import judge_loudness
from qa_scoring.rules.never_say import judge_never_say
from qa_scoring.rules.readback import judge_readback
from qa_scoring.rules.regex import judge_regex
from qa_scoring.rules.say import judge_say
from qa_scoring.rules.scene import Opinion, Scene
from qa_scoring.rules.shares import (
    judge_duration,
    judge_hang_up_by,
    judge_interrupting,
    judge_talk_share,
    judge_turns,
)
from qa_scoring.rules.silence import judge_silence
from qa_scoring.rules.similar import judge_similar
from qa_scoring.rules.timing import judge_answer_delay, judge_speech_rate
from qa_scoring.rules.waits import judge_hold_notice, judge_long_silence, judge_wait_apology
from qa_scoring.rules.windows import Stretch
from qa_scoring.saying import NeverSay, Say
from qa_scoring.texts import Regex, Similar

OF_WINDOWS: Final[dict[type[Check], Callable[[Scene, Stretch, Any], Opinion]]] = {
    Say: judge_say,
    NeverSay: judge_never_say,
    Regex: judge_regex,
    Similar: judge_similar,
    Silence: judge_silence,
    Loudness: judge_loudness,
    TalkShare: judge_talk_share,
    Turns: judge_turns,
}
OF_CALLS: Final[dict[type[Check], Callable[[Scene, Any], Opinion]]] = {
    HoldNotice: judge_hold_notice,
    WaitApology: judge_wait_apology,
    LongSilence: judge_long_silence,
    Overtalk: judge_interrupting,
    SpeechRate: judge_speech_rate,
    AnswerDelay: judge_answer_delay,
    Readback: judge_readback,
    Fact: judge_fact,
    HangUpBy: judge_hang_up_by,
    Duration: judge_duration,
}


def judge_check(scene: Scene, stretch: Stretch | None, check: Check) -> Opinion:
    """What the check says of the call, or of the stretch where it looks at one."""
    if stretch is None:
        return OF_CALLS[type(check)](scene, check)
    return OF_WINDOWS[type(check)](scene, stretch, check)
