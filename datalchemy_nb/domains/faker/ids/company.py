"""Companies, jobs and money: ``faker.company.raw.*``, ``faker.job.raw.*``, ``faker.currency.raw.*``."""

from __future__ import annotations

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.faker.composed import from_faker
from datalchemy_nb.domains.faker.ids.entry import entry, made, shown_by_faker
from datalchemy_nb.domains.faker.library import DEFAULT_LOCALE, library
from datalchemy_nb.domains.grammar.counted import SequenceNode
from datalchemy_nb.domains.grammar.nodes import Node, WordsNode

_TABLE = {
    ("industry", "en"): """
        Accounting; Advertising; Aerospace; Agriculture; Airlines; Apparel; Architecture; Automotive; Banking;
        Biotechnology; Broadcasting; Brewing; Building Materials; Business Services; Chemicals; Civil Engineering;
        Cloud Computing; Coffee and Tea; Consulting; Construction; Consumer Electronics; Cosmetics; Dairy; Defence;
        Design; E-commerce; Education; Electrical Equipment; Energy; Environmental Services; Event Management; Farming;
        Film and Television; Financial Services; Fisheries; Fitness; Food Processing; Forestry; Freight; Furniture;
        Games; Glass and Ceramics; Government Services; Health Care; Hospitality; Human Resources; Import and Export;
        Industrial Automation; Information Technology; Insurance; Investment Management; Jewellery; Legal Services;
        Libraries; Livestock; Logistics; Machinery; Market Research; Medical Devices; Metalworking; Mining; Museums;
        Music; Nanotechnology; Newspapers; Oil and Gas; Packaging; Paper; Performing Arts; Pharmaceuticals;
        Photography; Plastics; Printing; Public Safety; Publishing; Railways; Real Estate; Recycling;
        Renewable Energy; Restaurants; Retail; Robotics; Security; Semiconductors; Shipbuilding; Software; Sports;
        Staffing; Steel; Supermarkets; Telecommunications; Textiles; Tobacco; Toys; Translation; Travel; Utilities;
        Veterinary Services; Warehousing; Waste Management; Water Supply; Wholesale; Wine""",
    ("industry", "pt"): """
        Agronegócio; Alimentos; Arquitetura; Artes Gráficas; Autopeças; Aviação; Bancos; Bebidas; Biotecnologia;
        Borracha; Calçados; Celulose e Papel; Cerâmica; Comércio Atacadista; Comércio Eletrônico; Comércio Varejista;
        Comunicação; Confecção; Construção Civil; Consultoria; Contabilidade; Cosméticos; Couro; Cultura; Defesa;
        Design; Editorial; Educação; Eletrodomésticos; Eletrônicos; Embalagens; Energia; Energias Renováveis;
        Engenharia; Esportes; Eventos; Farmacêutica; Ferrovias; Fertilizantes; Finanças; Gastronomia; Hotelaria;
        Imóveis; Infraestrutura; Investimentos; Jogos; Joias; Laticínios; Logística; Madeira; Marketing; Materiais de
        Construção; Mecânica; Metalurgia; Mineração; Móveis; Papelaria; Pecuária; Pesca; Petróleo e Gás; Plásticos;
        Publicidade; Química; Reciclagem; Recursos Humanos; Robótica; Saneamento; Saúde; Segurança; Seguros;
        Semicondutores; Serviços Jurídicos; Siderurgia; Software; Supermercados; Tecnologia da Informação;
        Telecomunicações; Têxtil; Transportes; Turismo; Vidros; Vinhos""",
    ("field", "en"): """
        Accounting; Administration; Compliance; Customer Support; Data; Design; Engineering; Facilities; Finance;
        Human Resources; Infrastructure; Legal; Logistics; Maintenance; Marketing; Operations; Procurement; Product;
        Production; Quality; Research; Safety; Sales; Security; Software; Training""",
    ("field", "pt"): """
        Administração; Atendimento; Compliance; Compras; Contabilidade; Dados; Design; Engenharia; Finanças;
        Infraestrutura; Jurídico; Logística; Manutenção; Marketing; Operações; Pesquisa; Produção; Produto; Projetos;
        Qualidade; Recursos Humanos; Segurança; Sistemas; Treinamento; Vendas""",
    ("position", "en"): """
        Administrator; Advisor; Agent; Analyst; Architect; Assistant; Associate; Auditor; Clerk; Consultant;
        Coordinator; Developer; Director; Engineer; Executive; Inspector; Lead; Manager; Officer; Planner; Producer;
        Representative; Researcher; Specialist; Strategist; Supervisor; Technician; Trainer""",
    ("position", "pt"): """
        Administrador; Agente; Analista; Arquiteto; Assessor; Assistente; Auditor; Auxiliar; Comprador; Consultor;
        Coordenador; Desenvolvedor; Diretor; Encarregado; Engenheiro; Especialista; Fiscal; Gerente; Inspetor;
        Instrutor; Líder; Pesquisador; Planejador; Representante; Supervisor; Técnico""",
    ("seniority", "en"): """
        Apprentice; Assistant; Associate; Chief; Deputy; Entry-level; Executive; Junior; Lead; Mid-level; Principal;
        Regional; Senior; Trainee; Vice""",
    ("seniority", "pt"): "Aprendiz; Estagiário; Trainee; Júnior; Pleno; Sênior; Principal; Regional; Adjunto; Chefe",
}


