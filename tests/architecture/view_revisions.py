"""The revision of every view beside a digest of the code that makes its rows.

    python -m tests.architecture.view_revisions

writes `view_revisions.json`. `test_view_revisions.py` fails when the code of a view is not the one
in that file: raise the view's revision if the same events give other rows now, then run this.
Comments, docstrings and layout do not count.
"""

import ast
import hashlib
import inspect
import json
import sys
from pathlib import Path

from chassis.unit_of_work.definition import View
from contracts.catalogue import FileCatalogue
from whistle.composition import definitions

__all__ = ["PAGE", "code_digest", "found", "kept"]

PAGE = Path(__file__).with_name("view_revisions.json")

Revisions = dict[str, dict[str, str | int]]
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def found() -> Revisions:
    """Give what the code says now, by service and view."""
    return {
        f"{definition.name}/{view.name}": {
            "revision": view.revision,
            "code": code_digest(_source(view)),
        }
        for definition in definitions(FileCatalogue())
        for view in definition.model.views
    }


def kept() -> Revisions:
    """Give what was written last."""
    revisions: Revisions = json.loads(PAGE.read_text(encoding="utf-8"))
    return revisions


def code_digest(source: str) -> str:
    """Give a digest of a module's syntax, the same in every version of Python."""
    return hashlib.sha256(repr(_shape(ast.parse(source))).encode()).hexdigest()[:16]


def _source(view: View) -> str:
    modules = sorted({projector.__module__ for projector in view.on.values()})
    return "\n".join(inspect.getsource(sys.modules[name]) for name in modules)


def _shape(node: object) -> object:
    """Give a node as nested tuples, without docstrings and without what is empty."""
    if isinstance(node, list):
        return tuple(map(_shape, node))
    if not isinstance(node, ast.AST):
        return node
    body = _without_docstring(node)
    fields = [(name, body if name == "body" else value) for name, value in ast.iter_fields(node)]
    return (
        type(node).__name__,
        *((name, _shape(value)) for name, value in fields if value not in (None, [], ())),
    )


def _without_docstring(node: ast.AST) -> object:
    body = getattr(node, "body", None)
    if isinstance(node, _DOCUMENTED) and ast.get_docstring(node) is not None:
        return node.body[1:]
    return body


if __name__ == "__main__":
    text = json.dumps(found(), indent=1, sort_keys=True) + "\n"
    PAGE.write_text(text, encoding="utf-8")
