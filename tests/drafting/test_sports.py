"""Games add up: margins, results, standings and both sides of a match agree with the score; races give points."""

from __future__ import annotations

from typing import Any

import polars as pl

from .conftest import foreign as fk
from .conftest import key, table
from .test_trade import drafted

ID = "integer!"


def _teams() -> dict[str, Any]:
    return table("teams", {"id": ID, "name": "text!"}, key("id"))


def _matches() -> dict[str, Any]:
    return table(
        "matches",
        {
            "id": ID, "home_team_id": ID, "away_team_id": ID, "home_score": "integer!", "away_score": "integer!",
            "margin": "integer!", "score": "text!", "result": "text!", "home_team_win": "boolean!", "draw": "boolean!",
        },
        key("id"), fk("home_team_id", "teams"), fk("away_team_id", "teams"),
    )  # fmt: skip


def test_what_follows_from_a_score_agrees_with_it() -> None:
    games = drafted(_teams(), _matches())["matches"]
    home, away = pl.col("home_score"), pl.col("away_score")
    assert games.select((home - away == pl.col("margin")).all()).item()
    assert games.select((pl.format("{}-{}", home, away) == pl.col("score")).all()).item()
    assert games.select(((home > away) == pl.col("home_team_win")).all()).item()
    assert games.select(((home == away) == pl.col("draw")).all()).item()
    assert set(games["result"]) == {"home", "away", "draw"}
    assert games["home_score"].max() <= 6  # type: ignore[operator]


def test_both_sides_of_a_match_have_its_score() -> None:
    sides = table(
        "appearances",
        {
            "id": ID, "match_id": ID, "team_id": ID, "home_team": "boolean!", "goals_for": "integer!",
            "goals_against": "integer!", "goal_difference": "integer!", "win": "boolean!",
        },
        key("id"), fk("match_id", "matches"), fk("team_id", "teams"),
    )  # fmt: skip
    made = drafted(_teams(), _matches(), sides)
    beside = made["appearances"].join(made["matches"], left_on="match_id", right_on="id")
    own = pl.when(pl.col("home_team")).then(pl.col("home_score")).otherwise(pl.col("away_score"))
    assert beside.select((own == pl.col("goals_for")).all()).item()
    scored, conceded = pl.col("goals_for"), pl.col("goals_against")
    assert beside.select((scored - conceded == pl.col("goal_difference")).all()).item()
    assert beside.select(((scored > conceded) == pl.col("win")).all()).item()


def test_standings_add_up() -> None:
    columns = ("played", "wins", "draws", "losses", "goals_for", "goals_against", "goal_difference", "points")
    made = drafted(table("standings", {"id": ID, "team": "text!", **dict.fromkeys(columns, "integer!")}, key("id")))
    rows = made["standings"]
    assert rows.select((pl.col("wins") + pl.col("draws") + pl.col("losses") == pl.col("played")).all()).item()
    assert rows.select((3 * pl.col("wins") + pl.col("draws") == pl.col("points")).all()).item()
    assert rows.select((pl.col("wins") <= pl.col("goals_for")).all()).item()
    assert rows.select((pl.col("goals_for") - pl.col("goals_against") == pl.col("goal_difference")).all()).item()


def test_points_of_a_race_are_those_of_the_place() -> None:
    made = drafted(
        table("drivers", {"id": ID, "surname": "text!"}, key("id")),
        table("races", {"id": ID, "date": "date!", "qualifying_date": "date!"}, key("id")),
        table(
            "results",
            {
                "id": ID, "race_id": ID, "driver_id": ID, "position": "integer", "position_order": "integer!",
                "position_text": "text!", "points": "integer!", "laps": "integer!", "fastest_lap": "integer",
                "fastest_lap_time": "text",
            },
            key("id"), fk("race_id", "races"), fk("driver_id", "drivers"),
        ),
    )  # fmt: skip
    results, races = made["results"], made["races"]
    assert results.group_by("position_order").agg(pl.col("points").n_unique())["points"].max() == 1
    assert set(results.filter(position_order=1)["points"]) == {25}
    assert results.filter(pl.col("position").is_null())["position_text"].is_in(["R"]).all()
    assert results.select((pl.col("fastest_lap") <= pl.col("laps")).all()).item()
    assert (results["fastest_lap"].is_null() == results["fastest_lap_time"].is_null()).all()
    assert (races["qualifying_date"] < races["date"]).all()


def test_a_standing_of_anything_else_is_no_game() -> None:
    made = drafted(table("sales", {"id": ID, "wins": "integer!", "points": "integer!"}, key("id")))
    assert made["sales"]["points"].n_unique() > 1


def test_what_tells_more_of_a_thing_is_empty_where_there_is_none() -> None:
    rows = drafted(table("articles", {"id": ID, "weight": "numeric(8,2)", "weight_unit": "text", "photo": "text",
                                      "photo_mime_type": "text"}, key("id")))["articles"]  # fmt: skip
    for whole, part in (("weight", "weight_unit"), ("photo", "photo_mime_type")):
        assert rows[whole].null_count() > 0
        assert (rows[whole].is_null() == rows[part].is_null()).all()


def test_a_code_stands_for_the_name_beside_it() -> None:
    rows = drafted(
        table("players", {"id": ID, "name": "text!", "position_name": "text!", "position_code": "text!"}, key("id")),
        table("matches", {"id": ID}, key("id")),
    )["players"]
    pairs = rows.select("position_name", "position_code").unique()
    assert set(rows["position_code"]) == {"GK", "DF", "MF", "FW"}
    assert len(pairs) == 4


def test_dates_and_times_kept_as_text_are_written_as_iso_8601() -> None:
    rows = drafted(table("games", {"id": ID, "match_date": "text!", "match_time": "text!"}, key("id")))["games"]
    assert rows["match_date"].str.to_date("%Y-%m-%d").n_unique() > 100
    assert rows["match_time"].str.contains(r"^\d\d:\d\d$").all()


def test_a_league_in_portuguese_is_read_as_one() -> None:
    rows = {"mandante": "integer!", "visitante": "integer!"}
    made = drafted(
        table("campeonatos", {"id": ID, "nome": "text!"}, key("id")),
        table("partidas", {"id": ID, "campeonato_id": ID, **{f"gols_{one}": of for one, of in rows.items()},
                           "rodada": "integer!", "placar": "text!"}, key("id"), fk("campeonato_id", "campeonatos")),
        table("gols", {"id": ID, "partida_id": ID, "jogador": "text!", "minuto": "integer!"}, key("id"),
              fk("partida_id", "partidas")),
    )  # fmt: skip
    games = made["partidas"]
    score = pl.format("{}-{}", "gols_mandante", "gols_visitante")
    assert games.select((score == pl.col("placar")).all()).item()
    assert games["rodada"].max() <= 38  # type: ignore[operator]
    assert made["gols"]["minuto"].max() <= 90  # type: ignore[operator]
    assert made["gols"]["jogador"].str.contains(" ").mean() > 0.9  # type: ignore[operator]


def test_teams_of_countries_play_as_often_as_each_other() -> None:
    teams = table("teams", {"id": ID, "name": "text!", "federation_name": "text!"}, key("id"))
    games = drafted(teams, _matches())["matches"]
    played = games.group_by("home_team_id").len()["len"]
    assert played.max() < len(games) / 10  # type: ignore[operator]
