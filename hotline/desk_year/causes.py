"""The causes of the synthetic year: the province's list and what the company has added to it."""

from __future__ import annotations

from typing import Final, NamedTuple

from hotline.desk_year.totals import BROADBAND, FIXED, LEASED, OTHER, PAYPHONE


class Cause(NamedTuple):
    """As `ticket_causes` has it."""

    group: str
    name: str


TRUNK, DISTRIBUTION = Cause("电缆", "主干电缆"), Cause("电缆", "配线电缆")
STOLEN: Final = Cause("外力", "电缆被盗")  # the document counts it apart from trunk and distribution cable
_DROP, _INDOOR, _BOX = Cause("用户线", "引入线"), Cause("用户线", "室内线"), Cause("用户线", "接线盒")
_SET, _PAY_SET = Cause("用户终端", "话机"), Cause("用户终端", "公话话机")
_MODEM, _COMPUTER = Cause("用户终端", "宽带终端"), Cause("用户终端", "用户电脑")
_USE, _PASSWORD = Cause("用户操作", "操作问题"), Cause("用户操作", "账号密码")
_SWITCH, _ACCESS, _POWER = Cause("设备", "交换设备"), Cause("设备", "接入设备"), Cause("设备", "机房电源")
_CUT_OVER, _UPGRADE = Cause("施工", "割接"), Cause("施工", "升级")
_BY_ITSELF, _UNKNOWN = Cause("其他", "自复"), Cause("其他", "未查明")
_FIXED: Final = {
    _DROP: 26,
    _INDOOR: 18,
    _BOX: 12,
    _SET: 14,
    _SWITCH: 6,
    _ACCESS: 8,
    _POWER: 2,
    _CUT_OVER: 5,
    _UPGRADE: 2,
    STOLEN: 3,
    _BY_ITSELF: 6,
    _UNKNOWN: 3,
}
_BROADBAND: Final = {
    _MODEM: 24,
    _COMPUTER: 20,
    _USE: 22,
    _PASSWORD: 12,
    _ACCESS: 9,
    _DROP: 5,
    _POWER: 2,
    _CUT_OVER: 3,
    _UPGRADE: 6,
    STOLEN: 1,
    _BY_ITSELF: 3,
    _UNKNOWN: 2,
}
_PAYPHONE: Final = {_PAY_SET: 48, _DROP: 18, _BOX: 10, _ACCESS: 8, STOLEN: 6, _CUT_OVER: 4, _UNKNOWN: 4}
COMPLAINT_CAUSES: Final = {
    Cause("服务", "未按时上门"): 30,
    Cause("服务", "服务态度"): 14,
    Cause("服务", "解释不清"): 16,
    Cause("账务", "资费争议"): 22,
    Cause("账务", "计费差错"): 10,
    Cause("账务", "欠费停机"): 8,
}
_BY_SERVICE: Final = {
    FIXED: _FIXED,
    BROADBAND: _BROADBAND,
    PAYPHONE: _PAYPHONE,
    LEASED: _FIXED,
    OTHER: _FIXED,
}
_PRONE: Final = {FIXED: 1.0, BROADBAND: 0.35, PAYPHONE: 0.8, LEASED: 0.7, OTHER: 0.6}


def causes_of(service: str) -> tuple[list[Cause], list[int]]:
    """All but cables, with their weights."""
    found = _BY_SERVICE[service]
    return list(found), list(found.values())


def prone_to_cable(service: str) -> float:
    """How easily a fault of the service is one of the cable."""
    return _PRONE[service]
