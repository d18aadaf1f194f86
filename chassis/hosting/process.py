"""Running services: one alone in its process, or several behind one address."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

import structlog
from fastapi import FastAPI

from chassis.clock import Clock, DemoClock, SystemClock
from chassis.commit_signal import CommitSignal
from chassis.feeds.feed import Feed, HttpFeed, LogFeed
from chassis.hosting.assembly import Ground, MakeSubscriber, assemble, open_ground, trace
from chassis.hosting.data_folder import DataFolder, FolderRefused
from chassis.hosting.definition import ServiceDefinition
from chassis.hosting.listening import bind, listen
from chassis.http.application import build_app
from chassis.http.identity import DemoTokens, FileTokens, Identity
from chassis.key_files import KeyRefused
from chassis.logs import set_up_logs
from chassis.observability.tracing_setup import tracers
from chassis.service import Service
from chassis.settings import Settings
from chassis.store.postgres.connections import DatabaseRefused
from chassis.store.schema import SchemaRefused

__all__ = ["run_alone", "serving", "serving_together"]

log = structlog.get_logger(__name__)


@contextmanager
def serving_together(
    definitions: Sequence[ServiceDefinition], folder: DataFolder, clock: Clock, identity: Identity
) -> Iterator[dict[str, FastAPI]]:
    """Run several services in this process, each reading the others' logs directly."""
    commit_signal = CommitSignal()
    with ExitStack() as stack:
        grounds: dict[str, Ground] = {}
        for definition in definitions:
            name = definition.name
            folder.lock(name)
            grounds[name] = open_ground(name, folder.path, clock, commit_signal)
            stack.callback(grounds[name].store.close)
        logs = {name: LogFeed(ground.store) for name, ground in grounds.items()}
        made = stack.enter_context(tracers(list(grounds)))
        apps: dict[str, FastAPI] = {}
        for definition in definitions:
            name = definition.name
            feeds = {source: logs[source] for source in definition.model.sources}
            service = assemble(definition.model, grounds[name], feeds)
            _watch(service, definition)
            trace(service, made.get(name))
            service.start()
            stack.callback(service.stop)
            routers = definition.routers(service)
            apps[name] = build_app(service, identity, routers, definition.title)
        yield apps


@contextmanager
def serving(
    definition: ServiceDefinition,
    ground: Ground,
    feeds: Mapping[str, Feed],
    identity: Identity,
    make_subscriber: MakeSubscriber | None = None,
) -> Iterator[FastAPI]:
    """Run one service in this process, hearing the others through the given feeds or a broker."""
    with ExitStack() as stack:
        stack.callback(ground.store.close)
        for feed in feeds.values():
            stack.callback(feed.close)
        made = stack.enter_context(tracers([definition.name]))
        service = assemble(definition.model, ground, feeds, make_subscriber=make_subscriber)
        _watch(service, definition)
        trace(service, made.get(definition.name))
        service.start()
        stack.callback(service.stop)
        yield build_app(service, identity, definition.routers(service), definition.title)


def _watch(service: Service, definition: ServiceDefinition) -> None:
    for watch in definition.watches:
        service.health.watch(watch)


def run_alone(
    definition: ServiceDefinition, topics: Mapping[str, str], group: str, words: Sequence[str] = ()
) -> None:
    """Entry point of `python -m services.<name> [relay]`; the environment's settings say the rest.

    `topics` are the Kafka topics of all services, by service; `group` is the service's own group.
    """
    settings = Settings()
    set_up_logs(settings.log_level)
    if list(words) == ["relay"]:
        from chassis.hosting.relay_process import (  # noqa: PLC0415  # Kafka's clients load slowly
            run_relay,
        )

        run_relay(settings, definition.name, topics[definition.name])
    elif words:
        sys.exit(f"services.{definition.name}: the only word it knows is `relay`")
    else:
        sources = {topics[source]: source for source in definition.model.sources}
        _run_service(settings, definition, _subscriber(settings.kafka, group, sources))


def _run_service(
    settings: Settings, definition: ServiceDefinition, make_subscriber: MakeSubscriber | None
) -> None:
    folder, name = _folder(settings), definition.name
    if definition.model.sources and not settings.bearer():
        log.warning("no_token", hint="set WHISTLE_TOKEN_FILE: following takes a token of service")
    feeds = {
        source: HttpFeed(source, settings.peers.get(source, settings.server), settings.bearer())
        for source in definition.model.sources
    }
    clock: Clock = SystemClock()
    identity: Identity = FileTokens(settings.data / "tokens.json")
    if settings.demo:
        clock, identity = DemoClock(settings.data / "clock"), DemoTokens()
    with bind(settings.host, settings.port) as bound:
        folder.lock(name)
        try:
            ground = open_ground(name, folder.path, clock, CommitSignal(), settings.database)
        except (DatabaseRefused, SchemaRefused, KeyRefused) as refused:
            sys.exit(str(refused))
        with serving(definition, ground, feeds, identity, make_subscriber) as app:
            listen(app, bound)


def _subscriber(brokers: str, group: str, sources: Mapping[str, str]) -> MakeSubscriber | None:
    """Give what makes the subscriber to the sources' topics; None without brokers or sources."""
    if not brokers or not sources:
        return None
    from chassis.kafka.subscriber import (  # noqa: PLC0415  # Kafka's clients load slowly
        Subscriber,
        Subscription,
    )

    return lambda writer, consumer: Subscriber(
        Subscription(brokers, group, sources), writer, consumer
    )


def _folder(settings: Settings) -> DataFolder:
    """Open the data folder. Raises: FolderRefused."""
    if settings.demo and settings.production:
        raise FolderRefused("WHISTLE_DEMO is refused where WHISTLE_PRODUCTION is set; unset one")
    return DataFolder(settings.data, demo=settings.demo)
