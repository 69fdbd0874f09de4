"""`readback`: the digits that the operator reads out (报号) are those of a fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ledger.records import Evidence
from ledger.states import FactKey, Role, Verdict
from qa_scoring.checks import Readback
from qa_scoring.heard import HeardSyllable
from qa_scoring.rules.clarity import unclear
from qa_scoring.rules.number_fit import figure_of, runs
from qa_scoring.rules.numbers_read import Reading, Worth, best_reading, part_read
from qa_scoring.rules.scene import Opinion, Scene
from qa_scoring.rules.witnesses import (
    SAME_SHARE,
    agree_on_another,
    caller_repeats,
    is_corrected_within,
    is_right_at_last,
)

CALLER_REPEATED: Final = "用户复述的号码与登记号码 {number} 一致（报号听到的是“{heard}”）"
RIGHT_AT_LAST: Final = "号码末尾随后说对，与登记号码 {number} 一致（报号听到的是“{heard}”）"
ALONE_AGAIN: Final = "报号“{heard}”与登记号码 {number} 一致（旁边另听到数字，再说这个号码时没有）"
MACHINE: Final = "machine"  # of the fact `directory_read_by`
READ_BY_MACHINE: Final = "号码 {number} 由系统自动播报，话务员没有报号"
A_NUMBER: Final = 5  # digits that tell one; fewer are the desk's own (一一四), an hour, a count
FURTHER: Final = ("另", "还有", "或", "第二", "传真", "分机", "备用")  # said before a number of its own


def judge_readback(scene: Scene, check: Readback) -> Opinion:
    """Read right once is right: a slip that is mended is no wrong number.

    Read right and then otherwise cannot be told, nor a part of the number alone: far more often it was the
    recogniser that erred. Where the machine has read the number out (自动报号), an operator who told none
    has nothing to answer for.
    """
    facts = scene.conversation.facts
    given = facts.get(check.fact, "")
    number = "".join(character for character in given if character.isascii() and character.isdigit())
    words = {"number": given, "heard": ""}
    if not number:
        return Opinion(verdict=Verdict.NOT_APPLICABLE, words=words)
    heard = [syllable for syllable in scene.heard(Role.OPERATOR).syllables if syllable]
    best = best_reading(number, heard)
    if facts.get(FactKey.DIRECTORY_READ_BY) == MACHINE and not _tells_a_number(best, heard):
        return Opinion(verdict=Verdict.NOT_APPLICABLE, words=words, sentence=READ_BY_MACHINE)
    opinion = _opinion_of(scene, best, heard, words)
    may_be_a_part = opinion.verdict is Verdict.FAIL and not (best and best.is_whole)
    part = part_read(number, heard) if may_be_a_part else ()
    return _only_a_part(part, len(number), words) if part else opinion


def _tells_a_number(best: Reading | None, heard: Sequence[HeardSyllable]) -> bool:
    """Whether the operator said this number, or any other."""
    at_least = min(A_NUMBER, len(best.number)) if best else A_NUMBER
    return bool(best and best.is_attempt and best.right >= at_least) or any(
        len(run) >= A_NUMBER for run in runs(heard)
    )


def _opinion_of(
    scene: Scene, best: Reading | None, heard: Sequence[HeardSyllable], words: dict[str, str]
) -> Opinion:
    if best is None or not best.is_attempt:
        return _opinion(_verdict(scene, best, heard), best, heard, words)
    caller = caller_repeats(scene, best)
    if caller and caller.worth is Worth.EXACT:
        sentence = "" if best.worth is Worth.EXACT else CALLER_REPEATED
        return _opinion(Verdict.PASS, best, heard, words, sentence)
    otherwise = _otherwise(best, heard) if best.worth is Worth.EXACT else None
    if otherwise:
        return _opinion(Verdict.CANNOT_TELL, otherwise, heard, words)
    again = _read_again(best, heard)
    mended = _mended(scene, best, caller, again)
    if mended:
        return _opinion(Verdict.PASS, best, heard, words, mended)
    others = [each for each in (caller, again) if each]
    return _opinion(_weighed(scene, best, others, heard), best, heard, words)


def _only_a_part(part: Sequence[HeardSyllable], length: int, words: dict[str, str]) -> Opinion:
    evidence = _evidence_of(part, len(part) / length)
    return Opinion(verdict=Verdict.CANNOT_TELL, evidence=evidence, words={**words, "heard": evidence.text})


def _mended(scene: Scene, best: Reading, caller: Reading | None, again: Reading | None) -> str:
    """The sentence that tells why a number passes that was not heard as it should be; or nothing."""
    if best.worth is Worth.EXACT:
        return ""
    if is_right_at_last(scene, best):
        return RIGHT_AT_LAST
    operator = again if again and again.contradicts_nothing else None
    alone = any(other and other.stands_alone for other in (caller, operator))
    return ALONE_AGAIN if best.is_only_too_long and alone else ""


def _weighed(
    scene: Scene, best: Reading, others: Sequence[Reading], heard: Sequence[HeardSyllable]
) -> Verdict:
    """With what the caller repeats, and what the operator read once more."""
    if best.worth is Worth.IN_DOUBT and any(agree_on_another(best, other) for other in others):
        return Verdict.CANNOT_TELL if _is_noisy(scene, best, heard) else Verdict.FAIL
    return _verdict(scene, best, heard)


def _opinion(
    verdict: Verdict,
    reading: Reading | None,
    heard: Sequence[HeardSyllable],
    words: dict[str, str],
    sentence: str = "",
) -> Opinion:
    evidence = _evidence(reading.heard if reading else heard, reading)
    told = {**words, "heard": evidence.text}
    return Opinion(verdict=verdict, evidence=evidence, words=told, sentence=sentence)


def _read_again(best: Reading, heard: Sequence[HeardSyllable]) -> Reading | None:
    """The number read once more in a later turn, as far as that is the same one."""
    later = [each for each in heard[best.fit.last + 1 :] if each.turn > heard[best.fit.last].turn]
    again = best_reading(best.number, later)
    return again if again and again.right >= len(best.number) * SAME_SHARE else None


def _otherwise(best: Reading, heard: Sequence[HeardSyllable]) -> Reading | None:
    """What speaks against a reading that is right.

    A word of correction in its midst; the number again in a later turn, surely wrong, not as a further one.
    """
    if is_corrected_within(best):
        return best
    again = _read_again(best, heard)
    return again if again and _is_read_again(again) else None


def _is_read_again(reading: Reading) -> bool:
    """Whether as many digits were read, most of them this number's: it is what the caller writes down."""
    figures = sum(figure_of(each) is not None for each in reading.heard)
    same = reading.right >= len(reading.number) * SAME_SHARE
    if figures < len(reading.number) or not same or reading.worth is not Worth.WRONG:
        return False
    said_before = "".join(each.syllable.character for each in reading.heard[: reading.fit.first])
    return not any(word in said_before for word in FURTHER)


