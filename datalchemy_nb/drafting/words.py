"""Names taken apart into words, and what a few words at the right place say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import cached_property, lru_cache
from typing import Literal, cast

from datalchemy_nb.datafiles import parts_of
from datalchemy_nb.records import dataclass

# --- names taken apart into words, and what a few words at the right place say ----------------------------------------

Words = tuple[str, ...]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_JOINING = frozenset({"de", "da", "do", "das", "dos", "of", "the", "del", "du"})
_SHORT: dict[str, str] = {
    "addr": "address", "amt": "amount", "cod": "codigo", "descr": "descricao", "lat": "latitude", "lng": "longitude",
    "lon": "longitude", "nro": "numero", "pct": "percent", "perc": "percentual", "qtd": "quantidade",
    "qtde": "quantidade", "qty": "quantity", "tel": "telefone", "vlr": "valor", "obs": "observacao",
    "strgth": "strength", "cty": "city", "alrgy": "allergy",
    "dob": "birthdate", "tz": "timezone", "lang": "language", "ua": "useragent", "whse": "warehouse",
}  # fmt: skip
_FIRST: dict[str, str] = {
    "cd": "codigo", "ds": "descricao", "dt": "data", "nm": "nome", "nr": "numero",
    "qt": "quantidade", "vl": "valor", "tp": "tipo", "st": "situacao", "fl": "flag", "dh": "data", "usr": "usuario",
}  # fmt: skip
"""Prefixes that Brazilian data dictionaries put before a name; only before other words."""
_ONLY_FIRST = _FIRST.keys() - {"st", "qt"}
_OF_TABLES = frozenset({"tb", "tbl"})
"""Prefixes that say no more than that it is a table."""
_FINAL: dict[str, str] = {
    "cd": "code", "dt": "date", "ts": "at", "dttm": "at", "no": "number", "nbr": "number", "nm": "name",
    "desc": "description", "typ": "type", "flg": "flag", "prc": "price", "lvl": "level", "amt": "amount",
    "qty": "quantity", "addr": "address", "usr": "user", "stat": "status", "ln": "line", "hdr": "header",
    "dtl": "detail", "txn": "transaction", "mstr": "", "mst": "", "hnd": "hand", "txt": "", "rt": "rate",
    "pt": "point", "sz": "size", "cst": "cost", "bal": "balance", "init": "initial", "loc": "location",
    "ph": "phone", "dte": "date", "frm": "form", "wt": "weight", "chg": "charge", "cty": "city", "pd": "paid",
}  # fmt: skip
"""Abbreviations that English data dictionaries put behind a name; only behind other words. A master says nothing."""
_BESIDE: dict[str, str] = {
    "cust": "customer", "prod": "product", "ord": "order", "emp": "employee", "dept": "department", "acct": "account",
    "inv": "invoice", "whse": "warehouse", "vend": "vendor", "ctgy": "category", "catg": "category", "st": "state",
    "phn": "phone", "tot": "total", "ext": "extended", "frt": "freight", "crt": "created", "upd": "updated",
    "actv": "active", "mod": "modified", "rord": "reorder", "shp": "ship", "bill": "billing", "pmt": "payment",
    "trx": "transaction", "txn": "transaction", "typ": "type", "stat": "status", "sls": "sales", "qty": "quantity",
    "cntry": "country", "rgn": "region", "mgr": "manager", "eff": "effective", "exp": "expiration", "pymt": "payment",
    "lst": "last", "fst": "first",
    "mid": "middle", "ph": "phone", "mfr": "manufacturer", "mfg": "manufacturer", "whlsl": "wholesaler",
    "prescr": "prescriber", "dlv": "delivery", "dlvr": "delivery", "rcv": "received", "rcvd": "received",
    "wrtn": "written", "sub": "submitted", "bal": "balance", "chg": "charge", "cst": "cost", "hrly": "hourly",
    "disc": "discount", "lic": "license", "svc": "service", "srv": "service", "tech": "technician", "mtr": "meter",
    "rdg": "reading", "pkg": "package", "loc": "location", "vnd": "vendor", "clm": "claim", "pol": "policy",
    "prem": "premium", "agt": "agent", "brch": "branch", "div": "division", "grp": "group", "itm": "item",
    "actl": "actual", "est": "estimated", "lmt": "limit", "strt": "start", "beg": "begin", "term": "termination",
    "curr": "current", "prev": "previous", "ins": "insurance", "gnrc": "generic", "brth": "birth", "bth": "birth",
    "spec": "specialty", "dosg": "dosage", "pt": "patient", "pat": "patient", "chng": "changed", "whs": "warehouse",
    "adj": "adjudicated", "alwd": "allowed", "unt": "unit", "sal": "salary", "tran": "transaction", "stk": "stock",
}  # fmt: skip
"""What abbreviations say in a name that ends as English data dictionaries end theirs: `CUST_TYP_CD`, `ORD_TOT_AMT`."""
_NAMED_IN_FULL = frozenset("name date code number amount price cost rate type status".split())
"""Nouns that end a name in full while what stands before them is short: `cust_name`, `ext_cost`."""
_SURELY_SHORT = frozenset(
    "cust prod emp dept acct inv vend lst fst mfr whlsl prescr ext phn pmt pymt pkg tot eff hrly dlv dlvr rcv rcvd "
    "cst itm vnd clm gnrc brth".split()
)
"""Abbreviations that are no words of their own and mean one thing, so that one word in full does not hide them."""
_AMOUNTS_OF = {
    "ord": "ordered", "oh": "onhand", "rcv": "received", "rcvd": "received", "shp": "shipped", "disp": "dispensed",
    "prscb": "prescribed", "avl": "available", "bo": "backordered", "rsv": "reserved", "inv": "invoiced",
}  # fmt: skip
"""What quantities are of, behind the word for one: `qty_ord`."""
_TELLING = frozenset({"status", "size", "type", "gender", "sex", "specialty"})
"""Words whose code says no more than they do: `status_cd` is a status."""
_FEDERAL: dict[str, str] = {
    "no": "nome", "co": "codigo", "nu": "numero", "sg": "sigla", "sig": "sigla", "dsc": "descricao",
    "tx": "descricao", "us": "usuario", "dat": "data", "hr": "hora", "pc": "percentual", "vr": "valor",
    "in": "indicador", "an": "ano",
    "end": "endereco", "compl": "complemento", "sit": "situacao", "nat": "natureza", "desc": "descricao",
}  # fmt: skip
"""Prefixes of the data standard of Brazil's government and of city halls, which mean other things in English."""
_SHORTENED: dict[str, str] = {"pgto": "pagamento", "nasc": "nascimento", "mun": "municipio", "op": "operacao"}
_ENGLISH = frozenset("show reply of op pay author time up out".split())
_OTHER_THINGS = frozenset(
    "count template type tipo id status hash token format formato mask mascara enabled verified confirmed hidden "
    "visible required key chave class classe mode modo version total contagem quantidade limit sent read help label "
    "field column enviado validado verificado confirmado name nome code codigo url site email text title titulo date "
    "data number numero percent percentual description descricao path file arquivo image at on by em".split()
)
"""A name ending so is about the thing named before it, not the thing itself: `email_template`, `telefone_tipo`."""
_QUALIFIERS = frozenset(
    "primary secondary main alt alternate home work mobile personal business private public address number line raw "
    "value text normalized lower full complete official principal secundario old new previous prev current original "
    "initial final actual estimated expected planned average avg net gross".split()
)

