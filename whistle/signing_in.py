"""Signing in: with a token of the environment or a file, on a demonstration with a demo token.

A token is never an option: command lines are visible to everybody on the machine. Only a server
that says it is a demonstration gets a demo token.
"""

from collections.abc import Callable
from pathlib import Path

from chassis.http.address import Address
from whistle.call import Call
from whistle.client import Client
from whistle.connection import find_address, read_settings
from whistle.exits import Exit
from whistle.failure import Failure
from whistle.language import said
from whistle.words import ROLES, word

__all__ = ["FindUnit", "connect", "sign_in"]

FindUnit = Callable[[Client], str]
"""Finds for which unit a command acts on a demonstration, asked as an auditor."""


def connect(call: Call, role: str, unit: str | FindUnit = "hotline") -> Client:
    """Connect as the settings say, or on a demonstration in the role that a command needs.

    Raises: Failure.
    """
    address = find_address(call)
    return Client(address, sign_in(call, address, role, unit))


def sign_in(call: Call, address: Address, role: str, unit: str | FindUnit) -> str:
    """Give the token to ask with; on a demonstration one of the role and unit that is needed.

    Each role there is a person of its own, because many steps take two. Raises: Failure when
    there is no token.
    """
    if token := _own_token():
        return token
    if not _is_demonstration(address):
        wanted = unit if isinstance(unit, str) else "UNIT"
        raise Failure(
            said("nobody is signed in", "没有登录"),
            said(
                f"There is no token, and {address.server} is not a demonstration.",
                f"没有令牌，且 {address.server} 不是演示服务器。",
            ),
            said(
                "set WHISTLE_TOKEN_FILE or WHISTLE_TOKEN; ",
                "请设置 WHISTLE_TOKEN_FILE 或 WHISTLE_TOKEN；",
            )
            + f"`whistle token add --role {role} --unit {wanted} --person NAME`"
            + said(" makes one", " 可新建一个"),
            Exit.NOT_AUTHORISED,
        )
    if not isinstance(unit, str):
        with Client(address, "demo.auditor.hotline.cli-auditor") as looking:
            unit = unit(looking)
    role_name = word(ROLES, role)
    call.note(
        said(
            f"demonstration: acting as {role} of {unit}", f"演示：以 {unit} {role_name} 的身份操作"
        )
    )
    return f"demo.{role}.{unit}.cli-{role}"


def _own_token() -> str:
    settings = read_settings()
    try:
        token = settings.bearer()
    except (OSError, UnicodeDecodeError) as error:
        raise _no_token(settings.token_file, type(error).__name__) from None
    if settings.token_file is not None and not token:
        raise _no_token(settings.token_file, said("it is empty", "内容为空"))
    if not token.isascii() or not token.isprintable():
        raise Failure(
            said("the token cannot be used", "令牌无法使用"),
            said("It holds characters that no token has.", "其中有令牌不会有的字符。"),
            said(
                "copy it again, as `whistle token add` printed it",
                "请按 `whistle token add` 的输出重新复制",
            ),
            Exit.USAGE,
        )
    return token


def _no_token(path: Path | None, why: str) -> Failure:
    return Failure(
        said("the token cannot be read", "无法读取令牌"),
        said(
            f"WHISTLE_TOKEN_FILE names {path}: {why}.", f"WHISTLE_TOKEN_FILE 指向 {path}：{why}。"
        ),
        said(
            "correct the path, or write the token into that file", "请改正路径，或将令牌写入该文件"
        ),
        Exit.USAGE,
    )


def _is_demonstration(address: Address) -> bool:
    with Client(address, "") as client:
        return client.answers("/demo/v1/clock")
