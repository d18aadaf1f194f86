"""The clock of a demonstration of several processes: `python -m deploy.local.clock`.

The services read its file by themselves. This process alone moves it, when all of them have
processed all events.
"""

from fastapi import FastAPI

from chassis.clock import DemoClock
from chassis.hosting.listening import bind, listen
from chassis.http.address import Address
from chassis.http.problem import install_problems
from chassis.settings import Settings
from whistle.client import Client
from whistle.demo_clock import OverHttp, clock_routes

__all__ = ["serve"]


def serve() -> None:
    """Serve the clock's routes until SIGTERM."""
    settings = Settings()
    app = FastAPI(openapi_url=None)
    install_problems(app)
    clock = DemoClock(settings.data / "clock")
    with Client(Address(settings.server, settings.peers), settings.bearer()) as client:
        app.include_router(clock_routes(clock, OverHttp(client, clock)))
        with bind(settings.host, settings.port) as bound:
            listen(app, bound)


if __name__ == "__main__":
    serve()
