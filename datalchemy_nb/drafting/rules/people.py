"""Names of people: whole or in parts, and what people are called by."""

from __future__ import annotations

from collections.abc import Sequence

from datalchemy_nb.domains.brazil.vocabulary import is_head
from datalchemy_nb.drafting.meaning import Meaning, first_meaning
from datalchemy_nb.drafting.offers import Offer, Offers, always, by_locale, offer
from datalchemy_nb.drafting.rules.places import place
from datalchemy_nb.drafting.rules.technical import is_of_files
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import begins, singular, split_words, subject_noun, vocabulary

# --- names of people: whole or in parts, and what people are called by ------------------------------------------------

_FIRST = vocabulary("first name, given name, forename, fname", "primeiro nome")
_LAST = vocabulary(
    "last name, family name, surname, lname, maiden, maiden name", "sobrenome, ultimo nome, nome familia"
)
_ROLES = (
    "jogador, artilheiro, goleador, arbitro, treinador, "
    "cliente, responsavel, contato, usuario, autor, vendedor, medico, paciente, aluno, professor, motorista, titular, "
    "representante, "
    "mae, pai, conjuge, funcionario, camareira, camareiro, tecnico, mecanico, instrutor, enfermeiro, coordenador, "
    "pregador, pastor, padre, veterinario, advogado, juiz, "
    "supervisor, atendente, recebedor, destinatario, solicitante, comprador, socio, gerente, "
    "contado por, conferido por, separado por, embalado por, verificado por, revisado por, realizado por, "
    "executado por, feito por, coletado por, instalado por, aplicado por, autorizado por, preenchido por, "
    "medido por, pesado por, assinado por, vistoriado por"
)
_FULL = by_locale(
    [offer("semantic.br.name")],
    [offer("semantic.person.name", titles=False), offer("faker.person.name"), offer("faker.name.raw.Name")],
)
_GIVEN = by_locale(
    [offer("semantic.br.first_name")], [offer("semantic.person.first_name"), offer("faker.person.first_name")]
)


_SAID = frozenset(
    "observacao observacoes mensagem comentario nota notas avaliacao motivo resposta pedido telefone email "
    "endereco hint "
    "note notes message comment review request rating feedback email phone address".split()
)
"""What is said of or by somebody is not their name: `observacao_cliente`."""
_SALUTATION = vocabulary("salutation", "tratamento")
_COUNTED = _SAID | frozenset(
    "numero codigo tipo data id matricula qtd quantidade total status situacao number no num code type count".split()
)
"""Of a role, these make it something else: a `student number` is no student."""
_JOBS = frozenset("job position occupation cargo profissao ocupacao funcao".split())


def recognise_person_name(view: ColumnView) -> Suggestion | None:
    """Suggest names; `nome` or `name` alone is a person's only where the table speaks of people."""
    return first_meaning(view, "recognise_person_name", MEANINGS)


def _is_person(view: ColumnView) -> bool:
    return view.is_about("person")


_NO_AGENTS = frozenset(
    "computador servidor indicador identificador marcador contador gerador processador roteador elevador refrigerador "
    "ventilador corredor monitor valor setor motor cor fornecedor distribuidor produtor operadora distribuidora "
    "transportadora seguradora locadora incorporadora construtora administradora mercado estado condado certificado "
    "comunicado atestado feriado resultado lado partido sentido pedido conteudo comprovador separador somador".split()
)
"""Words with the ending of who does something, or of whom something is done to, that are things and firms."""
_LONG_ENOUGH = 20


def _bears_a_person(view: ColumnView) -> bool:
    """Whether a text is the name of who does something: `attendee_name`, `interessado_nome`, `vistoriador`.

    Portuguese forms such nouns freely, so that their ending tells them; of English ones those that are known.
    """
    words = view.words
    if (view.slot.max_length or 99) < _LONG_ENOUGH:
        return False
    if words[-1:] == ("name",) and len(words) > 1:
        return subject_noun(words[-2]) == "person"
    named = len(words) > 1 and "nome" in (words[0], words[-1])
    noun = words[-1] if words[0] == "nome" else words[0]
    if not view.is_portuguese or noun in _NO_AGENTS or noun in ("nome", "name") or len(words) > (2 if named else 1):
        return False
    agent = noun.endswith(("dor", "dora", "ador", "tor", "tora")) and len(noun) > len("vendor")
    return subject_noun(noun) == "person" or agent or (named and noun.endswith(("ado", "ada", "ido", "ida", "nte")))


