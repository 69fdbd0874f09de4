"""How long a silence a desk allows, by its pack."""

from __future__ import annotations

from console.calls.talk import USUAL_NORM_S
from ledger.errors import BadPack
from ledger.records import Scorecard
from qa_scoring.pack_files import load_packs


def silence_norm_s(card: Scorecard | None) -> float:
    """Seconds, by the shortest `long_silence` of the pack that judged the call."""
    try:
        rules = load_packs().by_id(card.pack).rules if card else ()
    except BadPack:  # one of an earlier release
        rules = ()
    norms = [rule.long_silence.silence_s for rule in rules if rule.long_silence]
    return min(norms, default=USUAL_NORM_S)
