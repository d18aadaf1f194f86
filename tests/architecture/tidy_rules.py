"""The rules of shape that no linter holds, each a pure function over one file.

A rule yields a sentence per violation and opens nothing but the files a link names. Which rule
looks at which file stands in `RULES`; `test_tidy.py` applies them and shows that each can fail.
(ruff holds the order of `__all__`, RUF022, and import-linter the direction of imports.)
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from statistics import median

__all__ = ["LINES_MEDIAN_MAX", "PRODUCT", "ROOT", "RULES", "Rule", "Source", "median_lines", "read"]

ROOT = Path(__file__).parents[2]
PRODUCT = ("contracts", "chassis", "services", "whistle")
FOLDERS = (*PRODUCT, ".ci", "bench", "deploy", "docs", "requirements", "tests")

LINES_MEDIAN_MAX = 100
_FUNCTION_LINES_MAX = 50
_FILE_LINES_MAX = 400
_TEST_LINES_MAX = 600
_DOMAIN_LINES_MAX = 300
_FIRST_RULE_LINE_MAX = 60

# Names that say nothing attract everything. The first set is banned as any word of a name.
_EMPTY_WORDS = {"helper", "helpers", "manager", "managers", "misc", "util", "utils"}
_EMPTY_NAMES = {"base", "common"}

# Assembled, so that this file does not break its own rules.
_UNFINISHED = re.compile(r"\b(" + "TO" + "DO|FIX" + r"ME)\b")
_BANNED_TEXT = (
    "py" + "pi.org",
    "files.python" + "hosted",
    "registry.npm" + "js",
    "repo1.mav" + "en",
    "repo.mav" + "en",
    "deb.deb" + "ian",
    "/wo" + "rk/",
    "/tm" + "p/studio",
)
_HOST = re.compile(r"\bhttps?:/" + r"/([A-Za-z0-9.-]+)")
# Names reserved for examples (RFC 2606, RFC 6761), and identifiers that only look like addresses.
_RESERVED = re.compile(r"(.*\.)?(example(\.(com|org|net))?|invalid|localhost|test)|[0-9.]+|[^.]+")
_IDENTIFIERS = {"json-schema.org", "maven.apache.org", "www.w3.org"}

# English that nobody speaks, and names of parts that the field has other words for.
_ODD_WORDS = re.compile(
    r"(?<![a-z])(whoever|seldom|anew|affair|blueprint|backstop|takeback)(?![a-z])", re.IGNORECASE
)

_CLOCKS = {("date", "today"), ("datetime", "now"), ("datetime", "today")}
_IMPURE_NAMES = {"utcnow", "uuid1", "uuid4"}
_IMPURE_MODULES = {"random", "secrets", "time"}

_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE_SPAN = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\(<?([^)\s>]+)")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")


@dataclass(frozen=True)
class Source:
    """One text file: its path from the repository's root, and what it says."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; only for files that `is_python`."""
        return ast.parse(self.text, str(self.path))

    @property
    def is_python(self) -> bool:
        return self.path.suffix == ".py"

    @property
    def is_test(self) -> bool:
        return self.path.parts[0] == "tests"

    @property
    def is_product(self) -> bool:
        return self.path.parts[0] in PRODUCT and self.is_python

    @property
    def is_domain(self) -> bool:
        return self.is_product and self.path.parts[2:3] == ("domain",)

    @property
    def is_edge(self) -> bool:
        """Whether it answers: a service's API or one of its views."""
        parts = self.path.parts
        return parts[0] == "services" and len(parts) > 2 and parts[2] in {"api", "api.py", "views"}

    @property
    def line_count(self) -> int:
        return len(self.text.splitlines())


@dataclass(frozen=True)
class Rule:
    """Where a rule looks, and what it finds there: one sentence per violation."""

    applies: Callable[[Source], bool]
    violations: Callable[[Source], Iterator[str]]


def read() -> list[Source]:
    """Give every UTF-8 text file of the repository; data folders and caches are not its files."""
    # A second working tree has a file `.git`, which names a folder of this machine.
    paths = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]
    for folder in FOLDERS:
        paths += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [source for path in sorted(paths) if (source := _read_text(path)) is not None]


def median_lines(sources: list[Source]) -> float:
    """Give the median length in lines of the product's modules that hold anything; 0 if none."""
    return median([s.line_count for s in sources if s.is_product and s.text.strip()] or [0])


def _read_text(path: Path) -> Source | None:
    if "__pycache__" in path.parts:
        return None
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        return None
    return Source(PurePosixPath(path.relative_to(ROOT)), text)