_JOB = by_locale(
    [offer("semantic.br.job_title")], [offer("reference.job_title.name"), offer("semantic.company.profession")]
)
_HIRED = vocabulary(
    "hire date, hired, hired at, reports to, manager, salary, department", "admissao, data admissao, salario"
)
_PHONES = vocabulary("phone, home phone, telephone, work phone", "telefone, fone")


_SEXES = {
    "en": ("male", "female"), "pt": ("masculino", "feminino"), "es": ("masculino", "femenino"),
    "fr": ("homme", "femme"), "de": ("männlich", "weiblich"),
}  # fmt: skip
_MR = {"en": ("Mr", "Ms"), "pt": ("Sr.", "Sra."), "es": ("Sr.", "Sra."), "fr": ("M.", "Mme"), "de": ("Herr", "Frau")}


def sex_offers(view: ColumnView, words: tuple[str, str]) -> Sequence[Offer]:
    """Offer the sex of the row's given name, in words or as letters; any where the row bears no name."""
    id_ = "semantic.br.sex" if view.is_brazilian else "semantic.person.sex"
    letters = ("H", "M") if view.text_language == "es" else ("H", "F") if view.text_language == "fr" else ("M", "F")
    forms = [words, letters] if view.slot.max_length != 1 else [letters]
    agreeing = [offer(id_, male=male, female=female) for male, female in forms]
    return [*agreeing, *(offer("primitive.choice", values=list(form)) for form in forms)]


def _addressed(view: ColumnView) -> Sequence[Offer]:
    """Offer a form of address that agrees with the given name."""
    male, female = _MR.get(view.text_language, _MR["en"])
    id_ = "semantic.br.sex" if view.is_brazilian else "semantic.person.sex"
    return [offer(id_, male=male, female=female), offer("primitive.choice", values=[male, female])]


def _works(view: ColumnView) -> bool:
    """Whether the row is about somebody who works there: an employee, or one who was hired."""
    told = {"employee", "funcionario", "staff", "colaborador", "staffer"}
    return bool(told & {singular(word) for word in view.table.words}) or view.neighbour(_HIRED) is not None


_PARTY = vocabulary("name, full name, display name, customer name, client name, account name, contact name")
_OWN_NAMES = vocabulary("first name, given name, last name, surname, company name, business name, legal name, company")


def _party(view: ColumnView) -> Sequence[Offer]:
    """Offer the name of a person or a firm, where the row may be either and this is its only name."""
    if view.is_brazilian or not view.is_bare or view.neighbour(_OWN_NAMES) is not None:
        return []
    found = kinds_of_client(view)
    return [] if found is None else [offer("semantic.party.name", kind=found[0].name)]