def listed(kind: str, locale: str) -> tuple[str, ...]:
    """Return the words of a kind: Portuguese for ``pt_*``, else English."""
    text = _TABLE[kind, "pt" if locale.startswith("pt") else "en"]
    return tuple(" ".join(word.split()) for word in text.split(";"))


def _jargon(attribute: str, index: int) -> Node:
    words = getattr(library(DEFAULT_LOCALE).providers["company"], attribute)[index]
    return WordsNode(list(dict.fromkeys(words)))


def _listed(kind: str, slot: Slot) -> Node:
    return WordsNode(listed(kind, slot.locale))


@entry("semantic.company.bs", "faker.company.raw.Bs")
def bs(slot: Slot) -> Domain:
    """What companies claim to do: verb, adjective, noun."""
    return from_faker(slot, "bs")


@entry("faker.job.raw.Title", locale_aware=True)
def job_title(slot: Slot) -> Domain:
    """Job titles: seniority, field and position, in the order of the language."""
    seniority, field, position = (_listed(kind, slot) for kind in ("seniority", "field", "position"))
    space = WordsNode([" "])
    if slot.locale.startswith("pt"):
        return SequenceNode([position, WordsNode([" de "]), field, space, seniority], apart=True)
    # Neither a level nor a position ends or begins with another one, so a title shows its parts.
    return SequenceNode([seniority, space, field, space, position], apart=True)


@entry("semantic.finance.currency_code", "faker.currency.raw.CurrencyCode")
def currency_code() -> Domain:
    """Currency codes of three letters (ISO 4217)."""
    return ChoiceDomain(sorted({code for code, _ in library(DEFAULT_LOCALE).providers["currency"].currencies}))


@entry("semantic.finance.currency_symbol", "faker.currency.raw.CurrencySymbol")
def currency_symbol() -> Domain:
    """Signs of currencies."""
    symbols = library(DEFAULT_LOCALE).providers["currency"].currency_symbols
    return ChoiceDomain(sorted({sign for sign in symbols.values() if sign}))


shown_by_faker(
    ("semantic.company.name faker.company.raw.CompanyName", "company", "Names of companies, in the locale's forms."),
    ("semantic.company.suffix faker.company.raw.CompanySuffix",
     "company_suffix", "Legal forms and other ends of company names."),
    ("semantic.company.profession faker.company.raw.Profession", "job", "Names of occupations."),
    ("semantic.company.catch_phrase faker.company.raw.CatchPhrase", "catch_phrase", "Slogans."),
    ("semantic.finance.currency_name faker.currency.raw.CurrencyName", "currency_name", "Names of currencies."),
)  # fmt: skip


made(
    ("semantic.company.industry faker.company.raw.Industry",
     "Branches of industry, in English or Portuguese.", lambda slot: _listed("industry", slot)),
    ("faker.job.raw.Field", "Fields of work, in English or Portuguese.", lambda slot: _listed("field", slot)),
    ("faker.job.raw.Position", "Positions, in English or Portuguese.", lambda slot: _listed("position", slot)),
    ("faker.job.raw.Seniority",
     "Levels of seniority, in English or Portuguese.", lambda slot: _listed("seniority", slot)),
    locale_aware=True,
)  # fmt: skip


made(
    ("semantic.company.bs_verb faker.company.raw.BsVerb", "Verbs of such claims.", lambda: _jargon("bsWords", 0)),
    ("semantic.company.bs_adj faker.company.raw.BsAdj", "Adjectives of such claims.", lambda: _jargon("bsWords", 1)),
    ("semantic.company.bs_noun faker.company.raw.BsNoun", "Nouns of such claims.", lambda: _jargon("bsWords", 2)),
    ("semantic.company.buzzword faker.company.raw.Buzzword",
     "First words of slogans.", lambda: _jargon("catch_phrase_words", 0)),
    ("faker.company.raw.BuzzwordMiddle", "Middle words of slogans.", lambda: _jargon("catch_phrase_words", 1)),
    ("faker.company.raw.BuzzwordTail", "Last words of slogans.", lambda: _jargon("catch_phrase_words", 2)),
)  # fmt: skip
