"""`whistle run`: every service in this one process, on SQLite, behind one address."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from fastapi import FastAPI

from chassis.clock import Clock, DemoClock, SystemClock
from chassis.hosting.data_folder import DataFolder, FolderRefused
from chassis.hosting.listening import bind, keep_to_one_core, listen
from chassis.hosting.process import serving_together
from chassis.http.application import Gateway
from chassis.http.identity import DemoTokens, FileTokens, Identity
from chassis.http.problem import install_problems
from chassis.key_files import KeyRefused
from chassis.logs import set_up_logs
from chassis.settings import Settings
from chassis.store.schema import SchemaRefused
from contracts.catalogue import InvalidCatalogue, open_catalogue
from contracts.services import SERVICES
from services.intake.relay_numbers import DemoRelayNumbers
from whistle.composition import definitions
from whistle.demo_clock import OneProcess, clock_routes
from whistle.exits import Exit
from whistle.failure import Failure
from whistle.language import said

__all__ = ["run"]


def run(
    data: Annotated[
        Path | None, typer.Option(help="folder of databases and keys [WHISTLE_DATA]")
    ] = None,
    port: Annotated[int | None, typer.Option(help="0 takes any free port [WHISTLE_PORT]")] = None,
    host: Annotated[str | None, typer.Option(help="loopback by default [WHISTLE_HOST]")] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="demo tokens and a clock that only commands move")
    ] = False,
) -> None:
    """Run all services in one process.

    Example: whistle run --data ./data --port 8012
    """
    settings = Settings()
    set_up_logs(settings.log_level)
    if settings.database:
        _note("WHISTLE_DATABASE is set and not used: `whistle run` keeps its data in SQLite files")
    try:
        _run(settings, data or settings.data, host or settings.host, port, demo=demo)
    except (FolderRefused, KeyRefused, SchemaRefused) as refused:
        _stop(str(refused))
    except InvalidCatalogue as invalid:
        _stop(f"WHISTLE_CATALOGUE: {invalid}")
    except OSError as error:
        _stop(f"cannot listen: {error.strerror or error}; choose another --port")


def _run(settings: Settings, data: Path, host: str, port: int | None, *, demo: bool) -> None:
    if demo and settings.production:
        raise FolderRefused("--demo is refused where WHISTLE_PRODUCTION is set; drop one of them")
    catalogue = open_catalogue(settings.catalogue)
    folder = DataFolder(data, demo=demo)
    clock: Clock = SystemClock()
    identity: Identity = FileTokens(data / "tokens.json")
    elsewhere = _elsewhere()
    with bind(host, settings.port if port is None else port) as bound:
        keep_to_one_core()
        if demo:
            clock, identity = DemoClock(data / "clock"), DemoTokens()
        defined = definitions(catalogue, DemoRelayNumbers() if demo else None)
        with serving_together(defined, folder, clock, identity) as apps:
            if isinstance(clock, DemoClock):
                services = [app.state.service for app in apps.values()]
                elsewhere.include_router(clock_routes(clock, OneProcess(services)))
                _note("DEMONSTRATION: anybody may act as anybody; this folder keeps that mark.")
            elif not (data / "tokens.json").exists():
                _note(f"nobody can sign in yet: `whistle token add --data {data}` makes tokens")
            _note(f"listening on http://{host}:{bound.getsockname()[1]} with data in {data}")
            listen(Gateway(apps, elsewhere), bound)
    folder.release()


def _elsewhere() -> FastAPI:
    """Give the application for paths of no service: an index at `/`, otherwise problems."""
    app = FastAPI(openapi_url=None)
    install_problems(app)

    @app.get("/")
    def index() -> dict[str, str]:
        """Give the OpenAPI document of each service."""
        return {name: f"/{name}/v1/openapi.json" for name in SERVICES}

    return app


def _note(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _stop(line: str) -> None:
    """Print the three lines of every failure; the sentence says what to do behind its `;`."""
    why, _, hint = line.partition("; ")
    failure = Failure(
        said("nothing was started", "没有启动"),
        f"{why[0].upper()}{why[1:]}.",
        hint or said("correct that and start it again", "改正后重新启动"),
        Exit.USAGE,
    )
    print(*failure.lines(), sep="\n", file=sys.stderr, flush=True)
    raise typer.Exit(failure.code)