MEANINGS = (
    Meaning(
        "a given name",
        vocabulary("first name, given name, fname, forename", "primeiro nome, prenome"),
        _GIVEN,
        confidence=0.95,
    ),
    Meaning(
        "a second given name",
        vocabulary("middle name, second name", "nome meio, segundo nome"),
        by_locale(
            [offer("semantic.br.first_name", role="middle")],
            [offer("semantic.person.first_name", role="middle"), offer("semantic.person.first_name")],
        ),
        confidence=0.9,
        null_rate=0.6,
    ),
    Meaning(
        "what somebody wants to be called",
        vocabulary("preferred name, chosen name, called name", "nome preferido"),
        _GIVEN,
        confidence=0.85,
        null_rate=0.8,
        when=lambda view: _is_person(view),
    ),
    Meaning(
        "a second family name",
        vocabulary("second last name, maternal surname, second surname", "segundo sobrenome"),
        lambda view: [offer("semantic.person.last_name", role="mother"), offer("semantic.person.last_name")],
        confidence=0.9,
        when=lambda view: not view.is_brazilian,
    ),
    Meaning(
        "a middle initial",
        vocabulary("middle initial, initial, middle init"),
        lambda view: [offer("primitive.text.pattern", pattern="[A-HJ-PR-TVW]")],
        confidence=0.9,
    ),
    Meaning(
        "a family name",
        _LAST,
        by_locale(
            [offer("semantic.br.last_name")], [offer("semantic.person.last_name"), offer("faker.person.last_name")]
        ),
        confidence=0.95,
    ),
    Meaning(
        "the given name of a person whose family name stands beside it",
        vocabulary("name", "nome"),
        _GIVEN,
        when=lambda view: _is_person(view) and view.is_bare and view.neighbour(_LAST) is not None,
    ),
    Meaning(
        "the family name of a person whose given name stands beside it",
        vocabulary("name"),
        by_locale(
            [offer("semantic.br.last_name")], [offer("semantic.person.last_name"), offer("faker.person.last_name")]
        ),
        when=lambda view: view.table.language != "" and view.is_bare and view.neighbour(_FIRST) is not None,
    ),
    Meaning(
        "a person's name",
        vocabulary(
            "full name, legal name, customer name, user name, contact name, author name, person name, owner name, "
            "employee name, recipient name, sender name, consignee name, receiver name, beneficiary name, "
            "payee name, payer name, "
            "insured name, borrower name, tenant name, applicant name, claimant name, agent name, broker name, "
            "driver name, "
            "patient name, student name, teacher name, doctor name, guest name, member name, "
            "assistant name, head name, manager name, supervisor name, coordinator name, instructor name, "
            "trainer name, "
            "technician name, representative name, emergency contact, requester name, approver name, operator name, "
            "stage name, artist name, real name, cardholder, mother name, father name, spouse name, "
            "husband name, wife name, guardian name, buyer name, seller name, adjuster name, cardholder name, "
            "visitor name, caller name, courier name, officer name, attorney name, lawyer name, judge name, client "
            "name, "
            "pilot name, nurse name, dentist name, therapist name, photographer name, donor name, backer name, "
            "volunteer name, passenger name, inspector name, witness name, speaker name, host name, player name, "
            "recruiter name, interviewer name, trainee name, coach name, captain name, waiter name, accountant name, "
            "tribute name, honoree, honoree name, in memory of, in honor of, dedicated to, "
            "picker name, packer name, checker name, loader name, dispatcher name, installer name, estimator name, "
            "examiner name, surveyor name, foreman name, "
            "pet owner name, holder name, account holder, contact full name, partner name, winner name",
            "parte contraria, nome assistente, nome gerente, nome supervisor, nome vendedor, nome motorista, nome "
            "medico, "
            "nome solicitante, "
            "recebido por, entregue por, atendido por, contato emergencia, nome completo, nome mae, nome pai, "
            "nome social, nome cliente, nome contato, nome responsavel, "
            "cliente nome, contato nome, responsavel nome, usuario nome, nome titular, nome pessoa, nome funcionario",
        ),
        _FULL,
    ),
    Meaning("a name of a person or a firm", _PARTY, _party, confidence=0.9, when=lambda view: bool(_party(view))),
    Meaning("a person's name", vocabulary("name", "nome"), _FULL, when=lambda view: _is_person(view) and view.is_bare),
    Meaning(
        "a person by role",
        vocabulary(
            "author, contact person, employee, doctor, physician, teacher, student, driver, cashier, assignee, "
            "reporter, "
            "reviewer, composer, director, artist, singer, head state, president, founder, captain, coach, "
            "signed "
            "by, prepared by, adjuster, auditor, trainer, consignee, beneficiary, payee, claimant, applicant, "
            "borrower, tenant, assigned to, handled by, performed by, served by, sold by, inspected by, "
            "attendee, guest, owner, manager, supervisor, technician, mechanic, housekeeper, guardian, instructor, "
            "operator, received by, acknowledged by, approved by name, completed by, responsible, person responsible, "
            "inspector, client, receiver, recipient, agent, visitor, judge, lawyer, attorney, nurse, pilot, "
            "photographer, "
            "editor, presenter, speaker, recruiter, interviewer, officer, caller, account manager, loan officer, "
            "prescriber, prescriber name, pharmacist, pharmacist name, "
            "opposing counsel, sales rep, sales representative, veterinarian, dentist, therapist, waiter, courier, "
            "counted by, picked by, packed by, checked by, reviewed by, verified by, taken by, tested by, measured by, "
            "installed by, repaired by, cleaned by, delivered by, collected by, recorded by, confirmed by, "
            "witnessed by, authorized by, supervised by, adjusted by, audited by, sampled by, loaded by, unloaded by, "
            "weighed by, administered by, "
            "player, scorer, goal scorer, referee, umpire, head coach, jockey, vet, vet name, counsel, counsel name, "
            "preacher, preacher name, pastor, pastor name, judge name, attorney name, lawyer name, driver "
            "name, coach name",
            _ROLES,
        ),
        _FULL,
        confidence=0.6,
        when=lambda view: not _COUNTED & {view.words[0], view.words[-1]},
    ),
    Meaning(
        "a person by the noun for one",
        vocabulary(
            "name",
            "nome, vistoriador, prestador, avaliador, comprador, vendedor, entregador, locador, fiador, cuidador, "
            "organizador, coordenador, orientador, revisor, inspetor, instrutor, consultor, auditor, redator, "
            "diretor, gestor, emissor, relator, solicitante, requisitante, representante, participante, visitante",
        ),
        _FULL,
        confidence=0.75,
        when=_bears_a_person,
    ),
    Meaning(
        "a job title",
        vocabulary("job title, job, occupation, profession, position title", "cargo, profissao, ocupacao, funcao"),
        _JOB,
    ),
    Meaning(
        "a job title, of a table of jobs",
        vocabulary("name, title", "nome, titulo, denominacao"),
        _JOB,
        when=lambda view: view.is_bare and bool(_JOBS & {singular(word) for word in view.table.words}),
        confidence=0.8,
    ),
    Meaning(
        "a form of address",
        vocabulary(
            "salutation, honorific, courtesy title, title courtesy, name prefix, prefix",
            "tratamento, pronome tratamento",
        ),
        _addressed,
        confidence=0.8,
        when=lambda view: _is_person(view) or view.neighbour(_LAST) is not None,
    ),
    Meaning(
        "a job title",
        vocabulary("title, contact title, position", "titulo"),
        _JOB,
        when=lambda view: _works(view) or "contact" in view.words,
    ),
    Meaning(
        "an academic title",
        vocabulary("title, academic title, degree title", "titulo academico"),
        lambda view: [offer("primitive.choice", values=["Dr.", "Prof. Dr."], weights=[86, 14])],
        confidence=0.7,
        null_rate=0.9,
        when=lambda view: view.neighbour(_SALUTATION) is not None and view.neighbour(_LAST) is not None,
    ),
    Meaning(
        "a form of address",
        vocabulary("title"),
        _addressed,
        confidence=0.7,
        when=lambda view: not _works(view) and any(view.neighbour(part) is not None for part in (_LAST, _FIRST)),
    ),
    Meaning(
        "a telephone extension",
        vocabulary("extension, ext, phone extension", "ramal"),
        always(
            offer("primitive.text.pattern", pattern=r"[1-9]\d{2,3}"),
            offer("primitive.text.pattern", pattern=r"[1-9]\d"),
        ),
        when=lambda view: _is_person(view) or view.neighbour(_PHONES) is not None or not is_of_files(view),
    ),
    Meaning(
        "a sex or gender",
        vocabulary("gender, sex", "sexo, genero"),
        lambda view: sex_offers(view, _SEXES.get(view.text_language, _SEXES["en"])),
        confidence=0.6,
        when=lambda view: _is_person(view) and view.literal_default is None,
    ),
)

