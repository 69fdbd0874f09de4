"""Closed sets: how far a call has come, how it ended and why, who spoke, what a rule found."""

from __future__ import annotations

from enum import StrEnum


class CallState(StrEnum):
    """How far a call has come. Each stage moves it one step; the pipeline hands it on."""

    RECEIVED = "received"  # the INVITE has its row, nothing was answered yet
    ANSWERED = "answered"  # 200 sent; the recorder runs
    ENDED = "ended"  # both legs are gone; the capture waits to be sealed
    RECORDED = "recorded"  # the recording is sealed and hashed
    NO_MODEL = "no_model"  # nothing here understands the call's language; taken up once a model is installed
    TRANSCRIBED = "transcribed"
    SCORED = "scored"  # the last state of a recorded call
    UNRECORDED = "unrecorded"  # the last state of a call without audio; its reason explains it
    QUARANTINED = "quarantined"  # a stage failed again and again; `error` says why


class AudioFormat(StrEnum):
    """What sealed recordings are written as."""

    FLAC = "flac"  # every sample as it was
    OPUS = "opus"  # in Ogg; smaller, with a loss that docs/storage.md tells


class Result(StrEnum):
    """What became of an INVITE."""

    SERVED = "served"  # spoke to an operator, or heard what the menu had to say to its end
    ABANDONED = "abandoned"  # the caller left before that
    REFUSED = "refused"  # never answered, by us or by whom we called
    FAILED = "failed"  # our fault or the network's


class Reason(StrEnum):
    """Why a call ended."""

    CALLER_HUNG_UP = "caller_hung_up"
    CALLER_VANISHED = "caller_vanished"  # no BYE came: the caller's phone or network is gone
    OPERATOR_HUNG_UP = "operator_hung_up"
    NUMBER_READ = "number_read"  # the operator handed the caller to the read-back (自动报号)
    MENU_ENDED = "menu_ended"  # a menu path that ends by itself (announcement, closed hours)
    FEATURE_CODE = "feature_code"  # an operator's phone changed the operator's state
    MESSAGE_LEFT = "message_left"  # voicemail
    CALL_BACK_ASKED = "call_back_asked"  # a call-back request was kept
    DESK_CLOSED = "desk_closed"
    NO_OPERATOR = "no_operator"  # waited as long as the plan allows and nobody was free
    QUEUE_FULL = "queue_full"  # as many waited already as the plan allows
    CANCELLED = "cancelled"  # CANCEL before we answered
    UNKNOWN_NUMBER = "unknown_number"  # 404
    LINES_BUSY = "lines_busy"  # 486 from a line without a free leg, 503 from the edge without a free line
    NOT_ALLOWED = "not_allowed"  # 403: no trunk or operator of ours, or nothing that one may dial
    TOO_MANY_CALLS = "too_many_calls"  # 503, the source has as many calls as the plan allows
    LINE_SILENT = "line_silent"  # 503, a line was tried and gave no final answer in time
    NO_ACK = "no_ack"  # we sent 200 and the caller never confirmed it
    BAD_REQUEST = "bad_request"  # no codec in common and the like, 488
    DRAINING = "draining"  # the line stops: 503 to new callers, and the end of who stayed longer than a drain
    TIME_LIMIT = "time_limit"  # the plan's longest call
    MEDIA_FAILED = "media_failed"
    LINE_DIED = "line_died"  # found by the sweep after a crash
    IMPORTED = "imported"  # recorded elsewhere
    INTERNAL_ERROR = "internal_error"  # told in the log with its cause
    # Of calls that we place: why nobody came to the telephone, or how far the person came.
    NO_ANSWER = "no_answer"  # rang as long as the plan allows, 408, 480
    BUSY = "busy"  # 486, 600
    REJECTED = "rejected"  # 603, 403 and the like: the person or the network wants no such call
    UNALLOCATED = "unallocated"  # 404, 410, 484, 604: no such number
    UNREACHABLE = "unreachable"  # the exchange did not take the call, or could not be asked
    QUESTIONS_ENDED = "questions_ended"  # all questions were asked
    NO_RESPONSE = "no_response"  # answered, and no key was pressed: a machine, or nobody who listens
    OPTED_OUT = "opted_out"  # asked by key not to be called again