_PLURALS = (
    ("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("nis", "nil"), ("ies", "y"), ("gens", "gem"),
    ("itens", "item"), ("cupons", "cupom"), ("dens", "dem"), ("dores", "dor"), ("utores", "utor"),
    ("etores", "etor"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"),
)  # fmt: skip
_OWN_SINGULARS = {one + "s": one for one in "movie cookie tie calorie selfie rookie brownie smoothie pie genie".split()}
_NO_PLURAL = ("ss", "us", "sis", "news", "series", "species")
_SHORTEST_PLURAL = 4
_PREPOSITIONS = frozenset({"per", "for", "in", "as", "with", "without", "before", "after"})


@lru_cache(maxsize=4096)
def split_words(name: str) -> Words:
    """Return the words of a name, lower case, accents folded.

    Words end at underscores, digits, other signs and camelCase humps. Usual abbreviations are written out.
    """
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = [word.lower() for word in _WORD.findall(plain)]
    if len(words) > 1 and words[0] in _OF_TABLES:
        del words[0]
    if len(words) > 1:
        words = _spelled_out(words)
    parts = [part for word in words for part in _taken_apart(word)]
    return tuple(_SHORT.get(word, word) for word in parts if word not in _JOINING)


def _spelled_out(words: list[str]) -> list[str]:
    """Write out what data dictionaries shorten: Portuguese ones begin a name with it, English ones end with it."""
    last = max((at for at, word in enumerate(words) if not word.isdigit()), default=0)
    if last == 1 and words[0] == "qty" and words[1] in _AMOUNTS_OF:
        return [words[0], _AMOUNTS_OF[words[1]], *words[2:]]
    if words[last] in _NAMED_IN_FULL and _SURELY_SHORT & set(words[:last]):
        return [*(_BESIDE.get(word, word) if word in _SURELY_SHORT else word for word in words[:last]), *words[last:]]
    if not last or words[last] not in _FINAL or words[0] in _ONLY_FIRST:
        words[0] = _FIRST.get(words[0], words[0])
        return words
    before = [_BESIDE.get(word, word) for word in words[:last]]
    if "exp" in words[: last - 1]:
        before[words.index("exp")] = "expected"  # of a delivery, where it stands before the word for one
    said = "" if before[-1] in _TELLING and words[last] == "cd" else _FINAL[words[last]]
    return [word for word in (*before, said, *words[last + 1 :]) if word]


def in_full(words: Words) -> Words:
    """Return the words of a Brazilian name with the prefixes of public administration written out: ``no_mae``."""
    if len(words) < 2 or words[1] in _ENGLISH:
        return words
    return (_FEDERAL.get(words[0], words[0]), *(_SHORTENED.get(word, word) for word in words[1:]))


_KNOWN: set[str] = {"header", "history", "detail", "archive", "sell", "receipt", "vacation", "leave", "sick"}
"""Words of all vocabularies: names written together (``surfacearea``) are taken apart into them."""
_LONG, _PART = 8, 3
_TAILS = ("amt", "qty", "qtd")
"""Abbreviations that end names written together: ``taxamt``, ``orderqty``."""
_SURE = ("date", "flag", "hours")
"""Nouns that end names written together, whatever stands before them: ``discontinueddate``."""
_SHORT_HEAD = 6
_END_NOUNS = (*_SURE, "time", "number", "name", "code", "level", "rate", "cost", "price", "status")
_NO_DATES = ("candidate", "update", "validate", "solidate", "mandate", "modate", "quidate", "cidate")
_GLUED = {
    "qtde": "quantidade", "qtd": "quantidade", "descr": "descricao", "dt": "data", "dh": "data", "vlr": "valor",
    "vl": "valor", "tp": "tipo", "nr": "numero", "nm": "nome", "cd": "codigo", "ds": "descricao", "qt": "quantidade",
}  # fmt: skip
"""Prefixes that no word begins with, written together with what they are put before: ``dtvencimento``."""
_COMPOUND: dict[str, Words] = {
    "cpfcnpj": ("cpf", "cnpj"), "cnpjcpf": ("cnpj", "cpf"), "codbar": ("codigo", "barras"),
    "empno": ("employee", "number"), "ename": ("full", "name"),
    "deptno": ("department", "number"), "dname": ("department", "name"),
}  # fmt: skip
_LEADS = frozenset({"min", "max", "on", "minorder", "maxorder", "onorder"})


@lru_cache(maxsize=4096)
def _taken_apart(word: str, *, part: bool = False) -> Words:
    """Two or three known words that a long unknown one is made of, the word itself where it is not."""
    tail = next((end for end in _TAILS if word.endswith(end) and len(word) > len(end)), None)
    if tail is not None and word not in _KNOWN:
        head = _taken_apart(word.removesuffix(tail))
        if all(one in _KNOWN or one in _LEADS for one in head):
            return (*head, tail)
    glued = _COMPOUND.get(word) or _behind_prefix(word)
    if glued:
        return glued
    if len(word) < (_SHORT_HEAD if part else _LONG) or word in _KNOWN or singular(word) in _KNOWN:
        return (word,)
    for noun in _END_NOUNS:
        before = word.removesuffix(noun)
        if before != word and len(before) >= _PART and not word.endswith(_NO_DATES):
            parts = _taken_apart(before, part=True)
            if noun in _SURE or all(one in _KNOWN for one in parts):
                return (*parts, noun)
    cuts = [at for at in range(_PART, len(word) - _PART + 1) if word[:at] in _KNOWN]
    for at in reversed(cuts):
        if word[at:] in _KNOWN:
            return word[:at], word[at:]
    for at in reversed(cuts):
        rest = word[at:]
        for then in range(2, len(rest) - _PART + 1):
            middle = rest[:then]
            if (middle in _KNOWN or middle in _JOINING) and rest[then:] in _KNOWN:
                return word[:at], middle, rest[then:]
    return (word,)


def _behind_prefix(word: str) -> Words:
    """A prefix of a data dictionary and the known words behind it: ``dtvencimento``; nothing where there is none."""
    head = next((prefix for prefix in _GLUED if word.startswith(prefix)), None)
    if head is None or word in _KNOWN:
        return ()
    rest = _taken_apart(word.removeprefix(head))
    return (_GLUED[head], *rest) if all(one in _KNOWN for one in rest) else ()


@lru_cache(maxsize=1 << 14)
def singular(word: str) -> str:
    """Return a plural noun's singular, Portuguese or English, as well as endings tell it; else the word itself."""
    if word.endswith(_NO_PLURAL) or len(word) < _SHORTEST_PLURAL:
        return word
    if word in _OWN_SINGULARS:
        return _OWN_SINGULARS[word]
    for ending, single in _PLURALS:
        if word.endswith(ending):
            return word[: -len(ending)] + single
    return word.removesuffix("s")


_REMEMBERED = 1 << 12
MINOR_UNITS = frozenset({"cents", "cent", "centavos", "pence", "minor"})
"""Units of amounts in whole numbers, behind what the amount is: `total_cents`."""


@dataclass(frozen=True)
class Vocabulary:
    """Phrases for one meaning.

    English names end with their noun (`billing_email`), Portuguese ones begin with it (`email_contato`) or are prefixed
    by a table (`cliente_email`): so English phrases are looked for at the end, Portuguese ones at both ends.
    """

    english: tuple[Words, ...]
    portuguese: tuple[Words, ...]

    @cached_property
    def _by_end(self) -> _Index:
        """Phrases by their last word, and by all of them written together."""
        return _indexed((*self.portuguese, *self.english), -1)

    @cached_property
    def _by_start(self) -> tuple[_Index, _Index]:
        return _indexed(self.portuguese, 0), _indexed(self.english, 0)

    @cached_property
    def order(self) -> dict[str, int]:
        """Places of the phrases, Portuguese ones first."""
        phrases = (" ".join(phrase) for phrase in (*self.portuguese, *self.english))
        return {phrase: place for place, phrase in enumerate(dict.fromkeys(phrases))}

    @cached_property
    def _told(self) -> dict[Words, str | None]:
        """What was found before: tables share most of their columns' names."""
        return {}

    def find(self, words: Words) -> str | None:
        """Return the phrase that a name says, or None."""
        if words not in self._told:
            if len(self._told) >= _REMEMBERED:
                self._told.clear()
            found = self._find(words)
            if found is None and len(words) > 1 and words[-1] in MINOR_UNITS:
                found = self._find(words[:-1])  # an amount is what it is in cents too
            self._told[words] = found
        return self._told[words]

    def _find(self, words: Words) -> str | None:
        while len(words) > 1 and words[-1].isdigit():
            for phrase in _candidates(self._by_end, words[-1:]):
                if _ends(words, phrase):
                    return " ".join(phrase)
            words = words[:-1]
        for phrase in _candidates(self._by_end, words[-1:]):
            if _ends(words, phrase):
                return " ".join(phrase)
        portuguese, english = self._by_start
        for phrase in _candidates(portuguese, words[:1]):
            rest = _after(words, phrase)
            if rest and rest[-1] not in _OTHER_THINGS:
                return " ".join(phrase)
        for phrase in _candidates(english, words[:1]):
            rest = _after(words, phrase)
            if rest and (rest[0] in _PREPOSITIONS or all(_qualifies(word) for word in rest)):
                return " ".join(phrase)
        return None


_Index = dict[str, list[Words]]


def _indexed(phrases: tuple[Words, ...], at: int) -> _Index:
    found: _Index = {}
    for phrase in phrases:
        for key in dict.fromkeys((phrase[at], "".join(phrase))):
            found.setdefault(key, []).append(phrase)
    for listed in found.values():
        listed.sort(key=len, reverse=True)  # stable: those of one length stay in their order
    return found


def _candidates(indexed: _Index, words: Words) -> tuple[Words, ...]:
    """Phrases that may be said, the longest first, else in the order of the vocabulary."""
    return tuple(phrase for word in words for phrase in indexed.get(word, ()))


def vocabulary(english: str = "", portuguese: str = "") -> Vocabulary:
    """Make a vocabulary of phrases separated by commas; accents are not written."""
    found = Vocabulary(_phrases(english), _phrases(portuguese))
    _KNOWN.update(word for phrase in (*found.english, *found.portuguese) for word in phrase if len(word) >= _PART)
    return found


@lru_cache(maxsize=1)
def _written() -> Mapping[str, list[list[str]]]:
    return parts_of(__package__, "data/vocabularies.txt")


def written(name: str) -> Vocabulary:
    """Return a vocabulary of `data/vocabularies.txt`."""
    return vocabulary(*(line[1] for line in _written()[name]))


def vocabularies(name: str) -> tuple[tuple[float, Vocabulary], ...]:
    """Return the vocabularies of a name that have a number behind it, with their numbers, in their order."""
    numbered = (part.partition(" ") for part in _written())
    return tuple((float(number), written(f"{name} {number}")) for one, _, number in numbered if one == name and number)


def _qualifies(word: str) -> bool:
    """Adjectives, numbers and participles say which one it is: `address_2`, `amount_refunded`."""
    return word in _QUALIFIERS or word.isdigit() or (word.endswith("ed") and word not in _OTHER_THINGS)


def _phrases(text: str) -> tuple[Words, ...]:
    return tuple(tuple(phrase.split()) for phrase in text.split(",") if phrase.strip())


def _ends(words: Words, phrase: Words) -> bool:
    return words[-len(phrase) :] == phrase or (len(phrase) > 1 and words[-1:] == ("".join(phrase),))


def _after(words: Words, phrase: Words) -> Words:
    """What follows the phrase at the beginning; nothing where it does not stand there."""
    if words[: len(phrase)] == phrase:
        return words[len(phrase) :]
    return words[1:] if len(phrase) > 1 and words[:1] == ("".join(phrase),) else ()


def begins(words: Words, stems: str) -> bool:
    """Whether a word begins with one of the stems."""
    return any(word.startswith(tuple(stems.split())) for word in words)


# --- what a row of a table is about, told by the table's name or by columns that stand together -----------------------

Subject = Literal["person", "company", "product", "city", "country"]

_NOUNS: dict[str, Subject] = {
    word: cast(Subject, subject) for subject, words in _written()["subjects"] for word in words.split()
}


def subject_noun(word: str) -> Subject | None:
    """Return what a row of a table of this noun is about: `attendees` are persons."""
    return _NOUNS.get(word) or _NOUNS.get(singular(word))


_TOGETHER: tuple[tuple[Subject, frozenset[str]], ...] = (
    ("company", frozenset({"cnpj", "ein", "vat"})),
    ("person", frozenset({"cpf", "ssn", "nascimento", "birthdate", "birthday", "birth", "surname", "sobrenome"})),
    ("person", frozenset({"firstname", "lastname"})),
    ("product", frozenset({"sku", "ean", "gtin", "preco", "price"})),
)
_BOTH: tuple[tuple[Subject, frozenset[str]], ...] = (
    ("company", frozenset({"annual", "revenue"})), ("company", frozenset({"faturamento", "anual"})),
    ("company", frozenset({"employee", "count", "industry"})),
)  # fmt: skip
"""Words that tell a subject only together: accounts of a CRM have an annual revenue."""
_NAMES = frozenset({"name", "nome", "fullname"})


def subject_of(table: Words, columns: Collection[Words]) -> tuple[Subject, str] | None:
    """Return what a row is about, and the evidence.

    Columns that stand together (`nome` with `cnpj`) weigh more than the table's name, of which the last English noun
    or the first Portuguese one counts.
    """
    tells = {word for words in columns for word in (*words, "".join(words))}
    if _NAMES & tells:
        for subject, telling in _TOGETHER:
            found = sorted(telling & tells)
            if subject == "company" and "cpf" in tells:
                continue  # people and companies in one table: more of them are people
            if found:
                return subject, f"a name together with {found[0]}"
    for subject, telling in _BOTH:
        if _NAMES & tells and telling <= tells:
            return subject, f"a name together with {' '.join(sorted(telling))}"
    for word in (*table[-1:], *table[:1]):
        subject_word = subject_noun(word)
        if subject_word is not None and _is_head(word, table):
            return subject_word, f"a row of {'_'.join(table)} is a {subject_word}"
    return None


def _is_head(word: str, table: Words) -> bool:
    """A plural at the beginning is the head (`clientes_vip`, `fontes_lead`), else the last word (`auth_user`)."""
    first_is_head = len(table) > 1 and singular(table[0]) != table[0]
    return word == table[0] if first_is_head else word == table[-1]
