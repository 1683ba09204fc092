"""Who holds a lock is named, also where the load did not come as far as its tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.errors import ConnectionFailed, LoadError
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan


def test_the_holder_of_an_exclusive_lock_is_named(database: Callable[..., str], tmp_path: Path) -> None:
    url = database("CREATE TABLE t (id integer PRIMARY KEY)")
    session = Session(out_dir=tmp_path)
    session.use_plan(bare_plan(session.introspect(url).schema, 5))
    run = session.generate()
    with connect(url, read_only=False) as other, other.transaction():
        other.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        holder = other.info.backend_pid
        with pytest.raises(LoadError) as caught:
            session.load(run, lock_timeout=0.2)
    assert f"session {holder} " in str(caught.value.hint)
    assert "holds public.t" in str(caught.value.hint)


def test_a_role_without_connections_left_is_told_so(database: Callable[..., str]) -> None:
    url = database("")
    with connect(url, read_only=False) as connection:
        connection.execute("DROP ROLE IF EXISTS few; CREATE ROLE few LOGIN PASSWORD 'few' CONNECTION LIMIT 0")
        info = connection.info
        few = f"postgresql://few:few@{info.host}:{info.port}/{info.dbname}"
    with pytest.raises(ConnectionFailed, match="no free connections"):
        Session().introspect(few)
