"""The tables (SQLAlchemy 2). Rooms read and write them through the repositories in `ledger`."""

from ledger.tables.audit import AuditRow
from ledger.tables.audits import CanaryRow, StandingRow
from ledger.tables.base import Base, UtcDateTime
from ledger.tables.blind import BlindCallRow, BlindReviewRow, BlindRoundRow, BlindTaskRow
from ledger.tables.calls import CallRow, StageRow
from ledger.tables.desks import CallBackRow, OperatorRow, VoicemailRow, WaitingRow
from ledger.tables.imports import ImportRow
from ledger.tables.judgements import FindingRow, ReviewRow, ScorecardRow, SearchTextRow, TranscriptRow
from ledger.tables.lines import EdgeCountRow, LineRow, SipSecretRow
from ledger.tables.people import SessionRow, UserRow
from ledger.tables.recordings import (
    ChainRow,
    CheckRow,
    DiscardedRow,
    OriginalRow,
    PeaksRow,
    RecordingRow,
    SealedFactsRow,
)
from ledger.tables.retention import HoldRow
from ledger.tables.samples import SampleCheckRow, SampleDrawRow, SampledRow, SampleFrameRow

__all__ = [
    "AuditRow",
    "Base",
    "BlindCallRow",
    "BlindReviewRow",
    "BlindRoundRow",
    "BlindTaskRow",
    "CallBackRow",
    "CallRow",
    "CanaryRow",
    "ChainRow",
    "CheckRow",
    "DiscardedRow",
    "EdgeCountRow",
    "FindingRow",
    "HoldRow",
    "ImportRow",
    "LineRow",
    "OperatorRow",
    "OriginalRow",
    "PeaksRow",
    "RecordingRow",
    "ReviewRow",
    "SampleCheckRow",
    "SampleDrawRow",
    "SampleFrameRow",
    "SampledRow",
    "ScorecardRow",
    "SealedFactsRow",
    "SearchTextRow",
    "SessionRow",
    "SipSecretRow",
    "StageRow",
    "StandingRow",
    "TranscriptRow",
    "UserRow",
    "UtcDateTime",
    "VoicemailRow",
    "WaitingRow",
]