class FactKey(StrEnum):
    """What the hotline itself keeps as a fact of a call; a plan's `collections` name further ones."""

    DIRECTORY_NUMBER = "directory_number"  # that the caller was to be given: as the page showed it
    DIRECTORY_NAME = "directory_name"  # whose number it is
    DIRECTORY_ENTRY = "directory_entry"  # the entry's id in the directory
    DIRECTORY_READ_BY = "directory_read_by"  # `machine` where the number was read back (自动报号)
    CONNECTED_NUMBER = "connected_number"  # to which the caller asked to be put through
    CONNECTED_HOW = "connected_how"  # what came of it: `talked`, `no_answer` or `not_reached`
    LANGUAGE = "language"  # what the caller chose, or whom we called was spoken to in: zh, yue or en
    LEFT_AFTER_S = "left_after_s"  # seconds from the answer to the moment when the caller gave up
    FEATURE = "feature"  # the prompt that told an operator what a feature code has done
    SOURCE = "source"  # where a refused INVITE came from: protocol:address:port
    UNRECORDED = "unrecorded"  # why a call was answered without being recorded, or no further: `no_room`
    CAPTURED_S = "captured_s"  # seconds from the answer of which there is a recording, where the rest is lost
    CALLER_LOST = "caller_packets_lost"  # of the caller's RTP, `ledger.packet_losses`; absent: none
    OPERATOR_LOST = "operator_packets_lost"  # of the operators' RTP
    SURVEY_ASKED = "survey_asked"  # ivr/survey.py tells the values of these three
    SURVEY_WHY = "survey_why"
    SURVEY_MARK = "survey_mark"
    CAMPAIGN = "campaign"  # the number of the campaign that a call-back belongs to
    MASKED_FACTS = "masked_facts"  # the keys, by commas, of those that a mask hides (`ledger.entered`)


class Place(StrEnum):
    """Where in the call something happened."""

    NOTICE = "notice"  # the recording notice and the greeting
    MENU = "menu"
    QUEUE = "queue"
    OPERATOR = "operator"  # bridged: the only span in which the right channel is the operator's
    SURVEY = "survey"
    ANNOUNCEMENT = "announcement"
    VOICEMAIL = "voicemail"
    CALL_BACK = "call_back"  # asking for the number to call back
    QUESTION = "question"  # a question of a call-back
    READ_BACK = "read_back"  # the number is read out by the machine (自动报号)
    CONNECTED = "connected"  # put through to the number that was read out
    PAUSED = "paused"  # nothing was recorded, by somebody's wish (录音暂停); the caller was still elsewhere
    LOST = "lost"  # no place of the caller's: the span of an answered call that could not be recorded


class Origin(StrEnum):
    """Where a call came from."""

    SIP = "sip"
    IMPORT = "import"
    CANARY = "canary"  # we called ourselves, by SIP (`ledger.canaries`); no statistics count it
    OUTBOUND = "outbound"  # we called somebody: `caller` was called, and saw `hotline`


class Role(StrEnum):
    """Who spoke."""

    CALLER = "caller"
    OPERATOR = "operator"
    SYSTEM = "system"  # our prompts and music; never judged
    MIXED = "mixed"  # one channel for both: rules that need roles answer cannot_tell


class SecretKind(StrEnum):
    """What callers tell that not everybody may see and hear (`ledger.redaction`)."""

    ID_CARD = "id_card"  # 身份证, 18 signs (GB 11643)
    BANK_CARD = "bank_card"  # 16 to 19 digits (ISO/IEC 7812)
    MOBILE = "mobile"
    LANDLINE = "landline"  # with or without its area code
    ADDRESS = "address"  # up to a house or a door


class Clearness(StrEnum):
    """How far a recognised word can be relied on; calibrated as docs/recognition.md tells."""

    CLEAR = "clear"  # of these under one syllable in twenty is wrong
    DOUBTFUL = "doubtful"
    UNUSABLE = "unusable"  # the sound does not bear a judgement, whatever was recognised


