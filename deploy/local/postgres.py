"""Makes, starts and stops a PostgreSQL cluster from binaries, on loopback and a socket alone.

PostgreSQL refuses to run as root. Root gives the cluster to the user `postgres` (or `nobody`), so
that user must reach its folder: `/var/tmp`, not a private temporary folder.
"""

import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from deploy.local.processes import NotStarted, is_free, last_lines, wait_until

__all__ = ["Cluster", "binary", "is_running", "start", "stop"]

_START_S = 120
"""A server that was stopped at once recovers first, and a busy disk takes its time."""
_SETTLE_S = 3
_LEFT_OVER = "pre-existing shared memory block"
"""In its log while processes of a server that was stopped at once are still ending."""
_SOCKET_PATH_MAX = 90
"""A longer path and the socket's file name do not fit into a socket's address."""
_OWNERS = ("postgres", "nobody")
_PACKAGED = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster in a folder. `port` is on loopback and names the socket too."""

    folder: Path
    port: int
    password: str = field(default="", repr=False)
    """Of the user `postgres`; empty lets in every user of this machine."""
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """The folder of PostgreSQL's files."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The log of the server."""
        return self.folder / "postgres.log"

    def url(self, database: str = "postgres", user: str = "postgres", password: str = "") -> str:
        """Give the address of a database of this cluster, as SQLAlchemy reads it."""
        known = password or (self.password if user == "postgres" else "")
        secret = f":{quote(known, safe='')}" if known else ""
        return f"postgresql+psycopg://{user}{secret}@127.0.0.1:{self.port}/{database}"


def binary(name: str) -> Path:
    """Find a program of PostgreSQL: on PATH, otherwise the newest packaged one.

    Raises: NotStarted when there is none.
    """
    found = shutil.which(name)
    if found:
        return Path(found)
    packaged = sorted(_PACKAGED.glob(f"*/bin/{name}"), key=lambda path: _version(path.parts[-3]))
    if not packaged:
        raise NotStarted(
            f"PostgreSQL's program {name} was found neither on PATH nor below {_PACKAGED}: install"
            " PostgreSQL 15 or newer (Debian and Ubuntu: postgresql)."
        )
    return packaged[-1]


def start(cluster: Cluster) -> None:
    """Make the cluster if its folder is empty, and start it if it does not run.

    Raises: NotStarted with what to do.
    """
    if is_running(cluster):
        return
    # The port of a server that was stopped at once may be taken for a moment longer.
    if not wait_until(lambda: is_free(cluster.port), _SETTLE_S):
        raise NotStarted(
            f"Port {cluster.port} on 127.0.0.1 is taken, so PostgreSQL cannot listen there: choose"
            " another, or end the process that uses it."
        )
    _give_to_owner(cluster.folder)
    if not (cluster.data / "PG_VERSION").exists():
        _make(cluster)
    command = ["start", "--wait", f"--timeout={_START_S}", f"--log={cluster.log}"]
    command.append(f"--options={_options(cluster)}")

    failed = True

    def is_settled() -> bool:
        nonlocal failed
        failed = bool(_call(cluster, "pg_ctl", command).returncode)
        return not failed or _LEFT_OVER not in last_lines(cluster.log)

    if not wait_until(is_settled, _SETTLE_S) or failed:
        raise NotStarted(
            f"PostgreSQL did not come up on port {cluster.port}; {last_lines(cluster.log)}"
        )


def stop(cluster: Cluster, *, at_once: bool = False) -> None:
    """Stop the server; `at_once` leaves it no time to write anything (as a loss of power does)."""
    if is_running(cluster):
        mode = "immediate" if at_once else "fast"
        _call(cluster, "pg_ctl", ["stop", "--wait", f"--mode={mode}"])


def is_running(cluster: Cluster) -> bool:
    """Say whether the server of the cluster runs."""
    if not (cluster.data / "PG_VERSION").exists():
        return False
    return _call(cluster, "pg_ctl", ["status"]).returncode == 0


def _make(cluster: Cluster) -> None:
    # C: text sorts by its bytes, as in SQLite and in canonical JSON.
    command = ["--encoding=UTF8", "--locale=C", "--username=postgres", "--no-instructions"]
    password_file = cluster.folder / f".{secrets.token_hex(8)}"
    try:
        if cluster.password:
            password_file.touch(mode=0o600)
            password_file.write_text(cluster.password + "\n", encoding="utf-8")
            _give_to_owner(password_file)
            command += ["--auth=scram-sha-256", f"--pwfile={password_file}"]
        else:
            command += ["--auth=trust"]
        made = _call(cluster, "initdb", command)
    finally:
        password_file.unlink(missing_ok=True)
    if made.returncode:
        errors = " | ".join(made.stderr.decode("utf-8", "replace").split("\n")[-4:]).strip(" |")
        raise NotStarted(
            f"PostgreSQL's initdb could not make a cluster in {cluster.data}: {errors}"
        )


def _options(cluster: Cluster) -> str:
    reachable = len(str(cluster.folder)) < _SOCKET_PATH_MAX
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(cluster.port),
        "unix_socket_directories": str(cluster.folder) if reachable else "",
        **cluster.settings,
    }
    return " ".join(f"-c '{name}={value}'" for name, value in settings.items())


def _call(
    cluster: Cluster, program: str, arguments: Sequence[str]
) -> "subprocess.CompletedProcess[bytes]":
    owner = _owner()
    command = [str(binary(program)), f"--pgdata={cluster.data}", *arguments]
    # The server inherits the pipes: they would stay open for as long as it runs.
    quiet = subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE
    env = {**os.environ, "LC_ALL": "C"}
    if owner is None:
        return subprocess.run(command, check=False, env=env, stdout=quiet, stderr=quiet)
    return subprocess.run(
        command,
        check=False,
        env=env,
        stdout=quiet,
        stderr=quiet,
        cwd="/",  # it may not enter the folder of root
        user=owner.pw_uid,
        group=owner.pw_gid,
        extra_groups=[],
    )


def _give_to_owner(path: Path) -> None:
    if not path.exists():
        path.mkdir(parents=True)
    owner = _owner()
    if owner is not None:
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _owner() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in _OWNERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NotStarted(
        "PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody"
        " to run it as: call this as another user."
    )


def _version(folder: str) -> tuple[int, ...]:
    return tuple(int(part) for part in folder.split(".") if part.isdigit())