def _verdict(scene: Scene, reading: Reading | None, heard: Sequence[HeardSyllable]) -> Verdict:
    worth = reading.worth if reading else Worth.WRONG
    if worth is Worth.EXACT:
        return Verdict.PASS
    in_doubt = worth is Worth.IN_DOUBT or _is_noisy(scene, reading, heard)
    return Verdict.CANNOT_TELL if in_doubt else Verdict.FAIL


def _is_noisy(scene: Scene, reading: Reading | None, heard: Sequence[HeardSyllable]) -> bool:
    evidence = _evidence(reading.heard if reading else heard, reading)
    return bool(unclear(scene.heard(Role.OPERATOR), evidence.start_s, evidence.end_s))


def _evidence(heard: Sequence[HeardSyllable], reading: Reading | None) -> Evidence:
    """The stretch that fits best; the whole of the operator's words where none does."""
    if reading is None or not reading.is_attempt:
        return replace(_evidence_of(heard, 0.0), text="")
    return _evidence_of(heard[reading.fit.first : reading.fit.last + 1], reading.right / len(reading.number))


def _evidence_of(stretch: Sequence[HeardSyllable], likeness: float) -> Evidence:
    return Evidence(
        start_s=round(stretch[0].start_s, 3),
        end_s=round(stretch[-1].end_s, 3),
        text="".join(each.syllable.character for each in stretch),
        likeness=round(likeness, 3),
    )
