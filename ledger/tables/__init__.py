"""The tables (SQLAlchemy 2). Rooms read and write them through the repositories in `ledger`."""

from ledger.tables.audit import AuditRow
from ledger.tables.audits import CanaryRow, StandingRow
from ledger.tables.base import Base, UtcDateTime
from ledger.tables.blind import BlindCallRow, BlindReviewRow, BlindRoundRow, BlindTaskRow
from ledger.tables.calls import CallRow, CallVerdictRow, StageRow
from ledger.tables.campaigns import (
    CampaignAttemptRow,
    CampaignChangeRow,
    CampaignPersonRow,
    CampaignRow,
    DoNotCallRow,
)
from ledger.tables.cases import AppealRow, CaseRow, CaseStepRow, PublicationRow
from ledger.tables.conversations import CallWishRow, ConversationRow
from ledger.tables.desks import CallBackRow, OperatorRow, OperatorTeamRow, VoicemailRow, WaitingRow
from ledger.tables.directory import DirectoryEntryRow
from ledger.tables.directory_upkeep import (
    DirectoryBatchRow,
    DirectoryChangeRow,
    DirectoryImportLineRow,
    DirectoryImportRow,
    DirectoryKeyRow,
    DirectoryPlannedRow,
    DirectoryProposalRow,
    DirectorySearchRow,
    DirectoryWorkRow,
    HardCaseAskedRow,
    HardCaseRow,
)
from ledger.tables.enquiries import EnquiryRow
from ledger.tables.imports import ImportRow
from ledger.tables.intake import IntakeFileRow, IntakeRow, OutgoingMailRow
from ledger.tables.judgements import FindingRow, ReviewRow, ScorecardRow, SearchTextRow, TranscriptRow
from ledger.tables.knowledge import (
    ArticleHintRow,
    ArticleReadRow,
    ArticleRow,
    ArticleTextRow,
    ArticleVersionRow,
    KnowledgeQuestionRow,
    KnowledgeSearchRow,
)
from ledger.tables.later import LaterReviewRow, LaterScorecardRow
from ledger.tables.lines import EdgeCountRow, LineRow, SipSecretRow
from ledger.tables.lists import ListSettingsRow, ListViewRow
from ledger.tables.people import RecoveryCodeRow, SessionRow, UserRow
from ledger.tables.programs import DeliveryRow, TokenRow, WebhookRow
from ledger.tables.recordings import (
    ChainRow,
    CheckRow,
    DiscardedRow,
    OriginalRow,
    PeaksRow,
    RecordingRow,
    SealedFactsRow,
)
from ledger.tables.retention import HoldRow, TicketHoldRow
from ledger.tables.reviewing import (
    AddedFindingRow,
    CorrectionRow,
    DraftRow,
    ReviewMarksRow,
    UndoneRow,
)
from ledger.tables.samples import SampleCheckRow, SampleDrawRow, SampledRow, SampleFrameRow
from ledger.tables.statistics import CALL_SUMS, RULE_SUMS, WAIT_SUMS, SummedDayRow
from ledger.tables.ticket_lists import (
    AlarmPersonRow,
    BranchLinesRow,
    BranchRow,
    CalendarRow,
    CrewRow,
    TicketCauseRow,
    TicketKindRow,
    TicketServiceRow,
    WorkingDayRow,
    WorkingWeekRow,
)
from ledger.tables.tickets import (
    AlarmNoticeRow,
    TicketCallRow,
    TicketDayRow,
    TicketPauseRow,
    TicketRow,
    TicketStepRow,
)
from ledger.tables.training import ClipMarkRow, ClipNoteRow, ClipRow, PlaylistRow

__all__ = [
    "CALL_SUMS",
    "RULE_SUMS",
    "WAIT_SUMS",
    "AddedFindingRow",
    "AlarmNoticeRow",
    "AlarmPersonRow",
    "AppealRow",
    "ArticleHintRow",
    "ArticleReadRow",
    "ArticleRow",
    "ArticleTextRow",
    "ArticleVersionRow",
    "AuditRow",
    "Base",
    "BlindCallRow",
    "BlindReviewRow",
    "BlindRoundRow",
    "BlindTaskRow",
    "BranchLinesRow",
    "BranchRow",
    "CalendarRow",
    "CallBackRow",
    "CallRow",
    "CallVerdictRow",
    "CallWishRow",
    "CampaignAttemptRow",
    "CampaignChangeRow",
    "CampaignPersonRow",
    "CampaignRow",
    "CanaryRow",
    "CaseRow",
    "CaseStepRow",
    "ChainRow",
    "CheckRow",
    "ClipMarkRow",
    "ClipNoteRow",
    "ClipRow",
    "ConversationRow",
    "CorrectionRow",
    "CrewRow",
    "DeliveryRow",
    "DirectoryBatchRow",
    "DirectoryChangeRow",
    "DirectoryEntryRow",
    "DirectoryImportLineRow",
    "DirectoryImportRow",
    "DirectoryKeyRow",
    "DirectoryPlannedRow",
    "DirectoryProposalRow",
    "DirectorySearchRow",
    "DirectoryWorkRow",
    "DiscardedRow",
    "DoNotCallRow",
    "DraftRow",
    "EdgeCountRow",
    "EnquiryRow",
    "FindingRow",
    "HardCaseAskedRow",
    "HardCaseRow",
    "HoldRow",
    "ImportRow",
    "IntakeFileRow",
    "IntakeRow",
    "KnowledgeQuestionRow",
    "KnowledgeSearchRow",
    "LaterReviewRow",
    "LaterScorecardRow",
    "LineRow",
    "ListSettingsRow",
    "ListViewRow",
    "OperatorRow",
    "OperatorTeamRow",
    "OriginalRow",
    "OutgoingMailRow",
    "PeaksRow",
    "PlaylistRow",
    "PublicationRow",
    "RecordingRow",
    "RecoveryCodeRow",
    "ReviewMarksRow",
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
    "SummedDayRow",
    "TicketCallRow",
    "TicketCauseRow",
    "TicketDayRow",
    "TicketHoldRow",
    "TicketKindRow",
    "TicketPauseRow",
    "TicketRow",
    "TicketServiceRow",
    "TicketStepRow",
    "TokenRow",
    "TranscriptRow",
    "UndoneRow",
    "UserRow",
    "UtcDateTime",
    "VoicemailRow",
    "WaitingRow",
    "WebhookRow",
    "WorkingDayRow",
    "WorkingWeekRow",
]
