"""Commands that act: each is a row of a table that says what is asked, sent and told.

    Act("sign", "case", "/dispatch/v1/cases/{no}/signature", …)

`command_of` makes a command of a row: it reads the number, turns names into codes, sends one POST
and prints one sentence and the next step.
"""

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure
from whistle.language import Said, said
from whistle.names import Names
from whistle.numbers import Kind, case_number, check, resolve
from whistle.words import Words, code_of

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = ["Act", "Input", "Whose", "command_of", "of_unit"]

Given = dict[str, Any]
Shape = Literal["text", "unit", "street", "matter", "count", "word", "plain", "flag", "paired"]
"""`paired`: a text per unit, each written `NAME=TEXT`; `plain` is sent as it is."""
Whose = Literal["hotline", "callback-centre", "unit", "street", "district", "called"]
"""Who acts on a demonstration: the lead unit, street or district of the case, or one called."""

_NUMBER = Said("number of the case, or of its whistle", "工单编号（或其哨单编号）")
_NUMBER_OF = {
    "appeal": Said("number of the appeal", "诉求编号"),
    "whistle": Said("number of the whistle, or of its case", "哨单编号（或其工单编号）"),
    "operation": Said("number of the whistle, or of its case", "哨单编号（或其工单编号）"),
    "callback": Said("number of the call-back, or of its appeal", "回访编号（或其诉求编号）"),
}
_UNIT = Said(
    "on a demonstration: the unit to act for, by name or code",
    "演示时：以哪个单位操作（名称或编码）",
)
_KEY = Said(
    "the key of an earlier try, so that it is done once", "上次提交的键：重复提交只生效一次"
)


@dataclass(frozen=True, slots=True)
class Input:
    """One option of a command; its value becomes the field of that name."""

    name: str
    about: Said
    shape: Shape = "text"
    words: Words | None = None
    """Of `word`: the values there are."""
    needed: bool = True
    many: bool = False
    place: bool = False
    """It stands behind the number, without a `--`."""
    option: str = ""
    """Its name on the command line, where that is another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One command."""

    name: str
    about: Said
    example: str
    of: Kind
    path: str
    role: str
    """In which it is done on a demonstration."""
    whose: Whose
    done: Said
    then: Said
    inputs: tuple[Input, ...] = ()
    body: Callable[[Given], Given] | None = None
    """Makes the body of the values; without it they are the body."""


def command_of(act: Act) -> Callable[..., None]:
    """Make the command of a row."""

    def run(call: Call, **given: Any) -> None:  # noqa: ANN401  # by the row's inputs
        _run(act, call, given)

    run.__name__ = act.name.replace("-", "_")
    run.__doc__ = f"{act.about}\n\nExample: whistle {act.example}"
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # read by inspect
        [inspect.Parameter("call", _KIND, annotation=Call), *_parameters(act)]
    )
    return command(run)


def of_unit(whose: Whose, number: str, wanted: str = "") -> "Callable[[Client], str]":
    """Give what finds the unit to act for on a demonstration. Raises (there): Failure."""

    def find(client: "Client") -> str:
        names = Names(client)
        if wanted:
            return names.find("units", wanted)
        if whose in {"hotline", "callback-centre"}:
            return whose
        if whose == "called":
            raise Failure(
                said("for which unit?", "以哪个单位操作？"),
                said("Several units may be called.", "应哨单位可能有多个。"),
                said("add --unit NAME", "请加 --unit 名称"),
                Exit.USAGE,
            )
        case = client.get(f"/dispatch/v1/cases/{case_number(number)}")
        if whose == "district":
            return str(case.get("district") or names.district(case["street"]))
        return str(case[whose])

    return find


def _paired(pairs: list[str], names: Names) -> dict[str, str]:
    """Read values such as `城管=扰民` into a text per unit. Raises: Failure."""
    found: dict[str, str] = {}
    for pair in pairs:
        unit, sign, text = pair.partition("=")
        if not sign or not text.strip():
            raise Failure(
                said(f"{pair!r} has no =", f"{pair!r} 缺少 ="),
                said("Each is a unit and a text.", "每项为单位和内容。"),
                said("write it like 'NAME=TEXT'", "请写成“单位=内容”"),
                Exit.USAGE,
            )
        found[names.find("units", unit)] = text
    return found


_KIND = inspect.Parameter.POSITIONAL_OR_KEYWORD


