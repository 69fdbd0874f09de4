"""The tables (SQLAlchemy 2). Rooms read and write them through the repositories in `ledger`."""

from ledger.tables.base import Base, UtcDateTime
from ledger.tables.calls import CallRow, StageRow
from ledger.tables.desks import CallBackRow, OperatorRow, VoicemailRow, WaitingRow
from ledger.tables.imports import ImportRow
from ledger.tables.judgements import FindingRow, ReviewRow, ScorecardRow, TranscriptRow
from ledger.tables.lines import EdgeCountRow, LineRow, SipSecretRow
from ledger.tables.people import SessionRow, UserRow
from ledger.tables.recordings import ChainRow, CheckRow, RecordingRow, SealedFactsRow

__all__ = [
    "Base",
    "CallBackRow",
    "CallRow",
    "ChainRow",
    "CheckRow",
    "EdgeCountRow",
    "FindingRow",
    "ImportRow",
    "LineRow",
    "OperatorRow",
    "RecordingRow",
    "ReviewRow",
    "ScorecardRow",
    "SealedFactsRow",
    "SessionRow",
    "SipSecretRow",
    "StageRow",
    "TranscriptRow",
    "UserRow",
    "UtcDateTime",
    "VoicemailRow",
    "WaitingRow",
]