# --- persons and firms in one table -----------------------------------------------------------------------------------

_CLIENTS = vocabulary(
    "customer type, client type, account type, party type, owner type, member type, contact type, person type, "
    "legal form, entity type, type, kind",
    "tipo cliente, tipo pessoa",
)
_PERSONS = "individual person private privat particulier particular natural residential consumer resident fisic"
_FIRMS = "business company corporate organi firm gewerbe geschaeft empresa entreprise societe professionnel legal "
"juridic commercial"


def kinds_of_client(view: ColumnView) -> tuple[ColumnView, tuple[str, ...], tuple[str, ...]] | None:
    """Return the column that tells persons from firms, and its values for each; None where the table has none.

    Args:
        view: another column of the table.
    """
    for kind in view.table.columns.values():
        if kind.name == view.name or kind.may_be_null or not kind.says(_CLIENTS):
            continue
        labels = {str(value): said for value, said in kind.sayings.items()}
        persons = tuple(one for one, said in labels.items() if begins(split_words(said), _PERSONS))
        firms = tuple(one for one, said in labels.items() if begins(split_words(said), _FIRMS))
        if persons and firms:
            return kind, persons, firms
    return None


# --- e-mail addresses -------------------------------------------------------------------------------------------------

_BRAZILIAN = (offer("semantic.br.email.safe"),)


