"""Files of rules' cases: a case is added at the end, and everything that is there stays as it was written."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from textwrap import indent
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from ledger.errors import BadPack, StorageError
from qa_scoring import rule_cases

IN_LINES = ("turns", "marks", "facts")  # each entry on a line of its own

Entry = dict[str, Any]  # a case, as `qa_scoring.cases.CaseSpec` reads it


def names_in(path: Path, rule: str) -> set[str]:
    """The ids of the cases in a rule's file; none where there is no file. Raises BadPack for mistakes."""
    if not path.is_file():
        return set()
    document = _load(path, rule)
    return {str(case["id"]) for case in document["cases"]}


def append(path: Path, rule: str, entry: Entry) -> None:
    """Add a case to a rule's file, or begin one. Raises BadPack, StorageError."""
    if not path.is_file():
        write_new(path, rule, entry)
        return
    document, text = _load(path, rule), path.read_text(encoding="utf-8")
    cases = document["cases"]
    if list(document)[-1] == "cases" and not cases.fa.flow_style():
        column = cases.lc.item(0)[1] - len("- ")
        _write(path, f"{text.rstrip()}\n{indent(_listed(entry), ' ' * column)}")
        return
    cases.append(_written(entry))  # nothing can be put behind it: the whole file is written anew
    _write(path, _dumped(document))


def write_new(path: Path, rule: str, entry: Entry) -> None:
    """A file with one case. Raises StorageError."""
    _write(path, f"rule: {rule}\ncases:\n{indent(_listed(entry), '  ')}")


def _load(path: Path, rule: str) -> Any:
    rule_cases(path.parent)  # tells every mistake, with its line
    document = _yaml().load(path.read_text(encoding="utf-8"))
    if document["rule"] != rule:
        raise BadPack(f"{path}:1: it has the cases of {document['rule']!r}; rename the file or mend the line")
    return document


def _listed(entry: Entry) -> str:
    """A list's one item, as YAML."""
    return _dumped(CommentedSeq([_written(entry)]))


def _written(entry: Entry) -> CommentedMap:
    written = CommentedMap(entry)
    for key in IN_LINES:
        if isinstance(entry.get(key), list):
            written[key] = CommentedSeq([_in_one_line(each) for each in entry[key]])
        elif key in entry:
            written[key] = _in_one_line(entry[key])
    return written


def _in_one_line(mapping: Entry) -> CommentedMap:
    line = CommentedMap(mapping)
    line.fa.set_flow_style()
    return line


def _dumped(value: Any) -> str:
    target = StringIO()
    _yaml().dump(value, target)
    return target.getvalue()


def _yaml() -> YAML:
    """Keeps comments, quotes and long lines."""
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 1 << 20
    return yaml


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    unfinished = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise StorageError(
            f"cannot write {path}: {error.strerror}; give the rights or name another folder with --to"
        ) from error
