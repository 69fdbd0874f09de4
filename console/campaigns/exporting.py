"""A campaign's results as tables: people with what each answered, the figures, the answers counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Self

from sqlalchemy.orm import Session

from console.campaigns import service, wording
from console.campaigns.looking import Present
from console.campaigns.schemas import PersonView
from console.figures.definitions import Unit
from console.figures.tables import Column, Table, Value
from console.times import local_time
from console.words import N_
from desks.campaigns.choosing import Chosen

HEADS = (
    *(N_("号码"), N_("工单号"), N_("备注"), N_("语言"), N_("状态"), N_("最近结果"), N_("拨打次数")),
    *(N_("发生时间"), N_("时限"), N_("回访成功时间"), N_("时限内成功"), N_("满意")),
)
LAST_HEADS = (N_("话务员"), N_("话务员的备注"))
FIGURE_HEADS, ANSWER_HEADS = (N_("指标"), N_("数")), (N_("问题"), N_("回答"), N_("人数"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Exporter:
    """Makes the tables of a campaign, in the reader's language."""

    now: Present
    views: Sequence[PersonView]  # the chosen people
    zone: tzinfo
    translate: Callable[[str], str]

    @classmethod
    def of(
        cls,
        session: Session,
        now: Present,
        chosen: Chosen,
        *,
        zone: tzinfo,
        translate: Callable[[str], str],
    ) -> Self:
        """Of a campaign at this moment and people of it."""
        views = service.people_of(session, now.view.campaign, chosen)
        return cls(now=now, views=views, zone=zone, translate=translate)

    def all(self) -> list[Table]:
        """Every table."""
        return [self.people(), self._figures(), self._answers()]

    def people(self) -> Table:
        """A row for each person, a column for each question."""
        asked = [question.text for question in self.now.view.campaign.questions]
        heads = [*map(self.translate, HEADS), *asked, *map(self.translate, LAST_HEADS)]
        rows = [self._row(view) for view in self.views]
        return Table(
            name="people",
            title=self.translate(N_("用户")),
            columns=[Column(title=head) for head in heads],
            rows=rows,
        )

    def _row(self, view: PersonView) -> list[Value]:
        person, say = view.person, self.translate
        answers = (
            (question, person.answers.get(question.id)) for question in self.now.view.campaign.questions
        )
        return [
            *(person.number, person.ticket, person.note),
            say(wording.LANGUAGES[person.language]) if person.language else "",
            say(wording.PEOPLE[person.state]),
            say(wording.OUTCOMES[person.outcome]) if person.outcome else "",
            person.attempts,
            *map(self._moment, (person.happened_at, person.due_until, person.reached_at)),
            *map(self._yes, (person.in_time, person.satisfied)),
            *(given.meaning if (given := question.answer(key)) else "" for question, key in answers),
            next((told.operator for told in reversed(view.attempts) if told.operator), ""),
            " / ".join(told.remark for told in view.attempts if told.remark),
        ]

    def _figures(self) -> Table:
        told, progress, say = self.now.view.figures, self.now.progress, self.translate
        counted: Iterator[tuple[str, int]] = iter(
            [
                (N_("人数"), told.people),
                (N_("已完成"), progress.done),
                (N_("回访成功"), told.reached),
                (N_("时限内成功"), told.in_time),
                (N_("满意"), told.satisfied),
                (N_("说了是否满意的"), told.asked),
                (N_("拨打次数"), told.attempts),
                *((title, told.states.get(state, 0)) for state, title in wording.PEOPLE.items()),
                *((title, told.reasons.get(reason, 0)) for reason, title in wording.OUTCOMES.items()),
            ]
        )
        rows: list[list[Value]] = [[say(title), count] for title, count in counted]
        return self._table("figures", N_("结果"), FIGURE_HEADS, rows)

    def _answers(self) -> Table:
        rows: list[list[Value]] = [
            [told.question.text, f"{answer.key} {answer.meaning}", answer.people]
            for told in self.now.questions
            for answer in told.answers
        ]
        return self._table("answers", N_("回答"), ANSWER_HEADS, rows)

    def _table(self, name: str, title: str, heads: Sequence[str], rows: list[list[Value]]) -> Table:
        columns = [Column(title=self.translate(head)) for head in heads[:-1]]
        count = Column(title=self.translate(heads[-1]), unit=Unit.COUNT)
        return Table(name=name, title=self.translate(title), columns=[*columns, count], rows=rows)

    def _moment(self, moment: datetime | None) -> str:
        return local_time(moment, self.zone) if moment else ""

    def _yes(self, told: bool | None) -> str:
        return "" if told is None else self.translate(N_("是") if told else N_("否"))
