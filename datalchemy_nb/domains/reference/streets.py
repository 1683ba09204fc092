"""Streets as countries name and number them, put together from common names: no list of anybody's addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import polars as pl

from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.strings import decimal_digits, gather, join
from datalchemy_nb.domains.weights import WeightTable

_OTHER = np.uint64(0xA0761D6478BD642F)
_THIRD = np.uint64(0x589965CC75374CC3)


@dataclass(frozen=True, eq=False)
class Streets:
    """The streets of a country or language.

    Attributes:
        kinds: forms such as ``Rua {}`` and how often each comes up; ``{}`` is the name.
        names: what streets are named after.
        line: where street and number stand: ``{street}, {number}``.
        highest: house number that is rarely passed.
        units: second lines, with ``{}`` for a number.
    """

    kinds: Mapping[str, int]
    names: Sequence[str]
    line: tuple[str, str, str]
    highest: int
    units: Sequence[str]

    @cached_property
    def streets(self) -> pl.Series:
        """All streets, kind by kind."""
        return pl.Series([kind.format(name) for kind in self.kinds for name in self.names])

    @cached_property
    def _kind(self) -> WeightTable:
        return WeightTable(list(self.kinds.values()))

    @cached_property
    def _units(self) -> pl.Series:
        return pl.Series([unit.format(number) for unit in self.units for number in _DOORS])

    def sizes(self, part: str) -> int:
        """How many texts of a part are distinct."""
        match part:
            case "line":
                return len(self.streets) * self.highest
            case "street":
                return len(self.streets)
            case "unit":
                return len(self._units)
        return self.highest

    def write(self, part: str, bits: U64, longest: int | None) -> pl.Series:
        """Return a text for each uniform word."""
        match part:
            case "unit":
                return _cut(gather(self._units, scale(mix(bits ^ _THIRD), len(self._units))), longest)
            case "number":
                return decimal_digits(self._number(bits))
        kind = self._kind.pick(bits)
        street = kind * np.uint64(len(self.names)) + scale(mix(bits ^ _OTHER), len(self.names))
        if part == "street":
            return _cut(gather(self.streets, street), longest)
        return self._line(street, self._number(bits), longest)

    def nth(self, part: str, ordinals: U64, longest: int | None) -> pl.Series:
        """Return the text with each number below `sizes`."""
        match part:
            case "line":
                number = ordinals // np.uint64(len(self.streets))
                street = ordinals - number * np.uint64(len(self.streets))
                return self._line(street, number + np.uint64(1), longest)
            case "street":
                return _cut(gather(self.streets, ordinals), longest)
            case "unit":
                return _cut(gather(self._units, ordinals), longest)
        return decimal_digits(ordinals + np.uint64(1))

    def _number(self, bits: U64) -> U64:
        """House numbers: the product of two even ones, so that small ones are frequent."""
        one, other = mix(bits ^ _THIRD) >> np.uint64(32), mix(bits + _OTHER) >> np.uint64(32)
        number: U64 = ((one * other >> np.uint64(32)) * np.uint64(self.highest) >> np.uint64(32)) + np.uint64(1)
        return number

    def _line(self, street: U64, number: U64, longest: int | None) -> pl.Series:
        before, between, behind = self.line
        parts = {"street": gather(self.streets, street), "number": decimal_digits(number)}
        line = join([parts[before], between, parts[behind]])
        if longest is None:
            return line
        # Where the line is too long the street loses its end, never the number.
        room = longest - len(between) - len(str(self.highest))
        short = join([_cut(parts[before], None if before == "number" else max(room, 1)), between,
            _cut(parts[behind], None if behind == "number" else max(room, 1))])  # fmt: skip
        return _cut(line.zip_with(line.str.len_chars() <= longest, short), longest)


def _cut(texts: pl.Series, longest: int | None) -> pl.Series:
    return texts if longest is None else texts.str.slice(0, longest).str.strip_chars_end()


_DOORS: Final = ("2", "3", "11", "12", "14", "21", "22", "31", "42", "53", "101", "102", "201", "304", "502", "703")
_PT_NAMES: Final = (
    "das Acácias|das Palmeiras|dos Ipês|das Flores|do Sol|da Paz|da Liberdade|das Laranjeiras|do Comércio|da Estação|"
    "da Matriz|São José|São João|Santo Antônio|Santa Rita|Santa Luzia|São Francisco|Nossa Senhora Aparecida|Sete de "
    "Setembro|Quinze de Novembro|Primeiro de Maio|Treze de Maio|Vinte e Um de Abril|Tiradentes|Dom Pedro II|Princesa "
    "Isabel|Santos Dumont|Rui Barbosa|Castro Alves|Machado de Assis|José Bonifácio|Marechal Deodoro|Marechal Floriano|"
    "Duque de Caxias|Barão do Rio Branco|Getúlio Vargas|Monteiro Lobato|Carlos Gomes|Oswaldo Cruz|Bahia|Minas Gerais|"
    "Pernambuco|Paraná|Goiás|Amazonas|Ceará|Bela Vista|Boa Esperança|do Cruzeiro|da Saudade|das Nações|do Bosque|dos "
    "Pinheiros|do Mirante|da Praia|do Porto|da Serra|das Pedras|do Lago|da Fonte"
).split("|")
_EUROPEAN_PT_NAMES: Final = (
    "da Liberdade|da República|do Comércio|das Flores|da Igreja|do Sol|da Fonte|do Castelo|da Escola|das Oliveiras|"
    "dos Pinheiros|do Moinho|da Boavista|da Estação|de Santo António|de São João|de São Pedro|de Santa "
    "Maria|Luís de Camões|Almeida Garrett|Eça de Queirós|Camilo Castelo Branco|Alexandre Herculano|Vasco da Gama|"
    "Marquês de Pombal|Miguel Bombarda|Cinco de Outubro|Vinte e Cinco de Abril|Primeiro de Maio|dos Bombeiros "
    "Voluntários|do Outeiro|da Misericórdia|do Forno|da Ponte|das Amoreiras|do Monte|da Lapa|do Mercado"
).split("|")
_EN_NAMES: Final = (
    "Main|Oak|Maple|Cedar|Pine|Elm|Washington|Lake|Hill|Walnut|Spring|North|South|West|East|Ridge|Church|Willow|Mill|"
    "Sunset|Jackson|Railroad|Cherry|Franklin|Lincoln|River|Meadow|Park|Jefferson|Highland|Dogwood|Hickory|Adams|Forest|"
    "Chestnut|College|Locust|Center|Madison|Laurel|Poplar|Spruce|Prospect|Valley|Birch|Grove|Union|School|Orchard|"
    "Summit|Liberty|Magnolia|Court|Cottonwood|Sycamore|Vine|Harrison|Fairview|Juniper|Bridge"
).split("|")
_GB_NAMES: Final = (
    "High|Station|London|Church|Park|Victoria|Green|Manor|Kings|Queens|The|New|Mill|North|South|West|York|Albert|"
    "George|Grange|Springfield|Windsor|Chapel|School|Oak|Stanley|Highfield|Alexandra|Richmond|Grove|Mary|Cross|Bridge|"
    "Meadow|Orchard|Rectory|Castle|Abbey|Priory|Farm|Hill|Wood|Ashley|Elm|Holly|Beech|Lime|Chestnut|Rose|Lodge"
).split("|")
_ES_NAMES: Final = (
    "de la Rosa|del Sol|de la Luna|Mayor|Real|del Carmen|de San Juan|de San José|de Santa Ana|de San Antonio|"
    "de la Iglesia|de la Fuente|del Prado|de las Flores|del Río|de los Olivos|de la Paz|de la Estación|del Mercado|"
    "de Cervantes|de Goya|de Velázquez|de Colón|de la Constitución|de la Libertad|de la Independencia|de los Reyes|"
    "del Castillo|de la Cruz|de las Palmas|del Molino|de la Sierra|del Mar|de los Pinos|de los Álamos|de la Huerta|"
    "de Lope de Vega|de Quevedo|de Murillo|del Pilar|de la Victoria|de San Pedro|de San Miguel|de Santiago"
).split("|")
_MX_NAMES: Final = (
    "Hidalgo|Morelos|Juárez|Benito Juárez|Miguel Hidalgo|Vicente Guerrero|Francisco I. Madero|Emiliano Zapata|"
    "Venustiano Carranza|Lázaro Cárdenas|Álvaro Obregón|Ignacio Allende|Niños Héroes|Cinco de Mayo|Dieciséis de "
    "Septiembre|Veinte de Noviembre|Independencia|Reforma|Constitución|Libertad|Revolución|Insurgentes|Galeana|Aldama|"
    "Matamoros|Abasolo|Ocampo|Jalisco|Puebla|Oaxaca|Veracruz|Durango|Chihuahua|Sinaloa|Sonora|Nogal|Fresno|Encino|"
    "Las Flores|Los Pinos|Jacarandas|Bugambilias|Las Palmas|San Juan|San José"
).split("|")
_FR_NAMES: Final = (
    "de la République|de la Gare|de l'Église|du Moulin|des Lilas|des Acacias|du Château|de la Mairie|des Écoles|"
    "Victor Hugo|Jean Jaurès|Pasteur|Émile Zola|Jules Ferry|Jules Verne|Gambetta|Voltaire|Molière|Lafayette|"
    "du Général de Gaulle|du Maréchal Foch|de Verdun|du 8 Mai 1945|du 11 Novembre|de la Liberté|de la Paix|"
    "de la Fontaine|des Tilleuls|des Peupliers|des Cerisiers|des Roses|du Stade|du Pont|du Marché|de la Poste|"
    "de la Forêt|des Vignes|des Prés|du Lavoir|Saint-Martin|Saint-Jean|Notre-Dame|de Paris|de Lyon|du Port|"
    "de la Plage|de l'Hôpital|du Bois|de la Vallée|des Champs"
).split("|")
_DE_STEMS: Final = (
    "Haupt|Bahnhof|Schul|Garten|Berg|Kirch|Wald|Linden|Ring|Wiesen|Mühlen|Birken|Feld|Rosen|Brunnen|Eichen|Buchen|"
    "Tannen|Ahorn|Park|Markt|Post|Neu|Goethe|Schiller|Mozart|Beethoven|Bach|Lessing|Blumen|Sonnen|Burg|Kloster|See|"
    "Ufer|Rathaus|Kastanien|Erlen|Ulmen|Weiden|Friedrich|Wilhelm|Karl|Luisen|Kant|Humboldt|Kiefern|Flieder|Amsel|Fasanen"
).split("|")
_IT_NAMES: Final = (
    "Roma|Garibaldi|Mazzini|Cavour|Dante|Verdi|Marconi|Vittorio Emanuele|della Repubblica|della Libertà|dei Mille|"
    "Matteotti|Gramsci|Manzoni|Leopardi|Galilei|Volta|Colombo|San Francesco|San Martino|della Chiesa|del Mercato|"
    "della Stazione|delle Rose|degli Ulivi|dei Pini|del Mare|della Pace|XX Settembre|IV Novembre|XXV Aprile|Trento|"
    "Trieste|Venezia|Milano|Torino|Firenze|Napoli|del Castello|della Fontana"
).split("|")
_NL_STEMS: Final = (
    "Dorps|School|Kerk|Molen|Station|Nieuw|Beatrix|Wilhelmina|Juliana|Prins Hendrik|Linden|Eiken|Beuken|Kastanje|"
    "Wilgen|Rozen|Tulpen|Zonnebloem|Markt|Haven|Industrie|Parallel|Rembrandt|Vondel|Berg|Bos|Duin|Water|Tuin|Boom"
).split("|")
_GRAMMARS: Final = {
    "BR": Streets({"Rua {}": 68, "Avenida {}": 20, "Travessa {}": 7, "Alameda {}": 5}, _PT_NAMES,
        ("street", ", ", "number"), 2400, ("Apto {}", "Apto {}, Bloco A", "Apto {}, Bloco B", "Casa {}", "Sala {}")),
    "PT": Streets({"Rua {}": 76, "Avenida {}": 14, "Travessa {}": 6, "Largo {}": 4}, _EUROPEAN_PT_NAMES,
        ("street", ", ", "number"), 320, ("{}.º Dto.", "{}.º Esq.", "Loja {}", "Fração {}")),
    "US": Streets({"{} Street": 40, "{} Avenue": 22, "{} Road": 14, "{} Drive": 12, "{} Lane": 8, "{} Court": 4},
        _EN_NAMES, ("number", " ", "street"), 9800, ("Apt {}", "Unit {}", "Suite {}", "Apt {}B", "Floor {}")),
    "GB": Streets({"{} Street": 30, "{} Road": 34, "{} Lane": 14, "{} Avenue": 10, "{} Close": 8, "{} Drive": 4},
        _GB_NAMES, ("number", " ", "street"), 240, ("Flat {}", "Unit {}", "Flat {}A", "Apartment {}")),
    "ES": Streets({"Calle {}": 74, "Avenida {}": 14, "Paseo {}": 6, "Plaza {}": 6}, _ES_NAMES,
        ("street", ", ", "number"), 260, ("{}.º A", "{}.º B", "{}.º izquierda", "Portal {}", "Local {}")),
    "MX": Streets({"Calle {}": 62, "Avenida {}": 26, "Privada {}": 8, "Calzada {}": 4}, _MX_NAMES,
        ("street", " ", "number"), 1900, ("Int. {}", "Depto. {}", "Local {}", "Casa {}")),
    "FR": Streets({"rue {}": 70, "avenue {}": 16, "boulevard {}": 6, "chemin {}": 4, "impasse {}": 4}, _FR_NAMES,
        ("number", " ", "street"), 180, ("Appartement {}", "Bâtiment A, porte {}", "Étage {}", "Résidence, porte {}")),
    "DE": Streets({"{}straße": 72, "{}weg": 20, "{}allee": 5, "{}gasse": 3}, _DE_STEMS, ("street", " ", "number"), 160,
        ("Wohnung {}", "Haus {}", "Hinterhaus, Wohnung {}", "Etage {}")),
    "IT": Streets({"Via {}": 80, "Viale {}": 10, "Corso {}": 6, "Piazza {}": 4}, _IT_NAMES,
        ("street", " ", "number"), 220, ("Interno {}", "Scala A, interno {}", "Piano {}")),
    "NL": Streets({"{}straat": 62, "{}weg": 22, "{}laan": 16}, _NL_STEMS, ("street", " ", "number"), 240,
        ("Kamer {}", "Unit {}")),
}  # fmt: skip
_LIKE: Final = {
    "AO": "PT", "MZ": "PT", "CV": "PT", "ST": "PT", "GW": "PT", "TL": "PT", "CA": "US", "PR": "US", "PH": "US",
    "IE": "GB", "AU": "GB", "NZ": "GB", "ZA": "GB", "IN": "GB", "NG": "GB", "KE": "GB", "GH": "GB", "SG": "GB",
    "HK": "GB", "MT": "GB", "JM": "GB", "AR": "MX", "CO": "MX", "PE": "MX", "CL": "MX", "VE": "MX", "EC": "MX",
    "BO": "MX", "PY": "MX", "UY": "MX", "GT": "MX", "HN": "MX", "SV": "MX", "NI": "MX", "CR": "MX", "PA": "MX",
    "CU": "MX", "DO": "MX", "BE": "FR", "LU": "FR", "MC": "FR", "SN": "FR", "CI": "FR", "CM": "FR", "MA": "FR",
    "DZ": "FR", "TN": "FR", "MG": "FR", "ML": "FR", "BF": "FR", "HT": "FR", "GP": "FR", "MQ": "FR", "RE": "FR",
    "AT": "DE", "CH": "DE", "LI": "DE", "SM": "IT", "VA": "IT",
}  # fmt: skip


@lru_cache(maxsize=512)
def grammar_of(country: str) -> Streets:
    """Return how streets are written in a country; as in the United Kingdom where nothing nearer is known."""
    return _GRAMMARS[country if country in _GRAMMARS else _LIKE.get(country, "GB")]
