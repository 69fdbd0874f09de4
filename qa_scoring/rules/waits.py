"""Waits: the notice before one (请稍等), the apology after one (让您久等了), unannounced silences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.records import Facts
from ledger.states import Role, Verdict
from qa_scoring.checks import HoldNotice, LongSilence, PhraseSpec, WaitApology
from qa_scoring.conversation import Span
from qa_scoring.rules.listening import Catch, Degree, catch_best, surety
from qa_scoring.rules.quiets import (
    WAIT_S,
    Manners,
    caller_asked_for,
    episodes,
    goes_on,
    quiet_stretches,
    waits_of_callers,
)
from qa_scoring.rules.scene import Opinion, Scene, evidence_of, likeness_told, searched

NOTICE_REACH_S = 15.0  # how long before a wait its notice may have begun
APOLOGY_REACH_S = 8.0  # how soon after a wait the apology must begin
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
    """A wait is a quiet stretch that the operator ends: who made the caller wait owes the notice.

    Or that a caller ends who asks whether anybody is there; not one that the caller has asked for.
    """
    manners = _manners(check, check.any)
    quiet = waits_of_callers(scene, check.announced_wait_s, manners)
    long = _long_waits(scene, manners, quiet)
    waits = [_announced(scene, manners, span, long) for span in quiet]
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
    manners = _manners(check, check.after)
    quiet = waits_of_callers(scene, min(WAIT_S, check.wait_s), manners)
    long = _long_waits(scene, manners, quiet)
    waits = [
        _apologised(scene, check.any, episode)
        for episode in episodes(scene, quiet, manners)
        if max(span.length_s for span in episode) >= check.wait_s
        and _announced(scene, manners, episode[0], long).degree is Degree.SAID
    ]
    queue = _queue_wait(scene, scene.conversation.facts, check)
    waits.extend([queue] if queue else [])
    if not waits:
        return Opinion(verdict=Verdict.NOT_APPLICABLE, words={"limit": f"{check.wait_s:g}", **_told(None)})
    return _opinion(min(waits, key=_gravity), check.wait_s)


def judge_long_silence(scene: Scene, check: LongSilence) -> Opinion:
    """Whoever ends it. What comes before the first word is the answer's delay, not a silence."""
    quiet = quiet_stretches(scene, min(WAIT_S, check.silence_s))
    long = [span for span in quiet if span.length_s >= check.silence_s]
    words = {"limit": f"{check.silence_s:g}"}
    if long and not scene.conversation.roles_known:
        longest = max(long, key=lambda span: span.length_s)
        return _silence(Verdict.CANNOT_TELL, longest, words)
    manners = _manners(check, check.excused_by)
    long_waits = _long_waits(scene, manners, quiet)
    waits = [
        _announced(scene, manners, span, long_waits)
        for span in long
        if not caller_asked_for(scene, manners, span)
    ]
    unannounced = [wait for wait in waits if wait.degree is not Degree.SAID]
    if unannounced:
        return _opinion(min(unannounced, key=_gravity), check.silence_s)
    return _silence(Verdict.PASS, scene.conversation.operator_spans[0], words)


def _manners(check: HoldNotice | WaitApology | LongSilence, notices: Sequence[PhraseSpec]) -> Manners:
    return Manners(
        notices=notices,
        caller_asks=() if isinstance(check, LongSilence) else check.caller_asks,
        caller_waits=check.caller_waits,
        goes_on=check.goes_on,
    )


def _long_waits(scene: Scene, manners: Manners, quiets: Sequence[Span]) -> list[list[Span]]:
    """Those that are more than the pace of talk, each with all its stretches."""
    return episodes(scene, [span for span in quiets if span.length_s >= WAIT_S], manners)


def _announced(scene: Scene, manners: Manners, quiet: Span, long_waits: Sequence[Sequence[Span]]) -> Wait:
    """With the notice before it; in a wait that goes on also the one before its first stretch."""
    before = [[span for span in wait if span.start_s < quiet.start_s] for wait in long_waits]
    before = [wait for wait in before if wait]
    starts = [quiet]
    if before and goes_on(scene, before[-1][-1], quiet, manners):
        starts.append(before.pop()[0])
    last_wait_end_s = before[-1][-1].end_s if before else 0.0
    catches = [_notice(scene, manners, start, last_wait_end_s) for start in starts]
    best = max((catch for catch in catches if catch), key=surety, default=None)
    return Wait(quiet=quiet, searched=quiet, catch=best)


def _notice(scene: Scene, manners: Manners, quiet: Span, last_wait_end_s: float) -> Catch | None:
    """Said since the last wait: a notice is used up by the wait that it announced."""
    start_s = max(quiet.start_s - NOTICE_REACH_S, last_wait_end_s)
    before = Span(start_s=start_s, end_s=quiet.start_s)
    return catch_best(scene, Role.OPERATOR, manners.notices, before)


def _apologised(scene: Scene, apologies: Sequence[PhraseSpec], episode: Sequence[Span]) -> Wait:
    """Once the wait is over, or between two stretches of it."""
    after = Span(start_s=episode[0].end_s, end_s=episode[-1].end_s + APOLOGY_REACH_S)
    longest = max(episode, key=lambda span: span.length_s)
    return Wait(quiet=longest, searched=after, catch=catch_best(scene, Role.OPERATOR, apologies, after))


def _queue_wait(scene: Scene, facts: Facts, check: WaitApology) -> Wait | None:
    waited_s = _seconds(facts.get("queue_wait_s", ""))
    if waited_s < check.queue_wait_s or not scene.operator_speech:
        return None
    first_s = scene.operator_speech[0].start_s
    return _apologised(scene, check.any, [Span(start_s=first_s - waited_s, end_s=first_s)])


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