def _span(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _long_functions(source: Source) -> Iterator[str]:
    """Count a function's own lines: those of functions defined in it are counted with those."""
    for node in ast.walk(source.tree):
        if isinstance(node, _Function):
            inner = [one for one in node.body if isinstance(one, _Function)]
            count = _span(node) - sum(_span(one) for one in inner)
            if count > _FUNCTION_LINES_MAX:
                yield f"line {node.lineno}: {node.name} has {count} lines; name its parts"


def _long_file(source: Source) -> Iterator[str]:
    limit = _TEST_LINES_MAX if source.is_test else _FILE_LINES_MAX
    limit = _DOMAIN_LINES_MAX if source.is_domain else limit
    if source.line_count > limit:
        yield f"{source.line_count} lines, at most {limit}: make it a folder of concepts"


def _empty_name(source: Source) -> Iterator[str]:
    for name in (*source.path.parts[:-1], source.path.stem):
        if name in _EMPTY_NAMES or _EMPTY_WORDS & set(name.split("_")):
            yield f"{name!r} says nothing; name the concept"


def _prints(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and _name_of(node.func) == "print":
            yield f"line {node.lineno}: only the command line prints; log an event"


def _impurities(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            yield f"line {node.lineno}: a rule waits for nothing"
        elif isinstance(node, ast.Import | ast.ImportFrom) and _modules(node) & _IMPURE_MODULES:
            yield f"line {node.lineno}: a rule knows neither chance nor clock"
        elif isinstance(node, ast.Attribute | ast.Name) and _is_impure(node):
            yield f"line {node.lineno}: times and ids come inside the command"


def _is_impure(node: ast.Attribute | ast.Name) -> bool:
    if _name_of(node) in _IMPURE_NAMES:
        return True
    return isinstance(node, ast.Attribute) and (_name_of(node.value), node.attr) in _CLOCKS


def _name_of(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _modules(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    return {alias.name.split(".")[0] for alias in node.names}


def _commits(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="commit")):
                yield f"line {node.lineno}: the unit of work commits, and it lives in the chassis"
            case _:
                pass


def _unfinished(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if _UNFINISHED.search(line):
            yield f"line {number}: file an issue, or do it"


def _hosts(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        for banned in _BANNED_TEXT:
            if banned in line:
                yield f"line {number}: {banned} is of one machine or one network"
        for host in _HOST.findall(line):
            if host not in _IDENTIFIERS and not _RESERVED.fullmatch(host):
                yield f"line {number}: {host} is somebody else's host"


def _missing_docstring(source: Source) -> Iterator[str]:
    if not ast.get_docstring(source.tree):
        yield "no docstring says what this module owns or decides"


def _dead_links(source: Source) -> Iterator[str]:
    prose = _CODE_SPAN.sub("", _FENCED.sub("", source.text))
    for target in _LINK.findall(prose):
        if _SCHEME.match(target) or target.startswith("#"):
            continue
        if not (ROOT / source.path.parent / target.partition("#")[0]).exists():
            yield f"{target} leads nowhere"


def _late_rule(source: Source) -> Iterator[str]:
    """A state is read for its stages; everywhere else a reader looks for the rule."""
    functions = [node for node in source.tree.body if isinstance(node, ast.FunctionDef)]
    if functions and functions[0].lineno > _FIRST_RULE_LINE_MAX:
        yield f"the first rule stands in line {functions[0].lineno}; cut by step of the work"


def _untyped(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        match node:
            case ast.Subscript(
                value=ast.Name(id="dict"),
                slice=ast.Tuple(elts=[ast.Name(id="str"), ast.Name(id="Any")]),
            ):
                yield f"line {node.lineno}: what is answered has a model"
            case _:
                pass


def _odd_words(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        for word in _ODD_WORDS.findall(line):
            yield f"line {number}: {word!r}; say it in plain English"


RULES: dict[str, Rule] = {
    "the first rule stands near the top": Rule(
        lambda s: s.is_domain and s.path.stem != "state", _late_rule
    ),
    "what is answered has a model": Rule(lambda s: s.is_edge, _untyped),
    "words are plain": Rule(
        lambda s: s.path.suffix in {".py", ".md", ".toml"} and s.path.name != "tidy_rules.py",
        _odd_words,
    ),
    "functions are short": Rule(lambda s: s.is_python, _long_functions),
    "files are short": Rule(lambda s: s.is_python, _long_file),
    "names say something": Rule(lambda s: s.is_python, _empty_name),
    "only the command line prints": Rule(
        lambda s: s.is_product and s.path.parts[0] != "whistle", _prints
    ),
    "rules are pure": Rule(lambda s: s.is_domain, _impurities),
    "only the chassis commits": Rule(
        lambda s: s.is_product and s.path.parts[0] != "chassis", _commits
    ),
    "nothing is left unfinished": Rule(lambda s: s.path.suffix != ".csv", _unfinished),
    "no file names a stranger's host": Rule(lambda s: s.path.name != "LICENSE", _hosts),
    "every module says what it owns": Rule(
        lambda s: s.is_python and bool(s.text.strip()), _missing_docstring
    ),
    "every relative link leads somewhere": Rule(lambda s: s.path.suffix == ".md", _dead_links),
}
