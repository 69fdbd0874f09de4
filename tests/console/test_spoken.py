"""What the templates say, and the options of long selections."""

from __future__ import annotations

from gettext import NullTranslations

import pytest
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from console import spoken
from console.listing.options import options


class English(NullTranslations):
    """A small catalogue."""

    def gettext(self, message: str) -> str:
        """One of three sentences, else the message itself."""
        return {"完": "Done <b>100%%</b>", "你": "Hello %(name)s", "括": "{{ 1 }}"}.get(message, message)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('<p title="{{ _("完") }}">', '<p title="Done <b>100%</b>">'),
        ("{{ _('完') }}", "Done <b>100%</b>"),
        ("{% set each = _('完') %}{{ each }}", "Done <b>100%</b>"),
        ("{{ _('你', name=name) }}", "Hello &lt;i&gt;"),
        ("{{ _('括') }}", "{{ 1 }}"),
    ],
)
def test_sentences_are_in_the_readers_language(source: str, said: str) -> None:
    """A sentence is translated wherever it stands; values in it are escaped, and it is no template itself."""
    environment = Environment(loader=DictLoader({"page": source}), autoescape=True)
    spoken.install(environment, English())
    assert environment.get_template("page").render(name="<i>") == said


def test_one_option_is_chosen_and_all_are_escaped() -> None:
    """Each value is an option, called as it is named; the one that was chosen is selected, and only that."""
    values = ("8001", "8<2", "8003")
    assert options(values, {"8003": "王"}, "") == Markup(
        '<option>8001</option><option>8&lt;2</option><option value="8003">8003 王</option>'
    )
    assert options(values, {"8003": "王"}, "8003").endswith('<option value="8003" selected>8003 王</option>')
    assert options(values, {}, "8<2").count(" selected>8&lt;2<") == 1
    assert "selected" not in options(values, {}, "8009")
