"""How much memory the judge may take before it spills: a share of what is free."""

from __future__ import annotations

from pathlib import Path

from datalchemy_nb.evaluate.workspace import free_memory, one_row, workspace


def told(root: Path, available_kb: int | None, limit: str | None, used: int = 0) -> int | None:
    (root / "proc").mkdir()
    (root / "sys/fs/cgroup").mkdir(parents=True)
    if available_kb is not None:
        text = f"MemTotal: 999 kB\nMemAvailable:  {available_kb} kB\n"
        (root / "proc/meminfo").write_text(text, encoding="ascii")
    if limit is not None:
        (root / "sys/fs/cgroup/memory.max").write_text(f"{limit}\n", encoding="ascii")
        (root / "sys/fs/cgroup/memory.current").write_text(f"{used}\n", encoding="ascii")
    return free_memory(root)


def test_a_container_has_no_more_than_its_limit(tmp_path: Path) -> None:
    assert told(tmp_path, 8_000_000, str(3 << 30), used=1 << 30) == 2 << 30


def test_a_machine_tells_what_is_free(tmp_path: Path) -> None:
    assert told(tmp_path, 4_000, "max") == 4_000 << 10


def test_a_system_that_says_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, None, None) is None


def test_a_limit_that_is_given_counts() -> None:
    with workspace(memory_limit="100MB", threads=1) as con:
        given = one_row(con, "SELECT current_setting('memory_limit')")[0]
    with workspace(memory_limit=None, threads=1) as con:
        taken = one_row(con, "SELECT current_setting('memory_limit')")[0]
    assert str(given).startswith("95.3")
    assert not str(taken).startswith("95.3")
