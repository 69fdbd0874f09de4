"""Judging calls: packs, rules, matching by sound, scorecards. Pure: turns and facts in, findings out."""

from qa_scoring.cases import CaseResult, RuleCase, audio_cases, rule_cases, run_case, run_cases
from qa_scoring.conversation import Conversation
from qa_scoring.judging import judge
from qa_scoring.pack_files import Pack, Packs, load_packs

__all__ = [
    "CaseResult",
    "Conversation",
    "Pack",
    "Packs",
    "RuleCase",
    "audio_cases",
    "judge",
    "load_packs",
    "rule_cases",
    "run_case",
    "run_cases",
]
