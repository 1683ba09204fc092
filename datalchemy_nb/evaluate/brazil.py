"""Public facts of Brazil that tie columns together: area codes (Anatel) and postal codes (Correios) by state."""

from __future__ import annotations

STATES = {
    "AC": "Acre", "AL": "Alagoas", "AM": "Amazonas", "AP": "Amapá", "BA": "Bahia", "CE": "Ceará",
    "DF": "Distrito Federal", "ES": "Espírito Santo", "GO": "Goiás", "MA": "Maranhão", "MG": "Minas Gerais",
    "MS": "Mato Grosso do Sul", "MT": "Mato Grosso", "PA": "Pará", "PB": "Paraíba", "PE": "Pernambuco", "PI": "Piauí",
    "PR": "Paraná", "RJ": "Rio de Janeiro", "RN": "Rio Grande do Norte", "RO": "Rondônia", "RR": "Roraima",
    "RS": "Rio Grande do Sul", "SC": "Santa Catarina", "SE": "Sergipe", "SP": "São Paulo", "TO": "Tocantins",
}  # fmt: skip

AREA_CODES = {
    "AC": "68", "AL": "82", "AM": "92 97", "AP": "96", "BA": "71 73 74 75 77", "CE": "85 88", "DF": "61", "ES": "27 28",
    "GO": "61 62 64", "MA": "98 99", "MG": "31 32 33 34 35 37 38", "MS": "67", "MT": "65 66", "PA": "91 93 94",
    "PB": "83", "PE": "81 87", "PI": "86 89", "PR": "41 42 43 44 45 46", "RJ": "21 22 24", "RN": "84", "RO": "69",
    "RR": "95", "RS": "51 53 54 55", "SC": "42 47 48 49", "SE": "79", "SP": "11 12 13 14 15 16 17 18 19", "TO": "63",
}  # fmt: skip

POSTAL_CODES: tuple[tuple[int, int, str], ...] = (
    (1000, 19999, "SP"), (20000, 28999, "RJ"), (29000, 29999, "ES"), (30000, 39999, "MG"), (40000, 48999, "BA"),
    (49000, 49999, "SE"), (50000, 56999, "PE"), (57000, 57999, "AL"), (58000, 58999, "PB"), (59000, 59999, "RN"),
    (60000, 63999, "CE"), (64000, 64999, "PI"), (65000, 65999, "MA"), (66000, 68899, "PA"), (68900, 68999, "AP"),
    (69000, 69299, "AM"), (69300, 69399, "RR"), (69400, 69899, "AM"), (69900, 69999, "AC"), (70000, 72799, "DF"),
    (72800, 72999, "GO"), (73000, 73699, "DF"), (73700, 76799, "GO"), (76800, 76999, "RO"), (77000, 77999, "TO"),
    (78000, 78899, "MT"), (79000, 79999, "MS"), (80000, 87999, "PR"), (88000, 89999, "SC"), (90000, 99999, "RS"),
)  # fmt: skip
"""First and last five digits, and the state."""


def state_of_postal_code(text: str) -> str | None:
    """The state a CEP lies in."""
    digits = "".join(sign for sign in text if sign.isdigit())
    if len(digits) != 8:
        return None
    head = int(digits[:5])
    return next((state for first, last, state in POSTAL_CODES if first <= head <= last), None)


def area_code(text: str) -> str | None:
    """The DDD of a Brazilian phone number in any usual form."""
    digits = "".join(sign for sign in text if sign.isdigit())
    digits = digits.removeprefix("55") if len(digits) in (12, 13) else digits
    return digits[:2] if len(digits) in (10, 11) else None


def state_code(text: str) -> str | None:
    """``SP`` for ``SP`` and for ``São Paulo``."""
    return text if text in STATES else next((code for code, name in STATES.items() if name == text), None)
