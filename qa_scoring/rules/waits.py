"""Waits: the notice before one (请稍等), the apology after one (让您久等了), unannounced silences."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.records import Facts
from ledger.states import Role, Verdict
from qa_scoring.checks import HoldNotice, LongSilence, PhraseSpec, WaitApology
from qa_scoring.conversation import Span
from qa_scoring.rules.listening import Catch, Degree, catch_best
from qa_scoring.rules.scene import Opinion, Scene, evidence_of, likeness_told, searched

NOTICE_REACH_S = 15.0  # how long before a wait its notice may have begun
APOLOGY_REACH_S = 8.0  # how soon after a wait the apology must begin
MOMENT_S = 0.05  # recognised times are rounded
NOT_CLEAR = "静默 {{seconds}} 秒，前后应有的用语没有听到，但{unclear}，无法判定，请复听"
VERDICT_BY_DEGREE = {
    Degree.SAID: Verdict.PASS,
    Degree.IN_DOUBT: Verdict.CANNOT_TELL,
    Degree.NOT_HEARD: Verdict.FAIL,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """A quiet stretch, and what was heard where a notice or an apology belongs."""

    quiet: Span
    searched: Span
    catch: Catch | None

    @property
    def degree(self) -> Degree:
        """How sure it is that the words were said."""
        return self.catch.degree if self.catch else Degree.NOT_HEARD


def judge_hold_notice(scene: Scene, check: HoldNotice) -> Opinion:
    """A wait is a quiet stretch that the operator ends: who made the caller wait owes the notice."""
    quiet = [span for span in quiet_stretches(scene, check.announced_wait_s) if _operator_ends(scene, span)]
    waits = [_announced(scene, check.any, span) for span in quiet]
    unannounced = [w for w in waits if w.degree is not Degree.SAID and w.quiet.length_s >= check.wait_s]
    if unannounced:
        return _opinion(min(unannounced, key=_gravity), check.wait_s)
    announced = [wait for wait in waits if wait.degree is Degree.SAID]
    if announced:
        return _opinion(max(announced, key=lambda wait: wait.quiet.length_s), check.wait_s)
    return Opinion(verdict=Verdict.NOT_APPLICABLE, words={"limit": f"{check.wait_s:g}", **_told(None)})


def judge_wait_apology(scene: Scene, check: WaitApology) -> Opinion:
    """After each wait that was announced, and after the queue in the operator's first words.

    A wait that nobody announced is the business of the notice's rule: one fault is charged once.
    """
    quiet = [span for span in quiet_stretches(scene, check.wait_s) if _operator_ends(scene, span)]
    announced = [span for span in quiet if _announced(scene, check.after, span).degree is Degree.SAID]
    waits = [_apologised(scene, check.any, span) for span in announced]
    queue = _queue_wait(scene, scene.conversation.facts, check)
    waits.extend([queue] if queue else [])
    if not waits:
        return Opinion(verdict=Verdict.NOT_APPLICABLE, words={"limit": f"{check.wait_s:g}", **_told(None)})
    return _opinion(min(waits, key=_gravity), check.wait_s)


def judge_long_silence(scene: Scene, check: LongSilence) -> Opinion:
    """Whoever ends it. What comes before the first word is the answer's delay, not a silence."""
    quiet = quiet_stretches(scene, check.silence_s)
    words = {"limit": f"{check.silence_s:g}"}
    if quiet and not scene.conversation.roles_known:
        longest = max(quiet, key=lambda span: span.length_s)
        return _silence(Verdict.CANNOT_TELL, longest, words)
    waits = [_announced(scene, check.excused_by, span) for span in quiet]
    unannounced = [wait for wait in waits if wait.degree is not Degree.SAID]
    if unannounced:
        return _opinion(min(unannounced, key=_gravity), check.silence_s)
    return _silence(Verdict.PASS, scene.conversation.operator_spans[0], words)


def quiet_stretches(scene: Scene, least_s: float) -> list[Span]:
    """Between two stretches of speech, within one bridged span, nobody speaks for at least so long."""
    pairs = itertools.pairwise(scene.speech)
    spans = (Span(start_s=one.end_s, end_s=other.start_s) for one, other in pairs)
    return [span for span in spans if span.length_s >= least_s and _bridged(scene, span)]


def _bridged(scene: Scene, quiet: Span) -> bool:
    bridged = scene.conversation.operator_spans
    return any(span.holds(quiet.start_s) and span.holds(quiet.end_s) for span in bridged)


def _operator_ends(scene: Scene, quiet: Span) -> bool:
    return any(abs(span.start_s - quiet.end_s) < MOMENT_S for span in scene.operator_speech)


def _announced(scene: Scene, notices: Sequence[PhraseSpec], quiet: Span) -> Wait:
    before = Span(start_s=quiet.start_s - NOTICE_REACH_S, end_s=quiet.start_s)
    return Wait(quiet=quiet, searched=quiet, catch=catch_best(scene, Role.OPERATOR, notices, before))


def _apologised(scene: Scene, apologies: Sequence[PhraseSpec], quiet: Span) -> Wait:
    after = Span(start_s=quiet.end_s, end_s=quiet.end_s + APOLOGY_REACH_S)
    return Wait(quiet=quiet, searched=after, catch=catch_best(scene, Role.OPERATOR, apologies, after))


def _queue_wait(scene: Scene, facts: Facts, check: WaitApology) -> Wait | None:
    waited_s = _seconds(facts.get("queue_wait_s", ""))
    if waited_s < check.queue_wait_s or not scene.operator_speech:
        return None
    first_s = scene.operator_speech[0].start_s
    return _apologised(scene, check.any, Span(start_s=first_s - waited_s, end_s=first_s))


def _seconds(fact: str) -> float:
    try:
        return float(fact)
    except ValueError:
        return 0.0  # a fact that is no number is no wait


def _gravity(wait: Wait) -> tuple[int, float]:
    return (wait.degree, -wait.quiet.length_s)


def _opinion(wait: Wait, limit_s: float) -> Opinion:
    hit = wait.catch.hit if wait.catch else None
    evidence = searched(wait.searched, hit)
    if hit and wait.degree is not Degree.NOT_HEARD:
        evidence = evidence_of(hit)
    words = {"seconds": f"{wait.quiet.length_s:.1f}", "limit": f"{limit_s:g}", **_told(wait.catch)}
    why = wait.catch.unclear if wait.catch else ""
    sentence = NOT_CLEAR.format(unclear=why) if why else ""
    return Opinion(verdict=VERDICT_BY_DEGREE[wait.degree], evidence=evidence, words=words, sentence=sentence)


def _silence(verdict: Verdict, span: Span, words: dict[str, str]) -> Opinion:
    words = {"seconds": f"{span.length_s:.1f}", **_told(None), **words}
    return Opinion(verdict=verdict, evidence=searched(span), words=words)


def _told(catch: Catch | None) -> dict[str, str]:
    hit = catch.hit if catch else None
    return {"heard": hit.text if hit else "", "likeness": likeness_told(hit)}
