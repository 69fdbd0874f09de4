"""Puts the report together from judgements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean

from ledger.states import Verdict
from qa_scoring.agreement.alpha import Level, alpha_of_groups, krippendorffs_alpha
from qa_scoring.agreement.cws import cws_index
from qa_scoring.agreement.estimates import Estimate, Why, no_estimate
from qa_scoring.agreement.kappa import Weighting, cohens_kappa, congers_kappa, weighted_kappa
from qa_scoring.agreement.ratings import Value, shared_by_two
from qa_scoring.agreement.report import SCORE, Judgement, RaterRow, Report, RuleRow, ScaleRow
from qa_scoring.agreement.shares import agreement_of_pairs, all_pairs, percent_agreement, told_beside

MARKS = range(6)  # 0 to 5

Pairs = list[tuple[Verdict, Verdict]]


def report_on(judgements: Sequence[Judgement], seed: int) -> Report:
    """The report; the seed is that of the bootstrap."""
    first = [each for each in judgements if each.occasion == 1]
    peers = [each for each in first if not each.is_reference]
    rules = list(dict.fromkeys(rule for each in first for rule in each.verdicts))
    standards = list(dict.fromkeys(standard for each in first for standard in each.marks))
    return Report(
        units=len({each.unit for each in first}),
        judgements=len(first),
        raters=tuple(sorted({each.rater for each in peers})),
        between=tuple(_between(peers, rule, seed) for rule in rules),
        machine=tuple(_against_machine(peers, rule, seed) for rule in rules),
        scales=(*(_marks(peers, standard, seed) for standard in standards), _scores(peers, seed)),
        people=tuple(_person(rater, judgements, seed) for rater in _raters(first)),
        seed=seed,
    )


def _raters(first: Sequence[Judgement]) -> list[str]:
    """The expert last."""
    return sorted({each.rater for each in first}, key=lambda rater: (_is_reference(rater, first), rater))


def _is_reference(rater: str, judgements: Iterable[Judgement]) -> bool:
    return any(each.is_reference for each in judgements if each.rater == rater)


def _between(peers: Sequence[Judgement], rule: str, seed: int) -> RuleRow:
    units = _ratings(peers, lambda each: each.verdicts.get(rule))
    return RuleRow(
        rule=rule,
        agreement=percent_agreement(units),
        kappa=congers_kappa(units, seed),
        alpha=krippendorffs_alpha(units, Level.NOMINAL, seed),
        beside=told_beside(all_pairs(units), Verdict.FAIL, ordered=False),
    )


def _against_machine(peers: Sequence[Judgement], rule: str, seed: int) -> RuleRow:
    """Each rater's verdict beside the machine's; those of one call belong together."""
    by_unit: dict[str, Pairs] = {}
    for each in peers:
        by_unit.setdefault(each.unit, []).extend(_with_machine(each, [rule]))
    units = [pairs for pairs in by_unit.values() if pairs]
    ratings = [[{"rater": said, "machine": found} for said, found in unit] for unit in units]
    return RuleRow(
        rule=rule,
        agreement=agreement_of_pairs(units),
        kappa=cohens_kappa(units, seed),
        alpha=alpha_of_groups(ratings, Level.NOMINAL, seed),
        beside=told_beside([pair for unit in units for pair in unit], Verdict.FAIL, ordered=True),
    )


def _marks(peers: Sequence[Judgement], standard: str, seed: int) -> ScaleRow:
    units = _ratings(peers, lambda each: each.marks.get(standard))
    pairs = all_pairs(shared_by_two(units))
    are_two = len({rater for unit in units for rater in unit}) == 2
    return ScaleRow(
        scale=standard,
        alpha=krippendorffs_alpha(units, Level.ORDINAL, seed),
        kappa=weighted_kappa(pairs, MARKS, Weighting.QUADRATIC, seed) if are_two else None,
        difference=_distance(pairs),
    )


def _scores(peers: Sequence[Judgement], seed: int) -> ScaleRow:
    units = _ratings(peers, lambda each: each.score)
    alpha = krippendorffs_alpha(units, Level.INTERVAL, seed)
    return ScaleRow(scale=SCORE, alpha=alpha, kappa=None, difference=_distance(all_pairs(units)))


def _person(rater: str, judgements: Sequence[Judgement], seed: int) -> RaterRow:
    own = [each for each in judgements if each.rater == rater and each.occasion == 1]
    others = [each for each in judgements if each.rater != rater and each.occasion == 1]
    experts = [each for each in others if each.is_reference]
    peers = [each for each in others if not each.is_reference]
    verdicts = [verdict for each in own for verdict in each.verdicts.values()]
    is_reference = _is_reference(rater, own)
    return RaterRow(
        rater=rater,
        is_reference=is_reference,
        judged=len(own),
        with_others=_kappa_with(own, peers, seed),
        with_reference=_kappa_with(own, experts, seed) if experts and not is_reference else None,
        with_machine=cohens_kappa([_with_machine(each, each.verdicts) for each in own], seed),
        fails=fmean(verdict is Verdict.FAIL for verdict in verdicts) if verdicts else None,
        score_difference=_score_difference(own, experts or peers),
        retest=_retest(rater, judgements),
        cws=cws_index(_scores_of(rater, judgements)),
    )


def _kappa_with(own: Sequence[Judgement], others: Sequence[Judgement], seed: int) -> Estimate:
    """Over all rules and all others; a call's pairs belong together."""
    units: list[Pairs] = []
    for each in own:
        met = [other for other in others if other.unit == each.unit]
        units.append([pair for other in met for pair in _both(each.verdicts, other.verdicts)])
    return cohens_kappa(units, seed)


def _score_difference(own: Sequence[Judgement], others: Sequence[Judgement]) -> float | None:
    apart = [each.score - other.score for each in own for other in others if other.unit == each.unit]
    return fmean(apart) if apart else None


def _retest(rater: str, judgements: Sequence[Judgement]) -> Estimate:
    twice: dict[str, list[Mapping[str, Verdict]]] = {}
    for each in judgements:
        if each.rater == rater:
            twice.setdefault(each.unit, []).append(each.verdicts)
    units = [_both(*both) for both in twice.values() if len(both) == 2]
    return agreement_of_pairs(units) if units else no_estimate(0, Why.NO_REPEATS)


def _scores_of(rater: str, judgements: Sequence[Judgement]) -> dict[str, list[float]]:
    scores: dict[str, list[float]] = {}
    for each in judgements:
        if each.rater == rater:
            scores.setdefault(each.unit, []).append(each.score)
    return scores


def _with_machine(judgement: Judgement, rules: Iterable[str]) -> Pairs:
    asked = {rule: judgement.verdicts[rule] for rule in rules if rule in judgement.verdicts}
    return _both(asked, judgement.machine or {})


def _both(first: Mapping[str, Verdict], second: Mapping[str, Verdict]) -> Pairs:
    return [(verdict, second[rule]) for rule, verdict in first.items() if rule in second]


def _ratings(
    judgements: Sequence[Judgement], value_of: Callable[[Judgement], Value | None]
) -> list[dict[str, Value]]:
    units: dict[str, dict[str, Value]] = {}
    for each in judgements:
        value = value_of(each)
        if value is not None:
            units.setdefault(each.unit, {})[each.rater] = value
    return list(units.values())


def _distance(pairs: Sequence[tuple[float, float]]) -> float | None:
    return fmean(abs(first - second) for first, second in pairs) if pairs else None
