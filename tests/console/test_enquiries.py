"""Enquiries entered by operators, by form and by API."""

from __future__ import annotations

import httpx
from sqlalchemy import select

from console.signin.visitors import SESSION_COOKIE
from ledger.database import Ledger
from ledger.states import UserRole
from ledger.tables import CallRow
from tests.console import seeding
from tests.console.conftest import csrf_of, open_session


def test_enquiries_are_entered_by_operators(stranger: httpx.Client, ledger: Ledger) -> None:
    """By form and API; a mistake is named; somebody else's call is none of theirs."""
    with ledger.transaction() as session:
        seeding.add_user(session, "8001", UserRole.OPERATOR)
        own_call = session.scalars(select(CallRow.id).where(CallRow.operator == "8001").limit(1)).one()
    client = stranger
    client.cookies.set(SESSION_COOKIE, open_session(ledger, "8001"))
    form = {"csrf": csrf_of(client.get("/enquiries").text), "kind": "card", "service": "公话卡"}
    assert client.post("/enquiries", data={**form, "result": "succeeded", "amount": "5x"}).status_code == 422
    for wrong, words in (
        ({"result": "refused"}, "“未成功”要选原因，其他结果不选原因。"),
        ({"result": "open", "amount": "5"}, "只有成功送出的卡写金额：最多 1000000 元。"),
        ({"result": "succeeded", "amount": "99999999999"}, "只有成功送出的卡写金额：最多 1000000 元。"),
        ({"result": "succeeded", "amount": "1e999999"}, "金额要写成元，最多两位小数，如 50 或 99.50。"),
        ({"result": "open", "service": "宽" * 65}, "请写明业务或卡：1 到 64 个字符。"),
    ):
        told = client.post("/enquiries", data={**form, **wrong}, headers={"HX-Request": "true"})
        assert (told.status_code, told.text) == (422, words)
    answer = client.post("/enquiries", data={**form, "result": "succeeded", "amount": "50"})
    assert answer.status_code == 303
    assert ">50</td>" in client.get("/enquiries").text
    kept = {**form, "result": "open", "call": own_call, "kind": "install"}
    panel = client.post("/enquiries", data=kept, headers={"HX-Request": "true"})
    assert "/settle" in panel.text
    assert "<html" not in panel.text
    order = {"kind": "install", "service": "宽带", "result": "open"}
    taken = client.post("/enquiries", data={**form, **order, "call": "synthetic-999999"})
    assert taken.status_code == 422
