"""The figures of the survey and of abandoned calls are counted exactly, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ledger import calls, figures
from ledger.database import Ledger
from ledger.figures import AbandonedFigure, SurveyFigure
from ledger.records import Ending, Mark
from ledger.states import Place, Reason, Result

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def end(
    ledger: Ledger,
    call_id: str,
    *,
    result: Result = Result.SERVED,
    place: Place = Place.SURVEY,
    operator: str | None = "8001",
    ended_at: datetime = START,
    talked_s: float = 0.0,
    **facts: str,
) -> None:
    """A call that has ended."""
    with ledger.transaction() as session:
        calls.add_call(session, call_id=call_id, hotline="114")
        calls.mark_ended(
            session,
            call_id,
            ending=Ending(result=result, reason=Reason.CALLER_HUNG_UP, place=place),
            ended_at=ended_at,
            desk="114",
            operator=operator,
            marks=(Mark(place=Place.OPERATOR, start_s=1.0, end_s=1.0 + talked_s),),
            facts=facts,
        )


def test_survey_figures_are_exact(either_ledger: Ledger) -> None:
    """Talked, asked, cut, answered and each mark by desk and operator; nothing from outside the period."""
    end(either_ledger, "1", survey_asked="yes", survey_mark="5")
    end(either_ledger, "2", survey_asked="yes", survey_mark="5")
    end(either_ledger, "3", survey_asked="yes", survey_mark="1")
    end(either_ledger, "4", survey_asked="yes")
    end(either_ledger, "5", survey_asked="cut")
    end(either_ledger, "6", survey_asked="no", survey_why="caller_hung_up")
    end(either_ledger, "7", operator="8002", survey_asked="no", survey_why="disabled")
    end(either_ledger, "8", operator=None)
    end(either_ledger, "9", survey_asked="yes", survey_mark="3", ended_at=START + HOUR)
    with either_ledger.reading() as session:
        first, second = figures.survey_figures(session, START, START + HOUR)
    assert first == SurveyFigure(
        desk="114", operator="8001", talked=6, asked=4, cut=1, answered=3, marks={"1": 1, "5": 2}
    )
    assert (first.asked_share, first.answered_share) == (4 / 6, 3 / 4)
    assert (second.operator, second.talked, second.asked, second.answered_share) == ("8002", 1, 0, None)


def test_abandoned_calls_are_counted_by_place_and_second(either_ledger: Ledger) -> None:
    """Those who left before the answer, and those who were served, are not among them."""
    for call_id, place, second in [
        ("1", Place.QUEUE, "12"),
        ("2", Place.QUEUE, "12"),
        ("3", Place.QUEUE, "9"),
        ("4", Place.MENU, "3"),
    ]:
        end(either_ledger, call_id, result=Result.ABANDONED, place=place, left_after_s=second)
    end(either_ledger, "5", result=Result.ABANDONED)
    end(either_ledger, "6")
    with either_ledger.reading() as session:
        assert figures.abandoned_figures(session, START, START + HOUR) == (
            AbandonedFigure(place=Place.MENU, second=3, calls=1),
            AbandonedFigure(place=Place.QUEUE, second=9, calls=1),
            AbandonedFigure(place=Place.QUEUE, second=12, calls=2),
        )


def test_the_handling_time_is_what_operators_lately_talked(either_ledger: Ledger) -> None:
    """The mean of the conversations of the last hour; nothing where there were none."""
    end(either_ledger, "1", talked_s=10)
    end(either_ledger, "2", talked_s=20)
    end(either_ledger, "3", talked_s=500, ended_at=START - 2 * HOUR)
    with either_ledger.reading() as session:
        assert figures.recent_handling_s(session, "114", at=START + timedelta(minutes=1)) == 15
        assert figures.recent_handling_s(session, "112", at=START) is None
