"""Games and races: who plays whom, what the score is, and what standings make of it.

A game is told by a score for each side, a side of a game by what was scored for and against it, a standing by games won
and lost, a race by the places and the points of those who take part. What follows from a score is computed: margins,
results, who won. Sizes are those of football where nothing names another sport: some goals a game, three points for a
victory. Races give points as Formula One has since 2010.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from datalchemy_nb.contracts.distributions import SkewedChildren
from datalchemy_nb.contracts.relations import Bound, BoundsRule, ExpressionRule, Gap, PositionRule
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import Offer, first_fitting, offer, shaped_offer
from datalchemy_nb.drafting.rules.places import place as place_of
from datalchemy_nb.drafting.shapes.base import (
    MOMENTS,
    NUMBERS,
    Claims,
    Link,
    SchemaView,
    first_saying,
    literal,
    nouns,
    quoted,
)
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import Words, singular, split_words, vocabulary

_HOME = frozenset("home host local mandante casa heim domicile".split())
_AWAY = frozenset("away visitor visiting guest visitante fora gast exterieur".split())
_SCORED = frozenset("score goal point gol placar ponto run tor but golo marcador".split())
_MARGIN = frozenset("margin difference diff differential saldo diferenca".split())
_SHOOTOUT = frozenset("penalty shootout penalti tiebreak".split())
_WON = frozenset("win won winner victory vitoria venceu".split())
_LOST = frozenset("lose lost loss loser defeat derrota perdeu".split())
_DRAWN = frozenset("draw drawn tie tied empate".split())
_BASKETBALL = frozenset("basketball nba wnba basquete baloncesto".split())
_GAMES = frozenset("match game fixture partida jogo partido spiel encontro bout rencontre".split())
_RACES = frozenset("race prix corrida prova rennen carrera regatta heat".split())
_RACING = frozenset(
    "lap circuit driver jockey horse rider pit grid runner skater pilot piloto qualifying sprint".split()
)
_GROUPS = frozenset("group grupo pool gruppe groupe".split())

_GOALS = {0: 26, 1: 33, 2: 22, 3: 11, 4: 5, 5: 2, 6: 1}
_FEW_GAMES = {0: 24, 1: 34, 2: 24, 3: 18}
"""Games won, drawn or lost in a group of four."""
_RACE_POINTS = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1)
_FIELD = 20
"""How many take part in a race."""
_FINISHERS = 14
_OFTENER = 0.3
"""Who gets further plays more."""

_WINS = vocabulary("wins, games won, matches won, won, victories", "vitorias, jogos ganhos")
_DRAWS = vocabulary("draws, ties, drawn, matches drawn, games drawn, tied", "empates")
_LOSSES = vocabulary("losses, defeats, lost, matches lost, games lost, loses", "derrotas, jogos perdidos")
_PLAYED = vocabulary(
    "played, matches played, games played, games, matches, played games", "jogos, partidas, jogos disputados"
)
_POINTS = vocabulary("points, pts, league points, total points", "pontos, pontuacao")
_FOR = vocabulary(
    "goals for, points for, scored, goals scored, points scored, gf, runs for", "gols pro, gols marcados, pontos pro"
)
_AGAINST = vocabulary(
    "goals against, points against, conceded, goals conceded, ga, runs against", "gols contra, gols sofridos"
)
_APART = vocabulary(
    "goal difference, goals difference, goal differential, gd, goal diff, point differential, points difference",
    "saldo gols, saldo de gols, saldo",
)
_SCORE = vocabulary("score, final score, scoreline", "placar, placar final")
_RESULT = vocabulary("result, outcome, match result, game result", "resultado")
_MINUTE = vocabulary(
    "minute, minute regulation, match minute, game minute, goal minute, event minute", "minuto, minuto jogo"
)
_ADDED = vocabulary(
    "minute stoppage, stoppage time, added time, injury time, extra minute, stoppage", "acrescimo, minuto acrescimo"
)
_MINUTE_TEXT = vocabulary("minute label, minute text, minute display", "minuto texto")
_HALF = vocabulary("match period, period, half, game period", "periodo, tempo")
_PLACE = vocabulary("position, place, rank, finish position, final position, finishing position", "posicao, colocacao")
_ORDER = vocabulary("position order, finish order, finishing order, order", "ordem chegada")
_PLACE_TEXT = vocabulary("position text, place text, position label", "posicao texto")
_GRID = vocabulary("grid, grid position, start position, starting position, post position", "largada, posicao largada")
_LAPS = vocabulary("laps, laps completed, number laps, lap count", "voltas, numero voltas")
_FASTEST = vocabulary("fastest lap, best lap, fastest lap number", "volta mais rapida, melhor volta")
_DAY = vocabulary("date, race date, event date, start date", "data, data corrida, data evento")
_BEFORE = (("practice", 2), ("training", 2), ("fp", 2), ("treino", 2), ("qualifying", 1), ("quali", 1), ("sprint", 1))
"""Days between what goes before a race and the race."""


def play_games(view: SchemaView, claims: Claims) -> None:
    """Scores and what follows from them, standings, events of a game, and races."""
    games: dict[str, dict[str, ColumnView]] = {}
    for table in view.tables.values():
        found = _scores(table)
        if found is not None:
            _game(table, *found, claims)
            games[str(table.ref)] = {"home": found[0], "away": found[1]}
            for link in view.up(table):
                if set(split_words(link.key.columns[0])) & (_HOME | _AWAY):
                    even = SkewedChildren(kind="skewed", exponent=_OFTENER, childless=0)
                    claims.dealt[table.ref, link.key.columns] = even, f"rows of {link.parent.ref} play about as often"
    for table in view.tables.values():
        _side_or_standing(view, table, games, claims)
        _event(view, table, games, claims)
    for table in view.tables.values():
        if {singular(word) for word in nouns(table)[-1:]} & _TEAMS and any(
            str(link.child.ref) in games for link in view.down(table)
        ):
            _team(view, table, claims)
    for table in view.tables.values():
        if {singular(word) for word in nouns(table)} & _CONTESTS and (games or view.down(table)):
            _contest(table, claims)
    _race(view, claims)


_CONTESTS = frozenset("tournament championship cup league torneio campeonato copa liga torneo tournoi turnier".split())
_CONTEST_NAME = vocabulary("name, tournament name, league name, title", "nome, nome campeonato, nome torneio")
_CALLED = {
    "en": r"(National|Regional|City|State|Summer|Winter|Youth|Northern|Southern) (Cup|League|Championship|Trophy)",
    "pt": r"(Copa|Torneio|Campeonato|Taça) (Nacional|Regional|Estadual|de Verão|da Cidade|Municipal|do Interior)",
    "es": r"(Copa|Torneo|Liga|Trofeo) (Nacional|Regional|de Verano|de la Ciudad|de Invierno|del Norte|del Sur)",
    "fr": r"(Coupe|Tournoi|Trophée|Championnat) (national|régional|d'été|d'hiver|de la Ville|du Nord|du Sud)",
    "de": r"(Stadt|Landes|Nord|Süd|Sommer|Winter|Jugend)(pokal|liga|meisterschaft|turnier)",
}


def _contest(table: TableView, claims: Claims) -> None:
    """What is played for: a cup, a league."""
    name = first_saying(table, _CONTEST_NAME, ("text",))
    if name is None or name.limits:
        return
    pattern = _CALLED.get(name.text_language, _CALLED["en"])
    year = r" (19[89]\d|20[01]\d|202[0-5])"
    dated = any({"year", "ano", "date", "data"} & set(column.words) for column in table.columns.values())
    offers = [offer("primitive.text.pattern", pattern=one) for one in (pattern + ("" if dated else year), pattern)]
    _prefer(claims, name, f"rows of {table.ref.table} are played for", offers)


_NATIONS = frozenset(
    "confederation federation fifa uefa nation national country confederacao federacao selecao".split()
)
_TEAM_NAME = vocabulary("name, team name, club name, team", "nome, nome time, nome equipe, nome clube")
_TEAM_CODE = vocabulary("code, team code, abbreviation, short name, short code", "sigla, codigo, abreviatura")
_SHORT = 3


def _team(view: SchemaView, table: TableView, claims: Claims) -> None:
    """Teams that play each other are called by their town, or their country where a federation sends them."""
    name = first_saying(table, _TEAM_NAME, ("text",))
    if name is None or name.limits:
        return
    about = {word for column in table.columns.values() for word in column.words}
    nations = bool(_NATIONS & about)
    offers = [offer("reference.country.name", ordered=True), offer("reference.country.name")] if nations else []
    told = f"rows of {table.ref.table} play each other"
    _prefer(claims, name, told, [*offers, *[place_of(name, "city")]])
    code = first_saying(table, _TEAM_CODE, ("text",))
    if code is not None and (code.slot.max_length or _SHORT) >= _SHORT and code.name != name.name:
        _computed(table, claims, code, f"upper(left({quoted(name.name)}, {_SHORT}))", (name,))


# --- a game: a row has both sides ------------------------------------------------------------------------------------


def _sides(table: TableView, among: Iterable[ColumnView]) -> list[tuple[ColumnView, ColumnView, Words]]:
    """Pairs of columns that are called alike but for the side, and what they are called without it."""
    away = {
        tuple(word for word in one.words if word not in _AWAY): one
        for one in table.columns.values()
        if set(one.words) & _AWAY
    }
    pairs = []
    for one in among:
        rest = tuple(word for word in one.words if word not in _HOME)
        if len(rest) < len(one.words) and rest in away and away[rest].category == one.category:
            pairs.append((one, away[rest], tuple(singular(word) for word in rest)))
    return pairs


def _numbers(table: TableView) -> list[ColumnView]:
    return [one for one in table.columns.values() if one.category in NUMBERS and one.column.generated is None]


def _scores(table: TableView) -> tuple[ColumnView, ColumnView] | None:
    """The columns of the score."""
    beside = _SCORED | {"team", "club", "final", "full", "time", "ft", "total"}
    for home, away, rest in _sides(table, _numbers(table)):
        if set(rest) & _SCORED and set(rest) <= beside and home.name not in table.foreign_columns:
            return home, away
    return None


def _game(table: TableView, home: ColumnView, away: ColumnView, claims: Claims) -> None:
    told = f"{table.ref.table} are games: each has a {home.name} and an {away.name}"
    for one in (home, away):
        _prefer(claims, one, told, _score_of(table), 0.0)
    h, a = quoted(home.name), quoted(away.name)
    for one, other, rest in _sides(table, _numbers(table)):
        if one.name == home.name:
            continue
        if set(rest) & _MARGIN:
            _computed(table, claims, one, f"{h} - {a}", (home, away))
            _computed(table, claims, other, f"{a} - {h}", (home, away))
        elif set(rest) & _SHOOTOUT:
            for column in (one, other):
                _prefer(claims, column, told, _weighted({0: 94, 2: 1, 3: 2, 4: 2, 5: 1}))
    for column in _numbers(table):
        if set(column.words) & _MARGIN and not set(column.words) & (_HOME | _AWAY):
            _computed(table, claims, column, f"{h} - {a}", (home, away))
    score = first_saying(table, _SCORE, ("text",))
    if score is not None and not set(score.words) & (_HOME | _AWAY | _SHOOTOUT):
        _computed(table, claims, score, f"cast({h} AS text) || '-' || cast({a} AS text)", (home, away))
    home_won, away_won, drawn = ("mandante", "visitante", "empate") if _portuguese(table) else ("home", "away", "draw")
    _result(table, claims, (home, away), (home_won, away_won, drawn))
    for flag in (one for one in table.columns.values() if one.category == "boolean"):
        words = {singular(word) for word in flag.words}
        if words & _WON and words & (_HOME | _AWAY):
            _computed(table, claims, flag, f"{h} > {a}" if words & _HOME else f"{a} > {h}", (home, away))
        elif words & _DRAWN and words <= _DRAWN | {"is"}:
            _computed(table, claims, flag, f"{h} = {a}", (home, away))


def _result(
    table: TableView, claims: Claims, scores: tuple[ColumnView, ColumnView], words: tuple[str, str, str]
) -> None:
    """A result says in one of three words whether a score is higher, lower or the same; none without scores.

    All three must fit the column.
    """
    result = first_saying(table, _RESULT, ("text",))
    if result is None or result.limits or (result.slot.max_length or 99) < max(map(len, words)):
        return
    one, other = (quoted(score.name) for score in scores)
    higher, lower, same = words
    told = "CASE " + " ".join(
        f"WHEN {one} {sign} {other} THEN {literal(word)}" for sign, word in ((">", higher), ("<", lower), ("=", same))
    )
    _computed(table, claims, result, f"{told} END", scores)


def _score_of(table: TableView) -> list[Offer]:
    if _BASKETBALL & _schema_words(table):
        plain = offer("primitive.int", min=52, max=168)
        return [shaped_offer(plain, "normal", mean=108, stddev=13), plain]
    return _weighted(_GOALS)


# --- a side of a game, and a standing: one row a side ----------------------------------------------------------------


def _side_or_standing(
    view: SchemaView, table: TableView, games: dict[str, dict[str, ColumnView]], claims: Claims
) -> None:
    won, lost = first_saying(table, _WINS, NUMBERS), first_saying(table, _LOSSES, NUMBERS)
    scored, conceded = first_saying(table, _FOR, NUMBERS), first_saying(table, _AGAINST, NUMBERS)
    if won is not None and lost is not None:
        _standing(table, won, lost, claims)
    elif scored is not None and conceded is not None:
        _side(view, table, scored, conceded, games, claims)
    else:
        return
    apart = first_saying(table, _APART, NUMBERS)
    if scored is not None and conceded is not None and apart is not None:
        _computed(table, claims, apart, f"{quoted(scored.name)} - {quoted(conceded.name)}", (scored, conceded))


def _standing(table: TableView, won: ColumnView, lost: ColumnView, claims: Claims) -> None:
    told = f"{table.ref.table} are standings: {won.name} and {lost.name}"
    few = bool(_GROUPS & {singular(word) for column in table.columns.values() for word in column.words})
    drawn = first_saying(table, _DRAWS, NUMBERS)
    season = offer("primitive.int", min=0, max=38)
    for column, median in ((won, 12), (lost, 12), (drawn, 8)):
        if column is not None:
            shaped = shaped_offer(season, "normal", mean=median, stddev=5 if median > 8 else 3)
            _prefer(claims, column, told, _weighted(_FEW_GAMES) if few else [shaped, season], 0.0)
    parts = tuple(one for one in (won, drawn, lost) if one is not None)
    played, points = first_saying(table, _PLAYED, NUMBERS), first_saying(table, _POINTS, NUMBERS)
    if played is not None:
        _computed(table, claims, played, " + ".join(quoted(one.name) for one in parts), parts)
    if points is not None and drawn is not None:
        _computed(table, claims, points, f"3 * {quoted(won.name)} + {quoted(drawn.name)}", (won, drawn))
    for meaning, least in ((_FOR, won), (_AGAINST, lost)):
        column = first_saying(table, meaning, NUMBERS)
        if column is not None and (column.may_be_null or not least.may_be_null):
            gap = Gap(min=0, typical=2 if few else 30, max=9 if few else 80, unit="units")
            claims.relation(
                table, BoundsRule, "standing", f"each of {least.name} takes a goal", decides=[column.name], keeps=True,
                column=column.name, after=[Bound(column=least.name, gap=gap)],
            )  # fmt: skip
            _prefer(claims, column, told, [offer("primitive.int", min=0, max=120)], 0.0)


def _side(
    view: SchemaView, table: TableView, scored: ColumnView, conceded: ColumnView,
    games: dict[str, dict[str, ColumnView]], claims: Claims,
) -> None:  # fmt: skip
    """One row for each side of a game: its score is that of the game, where a flag says which side it is."""
    told = f"{table.ref.table} are sides of games: {scored.name} and {conceded.name}"
    link = next((one for one in view.up(table) if set(nouns(one.parent)) & _GAMES and one.is_certain), None)
    if link is not None and any(set(split_words(one.column)) & _TEAMS for one in view.up(table)):
        two = SkewedChildren(kind="skewed", exponent=0, childless=0)
        claims.dealt[table.ref, link.key.columns] = two, f"a row of {link.parent.ref} has two sides"
    for column in (scored, conceded):
        _prefer(claims, column, told, _score_of(table), 0.0)
    at_home = next(
        (
            one
            for one in table.columns.values()
            if one.category == "boolean" and set(one.words) & _HOME and set(one.words) <= _HOME | {"team", "is", "at"}
        ),
        None,
    )
    score = games.get(str(link.parent.ref)) if link is not None else None
    if link is not None and score is not None and at_home is not None and len(link.key.columns) == 1:
        _copied(table, claims, link, at_home, (scored, score["home"], score["away"]))
        _copied(table, claims, link, at_home, (conceded, score["away"], score["home"]))
        far = next(
            (one for one in table.columns.values() if one.category == "boolean" and set(one.words) & _AWAY), None
        )
        if far is not None:
            _computed(table, claims, far, f"NOT {quoted(at_home.name)}", (at_home,))
        theirs = {rest: (home, away) for home, away, rest in _sides(link.parent, _numbers(link.parent))}
        shot = next((pair for rest, pair in theirs.items() if set(rest) & _SHOOTOUT), None)
        for word, turned in (("for", False), ("against", True)):
            own = next((one for one in _numbers(table) if _is_shootout(one, word)), None)
            if own is not None and shot is not None:
                _copied(table, claims, link, at_home, (own, *(reversed(shot) if turned else shot)))
    s, c = quoted(scored.name), quoted(conceded.name)
    win, loss, draw = ("vitória", "derrota", "empate") if _portuguese(table) else ("win", "loss", "draw")
    _result(table, claims, (scored, conceded), (win, loss, draw))
    for flag in (one for one in table.columns.values() if one.category == "boolean"):
        words = {singular(word) for word in flag.words}
        sign = next((sign for sign, named in ((">", _WON), ("<", _LOST), ("=", _DRAWN)) if words & named), None)
        if sign is not None and words <= _WON | _LOST | _DRAWN | {"is"}:
            _computed(table, claims, flag, f"{s} {sign} {c}", (scored, conceded))


_TEAMS = frozenset("team club equipe time equipo mannschaft squad side".split())


def _is_shootout(column: ColumnView, word: str) -> bool:
    return word in column.words and bool({singular(one) for one in column.words} & _SHOOTOUT)


def _copied(
    table: TableView, claims: Claims, link: Link, at_home: ColumnView,
    columns: Sequence[ColumnView],
) -> None:  # fmt: skip
    """A number of the game, by the side that the row is about."""
    own, home, away = columns
    path = quoted(link.column)
    sql = (
        f"CASE WHEN {quoted(at_home.name)} THEN {path}.{quoted(home.name)} "
        f"WHEN NOT {quoted(at_home.name)} THEN {path}.{quoted(away.name)} END"
    )
    _computed(table, claims, own, sql, (home, away, at_home))


# --- what happens in a game ------------------------------------------------------------------------------------------


def _event(view: SchemaView, table: TableView, games: dict[str, dict[str, ColumnView]], claims: Claims) -> None:
    """Goals, cards and substitutions: in which minute, and in which half."""
    link = next(
        (one for one in view.up(table) if set(nouns(one.parent)) & _GAMES or str(one.parent.ref) in games), None
    )
    minute = first_saying(table, _MINUTE, ("integer",))
    if link is None or minute is None:
        return
    told = f"{table.ref.table} happen in rows of {link.parent.ref.table}"
    _prefer(claims, minute, told, [offer("primitive.int", min=1, max=90)], 0.0)
    added = first_saying(table, _ADDED, ("integer",))
    if added is not None and added.name != minute.name:
        _prefer(claims, added, told, _weighted({0: 92, 1: 2, 2: 2, 3: 2, 4: 1, 5: 1}), 0.0)
    else:
        added = None
    m = quoted(minute.name)
    text = first_saying(table, _MINUTE_TEXT, ("text",))
    if text is not None:
        more = (
            f"CASE WHEN {quoted(added.name)} > 0 THEN '+' || cast({quoted(added.name)} AS text) ELSE '' END || "
            if (added is not None)
            else ""
        )
        inputs = (minute,) if added is None else (minute, added)
        _computed(table, claims, text, f"cast({m} AS text) || {more}''''", inputs)
    half = first_saying(table, _HALF, ("text",))
    if half is not None and not half.limits and (half.slot.max_length or 99) >= _HALF_LETTERS:
        first, second = ("primeiro tempo", "segundo tempo") if _portuguese(table) else ("first half", "second half")
        sql = f"CASE WHEN {m} <= 45 THEN {literal(first)} WHEN {m} > 45 THEN {literal(second)} END"
        _computed(table, claims, half, sql, (minute,))


_HALF_LETTERS = 14


# --- races -----------------------------------------------------------------------------------------------------------


def _race(view: SchemaView, claims: Claims) -> None:
    """Places within a race, the points they give, and what goes before a race."""
    racing = {singular(word) for table in view.tables.values() for word in table.words} & _RACING
    if not racing:
        return
    for table in view.tables.values():
        if {singular(word) for word in table.words} & _RACES and not view.up(table)[2:]:
            _before_a_race(table, claims)
        link = next(
            (one for one in view.up(table) if {singular(w) for w in one.parent.words} & _RACES and one.is_certain), None
        )
        if link is not None:
            _places(table, link, claims)


def _before_a_race(table: TableView, claims: Claims) -> None:
    day = next((one for one in table.columns.values() if one.category in MOMENTS and one.words == ("date",)), None)
    day = day or first_saying(table, _DAY, MOMENTS)
    if day is None:
        return
    for column in table.columns.values():
        days = next((days for word, days in _BEFORE if word in column.words), None)
        if days is None or column.category != day.category or (day.may_be_null and not column.may_be_null):
            continue
        if column.words[1:2] == ("3",):
            days = 1
        claims.relation(
            table, BoundsRule, "race", f"{days} days before {day.name}", decides=[column.name], keeps=False,
            column=column.name, before=[Bound(column=day.name, gap=Gap(min=days, max=days, unit="days"))],
        )  # fmt: skip


def _places(table: TableView, link: Link, claims: Claims) -> None:
    told = f"{table.ref.table} are places in rows of {link.parent.ref.table}"
    place, order = first_saying(table, _PLACE, ("integer",)), first_saying(table, _ORDER, ("integer",))
    points, won = first_saying(table, _POINTS, NUMBERS), first_saying(table, _WINS, NUMBERS)
    if place is None or place.name == link.column:
        return
    if order is not None and (order.name == place.name or order.may_be_null):
        order = None
    numbered = order or place
    counted = claims.relation(
        table, PositionRule, "race", f"places within {link.parent.ref}", decides=[numbered.name],
        column=numbered.name, within=link.column,
    )  # fmt: skip
    if not counted:
        return
    claims.dealt[link.child.ref, link.key.columns] = (
        SkewedChildren(kind="skewed", exponent=0, childless=0), f"rows of {link.parent.ref} have a field of one size"
    )  # fmt: skip
    if order is not None and place.may_be_null:
        _computed(table, claims, place, f"CASE WHEN {quoted(order.name)} <= {_FINISHERS} THEN {quoted(order.name)} END",
                  ())  # fmt: skip
    text = first_saying(table, _PLACE_TEXT, ("text",))
    if text is not None:
        _computed(table, claims, text, f"coalesce(cast({quoted(place.name)} AS text), 'R')", ())
    if points is not None and won is not None:
        _prefer(claims, won, told, _weighted({0: 86, 1: 7, 2: 3, 3: 2, 5: 1, 7: 1}), 0.0)
        claims.relation(
            table, BoundsRule, "race", f"each of {won.name} gives points", decides=[points.name], keeps=True,
            column=points.name, after=[Bound(column=won.name, gap=Gap(min=0, typical=6, max=300, unit="units"))],
        )  # fmt: skip
        whole = offer("primitive.int", min=0, max=400)
        _prefer(claims, points, told, [whole, offer("primitive.choice", values=list(range(0, 401, 1)))], 0.0)
    elif points is not None:
        cases = " ".join(f"WHEN {at} THEN {given}" for at, given in enumerate(_RACE_POINTS, 1))
        _computed(table, claims, points, f"CASE {quoted(numbered.name)} {cases} ELSE 0 END", ())
    _laps(table, told, claims)


def _laps(table: TableView, told: str, claims: Claims) -> None:
    grid, laps, best = (first_saying(table, one, ("integer",)) for one in (_GRID, _LAPS, _FASTEST))
    if grid is not None:
        _prefer(claims, grid, told, [offer("primitive.int", min=1, max=_FIELD)], 0.0)
    if laps is not None:
        plain = offer("primitive.int", min=1, max=78)
        _prefer(claims, laps, told, [shaped_offer(plain, "normal", mean=56, stddev=12), plain], 0.0)
    if best is not None and laps is not None and best.name != laps.name:
        claims.relation(
            table, BoundsRule, "race", f"one of the {laps.name}", decides=[best.name], keeps=True, column=best.name,
            after=(), before=[Bound(column=laps.name)],
        )  # fmt: skip
        _prefer(claims, best, told, [offer("primitive.int", min=1, max=78)])


# --- what all of them use --------------------------------------------------------------------------------------------


def _computed(table: TableView, claims: Claims, column: ColumnView, sql: str, inputs: Sequence[ColumnView]) -> None:
    """A column that follows from others, unless it needs a value where they have none."""
    if (column.is_listed and column.category != "boolean") or (
        not column.may_be_null and any(one.may_be_null for one in inputs)
    ):
        return
    claims.relation(
        table, ExpressionRule, "game", f"{column.name} = {sql}", decides=[column.name], column=column.name, sql=sql
    )


def _weighted(values: Mapping[int, float]) -> list[Offer]:
    return [offer("primitive.choice", values=list(values), weights=list(values.values()))]


def _portuguese(table: TableView) -> bool:
    return table.plan.locale.lower().startswith("pt")


def _schema_words(table: TableView) -> set[str]:
    return {word for ref in table.schema.tables for word in (*split_words(ref.schema), *split_words(ref.table))}


def _prefer(
    claims: Claims, column: ColumnView, told: str, offers: Iterable[Offer], null_rate: float | None = None
) -> None:
    found = suggest(column, "play_games", first_fitting(column, list(offers)), (told,), 0.8)
    if found is not None and not column.is_listed and column.name not in column.table.foreign_columns:
        claims.suggest(found if null_rate is None or not column.may_be_null else replace(found, null_rate=null_rate))
