"""A ledger with a handful of calls, as the stages would have left them, and a recording made of tones."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import soundfile
from sqlalchemy.orm import Session

from console.signin.service import hash_password
from console.switchboard import Desk, Switchboard
from ledger import archived, calls, claiming, judgements, users
from ledger.records import Ending, Evidence, Finding, Mark, Recording, Scorecard, Transcript, Turn, Word
from ledger.settings import Settings
from ledger.states import (
    CallState,
    Origin,
    Place,
    Reason,
    Result,
    Role,
    UserRole,
    Verdict,
)
from ledger.tables import CallRow

PASSWORD = "correct horse 电话"
PASSWORD_HASH = hash_password(PASSWORD)  # argon2id is slow on purpose: once is enough
RATE_HZ = 8000
LENGTH_S = 20.0
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
SCRIPT = "<script>alert(1)</script>"

FLAGGED = "20261120-040000-flagged"  # two flags, one call for taboo words
FLAGGED_ONCE = "20261121-040000-closing"
CLEAN = "20261122-040000-clean"
REFUSED = "20261122-050000-refused"
QUARANTINED = "20261122-060000-broken"
SCRIPTED = "20261119-040000-script"

REASONS = {  # of findings, as the packs word them
    "greeting": "接通后没有先说“您好”和台名",
    "forbidden-words": "服务忌语“我不知道”",
    "offer-more-help": "转写不清，听不出有没有问“还有什么可以帮您”",
}

ENQUIRIES = Desk(id="enquiries", name="114查号台", operators=("8001", "8002"))
FAULTS = Desk(id="faults", name="112障碍台", operators=("8002", "8003"), service_level_s=20.0)
SWITCHBOARD = Switchboard(
    desks=(ENQUIRIES, FAULTS), names={"8001": "张话务", "8002": "陈话务", "8003": "刘话务"}
)


NAMES = {
    "li": "李质监",
    "wang": "王质监",
    "zhao": "赵质监",
    "zhou": "周组长",
    "sun": "孙监督",
    "chen": "陈管理",
    "zheng": "郑审计",
}


def add_user(
    session: Session, name: str = "li", role: UserRole = UserRole.MONITOR, *, shown: str | None = None
) -> None:
    """Somebody who can sign in with PASSWORD; the name that is shown is nobody else's."""
    shown = shown or NAMES.get(name, f"Mx {name}")
    users.save_user(session, name=name, display_name=shown, role=role, password_hash=PASSWORD_HASH)


def add_calls(session: Session, settings: Settings) -> None:
    """One call of each kind that the pages tell apart."""
    _add_flagged(session, settings)
    _add_flagged_once(session, settings)
    _add_clean(session, settings)
    _add_scripted(session)
    _add_refused(session)
    _add_quarantined(session)


def write_tones(path: Path, length_s: float = LENGTH_S) -> str:
    """A stereo FLAC, 440 Hz left and 660 Hz right, swelling; returns its SHA-256."""
    time_s = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
    left = 0.5 * np.sin(2 * np.pi * 440 * time_s) * (np.sin(2 * np.pi * time_s / 4) > 0)
    right = 0.4 * np.sin(2 * np.pi * 660 * time_s) * (np.sin(2 * np.pi * time_s / 4) <= 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.stack([left, right], axis=1), RATE_HZ, format="FLAC")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def turn(role: Role, start_s: float, *texts: str) -> Turn:
    """A turn whose words take 0.4 s each."""
    words = tuple(
        Word(text=text, start_s=start_s + 0.4 * i, end_s=start_s + 0.4 * (i + 1), confidence=1.0)
        for i, text in enumerate(texts)
    )
    return Turn(role=role, start_s=start_s, end_s=words[-1].end_s, text="".join(texts), words=words)


def add_call(
    session: Session,
    call_id: str,
    received_at: datetime,
    *,
    hotline: str = "114",
    desk: str | None = "查号台",
    operator: str | None = "8001",
    caller: str | None = "13800000001",
    reason: Reason = Reason.CALLER_HUNG_UP,
) -> None:
    """A call that was answered and served; the next stages are the test's own."""
    calls.add_call(session, call_id=call_id, hotline=hotline, origin=Origin.SIP, caller=caller)
    session.flush()
    row = session.get_one(CallRow, call_id)
    row.received_at = received_at
    calls.mark_answered(session, call_id, received_at + timedelta(seconds=1))
    calls.mark_ended(
        session,
        call_id,
        ending=Ending(result=Result.SERVED, reason=reason, place=Place.OPERATOR),
        ended_at=received_at + timedelta(seconds=1 + LENGTH_S),
        marks=(
            Mark(place=Place.NOTICE, start_s=0, end_s=1.5),
            Mark(place=Place.MENU, start_s=1.5, end_s=3, detail="main"),
            Mark(place=Place.QUEUE, start_s=3, end_s=4, detail="enquiries"),
            Mark(place=Place.OPERATOR, start_s=4, end_s=LENGTH_S, detail="8001"),
        ),
        desk=desk,
        operator=operator,
        queue_wait_s=1.0,
        facts={"directory_number": "68881234"},
    )


def add_recording(session: Session, settings: Settings, call_id: str) -> Path:
    """A sealed recording of the call."""
    path = settings.recordings_dir / "2026" / f"{call_id}.flac"
    sha256 = write_tones(path)
    judgements.save_recording(
        session,
        Recording(
            call_id=call_id,
            path=f"2026/{call_id}.flac",
            sha256=sha256,
            duration_s=LENGTH_S,
            sample_rate_hz=RATE_HZ,
            channels=2,
            sealed_at=NOON,
            archived_at=NOON,
        ),
    )
    _set_state(session, call_id, CallState.RECORDED)
    return path


