"""Which tables are lookups of which list, and which of their columns show which field: the words, in five languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from datalchemy_nb.domains.reference.catalogue import fields_of, list_ids, records
from datalchemy_nb.domains.reference.records import LANGUAGES, data_text

_CODE = (
    "code codigo cod sigla abbr abreviacao abreviatura key chave clave short_code kuerzel schluessel kode kennung cd"
)
_NAME = (
    "name nome nombre nom label title titulo titre bezeichnung denominacao denominacion designacao libelle intitule "
    "descricao_curta display_name value valor rotulo etiqueta display_label beschriftung titel"
)
_FIELDS: Final[Mapping[str, str]] = {
    "code": _CODE,
    "slug": "slug url_key permalink url_slug",
    "name": _NAME,
    "abbreviation": "abbreviation abbr abreviacao abreviatura sigla short_name nome_curto abrege abkuerzung short",
    "description": "description descricao descripcion beschreibung desc details detalhes observacao texto comment nota",
    "position": (
        "position sort sort_order order display_order ordem ordem_exibicao posicao posicion orden ordre rang rank seq "
        "sequence sequencia reihenfolge sortierung ordinal idx"
    ),
    "weight": "weight peso poids gewicht",
    "level": "level nivel niveau stufe rank grau grado",
    "alpha2": "alpha2 alpha_2 iso2 iso iso_code iso_code2 iso_2 iso_alpha2 country_code code2 codigo_iso sigla a2",
    "alpha3": "alpha3 alpha_3 iso3 iso_3 iso_alpha3 iso_code3 code3 a3",
    "numeric": "numeric iso_numeric numeric_code num_code codigo_numerico m49 iso_num",
    "official_name": (
        "official_name local_name localname formal_name long_name full_name nome_oficial nombre_oficial nom_officiel"
    ),
    "capital": "capital capital_city capitale hauptstadt",
    "continent": "continent continente kontinent",
    "region": "region regiao subregion sub_region",
    "currency_code": "currency currency_code moeda codigo_moeda moneda devise waehrung",
    "phone_prefix": "phone_prefix phone_code calling_code dial_code phonecode ddi idd prefijo indicatif vorwahl",
    "tld": "tld domain top_level_domain internet_tld dominio",
    "flag": "flag emoji bandeira bandera drapeau flagge flag_emoji",
    "population": "population populacao poblacion habitantes einwohner",
    "symbol": "symbol simbolo symbole zeichen",
    "minor_units": "minor_units minor_unit decimals decimal_places decimal_digits casas_decimais exponent decimales",
    "native_name": "native_name local_name nome_nativo nombre_nativo endonym endonimo nom_natif",
    "language_code": "language language_code lang idioma lingua langue sprache",
    "country_code": "country country_code pais codigo_pais pays land country_iso",
    "utc_offset": "utc_offset offset gmt_offset deslocamento desfase decalage versatz",
    "kind": "kind type tipo dimension dimensao grandeza magnitud category categoria",
    "type": "type tipo kind category categoria",
    "local_code": "code abbr abbreviation abreviacao abreviatura sigla uf short_code state_code codigo cod kuerzel",
    "number": "number numero nummer num ordinal iso_number",
    "hex": "hex hex_code rgb html_code codigo_hex color_code",
    "form": "form dosage_form forma forma_farmaceutica forme darreichungsform",
    "make": "make brand manufacturer marca fabricante marque hersteller",
    "strength": "strength dosage dose dosagem dosis concentracao concentration concentracion staerke dosierung",
    "group": "group class category grupo classe clase categoria groupe gruppe klasse chapter capitulo",
    "extension": "extension ext extensao file_extension endung",
    "mime_type": "mime_type mime content_type media_type tipo_mime",
    "capacity": "capacity max_guests occupancy capacidade capacidad capacite kapazitaet personas pessoas",
}
_PREFIXES = re.compile(
    r"^(tbl|tb|lkp|lookup|lu|ref|dim|d|t|dom|sys|cat|md|master|enum|aux|tab|cad)_+|_+(lkp|lookup|ref|dim|master|enum)$"
)


@dataclass(frozen=True)
class FieldWords:
    """A field of a list, and what columns that show it are called.

    Attributes:
        name: last part of the generator's id.
        words: column names, the surest first; lower case, plain letters, ``_`` between words.
    """

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class ListWords:
    """A list, and what tables that hold it are called.

    Attributes:
        id: middle part of the generators' ids.
        size: how many records there are; of subdivisions, those of the United States.
        fields: in their order.
        tables: table names per language, singular and plural.
    """

    id: str
    size: int
    fields: tuple[FieldWords, ...]
    tables: Mapping[str, tuple[str, ...]]

    def generator(self, field: str) -> str:
        """Return the id of the generator of a field."""
        return f"reference.{self.id}.{field}"


@lru_cache(maxsize=1)
def lists() -> tuple[ListWords, ...]:
    """Return every list there is, with the words that denote it."""
    words = _tables()
    return tuple(
        ListWords(
            list_id,
            records(list_id).size,
            tuple(FieldWords(name, _words(list_id, name)) for name in fields_of(list_id)),
            words[list_id],
        )
        for list_id in list_ids()
    )


def size_of(list_id: str, locale: str = "en_US") -> int:
    """Return how many records a list has; of subdivisions, those of the locale's country.

    Args:
        list_id: one of `lists()`.
        locale: of the plan.
    """
    return records(list_id, locale).size


def weights(list_id: str, locale: str = "en_US", *, country: str | None = None) -> tuple[int, ...]:
    """Return how often rows that refer to the list use each record, in the list's order.

    Args:
        list_id: one of `lists()`.
        locale: its country comes up most in lists of countries and of what belongs to them.
        country: of `subdivision`, whose they are.

    Raises:
        ValueError: no subdivisions of the country are known.
        KeyError: there is no such list.
    """
    return records(list_id, locale, None, country).weights


def list_for(table: str, languages: Iterable[str] = LANGUAGES) -> ListWords | None:
    """Return the list that a table of this name holds, or None; accents, case and a ``tb_`` before it do not count.

    Args:
        table: name of the table, without its schema.
        languages: in which to read it; the first that knows it decides.
    """
    name = plain_name(table)
    by_word = _by_word()
    for key in dict.fromkeys((name, _PREFIXES.sub("", name))):
        for language in languages:
            found = by_word.get((language, key))
            if found:
                return found
    return None


_DICTIONARY = {"nm": "nome", "ds": "descricao", "cd": "codigo", "sg": "sigla"}
"""What the prefixes of Brazilian data dictionaries say, where nothing else is left of a name: ``nm_uf`` of states."""


def field_for(list_words: ListWords, column: str, table: str = "") -> str | None:
    """Return the field of a list that a column of this name shows, or None.

    Args:
        list_words: the list.
        column: name of the column.
        table: name of the table; its words before or behind those of the column do not count (``country_name``).
    """
    name, whose = plain_name(column), plain_name(table)
    own = {_PREFIXES.sub("", whose), whose, *(word for words in list_words.tables.values() for word in words)} - {""}
    bare = {name}
    for word in sorted(own):
        bare |= {name.removeprefix(f"{word}_"), name.removesuffix(f"_{word}")}
        if name == word:
            bare.add("name")
        for joint in ("do", "da", "de", "del", "of", "du"):
            bare.add(name.removesuffix(f"_{joint}_{word}"))
    bare |= {_DICTIONARY.get(word, word) for word in bare}
    ranked = [
        (word != name, field.words.index(word), order, field.name)
        for order, field in enumerate(list_words.fields)
        for word in sorted(bare)
        if word in field.words
    ]
    return min(ranked)[3] if ranked else None


def plain_name(name: str) -> str:
    """Return a name in lower case, without accents, ``_`` between its words (``PaísOrigem`` -> ``pais_origem``)."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    german = apart.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    plain = unicodedata.normalize("NFD", german).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    found = {}
    for line in data_text("vocabulary.txt").splitlines():
        if line and not line.startswith("#"):
            list_id, *parts = (part.strip() for part in line.split("|"))
            found[list_id] = {name: tuple(words.split()) for name, words in zip(LANGUAGES, parts, strict=True)}
    return found


@lru_cache(maxsize=1)
def _by_word() -> Mapping[tuple[str, str], ListWords]:
    found: dict[tuple[str, str], ListWords] = {}
    for one in lists():
        for language, words in one.tables.items():
            for word in words:
                found.setdefault((language, word), one)
    return found


def _words(list_id: str, field: str) -> tuple[str, ...]:
    if list_id == "subdivision" and field == "code":
        return ("iso_code", "iso_3166_2", "iso3166_2", "codigo_iso")
    if list_id == "diagnosis" and field == "code":
        return tuple(f"icd icd10 icd_code icd10_code cid cid10 codigo_cid cie cie10 {_CODE}".split())
    if list_id in ("country", "language") and field == "alpha2":
        return tuple(w for w in _FIELDS["alpha2"].split() if list_id == "country" or "country" not in w)
    return tuple(dict.fromkeys(_FIELDS.get(field, field).split()))
