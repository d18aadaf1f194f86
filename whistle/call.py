"""What all commands share: their common options, and how they end.

A command is a plain function that takes a `Call` first. `command` adds the shared options and turns
every error into three lines and an exit code, never into a traceback.
"""

import inspect
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Concatenate, ParamSpec

import typer

from whistle.exits import Exit
from whistle.failure import Failure
from whistle.language import said

__all__ = ["Call", "command", "ending", "local_command"]

P = ParamSpec("P")

_Server = Annotated[
    str,
    typer.Option(metavar="URL", help=said("the installation", "服务器地址") + " [WHISTLE_SERVER]"),
]
_Json = Annotated[
    bool, typer.Option("--json", help=said("JSON with stable keys", "输出 JSON，键不变"))
]
_Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help=said("no progress and no notes", "不显示进度和提示"))
]
_Verbose = Annotated[
    bool, typer.Option("--verbose", help=said("show where a failure comes from", "显示故障位置"))
]
_SHARED = {"server": (_Server, ""), "as_json": (_Json, False)}
_SHARED |= {"quiet": (_Quiet, False), "verbose": (_Verbose, False)}


@dataclass(frozen=True, slots=True)
class Call:
    """How a command was called."""

    server: str = ""
    """Empty: that of the settings."""
    as_json: bool = False
    quiet: bool = False
    verbose: bool = False

    def note(self, line: str) -> None:
        """Print something that is not data, for the person at the terminal."""
        if not self.quiet:
            print(line, file=sys.stderr)


def command(
    function: Callable[Concatenate[Call, P], None], *, asks_server: bool = True
) -> Callable[P, None]:
    """Make a command of a function: its own parameters first, then the shared options.

    One that asks no server has no `--server`.
    """
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in _SHARED.items()
        if asks_server or name != "server"
    ]

    def run(*args: P.args, **given: P.kwargs) -> None:
        call = Call(**{one.name: given.pop(one.name) for one in shared})  # type: ignore[arg-type]  # by name
        with ending(verbose=call.verbose):
            function(call, *args, **given)

    run.__name__ = function.__name__
    run.__doc__ = function.__doc__
    run.__annotations__ = {one.name: one.annotation for one in (*own, *shared)}
    run.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]  # read by inspect
    return run


def local_command(function: Callable[Concatenate[Call, P], None]) -> Callable[P, None]:
    """Make a command that asks no server."""
    return command(function, asks_server=False)


@contextmanager
def ending(*, verbose: bool) -> Iterator[None]:
    """Turn what ends a command into its exit code. Raises: typer.Exit."""
    try:
        yield
        sys.stdout.flush()
    except (typer.Exit, typer.Abort):
        raise
    except Failure as failure:
        _end(failure, verbose=verbose)
    except KeyboardInterrupt:
        _end(_INTERRUPTED, verbose=False)
    except BrokenPipeError:
        # The reader of the output has closed it. Without this, Python reports that again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # noqa: BLE001  # the last handler: no traceback for the user
        _end(_fault(error), verbose=verbose)


_INTERRUPTED = Failure(
    said("stopped", "已停止"),
    said("Ctrl-C was pressed.", "按下了 Ctrl-C。"),
    said("run it again", "可重新执行"),
    Exit.INTERRUPTED,
)


def _end(failure: Failure, *, verbose: bool) -> None:
    if verbose:
        traceback.print_exc()
    print(*failure.lines(), sep="\n", file=sys.stderr)
    raise typer.Exit(failure.code)


def _fault(error: Exception) -> Failure:
    """Name kind and place only: a message may repeat the values it was given."""
    frames: list[Any] = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if f"{os.sep}whistle{os.sep}" in frame.filename] or frames
    place = f"{os.path.basename(own[-1].filename)}, line {own[-1].lineno}"  # noqa: PTH119  # shorter
    return Failure(
        said("this program failed", "程序故障"),
        said(f"{type(error).__name__} in {place}.", f"{type(error).__name__}，{place}。"),
        said(
            "run it again with --verbose, and report what that shows",
            "请加 --verbose 重试并上报输出",
        ),
        Exit.FAULT,
    )