def _parameters(act: Act) -> list[inspect.Parameter]:
    found = []
    if act.of:
        about = str(_NUMBER_OF.get(act.of, _NUMBER))
        found.append(_parameter("no", Annotated[str, typer.Argument(help=about)], needed=True))
    found += [
        _parameter(one.name, _annotation(one), needed=one.needed, many=one.many)
        for one in sorted(act.inputs, key=lambda one: not one.place)
    ]
    for name, option, text in (("unit_acting", "--unit", _UNIT), ("key", "--key", _KEY)):
        found.append(_parameter(name, Annotated[str, typer.Option(option, help=str(text))]))
    return sorted(found, key=lambda one: one.default is not inspect.Parameter.empty)


def _annotation(one: Input) -> Any:  # noqa: ANN401  # what typer reads
    about = str(one.about)
    if one.words:
        about += f": {', '.join(f'{code} {names.zh}' for code, names in one.words.items())}"
    if one.place:
        return Annotated[str, typer.Argument(help=about)]
    option = f"--{one.option or one.name.replace('_', '-')}"
    if one.many:
        return Annotated[list[str], typer.Option(option, help=about)]
    if one.shape == "flag":
        return Annotated[bool, typer.Option(option, help=about)]
    if one.shape == "count":
        return Annotated[int, typer.Option(option, help=about, min=1)]
    return Annotated[str, typer.Option(option, help=about)]


def _parameter(
    name: str,
    annotation: Any,  # noqa: ANN401  # what typer reads
    *,
    needed: bool = False,
    many: bool = False,
) -> inspect.Parameter:
    default: Any = inspect.Parameter.empty if needed else ([] if many else "")
    if not needed and annotation.__origin__ in {bool, int}:
        default = False if annotation.__origin__ is bool else None
    return inspect.Parameter(name, _KIND, default=default, annotation=annotation)


def _run(act: Act, call: Call, given: Given) -> None:
    from whistle.signing_in import connect

    number = check(given.pop("no")) if act.of else ""
    unit, key = given.pop("unit_acting"), given.pop("key")
    with connect(call, act.role, of_unit(act.whose, number, unit)) as client:
        names = Names(client)
        number = resolve(call, client, act.of, number)
        values = {one.name: _value(one, given[one.name], names) for one in act.inputs}
        path = act.path.format(no=number, **values)
        body = {
            name: value
            for name, value in values.items()
            if f"{{{name}}}" not in act.path and value not in (None, [], {})
        }
        reply = client.post(path, act.body(body) if act.body else body, key)
        facts = {"no": number, "case": case_number(number), **reply, **_named(act, values, names)}
    _tell(call, act, reply, facts)


def _value(one: Input, given: Any, names: Names) -> Any:  # noqa: ANN401  # by the shape
    """Give what is sent of what was given; None for nothing. Raises: Failure."""
    if one.shape == "paired":
        return _paired(given, names)
    if one.many:
        return [_value(replace(one, many=False), value, names) for value in given]
    if given is None or given == "":
        return None
    if kind := _LOOKED_UP.get(one.shape):
        return names.find(kind, given)
    if one.words:
        return code_of(one.words, given)
    return _text(given) if one.shape == "text" else given


_LOOKED_UP = {"unit": "units", "street": "streets", "matter": "matters"}


def _text(given: str) -> str:
    """Give a text, from standard input where it is `-`. Raises: Failure for an empty one."""
    text = (sys.stdin.read() if given == "-" else given).strip()
    if not text:
        raise Failure(
            said("there is no text", "没有内容"),
            said("Standard input was empty.", "标准输入为空。"),
            said("write it behind the option, or pipe it in", "请写在选项之后，或从标准输入传入"),
            Exit.USAGE,
        )
    return text


def _named(act: Act, values: Given, names: Names) -> dict[str, str]:
    """Give what a sentence shows of the values: names, not codes."""
    found = {}
    for one in act.inputs:
        value = values[one.name]
        if one.shape == "unit" and isinstance(value, str):
            found[one.name] = names.unit(value)
        elif one.words and isinstance(value, str):
            found[one.name] = str(one.words[value])
        else:
            found[one.name] = str(value)
    return found


def _tell(call: Call, act: Act, reply: Given, facts: Mapping[str, object]) -> None:
    if call.as_json:
        from whistle.output import print_json

        print_json(reply)
        return
    print(str(act.done).format_map(facts))
    call.note(said("next: ", "下一步：") + str(act.then).format_map(facts))