def recognise_email(view: ColumnView) -> Suggestion | None:
    """Suggest addresses at reserved domains that agree with the row's person or company."""
    return first_meaning(view, "recognise_email", MEANINGS_EMAIL)


def _offers(view: ColumnView) -> Sequence[Offer]:
    if view.is_about("company") and view.is_brazilian:
        return (offer("semantic.br.email.corporate", of="company"), *_BRAZILIAN)
    if view.is_brazilian:
        return _BRAZILIAN
    if kinds_of_client(view) is not None:
        return (offer("semantic.person.email"), *_BRAZILIAN)  # firms have no given name to make it of
    given = view.neighbour(_FIRST)
    if given is not None and view.neighbour(_LAST) is None and view.table.language:
        # `prenom` and `nom`: the name beside a given name is the family's.
        family = next((one for one in view.table.columns.values() if one.words == ("name",)), None)
        pair = [one for one in (given, family) if one is not None and one.category == "text"]
        if len(pair) > 1 and (view.may_be_null or not all(one.may_be_null for one in pair)):
            offers = [offer("derive.email_from_name", input_columns=[one.name for one in pair])]
            return (*offers, offer("semantic.person.email"), *_BRAZILIAN)
    if given is None and view.neighbour(_LAST) is not None:
        given = next((one for one in view.table.columns.values() if one.words in (("name",), ("nome",))), None)
    names = [n for n in (given, view.neighbour(_LAST)) if n is not None and n.category == "text"]
    if not names:
        names = [n for n in (view.neighbour(_CONTACT),) if n is not None and n.category == "text"]
    # An address is null where all the names are.
    named = bool(names) and (view.may_be_null or not all(n.may_be_null for n in names))
    derived = [offer("derive.email_from_name", input_columns=[n.name for n in names])] if named else []
    return (*derived, offer("semantic.person.email"), *_BRAZILIAN)


_CONTACT = vocabulary(
    "contact name, contact person, contact, primary contact, contact full name, full name",
    "nome contato, pessoa contato, contato, nome completo",
)
_MAILED = frozenset("email mail message mensagem correo nachricht".split())
MEANINGS_EMAIL = (
    Meaning(
        "an e-mail address that a message went to or came from",
        vocabulary(
            "from address, to address, cc, bcc, cc address, reply to, sender address, recipient address, from, to",
            "remetente, destinatario, copia",
        ),
        lambda view: [
            offer("semantic.person.email", role="recipient" if view.words[0] != "from" else "sender"),
            offer("semantic.br.email.safe"),
        ],
        confidence=0.85,
        when=lambda view: bool(_MAILED & {singular(word) for word in view.table.noun}),
    ),
    Meaning("an e-mail address", vocabulary("email, e mail", "email, e mail"), _offers, confidence=0.97),
)

# --- names of accounts ------------------------------------------------------------------------------------------------

MEANINGS_USERNAME = (
    Meaning(
        "a user name",
        vocabulary(
            "username, user name, login, login name, screen name, nickname, account name, created by, updated by, "
            "modified by, changed by, deleted by, approved by, submitted by, requested by, uploaded by, closed by, "
            "added by, created user, updated user, modified user, changed user, approved user",
            "usuario, apelido, nome usuario, criado por, alterado por, atualizado por, modificado por, excluido por, "
            "aprovado por, cadastrado por, enviado por",
        ),
        by_locale(
            [offer("semantic.br.username")], [offer("semantic.person.username"), offer("faker.internet.user_name")]
        ),
        confidence=0.95,
        when=lambda view: view.words[0] != "last",
    ),
)


