"""A ledger of random calls for the statistics, and the same counted by plain Python over its rows."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import judgements, users
from ledger.clock import now
from ledger.decisions import newest_review
from ledger.records import Finding, Scorecard, Transcript
from ledger.scores import losses
from ledger.states import CallState, Decision, Origin, Place, QueueOutcome, Result, UserRole, Verdict
from ledger.statistics.counting import Selection
from ledger.statistics.facts import STANDARD_SIGNS
from ledger.statistics.measures import BOUNDS_S, MILLION
from ledger.tables import CallRow, CanaryRow, FindingRow, ReviewRow, UndoneRow, WaitingRow

DESKS = ("enquiries", "faults", None)
TEAMS = {"8001": "一班", "8002": "一班", "8003": "二班", None: None}
RULES = ("greeting", "closing", "forbidden-words")


@dataclass
class Maker:
    """Adds random calls and changes them."""

    chance: random.Random
    first: datetime
    days: int
    number: int = 0

    def add_call(self, session: Session) -> None:
        """A call with what it may have: waits, a survey, a scorecard, decisions."""
        pick, self.number = self.chance.choice, self.number + 1
        call_id, operator = f"c{self.number}", pick(tuple(TEAMS))
        received_at = self.first + timedelta(seconds=self.chance.uniform(0, self.days * 86400))
        origin = self.chance.choices(list(Origin), (8, 1, 1, 1))[0]
        row = CallRow(
            id=call_id,
            origin=origin,
            hotline="114",
            state=CallState.SCORED,
            received_at=received_at,
            answered_at=received_at if self.chance.random() < 0.8 else None,
            result=pick((*Result, None)),
            desk=pick(DESKS),
            operator=operator,
            team=TEAMS[operator],
            marks=[self._mark(place) for place in self.chance.sample(list(Place), 3)],
            facts=self._survey(),
        )
        session.add(row)
        session.flush()
        if origin is Origin.CANARY:
            session.add(self._canary(call_id, received_at))
        for _ in range(pick((0, 1, 1, 2))):
            session.add(self._wait(call_id, received_at))
        if self.chance.random() < 0.7:
            self.judge(session, call_id)

    def judge(self, session: Session, call_id: str) -> None:
        """A new scorecard, with decisions on some of its findings, some taken back."""
        heard = Transcript(model="m", model_sha256="0" * 64, recording_sha256="1" * 64, turns=())
        transcript_id = judgements.save_transcript(session, call_id, heard)
        findings = tuple(self._finding(rule) for rule in self.chance.sample(RULES, 2))
        flags = tuple(
            one.rule for one in findings if one.verdict is Verdict.FAIL and self.chance.random() < 0.8
        )
        card = Scorecard(
            pack="114",
            pack_version="1",
            score=self.chance.choice((100.0, 87.5, 66.7)),
            flags=flags,
            findings=findings,
            limits=self.chance.choice(({}, {"快": 5.0}, {"亲": 12.5, "快": 1.0})),
        )
        judgements.save_scorecard(session, call_id, transcript_id, card)
        for finding_id in session.scalars(
            select(FindingRow.id).order_by(FindingRow.id.desc()).limit(2)
        ).all():
            for _ in range(self.chance.choice((0, 1, 2))):
                self._decide(session, finding_id)
            if self.chance.random() < 0.3:
                undo(session, finding_id)

    def change(self, session: Session) -> None:
        """Anything that may happen to a call later."""
        call = self.chance.choice(session.scalars(select(CallRow).order_by(CallRow.id)).all())
        deed = self.chance.choice(("judge", "review", "undo", "operator", "wait", "late"))
        if deed == "judge":
            self.judge(session, call.id)
        elif deed == "operator":
            call.operator = self.chance.choice(tuple(TEAMS))
            call.team = TEAMS[call.operator]
        elif deed == "late":
            self.add_call(session)
        elif deed == "wait":
            session.add(self._wait(call.id, call.received_at))
        else:
            found = self.chance.choice(session.scalars(select(FindingRow.id).order_by(FindingRow.id)).all())
            (undo if deed == "undo" else self._decide)(session, found)

    def _decide(self, session: Session, finding_id: int) -> None:
        judgements.save_review(session, finding_id, 1, self.chance.choice(list(Decision)), "")

    def _mark(self, place: Place) -> dict[str, Any]:
        start_s = round(self.chance.uniform(0, 50), 3)
        return {"place": place.value, "start_s": start_s, "end_s": start_s + 7.25, "detail": ""}

    def _survey(self) -> dict[str, str]:
        asked = self.chance.choice((None, "no", "cut", "yes", "yes"))
        facts = {"survey_asked": asked} if asked else {}
        return facts | ({"survey_mark": self.chance.choice("1345")} if asked == "yes" else {})

    def _wait(self, call_id: str, joined_at: datetime) -> WaitingRow:
        took_s = self.chance.choice((0.25, 1.0, 15.0, 15.000001, 33.3, 700.0))
        outcome = self.chance.choice((*QueueOutcome, None))
        return WaitingRow(
            call_id=call_id,
            desk=self.chance.choice(("enquiries", "faults")),
            joined_at=joined_at,
            entered_at=joined_at,
            service_level_s=15.0,
            left_at=joined_at + timedelta(seconds=took_s) if outcome else None,
            outcome=outcome,
            waited_s=took_s if outcome else None,
        )

    def _finding(self, rule: str) -> Finding:
        return Finding(
            rule=rule,
            verdict=self.chance.choice((Verdict.FAIL, Verdict.PASS, Verdict.CANNOT_TELL)),
            evidence=None,
            reason="",
            points=self.chance.choice((0.0, 2.5, 10.0)),
            dimension=self.chance.choice("快准清亲"),
            is_fatal=self.chance.random() < 0.1,
        )

    def _canary(self, call_id: str, at: datetime) -> CanaryRow:
        return CanaryRow(
            sip_call_id=call_id,
            call_id=call_id,
            dialogue="d",
            hotline="114",
            truth={},
            placed_at=at,
            due_at=at,
            outcome="whole",
        )


def add_reviewer(session: Session) -> None:
    """Whoever decides on findings: user 1."""
    users.save_user(session, name="li", display_name="李", role=UserRole.MONITOR, password_hash="-")


def undo(session: Session, finding_id: int) -> None:
    """Take the decision on a finding that counts back, if there is one."""
    review = newest_review(session, finding_id)
    if review:
        session.add(UndoneRow(review_id=review.id, user_id=1, at=now()))
        session.flush()


def counted(session: Session, wanted: Selection, is_seen: Any = lambda _call: True) -> Counter[str]:
    """Every measure of a selection from the rows, by plain Python."""
    counts: Counter[str] = Counter()
    calls = {call.id: call for call in session.scalars(select(CallRow)) if call.origin != Origin.CANARY}
    start, end = wanted.period.starts_at, wanted.period.ends_at
    for call in calls.values():
        if start <= call.received_at < end and is_seen(call) and _is_of(wanted, call.desk, call):
            counts.update(_of_call(session, call))
    for wait in session.scalars(select(WaitingRow)):
        call = calls.get(wait.call_id)
        if call is None or wait.left_at is None or not start <= wait.left_at < end or not is_seen(call):
            continue
        who = call if wait.outcome == QueueOutcome.BRIDGED else None
        if wait.outcome != QueueOutcome.LINE_DIED and _is_of(wanted, wait.desk, who):
            counts.update(_of_wait(wait))
    return Counter({name: count for name, count in counts.items() if count})


def _is_of(wanted: Selection, desk: str | None, call: CallRow | None) -> bool:
    team, operator = (call.team, call.operator) if call else (None, None)
    pairs = ((wanted.desk, desk), (wanted.team, team), (wanted.operator, operator))
    return all(not asked or asked == has for asked, has in pairs)


def _of_call(session: Session, call: CallRow) -> Counter[str]:
    counts: Counter[str] = Counter(judged=call.score is not None, flagged=call.flag_count > 0)
    counts["score_micro"] = round((call.score or 0) * MILLION)
    card = judgements.newest_scorecard(session, call.id)
    if card:
        lost = {loss.dimension: loss.taken for loss in losses(card.findings, card.limits)}
        counts["carded"] = 1
        for name, sign in STANDARD_SIGNS.items():
            counts[f"lost_{name}"] = round(lost.get(sign, 0) * MILLION)
    if call.origin != Origin.SIP:
        return counts
    mark, asked = call.facts.get("survey_mark"), call.facts.get("survey_asked")
    talk_s = sum(one["end_s"] - one["start_s"] for one in call.marks if one["place"] == Place.OPERATOR)
    counts.update(
        calls=1,
        answered=call.answered_at is not None,
        talked=call.operator is not None,
        talk_us=round(talk_s * MILLION) if call.operator else 0,
        asked=asked == "yes",
        cut=asked == "cut",
        marked=mark is not None,
    )
    if mark:
        counts[f"mark_{mark}"] += 1
    if call.result:
        counts[call.result] += 1
    return counts


def _of_wait(wait: WaitingRow) -> Counter[str]:
    took_s = wait.waited_s or 0.0
    bucket = sum(took_s > bound for bound in BOUNDS_S)
    counts: Counter[str] = Counter(offered=1)
    if wait.outcome == QueueOutcome.BRIDGED:
        counts.update({"bridged": 1, f"bridged_{bucket}": 1, "wait_us": round(took_s * MILLION)})
        counts["in_time"] = took_s <= wait.service_level_s
    elif wait.outcome == QueueOutcome.ABANDONED:
        counts.update({"gave_up": 1, f"gave_up_{bucket}": 1, "gave_up_us": round(took_s * MILLION)})
    else:
        counts["overflowed"] = 1
    return counts


def found_by_rules(session: Session, wanted: Selection) -> dict[str, Counter[str]]:
    """What was found by each rule, by plain Python."""
    found: dict[str, Counter[str]] = {}
    undone = set(session.scalars(select(UndoneRow.review_id)))
    for call in session.scalars(select(CallRow)):
        is_of = call.origin != Origin.CANARY and _is_of(wanted, call.desk, call)
        if not is_of or not wanted.period.starts_at <= call.received_at < wanted.period.ends_at:
            continue
        for flag in call.flags:
            found.setdefault(flag, Counter())["flags"] += 1
        card = judgements.newest_scorecard(session, call.id)
        for one in card.findings if card else ():
            if one.verdict is Verdict.FAIL:
                rows = session.scalars(
                    select(ReviewRow).where(ReviewRow.finding_id == one.id).order_by(ReviewRow.id)
                )
                said = [row.decision for row in rows if row.id not in undone]
                found.setdefault(one.rule, Counter()).update(("fails", said[-1] if said else "undecided"))
    return found
