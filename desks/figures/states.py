"""The closed sets of sales and enquiries."""

from __future__ import annotations

from enum import StrEnum


class EnquiryKind(StrEnum):
    """What a customer asks for."""

    INSTALL = "install"  # 咨询装机
    CARD = "card"  # 送卡
    MOVE = "move"  # 移机
    REMOVE = "remove"  # 拆机
    RENEW = "renew"  # 续费


class EnquiryResult(StrEnum):
    """What came of it."""

    SUCCEEDED = "succeeded"
    REFUSED = "refused"  # by us or by the customer: the reason says why
    OPEN = "open"  # nobody knows yet


class RefusalReason(StrEnum):
    """Why nothing came of it."""

    NO_CABLE = "no_cable"  # 无缆
    NO_PORT = "no_port"  # 无端口
    PRICE = "price"  # 资费
    CHANGED_MIND = "changed_mind"  # 客户放弃
    OTHER = "other"