def recognise_username(view: ColumnView) -> Suggestion | None:
    """Suggest user names that agree with the row's person."""
    return first_meaning(view, "recognise_username", MEANINGS_USERNAME)


# --- phone numbers ----------------------------------------------------------------------------------------------------

_LANDLINE = vocabulary("landline, fax", "telefone fixo, fixo, fax")
_MOBILE = vocabulary("mobile, mobile number, mobile phone, cell, cellphone, cell phone, whatsapp", "celular, whatsapp")


def recognise_phone(view: ColumnView) -> Suggestion | None:
    """Suggest phone numbers whose area code is the row's city's."""
    return first_meaning(view, "recognise_phone", MEANINGS_PHONE)


def _offers_phone(view: ColumnView) -> Sequence[Offer]:
    kind = "landline" if view.is_about("company") or view.says(_LANDLINE) else "mobile"
    formatted = view.slot.max_length is not None and view.slot.max_length < 20
    if view.is_brazilian:
        return [offer("semantic.br.phone", kind=kind, formatted=f) for f in (formatted, not formatted)]
    field = "mobile" if view.says(_MOBILE) else "phone"
    written = [place(view, field, form=form) for form in ("national", "digits")]
    return [*written, offer("semantic.person.phone"), offer("faker.phone_number.phone_number")]


MEANINGS_PHONE = (
    Meaning(
        "a phone number",
        vocabulary(
            "phone, telephone, mobile, mobile number, cell, cellphone, cell phone, phone number, fax, whatsapp",
            "telefone, celular, fone, fax, whatsapp",
        ),
        _offers_phone,
        confidence=0.95,
    ),
)

# --- brazilian documents and codes, whatever the locale: their names mean nothing else --------------------------------


def recognise_documents(view: ColumnView) -> Suggestion | None:
    """Suggest documents with valid check digits, with punctuation only where there is room for it on purpose."""
    if view.is_brazilian and len(view.words) > 1 and is_head(view.words[0]):
        return None  # read whole already: `placa_patrimonio` is no vehicle's
    return first_meaning(view, "recognise_documents", MEANINGS_DOCUMENTS)


def _written(id_: str, plain: int) -> Offers:
    """Digits alone; with punctuation first where the column is just long enough for it."""

    def offers(view: ColumnView) -> Sequence[Offer]:
        length = view.slot.max_length
        formatted, digits = offer(id_, formatted=True), offer(id_, formatted=False)
        return [formatted, digits] if length is not None and plain < length <= plain + 4 else [digits, formatted]

    return offers


_TAX = {
    "US": r"[1-9]\d-\d{7}", "GB": r"GB\d{9}", "ES": r"[ABEFGH]\d{8}", "FR": r"[1-9]\d{8}", "DE": r"DE\d{9}",
    "PT": r"5\d{8}", "MX": r"[A-Z]{3}\d{6}[A-Z0-9]{3}", "IT": r"\d{11}",
}  # fmt: skip
_PERSONAL = {
    "US": r"9\d{2}-[5-8]\d-\d{4}", "GB": r"QQ\d{6}[A-D]", "ES": r"\d{8}[A-HJ-NP-TV-Z]", "FR": r"[12]\d{14}",
    "DE": r"\d{2}[01]\d[0-3]\d[A-Z]\d{3}", "PT": r"[1-3]\d{8}", "MX": r"[A-Z]{4}\d{6}[HM][A-Z]{5}\d{2}",
}  # fmt: skip


def _numbered_by_state(forms: dict[str, str]) -> Offers:
    """Numbers of the form that the plan's country gives; ranges that are never issued where there are some."""
    return lambda view: [
        offer("primitive.text.pattern", pattern=forms.get(view.slot.locale.partition("_")[2], forms["US"]))
    ]


