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
from qa_scoring.rules.fact import judge_fact
from qa_scoring.rules.never_say import judge_never_say
from qa_scoring.rules.readback import judge_readback
from qa_scoring.rules.say import judge_say
from qa_scoring.rules.scene import Opinion, Scene
from qa_scoring.rules.timing import judge_answer_delay, judge_overtalk, judge_speech_rate
from qa_scoring.rules.waits import judge_hold_notice, judge_long_silence, judge_wait_apology
from qa_scoring.rules.windows import Stretch
from qa_scoring.saying import NeverSay, Say

OF_WINDOWS: Final[dict[type[Check], Callable[[Scene, Stretch, Any], Opinion]]] = {
    Say: judge_say,
    NeverSay: judge_never_say,
}
OF_CALLS: Final[dict[type[Check], Callable[[Scene, Any], Opinion]]] = {
    HoldNotice: judge_hold_notice,
    WaitApology: judge_wait_apology,
    LongSilence: judge_long_silence,
    Overtalk: judge_overtalk,
    SpeechRate: judge_speech_rate,
    AnswerDelay: judge_answer_delay,
    Readback: judge_readback,
    Fact: judge_fact,
}


def judge_check(scene: Scene, stretch: Stretch | None, check: Check) -> Opinion:
    """What the check says of the call, or of the stretch where it looks at one."""
    if stretch is None:
        return OF_CALLS[type(check)](scene, check)
    return OF_WINDOWS[type(check)](scene, stretch, check)