def add_judgement(
    session: Session, call_id: str, turns: tuple[Turn, ...], findings: tuple[Finding, ...]
) -> None:
    """A transcript and the scorecard made from it."""
    recording = archived.find_recording(session, call_id)
    heard = recording.sha256 if recording else "1" * 64
    transcript = Transcript(model="small-cn", model_sha256="0" * 64, recording_sha256=heard, turns=turns)
    transcript_id = judgements.save_transcript(session, call_id, transcript)
    failed = [finding for finding in findings if finding.verdict is Verdict.FAIL]
    card = Scorecard(
        pack="desk-114",
        pack_version="1",
        score=100 - sum(finding.points for finding in findings),
        flags=tuple(finding.rule for finding in failed),
        findings=findings,
    )
    judgements.save_scorecard(session, call_id, transcript_id, card)
    _set_state(session, call_id, CallState.SCORED)


def finding(rule: str, verdict: Verdict, points: float = 0, evidence: Evidence | None = None) -> Finding:
    """A finding with a reason."""
    reason = REASONS.get(rule, f"{rule} 的理由")
    return Finding(rule=rule, verdict=verdict, evidence=evidence, reason=reason, points=points)


def _add_flagged(session: Session, settings: Settings) -> None:
    add_call(session, FLAGGED, NOON)
    add_recording(session, settings, FLAGGED)
    turns = (
        turn(Role.SYSTEM, 0.2, "您好", "本次", "通话", "将被", "录音"),
        turn(Role.OPERATOR, 4.2, "喂", "说吧"),
        turn(Role.CALLER, 6.0, "请问", "人民", "医院", "的", "电话"),
        turn(Role.OPERATOR, 9.0, "我", "不知道", "你", "问", "别人", "去"),
        turn(Role.CALLER, 13.0, "那", "好吧"),
        turn(Role.OPERATOR, 15.0, "再见"),
    )
    taboo = Evidence(start_s=9.0, end_s=11.4, text="我不知道你问别人去", likeness=0.97)
    greeting = Evidence(start_s=4.2, end_s=5.0, text="喂说吧", likeness=0.31)
    closing = Evidence(start_s=15.0, end_s=15.4, text="再见", likeness=0.88)
    findings = (
        finding("greeting", Verdict.FAIL, 10, greeting),
        finding("closing", Verdict.PASS, 0, closing),
        finding("forbidden-words", Verdict.FAIL, 20, taboo),
        finding(
            "offer-more-help", Verdict.CANNOT_TELL, 0, Evidence(start_s=4, end_s=20, text="", likeness=0)
        ),
        finding("number-readback", Verdict.NOT_APPLICABLE),
    )
    add_judgement(session, FLAGGED, turns, findings)


def _add_flagged_once(session: Session, settings: Settings) -> None:
    add_call(session, FLAGGED_ONCE, NOON + timedelta(days=1), hotline="180", desk="综合台", operator="8002")
    add_recording(session, settings, FLAGGED_ONCE)
    turns = (turn(Role.OPERATOR, 4.2, "您好", "综合", "台"), turn(Role.CALLER, 6.0, "宽带", "坏", "了"))
    add_judgement(session, FLAGGED_ONCE, turns, (finding("closing", Verdict.FAIL, 10),))


def _add_clean(session: Session, settings: Settings) -> None:
    add_call(session, CLEAN, NOON + timedelta(days=2))
    add_recording(session, settings, CLEAN)
    turns = (turn(Role.OPERATOR, 4.2, "您好", "一一四"), turn(Role.CALLER, 6.0, "100%", "满意"))
    add_judgement(session, CLEAN, turns, (finding("greeting", Verdict.PASS),))


def _add_scripted(session: Session) -> None:
    add_call(session, SCRIPTED, NOON - timedelta(days=1), caller=SCRIPT)
    said = turn(Role.CALLER, 5.0, SCRIPT)
    evidence = Evidence(start_s=5, end_s=6, text=SCRIPT, likeness=1)
    calls.add_facts(session, SCRIPTED, {SCRIPT: SCRIPT, "survey_why": SCRIPT})
    add_judgement(session, SCRIPTED, (said,), (finding("overtalk", Verdict.PASS, 0, evidence),))


def _add_refused(session: Session) -> None:
    calls.add_call(session, call_id=REFUSED, hotline="112", origin=Origin.SIP)
    session.flush()
    session.get_one(CallRow, REFUSED).received_at = NOON + timedelta(days=2, hours=1)
    ending = Ending(result=Result.REFUSED, reason=Reason.LINES_BUSY)
    calls.mark_ended(session, REFUSED, ending=ending, ended_at=NOON + timedelta(days=2, hours=1, seconds=1))


def _add_quarantined(session: Session) -> None:
    add_call(session, QUARANTINED, NOON + timedelta(days=2, hours=2), hotline="10050")
    row = session.get_one(CallRow, QUARANTINED)
    row.tries, row.claimed_by = 3, "w:1"
    said = "the capture has no samples; record again"
    claiming.release(session, QUARANTINED, "w:1", error=said, most_tries=3, pause_s=60)


def _set_state(session: Session, call_id: str, state: CallState) -> None:
    session.get_one(CallRow, call_id).state = state