_PLATES = {
    "US": r"[1-9][A-Z]{3}\d{3}", "ES": r"\d{4} [BCDFGHJKLMNPRSTVWXYZ]{3}", "PT": r"[A-Z]{2}-\d{2}-[A-Z]{2}",
    "FR": r"[A-HJ-NP-TV-Z]{2}-\d{3}-[A-HJ-NP-TV-Z]{2}", "GB": r"[A-HJ-PR-Y]{2}[0-7]\d [A-HJ-PR-Z]{3}",
    "DE": r"(B|M|HH|K|F|S|D|L|HB|DD|N|H)-[A-Z]{2} [1-9]\d{2,3}",
}  # fmt: skip
"""The form of plates by country."""
MEANINGS_DOCUMENTS = (
    Meaning(
        "a firm's tax number",
        vocabulary(
            "tax id, vat number, vat id, tax number, ein, fiscal number, company number, registration number", "nipc"
        ),
        _numbered_by_state(_TAX),
        confidence=0.85,
        when=lambda view: not view.is_brazilian,
    ),
    Meaning(
        "a person's official number",
        vocabulary("ssn, national id, social security number, nino, dni, identity number, id card", "nif"),
        _numbered_by_state(_PERSONAL),
        confidence=0.85,
        when=lambda view: not view.is_brazilian,
    ),
    Meaning(
        "a passport's number",
        vocabulary("passport, passport no, passport number", "passaporte, numero passaporte"),
        lambda view: [
            offer("primitive.text.pattern", pattern="[A-Z]{2}\\d{6}" if view.is_brazilian else "[A-Z]\\d{8}"),
            offer("primitive.text.pattern", pattern="[A-Z]\\d{7}"),
        ],
        confidence=0.9,
    ),
    Meaning(
        "a driving licence",
        vocabulary(
            "driver license, drivers license, driver license number, driving licence, license number, licence no"
        ),
        always(
            offer("primitive.text.pattern", pattern="[A-Z]\\d{7}"), offer("primitive.text.pattern", pattern="\\d{8}")
        ),
        confidence=0.8,
        when=lambda view: view.is_about("person") or bool({"driver", "drivers", "driving"} & set(view.words)),
    ),
    Meaning(
        "a doctor's licence",
        vocabulary("", "crm, numero crm"),
        always(offer("primitive.text.pattern", pattern=r"[1-9]\d{4,5}")),
        when=lambda view: bool({"medico", "medicos", "profissional", "profissionais"} & set(view.table.words)),
    ),
    Meaning("a CPF", vocabulary(portuguese="cpf"), _written("semantic.br.cpf", 11), confidence=0.98),
    Meaning("a CNPJ", vocabulary(portuguese="cnpj"), _written("semantic.br.cnpj", 14), confidence=0.98),
    Meaning("an RG", vocabulary(portuguese="rg, registro geral, identidade"), _written("semantic.br.rg", 9)),
    Meaning("a CNH", vocabulary(portuguese="cnh, habilitacao"), always(offer("semantic.br.cnh"))),
    Meaning("a PIS/PASEP", vocabulary(portuguese="pis, pasep, nis, nit"), _written("semantic.br.pis", 11)),
    Meaning("a voter's card", vocabulary(portuguese="titulo eleitor"), always(offer("semantic.br.titulo_eleitor"))),
    Meaning(
        "a licence plate",
        vocabulary("license plate, licence plate, plate number, plate", "placa, placa veiculo, placa carro"),
        by_locale([offer("semantic.br.plate")], [offer("faker.automotive.license_plate")]),
        when=lambda view: view.slot.locale.partition("_")[2] not in _PLATES,
    ),
    Meaning(
        "a licence plate of the plan's country",
        vocabulary("license plate, licence plate, plate number, plate", "placa, matricula veiculo"),
        lambda view: [
            offer("primitive.text.pattern", pattern=_PLATES[view.slot.locale.partition("_")[2]]),
            offer("faker.automotive.license_plate"),
        ],
        when=lambda view: view.slot.locale.partition("_")[2] in _PLATES,
    ),
    Meaning("a PIX key", vocabulary("pix key", "chave pix, pix"), always(offer("semantic.br.pix_key"))),
    Meaning("a boleto line", vocabulary(portuguese="linha digitavel, boleto"), always(offer("semantic.br.boleto"))),
    Meaning("a bank code", vocabulary(portuguese="banco codigo, codigo banco"), always(offer("semantic.br.bank.code"))),
    Meaning("a bank branch", vocabulary(portuguese="agencia"), always(offer("semantic.br.bank.branch"))),
    Meaning(
        "a bank account",
        vocabulary("bank account", "conta corrente, conta bancaria, numero conta"),
        always(offer("semantic.br.bank.account")),
    ),
)
