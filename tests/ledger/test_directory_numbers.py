"""Numbers as people write them, and as they are read out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.directory_numbers import DirectoryNumber, NoNumber
from sip_config.spoken import fragments_of

DIGITS = st.text("0123456789", min_size=1, max_size=15)
EXTENSION = st.text("0123456789", max_size=6)


@pytest.mark.parametrize(
    ("written", "digits", "extension"),
    [
        ("63012345", "63012345", ""),
        ("0395-857 3629", "03958573629", ""),
        ("（0395）8573629 转 102", "03958573629", "102"),
        ("+86 395 8573629", "+863958573629", ""),
        ("8573629分机8", "8573629", "8"),
        ("8573629 ext 8", "8573629", "8"),
        ("83332222-801", "83332222", "801"),
        ("0395-8573629-8", "03958573629", "8"),
        ("0395-8573629", "03958573629", ""),
        ("6301-2345", "63012345", ""),
        ("400-800-1234", "4008001234", ""),
        ("138-1234-5678", "13812345678", ""),
        ("0395-857-3629", "03958573629", ""),
    ],
)
def test_a_number_as_people_write_it(written: str, digits: str, extension: str) -> None:
    """Signs between digits mean nothing; 转 comes before an extension, or a dash behind a whole number."""
    assert DirectoryNumber.read(written) == DirectoryNumber(digits=digits, extension=extension)


@pytest.mark.parametrize(
    "written", ["", "转102", "六三零", "6301234x", "1" * 16, "630\0", "tel:114", "1转1234567"]
)
def test_what_is_no_number_is_refused(written: str) -> None:
    """With a sentence that says what to write."""
    with pytest.raises(NoNumber):
        DirectoryNumber.read(written)


@given(DIGITS, EXTENSION)
def test_every_number_comes_back_and_can_be_said(digits: str, extension: str) -> None:
    """What is kept of it is read as the same number, and each digit has its fragment, in its order."""
    number = DirectoryNumber(digits=digits, extension=extension)
    assert DirectoryNumber.read(str(number)) == number
    for language, start in (("zh", "d-"), ("en", "n-")):
        said = fragments_of("digits", number.spoken, language)  # type: ignore[arg-type]
        assert "".join(name[len(start) :] for name in said if name.startswith(start)) == digits + extension
        assert ("extension" in said) == bool(extension)
