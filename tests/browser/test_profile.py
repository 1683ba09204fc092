"""The tab for profiles: counted on a real server, relations ticked, columns beside the plan's, in both themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .lab import Lab

_DDL = """
CREATE TABLE clients (id int PRIMARY KEY, name text NOT NULL, since date NOT NULL, tier text NOT NULL);
CREATE TABLE orders (
    id int PRIMARY KEY, client_id int NOT NULL REFERENCES clients, status text NOT NULL, placed_on date NOT NULL,
    paid_on date, quantity int NOT NULL, unit_price numeric(8,2) NOT NULL, total numeric(10,2) NOT NULL
);
INSERT INTO clients SELECT i, 'planted ' || i, DATE '2020-01-01' + i, CASE WHEN i % 5 = 0 THEN 'gold' ELSE 'plain' END
FROM generate_series(1, 300) AS i;
INSERT INTO orders
SELECT i, 1 + i % 300, CASE WHEN i % 3 = 0 THEN 'open' ELSE 'paid' END, DATE '2022-01-01' + i % 500,
       CASE WHEN i % 3 > 0 THEN DATE '2022-01-01' + i % 500 + 4 END, 1 + i % 4, 9.90 + i % 50,
       (1 + i % 4) * (9.90 + i % 50)
FROM generate_series(1, 3000) AS i;
ANALYZE;
"""


@pytest.mark.parametrize("width", [1440, 1000])
def test_real_beside_made(lab: Lab, database: Callable[[str], str], width: int) -> None:
    lab.page.set_viewport_size({"width": width, "height": 1400})
    lab.run(f"url = {database(_DDL)!r}\n%datalchemy connect $url -q")
    lab.run("%datalchemy introspect --schema public -q")
    lab.run("%datalchemy studio profile")
    lab.button("Count").click()
    lab.shows("no row was read")
    lab.shows("held in 2,000 of 2,000 rows")
    lab.button("Draft").click()
    lab.shows("a plan of 2 tables")
    lab.panel.get_by_label("Table").select_option("public.orders")
    lab.shows("Columns of public.orders")
    lab.shows("rows of the plan")
    for theme in ("Dark", "Light"):
        lab.theme(theme)
        assert lab.faint() == []
        lab.picture(f"profile-{width}-{theme.lower()}", ".datalchemy-panel")
    assert "planted" not in lab.panel.inner_text()
