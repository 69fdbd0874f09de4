"""`silence`: both speakers, or one of them, are silent for too long without a notice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.states import Role, Verdict
from qa_scoring.conversation import Span
from qa_scoring.measures import Between, Silence, Whose
from qa_scoring.rules.catching import best_within
from qa_scoring.rules.listening import Catch, Degree
from qa_scoring.rules.quiets import MOMENT_S, gaps_in, quiet_stretches
from qa_scoring.rules.scene import Opinion, Scene, searched
from qa_scoring.rules.windows import Stretch
from qa_scoring.wheres import ROLES, Who

TOLD = {Whose.BOTH: "双方", Whose.OPERATOR: "话务员", Whose.CALLER: "用户"}


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """A silence that is too long, and how sure it is that no notice excused it."""

    span: Span
    notice: Catch | None

    @property
    def degree(self) -> Degree:
        """Of the notice."""
        return self.notice.degree if self.notice else Degree.NOT_HEARD


def judge_silence(scene: Scene, stretch: Stretch, check: Silence) -> Opinion:
    """Only between two stretches of speech: what comes before the first word is the answer's delay."""
    silences = _silences(scene, check)
    spans = [span for span in silences if any(one.holds(span.start_s) for one in stretch.spans)]
    if not scene.conversation.roles_known and (check.asks_speakers or (spans and check.asks_who)):
        unsure = [Quiet(span=span, notice=None) for span in spans]
        return _opinion(stretch, check, Verdict.CANNOT_TELL, unsure)
    quiets = [_quiet(scene, check, span) for span in spans if _is_between(scene, check, span)]
    breaches = [quiet for quiet in quiets if quiet.degree is Degree.NOT_HEARD]
    doubtful = [quiet for quiet in quiets if quiet.degree is Degree.IN_DOUBT]
    if breaches:
        return _opinion(stretch, check, Verdict.FAIL, breaches)
    return _opinion(stretch, check, Verdict.CANNOT_TELL if doubtful else Verdict.PASS, doubtful)


def _silences(scene: Scene, check: Silence) -> list[Span]:
    if check.whose is Whose.BOTH:
        return quiet_stretches(scene, check.longest_s)
    speech = scene.operator_speech if check.whose is Whose.OPERATOR else scene.caller_speech
    return gaps_in(scene, speech, check.longest_s)


def _is_between(scene: Scene, check: Silence, span: Span) -> bool:
    ends = {role: (speech.end_s for speech in _speech(scene, role)) for role in ROLES[Who.ANY]}
    starts = {role: (speech.start_s for speech in _speech(scene, role)) for role in ROLES[Who.ANY]}
    if check.between == Between():
        return True  # also of those whom nobody can tell apart
    before = any(_near(ends[role], span.start_s) for role in ROLES[check.between.before])
    return before and any(_near(starts[role], span.end_s) for role in ROLES[check.between.after])


def _speech(scene: Scene, role: Role) -> tuple[Span, ...]:
    return scene.operator_speech if role is Role.OPERATOR else scene.caller_speech


def _near(moments_s: Iterable[float], moment_s: float) -> bool:
    return any(abs(each - moment_s) < MOMENT_S for each in moments_s)


def _quiet(scene: Scene, check: Silence, span: Span) -> Quiet:
    before = Span(start_s=span.start_s - check.excused_within_s, end_s=span.start_s)
    notice = best_within(scene, (Role.OPERATOR,), (before,), check.excused_by) if check.excused_by else None
    return Quiet(span=span, notice=notice)


def _opinion(stretch: Stretch, check: Silence, verdict: Verdict, quiets: list[Quiet]) -> Opinion:
    longest = max(quiets, key=lambda quiet: quiet.span.length_s, default=None)
    notice = longest.notice if longest and longest.degree is Degree.IN_DOUBT else None
    words = {
        "where": stretch.told,
        "limit": f"{check.longest_s:g}",
        "whose": TOLD[check.whose],
        "seconds": f"{longest.span.length_s:.1f}" if longest else "0",
        "count": str(len(quiets)),
        "heard": notice.hit.text if notice else "",
    }
    evidence = searched(longest.span if longest else stretch.around, notice.hit if notice else None)
    hits = tuple(searched(quiet.span) for quiet in quiets) if verdict is Verdict.FAIL else ()
    return Opinion(verdict=verdict, evidence=evidence, words=words, hits=hits)
