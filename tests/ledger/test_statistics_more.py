"""Appeals, an operator's own weeks, and charts that tell what is not known."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date, datetime, timedelta
from sqlite3 import Cursor

from sqlalchemy import event, select, text

from console.charts import Point, bars, lines
from console.charts.canvas import nice_top
from ledger.case_states import CaseState, CaseStep
from ledger.database import Ledger
from ledger.records import User
from ledger.states import UserRole
from ledger.statistics.appeals import AppealTally, appeal_tally
from ledger.statistics.behind import Behind, calls_behind, count_behind
from ledger.statistics.cells import KINDS, cells_of
from ledger.statistics.counting import Dim, Selection, rule_tallies, tallies, total
from ledger.statistics.days import LocalDay, Period
from ledger.statistics.measures import CALLS, WAITS
from ledger.statistics.own import own_weeks
from ledger.statistics.tally import EMPTY
from ledger.tables import CallRow, CaseRow, CaseStepRow
from tests.ledger.test_statistics import FIRST, PERIOD, ZONE, make


def test_appeals_are_counted_by_when_they_were_made(either_ledger: Ledger) -> None:
    """By what became of them; of a team's own calls; all to auditors, none to outsiders."""
    make(either_ledger, 30)
    at = PERIOD.starts_at + timedelta(hours=3)
    with either_ledger.transaction() as session:
        ours = list(session.scalars(select(CallRow).where(CallRow.origin == "sip", CallRow.team == "一班")))
        other = session.scalars(
            select(CallRow).where(CallRow.origin == "sip", CallRow.team == "二班")
        ).first()
        assert other
        decided = (CaseStep.UPHELD, CaseStep.DISMISSED, None)
        for call, step in zip((ours[0], ours[1], other), decided, strict=True):
            appeal(session, call.id, at, step)
        appeal(session, ours[2].id, PERIOD.ends_at, CaseStep.UPHELD)
    with either_ledger.reading() as session:
        everything = AppealTally(appealed=3, upheld=1, dismissed=1)
        assert appeal_tally(session, Selection(period=PERIOD)) == everything
        assert (everything.waiting, everything.upheld_share) == (1, 0.5)
        assert appeal_tally(session, Selection(period=PERIOD, team="二班")) == AppealTally(appealed=1)
        for role, teams, count in (
            (UserRole.AUDITOR, (), 3),
            (UserRole.TEAM_LEAD, ("一班",), 2),
            (UserRole.SUPERVISOR, (), 0),
        ):
            viewer = User(id=9, name="x", display_name="x", role=role, teams=frozenset(teams))
            assert appeal_tally(session, Selection(period=PERIOD, viewer=viewer)).appealed == count


def appeal(session: object, call_id: str, at: datetime, step: CaseStep | None) -> None:
    """An appeal, and what became of it."""
    session.add(CaseRow(call_id=call_id, state=CaseState.APPEALED, since=at, appealed_at=at))
    session.flush()
    if step:
        session.add(CaseStepRow(call_id=call_id, at=at, step=step, state=CaseState.FINAL))


def test_behind_every_number_are_as_many(either_ledger: Ledger) -> None:
    """Every measure, of all, of a desk and of an operator; by hour; by rule; wherever the database is."""
    make(either_ledger, 40)
    with either_ledger.reading() as session:
        if either_ledger.engine.dialect.name == "postgresql":
            session.execute(text("SET LOCAL TIME ZONE 'Asia/Shanghai'"))
        for wanted in (Selection(period=PERIOD), Selection(period=PERIOD, desk="faults", operator="8003")):
            tally, rules = total(session, wanted), rule_tallies(session, wanted, Dim.RULE)
            for what in (*CALLS, *WAITS):
                assert count_behind(session, wanted, Behind(what=what)) == tally[what], what
            for (rule,), found in rules.items():
                for what, count in asdict(found).items():
                    assert count_behind(session, wanted, Behind(what=what, rule=rule)) == count, (rule, what)
        hours = tallies(session, Selection(period=PERIOD), Dim.HOUR)
        for hour in (1, 2, 3, 17):  # 2 comes twice on the 25th
            for what in ("calls", "offered"):
                count = count_behind(session, Selection(period=PERIOD), Behind(what=what, hour=hour))
                assert count == hours.get((hour,), EMPTY)[what]
        listed = calls_behind(session, Selection(period=PERIOD), Behind(what="gave_up"), limit=3)
        assert [call.received_at for call in listed] == sorted(
            (one.received_at for one in listed), reverse=True
        )


def test_no_row_is_looked_for_among_all(ledger: Ledger) -> None:
    """However many days have no sums: calls, scorecards and findings are sought by indexes that are kept."""
    steps: list[str] = []

    def explain(
        _: object, cursor: Cursor, statement: str, parameters: tuple[object, ...], *__: object
    ) -> None:
        if "slots" in statement:
            plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps.extend(step for *_, step in plan)

    event.listen(ledger.engine, "before_cursor_execute", explain)
    days = [LocalDay(day=FIRST + timedelta(days=number), zone=ZONE) for number in range(31)]
    with ledger.reading() as session:
        for kind in KINDS:
            cells_of(session, kind, days)
    assert any("ix_findings_scorecard_id" in step for step in steps)
    assert not [step for step in steps if "AUTOMATIC" in step or re.match(r"SCAN \w+ LEFT-JOIN", step)]
    assert not [step for step in steps if re.match("SCAN (calls|waiting|scorecards|findings|reviews)", step)]


def test_an_operators_weeks_are_the_own_calls(ledger: Ledger) -> None:
    """From Monday to Sunday; together they are all own calls, and rules have their flags."""
    make(ledger, 40)
    last = date(2026, 10, 27)
    with ledger.reading() as session:
        weeks = own_weeks(session, "8001", last, ZONE, weeks=2)
        whole = Period(first=weeks[0].monday, last=last, zone=ZONE)
        assert [week.monday for week in weeks] == [date(2026, 10, 19), date(2026, 10, 26)]
        calls = [week.tally["calls"] for week in weeks]
        assert sum(calls) == total(session, Selection(period=whole, operator="8001"))["calls"] > 0
        flags = sum(rule.flags for week in weeks for rule in week.rules.values())
        rows = session.scalars(select(CallRow).where(CallRow.operator == "8001", CallRow.origin != "canary"))
        assert flags == sum(len(row.flags) for row in rows)
    assert weeks[0].monday < FIRST


def test_charts_show_gaps_and_escape_names() -> None:
    """A line is broken where nothing is known; a name is text, whatever it holds."""
    points = [Point(label=str(place), value=value) for place, value in enumerate((1, 2, None, 4, 5, None, 3))]
    line = lines("t", [("", points)], str)
    assert line.count("<polyline") == 2
    assert line.count("<circle") == 5
    bar = bars("<script>", [Point(label='"><script>', value=3.0, link="/calls?a=1&b=2")], str)
    assert "<script>" not in bar
    assert "/calls?a=1&amp;b=2" in bar
    assert "<rect" in bar
    some = ([], [0], [3], [7.0, 25], [0.31], [1001])
    assert [nice_top(values) for values in some] == [1, 4, 4, 32, 0.4, 1200]
    assert "–" in lines("t", [("", [Point(label="a", value=None)])], str)
