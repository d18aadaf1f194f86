"""RFC 9457 problem documents, made in one place.

Every "no" has a stable `code` and one sentence that says what to do, in the reader's language.
No text, name or phone that was sent is repeated; codes and numbers may be.
"""

import re
from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.errors import Busy, OutcomeUnknown, Refusal
from chassis.http.field_problems import phrase
from contracts.said import by_code

__all__ = ["SENTENCES", "install_problems", "language_of", "problem"]

log = structlog.get_logger(__name__)

SENTENCES = {
    "malformed_json": (
        "请求体不是有效的 JSON；请检查后重新提交。",
        "The body is not valid JSON; correct it and resubmit.",
    ),
    "invalid_fields": (
        "有字段缺失或不合规，详见 errors；改正后重新提交，本次未写入任何内容。",
        "Fields are missing or wrong, see `errors`; correct and resubmit. Nothing was written.",
    ),
    "not_found": ("没有这个地址；请核对路径。", "There is no such address; check the path."),
    "method_not_allowed": (
        "该地址不支持此方法；请查阅接口文档。",
        "This address does not take that method; see the API's documentation.",
    ),
    "busy": ("系统繁忙，未受理；请稍后用同一个键重试。", "Too busy; retry with the same key."),
    "fault": (
        "系统故障，未写入任何内容；请用同一个 Idempotency-Key 重试。",
        "Something failed here and nothing was written; retry with the same Idempotency-Key.",
    ),
    "outcome_unknown": (
        "提交时与数据库失去连接，是否写入尚不确定；请用同一个键重试，不会重复写入。",
        "Lost while committing, written or not; retry with the same key, it is done once.",
    ),
    "too_large": (
        "请求体超过 {limit} 字节；请缩短内容。",
        "The body is larger than {limit} bytes; shorten it.",
    ),
}
_STATUS_CODES = {400: "malformed_json", 404: "not_found", 405: "method_not_allowed"}
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,60}")


def language_of(accept_language: str | None) -> str:
    """Choose `en` when English is asked for first, else `zh`."""
    return "en" if (accept_language or "").lower().startswith("en") else "zh"


def problem(
    status: int,
    code: str,
    detail: str,
    errors: Sequence[dict[str, str]] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Render a problem document."""
    body: dict[str, Any] = {
        "type": f"urn:whistle:problem:{code}",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def known_problem(request: Request, status: int, code: str, **facts: object) -> JSONResponse:
    """Render one of the problems of the edge itself."""
    zh, en = SENTENCES[code]
    language = language_of(request.headers.get("accept-language"))
    return problem(status, code, (zh if language == "zh" else en).format_map(facts))


def _named(part: int | str) -> str:
    """Name a part of a field's place; what does not look like a name may be personal."""
    return str(part) if isinstance(part, int) or _FIELD_NAME.fullmatch(part) else "…"


def install_problems(app: FastAPI) -> None:
    """Answer everything that goes wrong in a request with a problem document."""

    @app.exception_handler(Refusal)
    async def _refused(request: Request, refusal: Refusal) -> JSONResponse:
        language = language_of(request.headers.get("accept-language"))
        headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else None  # noqa: PLR2004
        service = getattr(request.app.state, "service", None)
        detail = refusal.sentence(language, service.model.names if service else by_code)
        return problem(refusal.status, refusal.code, detail, headers=headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        found = error.errors()
        if any(one["type"] == "json_invalid" for one in found):
            return known_problem(request, 400, "malformed_json")
        zh, en = SENTENCES["invalid_fields"]
        language = language_of(request.headers.get("accept-language"))
        sent_as = request.headers.get("content-type", "")
        errors = [
            {
                "field": ".".join(_named(part) for part in one["loc"]),
                "problem": phrase(one, language, sent_as),
            }
            for one in found
        ]
        return problem(422, "invalid_fields", zh if language == "zh" else en, errors)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        code = _STATUS_CODES.get(error.status_code, "not_found")
        answer = known_problem(request, error.status_code, code)
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Busy)
    async def _busy(request: Request, _error: Busy) -> JSONResponse:
        return known_problem(request, 503, "busy")

    @app.exception_handler(OutcomeUnknown)
    async def _unknown(request: Request, _error: OutcomeUnknown) -> JSONResponse:
        return known_problem(request, 503, "outcome_unknown")

    app.add_middleware(_Faults)


class _Faults:
    """Answers for what broke inside and lets nothing past it: a server would hang up."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on; a fault that comes when an answer has begun can only be raised."""
        if b"%00" in scope.get("query_string", b"") or "\0" in scope.get("path", ""):
            # No name has it, and PostgreSQL does not take it as text.
            await known_problem(Request(scope), 422, "invalid_fields")(scope, receive, send)
            return
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            request = Request(scope)
            log.error("request_failed", path=request.url.path, error=type(error).__name__)  # noqa: TRY400  # its message may be personal
            if has_begun:
                raise
            await known_problem(request, 500, "fault")(scope, receive, send)
