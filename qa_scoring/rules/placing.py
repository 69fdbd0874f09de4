"""Things said together: in the order of the norm, and near each other by seconds or turns."""

from __future__ import annotations

from collections.abc import Sequence

from qa_scoring.conversation import Span
from qa_scoring.rules.listening import Catch
from qa_scoring.rules.scene import Scene
from qa_scoring.rules.windows import Stretch, rounds_of
from qa_scoring.saying import Near, Say

MOMENT_S = 0.001


def placed(scene: Scene, stretch: Stretch, check: Say, catches: Sequence[Sequence[Catch]]) -> list[Catch]:
    """One catch each of as many groups as are needed, placed as the norm asks; empty where there are none.

    Each catch is tried as the first of them, so that the span within which the others must lie is known.
    """
    if not check.near:
        return _chosen(check, catches)
    rounds = [(turns[0].start_s, turns[-1].end_s) for turns in rounds_of(scene, stretch.who)]
    for first in sorted((catch for group in catches for catch in group), key=lambda one: one.hit.start_s):
        reach = _reach(check.near, first, rounds)
        near = [[catch for catch in group if _within(reach, catch)] for group in catches]
        chosen = _chosen(check, near)
        if chosen:
            return chosen
    return []


def _chosen(check: Say, catches: Sequence[Sequence[Catch]]) -> list[Catch]:
    chain = _ordered(catches) if check.in_order else [group[0] for group in catches if group]
    return chain if len(chain) >= check.needed else []


def _ordered(catches: Sequence[Sequence[Catch]]) -> list[Catch]:
    """The longest chain that follows the groups' order; of those as long the one that ends first."""
    chains: list[list[Catch]] = [[]]  # by length
    for group in catches:
        longer = [[*chain, catch] for chain in chains for catch in _after(chain, group)[:1]]
        for chain in longer:
            if len(chain) == len(chains):
                chains.append(chain)
            elif chain[-1].hit.end_s < chains[len(chain)][-1].hit.end_s:
                chains[len(chain)] = chain
    return chains[-1]


def _after(chain: Sequence[Catch], group: Sequence[Catch]) -> list[Catch]:
    """Those that begin after the chain's end, the one that ends first before the others."""
    end_s = chain[-1].hit.end_s if chain else float("-inf")
    later = (catch for catch in group if catch.hit.start_s >= end_s - MOMENT_S)
    return sorted(later, key=lambda catch: catch.hit.end_s)


def _reach(near: Near, first: Catch, rounds: Sequence[tuple[float, float]]) -> Span:
    start_s = first.hit.start_s
    if near.seconds is not None:
        return Span(start_s=start_s, end_s=start_s + near.seconds)
    last_of = [end_s for _, end_s in rounds if end_s >= start_s]
    turns = near.turns or 1
    return Span(start_s=start_s, end_s=last_of[:turns][-1] if last_of else start_s)


def _within(reach: Span, catch: Catch) -> bool:
    begins = catch.hit.start_s >= reach.start_s - MOMENT_S
    return begins and catch.hit.end_s <= reach.end_s + MOMENT_S