class Verdict(StrEnum):
    """What a rule says of a call."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    CANNOT_TELL = "cannot_tell"  # never deducts
    NOT_APPLICABLE = "not_applicable"


class RuleState(StrEnum):
    """How far a rule is trusted (`qa_scoring.auditing`)."""

    TRUSTED = "trusted"
    ON_TRIAL = "on_trial"  # too few cases to say
    SUSPENDED = "suspended"  # it deducts nothing


class EvidenceSource(StrEnum):
    """Whence it is known whether a rule is right; never added up. The nearest to real calls is first."""

    PEOPLE = "people"  # monitors' decisions on findings
    CANARY = "canary"  # synthetic calls through the lines
    LABELLED = "labelled"  # dialogues whose truth is known


class CanaryOutcome(StrEnum):
    """How far a canary call came."""

    PLACED = "placed"  # under way
    WHOLE = "whole"  # answered, recorded, transcribed and scored in time
    NOT_ANSWERED = "not_answered"
    NOT_TALKED = "not_talked"  # never came to the synthetic operator
    NOT_RECORDED = "not_recorded"
    NOT_TRANSCRIBED = "not_transcribed"
    NOT_SCORED = "not_scored"


class Decision(StrEnum):
    """What a monitor says of a finding."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class OperatorState(StrEnum):
    """What an operator does. Only idle operators are reserved."""

    OFF = "off"
    IDLE = "idle"
    RESERVED = "reserved"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    AWAY = "away"


class ChangedBy(StrEnum):
    """Who changes what an operator does."""

    PHONE = "phone"  # a feature code
    PAGE = "page"
    API = "api"
    LINE = "line"  # a call that needs the operator
    EDGE = "edge"  # the phone's registration


class WishKind(StrEnum):
    """What a page may ask of a running call."""

    PAUSE = "pause"  # the recording
    RESUME = "resume"
    READ_BACK = "read_back"  # a number, and set the operator free
    TRANSFER = "transfer"  # to a desk, or to the menu


MENU = "menu"  # where a transfer may lead besides a desk; no desk of a plan may be called so


class WishOutcome(StrEnum):
    """What came of a wish."""

    DONE = "done"
    REFUSED = "refused"  # it could not be done: a number that cannot be read, a desk that there is not
    LATE = "late"  # the conversation was over before the line could take it


class QueueOutcome(StrEnum):
    """How a caller's wait at a desk ended."""

    BRIDGED = "bridged"
    ABANDONED = "abandoned"  # the caller hung up
    OVERFLOWED = "overflowed"  # waited too long, and the plan's `when_late` followed
    LINE_DIED = "line_died"


class LineState(StrEnum):
    """What a line process does. Only serving lines are given callers."""

    STARTING = "starting"
    SERVING = "serving"
    DRAINING = "draining"  # takes no new callers; its calls finish
    DEAD = "dead"  # stopped or died; the row stays until the line comes back


class CallBackState(StrEnum):
    """How far a call-back request has come."""

    OPEN = "open"
    DONE = "done"


class UserRole(StrEnum):
    """Who may do what on the pages."""

    ADMINISTRATOR = "administrator"
    QUALITY_LEAD = "quality_lead"  # 质检主管: hands out work, publishes, decides on appeals
    MONITOR = "monitor"  # 质监员
    TEAM_LEAD = "team_lead"  # 班组长
    OPERATOR = "operator"  # 话务员, whose name is the own number; sees the own state and calls only
    SUPERVISOR = "supervisor"  # 社会质量监督员: an outsider who hears what was handed to them, nothing else
    AUDITOR = "auditor"  # 审计员: reads the audit log and figures, hears no call
    DISPATCHER = "dispatcher"  # 调度员: assigns tickets, follows them, runs call-backs; hears no call
    EDITOR = "editor"  # 资料员: keeps directory and knowledge current; hears no call


class RoundKind(StrEnum):
    """What a round of blind reviews is for."""

    DOUBLE = "double"  # each call is judged by two
    CALIBRATION = "calibration"  # everybody judges every call, an expert too, some of them twice
    SECOND = "second"  # one call, one person: the second review of a case (`ledger.second_tasks`)


class ChainKind(StrEnum):
    """What an entry of the recordings' chain says (`recorder.chain`)."""

    OPENING = "opening"  # the first of a day: it carries the head of the last day that had entries
    SEALED = "sealed"  # a recording was sealed
    ADOPTED = "adopted"  # a recording that is older than the chain: its seal counts from this entry on
    MASKED = "masked"  # the recording was sealed again, with spans made silent
    REKEYED = "rekeyed"  # the recording was sealed again, with another key or format
    DELETED = "deleted"  # the tombstone: the recording is gone, and has to be
    LOST = "lost"  # an answered call of which nothing could be recorded, with the cause
