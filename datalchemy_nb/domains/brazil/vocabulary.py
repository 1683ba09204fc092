"""What Brazilian column names mean: data and one function that drafting asks.

A Portuguese name is read by its **head noun**, which stands first; what follows says which one, or of what:
``estado_civil`` is no state, ``data_nascimento_mae`` no person, ``placa_patrimonio`` no vehicle's. `read` takes a
name's words (lower case, accents folded, joining words such as ``de`` left out, usual abbreviations written out) and
looks for the longest phrase of `MEANINGS` at the beginning, or behind a word that says whose it is
(``cliente_email``). What is left must be understood too: a role (``mae``, ``comprador``, ``origem``), a number, or a
qualifier that changes nothing (``principal``, ``atual``); where it is not, the name means something else and `read`
returns None. So a name is never taken for its last word or its first alone.

Roles become the parameter ``role`` of facets, so that ``nome_mae`` is another person than ``nome``; ``mae``, ``pai``
and ``conjuge`` are relatives of the row's person where the table holds people. A meaning made of other columns (a
boleto's line of value and due date) names them by phrases that are looked for among the table's other columns.

Whether a generator's values fit the column's type is for the caller to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from datalchemy_nb.domains.registry import PersonParams, RoleParams, find_generator

Words = tuple[str, ...]
Context = Literal[
    "person", "company", "vehicle", "invoice", "product", "order", "payroll", "bank", "place", "health", "work"
]

CONTEXTS: dict[Context, str] = {
    "person": "cliente pessoa usuario aluno paciente funcionario colaborador empregado contato medico professor "
    "motorista condutor vendedor dependente socio titular beneficiario candidato associado eleitor morador "
    "inquilino proprietario comprador hospede passageiro segurado servidor responsavel autor participante doador "
    "cidadao",
    "company": "empresa fornecedor filial loja emitente transportadora parceiro companhia firma estabelecimento "
    "prestador credor matriz franquia unidade seguradora convenio",
    "vehicle": "veiculo frota carro moto caminhao automovel renavam chassi",
    "invoice": "nota nfe nfce cte fiscal danfe fatura",
    "product": "produto mercadoria estoque catalogo sku artigo ncm",
    "order": "pedido venda compra orcamento cotacao requisicao item",
    "payroll": "folha holerite contracheque salario pagamento rubrica",
    "bank": "banco bancario bancaria conta agencia",
    "place": "endereco cidade municipio bairro localidade logradouro",
    "health": "paciente prontuario consulta internacao exame sus",
    "work": "funcionario colaborador empregado servidor cargo admissao vinculo contrato",
}
"""Words of a table's name, or of its columns, that say what it is about."""

PEOPLE = frozenset(
    "mae pai conjuge esposo esposa filho filha irmao irma avo dependente comprador vendedor cliente usuario "
    "aluno paciente funcionario colaborador empregado contato medico professor motorista condutor titular "
    "beneficiario candidato responsavel autor socio gerente supervisor diretor atendente operador "
    "solicitante aprovador testemunha emergencia cidadao pessoa servidor segurado proprietario "
    "inquilino locador locatario sacado "
    "pagador favorecido remetente tecnico instrutor genitora genitor padrinho madrinha tutor curador "
    "procurador advogado contador corretor avalista fiador".split()
)
FIRMS = frozenset(
    "empresa fornecedor emitente destinatario transportadora tomador prestador cedente parceiro filial "
    "matriz fabricante distribuidor seguradora convenio loja credor contratante contratada empregador "
    "companhia".split()
)
PLACES = frozenset(
    "origem destino entrega cobranca residencial comercial nascimento coleta partida chegada faturamento "
    "naturalidade correspondencia embarque desembarque retirada".split()
)
RELATIVES = frozenset("mae pai conjuge esposo esposa filho filha irmao irma genitora genitor".split())
"""Roles that share a surname with the row's own person."""
PLAIN = frozenset(
    "principal secundario secundaria atual novo nova antigo antiga completo completa alternativo alternativa "
    "adicional padrao oficial pessoal particular fixo corporativo institucional formatado numero texto "
    "proprio propria unico unica contato informado cadastro registro original anterior preferencial".split()
)
"""Qualifiers that leave the meaning as it is."""
_OTHER_THINGS = frozenset(
    "verificado validado confirmado enviado hash status tipo formato mascara data id quantidade qtd total "
    "template modelo ativo valido obrigatorio token erro anexo arquivo url link foto imagem motivo origem "
    "observacao descricao".split()
)


@dataclass(frozen=True)
class MeaningOf:
    """One meaning.

    Attributes:
        phrases: how columns are called.
        generator: id of the generator.
        params: its parameters.
        contexts: what the table must be about, one of these; empty = anything.
        needs: parameter to the phrases of the other column it reads; a ``?`` before the first makes it optional.
        whole: whether nothing but a number may follow the phrase.
        confidence: how sure, 0 to 1.
    """

    phrases: tuple[Words, ...]
    generator: str
    params: Mapping[str, Any] = field(default_factory=dict)
    contexts: tuple[Context, ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    confidence: float = 0.9


@dataclass(frozen=True)
class Reading:
    """What a column name says.

    Attributes:
        generator: id of the generator.
        params: its parameters, with the role and the columns it reads.
        head: the phrase that decided.
        role: whose it is; empty = the row's own.
        confidence: how sure, 0 to 1.
    """

    generator: str
    params: Mapping[str, Any]
    head: str
    role: str
    confidence: float


def _mean(phrases: str, generator: str, *contexts: Context, **more: Any) -> MeaningOf:
    fields = {name: more.pop(name) for name in ("needs", "whole", "confidence") if name in more}
    split = tuple(tuple(phrase.split()) for phrase in phrases.split(","))
    return MeaningOf(split, f"semantic.br.{generator}", more, contexts, **fields)


_AMOUNT = "valor documento,valor titulo,valor boleto,valor nominal,valor cobrado,valor total,valor,total"
_DUE = "data vencimento,vencimento,dt vencimento"
_WAGE = "total proventos,total vencimentos,salario bruto,salario base,salario,valor bruto,bruto,remuneracao"

MEANINGS: tuple[MeaningOf, ...] = (
    # --- people ------------------------------------------------------------------------------------------------------
    _mean("primeiro nome,prenome", "first_name"),
    _mean("sobrenome,ultimo nome,nome familia", "last_name"),
    _mean("nome social", "name", role="social", family_of=""),
    _mean("nome civil,nome pessoa,nome completo", "name"),
    _mean("sexo,genero", "sex", "person"),
    _mean("data nascimento,nascimento,dt nascimento,nascido em", "birth_date"),
    _mean("cpf,numero cpf,nr cpf", "cpf"),
    _mean("rg,numero rg,rg ie,ie rg,identidade,registro geral,carteira identidade", "rg"),
    _mean(
        "orgao emissor,orgao expedidor,orgao expeditor,rg orgao emissor,rg orgao expedidor,emissor rg", "orgao_emissor"
    ),
    _mean("uf emissor,uf rg,rg uf,uf expedidor,uf orgao emissor,uf emissao,estado emissor", "uf", role="emissao"),
    _mean("cnh,numero cnh,carteira habilitacao,habilitacao", "cnh"),
    _mean("categoria cnh,cnh categoria,categoria habilitacao", "categoria_cnh"),
    _mean("pis,pis pasep,nis,nit,numero pis,pis nis", "pis"),
    _mean("titulo eleitor,titulo eleitoral,numero titulo eleitor", "titulo_eleitor"),
    _mean("cns,cartao sus,numero cns,cartao nacional saude,carteira sus", "cns"),
    _mean("ctps,numero ctps,ctps numero,carteira trabalho", "ctps"),
    _mean("serie ctps,ctps serie", "ctps", part="series"),
    _mean("uf ctps,ctps uf", "uf", role="ctps"),
    _mean("passaporte,numero passaporte", "passaporte"),
    _mean("certidao nascimento,numero certidao nascimento", "certidao"),
    _mean("certidao casamento", "certidao", kind="marriage"),
    _mean("certidao obito", "certidao", kind="death"),
    _mean("estado civil", "estado_civil"),
    _mean("raca cor,cor raca,raca,etnia,cor pele", "raca_cor"),
    _mean("escolaridade,grau instrucao,nivel escolaridade,grau escolaridade,nivel instrucao", "escolaridade"),
    _mean("nacionalidade", "nacionalidade"),
    _mean("naturalidade,cidade natal,cidade nascimento,municipio nascimento", "city", role="nascimento"),
    _mean("uf nascimento,uf naturalidade,estado nascimento", "uf", role="nascimento"),
    _mean("tipo sanguineo,grupo sanguineo,fator rh", "tipo_sanguineo"),
    _mean("cor olhos", "cor_olhos"),
    _mean("cor cabelo,cor cabelos", "cor_cabelo"),
    _mean("parentesco,grau parentesco", "parentesco"),
    _mean("deficiencia,tipo deficiencia", "deficiencia"),
    _mean("cargo,profissao,ocupacao,funcao", "job_title"),
    _mean("cbo,codigo cbo", "cbo"),
    _mean("contato emergencia,nome contato emergencia", "name", role="emergencia", family_of=""),
    _mean("telefone emergencia,telefone contato emergencia,contato emergencia telefone", "phone", role="emergencia"),
    # --- companies ---------------------------------------------------------------------------------------------------
    _mean("razao social,nome empresarial,denominacao social,nome razao social", "company.name"),
    _mean("nome fantasia,fantasia,nome comercial,apelido fantasia,fantasia apelido", "company.trade_name"),
    _mean("cnpj,numero cnpj", "cnpj"),
    _mean(
        "documento,cpf cnpj,cnpj cpf,numero cpf cnpj,documento fiscal,numero documento cpf cnpj",
        "party.document",
        "company",
        "person",
        "invoice",
        needs={"kind": "tipo pessoa,pessoa tipo,tipo cliente,tipo fornecedor,natureza pessoa,fisica juridica"},
    ),
    _mean("documento,cpf cnpj,cnpj cpf,numero cpf cnpj,documento fiscal", "cnpj", "company", "person", "invoice"),
    _mean("cpf cnpj,cnpj cpf,numero cpf cnpj", "cnpj", confidence=0.8),
    _mean("inscricao estadual,ie,insc estadual", "inscricao_estadual"),
    _mean("cnae,cnae principal,codigo cnae,atividade principal cnae,cnae fiscal", "company.cnae"),
    _mean("natureza juridica", "company.natureza_juridica", name=True),
    _mean("codigo natureza juridica", "company.natureza_juridica"),
    _mean("porte,porte empresa", "company.porte", "company"),
    _mean("regime tributario,regime tributacao,regime", "company.regime", "company", "invoice"),
    _mean("crt,codigo regime tributario", "company.regime", code=True),
    _mean("tipo pessoa,pessoa tipo", "tipo_pessoa"),
    _mean("site,website,pagina web,endereco web", "company.site", "company"),
    # --- reaching and finding them -----------------------------------------------------------------------------------
    _mean("email,e mail,correio eletronico,endereco email,endereco eletronico", "email.safe"),
    _mean("celular,telefone celular,whatsapp,numero celular,fone celular,movel", "phone"),
    _mean("telefone fixo,telefone residencial,fone fixo", "phone", kind="landline"),
    _mean("telefone,fone,numero telefone,tel", "phone"),
    _mean("ddd", "ddd"),
    _mean("login,usuario,nome usuario,apelido login", "username", "person", whole=True),
    _mean("logradouro,rua,nome logradouro", "street"),
    _mean("endereco", "address"),
    _mean("tipo logradouro", "tipo_logradouro"),
    _mean("complemento,complemento endereco", "complemento"),
    _mean("bairro,nome bairro", "neighborhood"),
    _mean("cidade,municipio,comarca,nome cidade,nome municipio", "city"),
    _mean(
        "codigo municipio,codigo ibge,codigo cidade,ibge,codigo municipio ibge,codigo ibge municipio,cod ibge,"
        "ibge cidade",
        "city.ibge",
    ),
    _mean("codigo uf,codigo estado,codigo ibge uf,cuf", "state.ibge"),
    _mean("uf,sigla uf,sigla estado,estado sigla", "uf"),
    _mean("estado,nome estado,unidade federativa,unidade federacao", "state"),
    _mean("regiao,nome regiao", "regiao", "place", confidence=0.8),
    _mean("zona,zona residencia", "zona", "place", "person", confidence=0.7, whole=True),
    _mean("cep,codigo postal", "cep"),
    # --- invoices ----------------------------------------------------------------------------------------------------
    _mean(
        "chave acesso,chave nfe,chave nfce,chave cte,chave nota,chave acesso nfe,chave nota fiscal",
        "fiscal.access_key",
        needs={
            "uf": "?uf emitente,emitente uf,uf",
            "issued": "?data emissao,emissao,emitida em,dt emissao,data hora emissao",
            "cnpj": "?cnpj emitente,emitente cnpj,cnpj prestador,cnpj",
            "model": "?modelo,modelo documento",
            "series": "?serie",
            "number": "?numero nota,numero nfe,numero,numero nf,nnf",
        },
    ),
    _mean("protocolo,protocolo autorizacao,numero protocolo,protocolo nfe", "fiscal.protocol", "invoice"),
    _mean("modelo,modelo documento,modelo nota,modelo fiscal", "fiscal.modelo", "invoice"),
    _mean("serie,serie nota,serie nfe", "fiscal.serie", "invoice"),
    _mean("natureza operacao", "fiscal.natureza_operacao"),
    _mean("finalidade,finalidade emissao", "fiscal.finalidade", "invoice"),
    _mean("modalidade frete,tipo frete,frete por conta", "fiscal.frete"),
    _mean("tipo operacao,tipo nota,tpnf,entrada saida", "fiscal.tipo_operacao", "invoice"),
    _mean("indicador ie,ind ie,indicador inscricao estadual,indiedest", "fiscal.indicador_ie"),
    _mean("cfop,codigo cfop", "fiscal.cfop"),
    _mean("csosn", "fiscal.csosn"),
    _mean("cst,cst icms,situacao tributaria,icms cst", "fiscal.cst_icms"),
    _mean("cst pis,cst cofins,cst pis cofins,pis cst,cofins cst", "fiscal.cst_pis_cofins"),
    _mean("cst ipi,ipi cst", "fiscal.cst_ipi"),
    _mean("origem mercadoria,origem produto,origem", "fiscal.origem", "product", "invoice", whole=True, confidence=0.8),
    *(
        _mean(f"aliquota {tax},{tax} aliquota,percentual {tax},perc {tax}", "fiscal.rate", tax=tax)
        for tax in ("icms", "ipi", "pis", "cofins", "iss", "csll", "irpj", "inss", "fgts")
    ),
    _mean("aliquota issqn,percentual issqn", "fiscal.rate", tax="iss"),
    # --- products ----------------------------------------------------------------------------------------------------
    _mean("nome produto,produto nome,descricao produto,descricao item,produto", "product.name", whole=True),
    _mean("categoria,categoria produto,nome categoria", "product.category", "product", whole=True),
    _mean("sku,codigo sku,referencia sku", "product.sku"),
    _mean("ncm,codigo ncm,ncm sh", "product.ncm"),
    _mean("cest,codigo cest", "product.cest"),
    _mean(
        "gtin,ean,codigo barras,ean13,codigo ean,gtin tributavel,codigo gtin,cean", "product.gtin", "product", "invoice"
    ),
    _mean(
        "unidade,unidade medida,unidade comercial,un medida,unidade tributavel,unidade venda,unidade compra,"
        "unidade estoque",
        "product.unit",
        "product",
        "invoice",
        "order",
    ),
    _mean(
        "preco,preco venda,preco unitario,valor venda,valor unitario,preco base,preco lista,preco tabela,preco varejo",
        "product.price",
        "product",
    ),
    _mean("custo,preco custo,preco compra,custo unitario", "product.price", "product", of="cost"),
    # --- banks -------------------------------------------------------------------------------------------------------
    _mean("banco,nome banco,instituicao financeira", "bank.name"),
    _mean("codigo banco,banco codigo,numero banco,compe", "bank.code"),
    _mean("ispb,codigo ispb", "bank.ispb"),
    _mean("agencia,numero agencia,agencia bancaria", "bank.branch"),
    _mean(
        "digito agencia,agencia digito,agencia dv,dv agencia",
        "bank.digit",
        needs={"input_columns": "agencia,numero agencia"},
    ),
    _mean(
        "conta digito,digito conta,conta dv,dv conta,digito verificador conta",
        "bank.digit",
        needs={"input_columns": "conta,numero conta,conta corrente,conta bancaria"},
    ),
    _mean("conta corrente,numero conta,conta bancaria,numero conta corrente", "bank.account"),
    _mean("conta", "bank.account", "bank", whole=True),
    _mean("tipo conta,tipo conta bancaria", "bank.tipo_conta", "bank", "person", "company"),
    _mean("tipo chave pix,pix tipo chave,tipo chave,pix tipo,tipo pix", "pix_kind"),
    _mean(
        "chave pix,pix,pix chave",
        "pix_key.of",
        needs={
            "kind": "tipo chave pix,pix tipo chave,tipo chave,pix tipo,tipo pix",
            "cpf": "?cpf",
            "cnpj": "?cnpj",
            "email": "?email",
            "phone": "?celular,telefone",
        },
    ),
    _mean("chave pix,pix,pix chave", "pix_key"),
    _mean(
        "linha digitavel,linha digitavel boleto",
        "boleto.line",
        needs={"amount": _AMOUNT, "due": _DUE, "bank": "?codigo banco,banco codigo", "our_number": "?nosso numero"},
    ),
    _mean("linha digitavel,linha digitavel boleto", "boleto"),
    _mean("codigo barras,codigo barras boleto", "boleto.barcode", needs={"input_columns": "linha digitavel"}),
    _mean("nosso numero", "boleto.our_number"),
    _mean("carteira,carteira cobranca", "bank.carteira", needs={"": "nosso numero"}),
    _mean("carteira cobranca,carteira boleto", "bank.carteira"),
    # --- vehicles ----------------------------------------------------------------------------------------------------
    _mean("placa,placa veiculo,placa carro", "plate"),
    _mean("renavam,codigo renavam", "vehicle.renavam"),
    _mean("chassi,numero chassi", "vehicle.chassi"),
    _mean("rntrc,antt", "vehicle.rntrc"),
    _mean("marca,marca veiculo,fabricante,montadora", "vehicle.marca", "vehicle", whole=True),
    _mean("modelo,modelo veiculo", "vehicle.modelo", "vehicle", whole=True),
    _mean("combustivel,tipo combustivel", "vehicle.combustivel"),
    _mean("cor,cor veiculo,cor predominante", "vehicle.cor", "vehicle", whole=True),
    _mean("ano fabricacao,ano,ano veiculo", "vehicle.ano", "vehicle", whole=True),
    _mean("ano modelo", "vehicle.ano_modelo", whole=True),
    _mean("tipo veiculo,especie veiculo", "vehicle.tipo"),
    _mean("valor fipe,fipe,valor mercado,valor veiculo,valor venal", "vehicle.valor", "vehicle"),
    # --- work --------------------------------------------------------------------------------------------------------
    _mean("salario,salario base,salario bruto,salario mensal,remuneracao,salario contratual", "salary"),
    _mean("inss,valor inss,desconto inss", "payroll.inss", needs={"input_columns": _WAGE}),
    _mean(
        "irrf,valor irrf,desconto irrf,imposto renda,irpf retido,valor ir",
        "payroll.irrf",
        needs={"input_columns": _WAGE},
    ),
    _mean("fgts,valor fgts,deposito fgts", "payroll.fgts", needs={"input_columns": _WAGE}),
    _mean(
        "salario liquido,liquido,valor liquido,total liquido",
        "payroll.net",
        "payroll",
        "work",
        needs={"input_columns": _WAGE},
    ),
    _mean("competencia,mes competencia,mes referencia,competencia folha,mes ano referencia", "competencia"),
    _mean("tipo contrato,regime contratacao,tipo vinculo,vinculo empregaticio", "tipo_contrato", "work", "person"),
    _mean("turno,turno trabalho", "turno"),
    _mean("jornada,jornada trabalho,jornada semanal,carga horaria semanal,carga horaria", "jornada"),
    _mean("departamento,nome departamento,setor", "departamento", confidence=0.8),
    # --- states and ways that forms choose from ----------------------------------------------------------------------
    _mean("estado conservacao,conservacao", "estado_conservacao"),
    _mean("forma pagamento,meio pagamento,metodo pagamento", "forma_pagamento"),
    _mean("condicao pagamento,condicoes pagamento,prazo pagamento", "condicao_pagamento"),
    _mean("situacao pagamento,status pagamento", "situacao_pagamento", confidence=0.8),
    _mean("situacao pedido,status pedido", "situacao_pedido", confidence=0.8),
    _mean("prioridade", "prioridade", confidence=0.8),
)
"""The first that fits of the longest phrase decides."""


@lru_cache(maxsize=1)
def _by_phrase() -> dict[Words, list[MeaningOf]]:
    found: dict[Words, list[MeaningOf]] = {}
    for meaning in MEANINGS:
        for phrase in meaning.phrases:
            found.setdefault(phrase, []).append(meaning)
    return found


def read(words: Words, table: Words = (), siblings: Mapping[str, Words] | None = None) -> Reading | None:
    """Return what a column's name says, or None where it is not understood whole.

    Args:
        words: of the column's name: lower case, without accents and joining words.
        table: of the table's name, in the singular.
        siblings: words of the other columns of the table, by name.
    """
    others = siblings or {}
    about = _contexts(table, others.values())
    owner, rest = _owner(words)
    for whose, left in ((None, words), (owner, rest)):
        if not left or (left is rest and owner is None):
            continue
        found = _named(left, whose, table, about) or _longest(left, whose, table, about, others)
        if found is not None:
            return found
    return None


def is_head(word: str) -> bool:
    """Return whether a meaning is named by the word alone: names that begin with it and are not read mean others."""
    return (word,) in _by_phrase()


def _contexts(table: Words, others: Iterable[Words]) -> frozenset[Context]:
    said = set(table)
    # Of the columns, only those that name a thing by itself: `renavam`, `ncm`, `chassi`.
    said |= {phrase[0] for phrase in others if phrase and (len(phrase) == 1 or phrase[0] in ("nosso", "chave"))}
    return frozenset(context for context, known in CONTEXTS.items() if said & set(known.split()))


def _owner(words: Words) -> tuple[str | None, Words]:
    """A word before the phrase that says whose it is: ``cliente_email``, ``origem_cidade``."""
    known = len(words) > 1 and words[0] in PEOPLE | FIRMS | PLACES
    return (words[0], words[1:]) if known else (None, ())


def _role(words: Words, whose: str | None) -> str | None:
    """The role that the words behind a phrase say; None where one of them is not understood."""
    roles = [] if whose is None else [whose]
    for word in words:
        if word in PEOPLE or word in FIRMS or word in PLACES:
            roles.append(word)
        elif word not in PLAIN and not word.isdigit():
            return None
        elif word.isdigit() and word != "1":
            roles.append(word)
    return "_".join(roles)


def _named(words: Words, whose: str | None, table: Words, about: frozenset[Context]) -> Reading | None:
    """``nome`` alone, or of somebody: a person's or a company's by the word that follows, or by the table."""
    if words[0] != "nome":
        return None
    role = _role(words[1:], whose)
    if role is None:
        return None
    last = role.split("_")[-1] if role else next((word for word in table if word in PEOPLE | FIRMS), "")
    if last in FIRMS or (not role and "company" in about and "person" not in about):
        return _reading("semantic.br.company.name", {}, "nome", role, table, about, 0.9 if role else 0.8)
    if last in PEOPLE or (not role and "person" in about):
        return _reading("semantic.br.name", {}, "nome", role, table, about, 0.9 if role else 0.8)
    return None


def _longest(
    words: Words, whose: str | None, table: Words, about: frozenset[Context], others: Mapping[str, Words]
) -> Reading | None:
    for length in range(len(words), 0, -1):
        for meaning in _by_phrase().get(words[:length], ()):
            role = _role(words[length:], whose)
            if role is None or (meaning.whole and any(not word.isdigit() for word in words[length:])):
                continue
            if meaning.contexts and not about & set(meaning.contexts):
                continue
            inputs = _inputs(meaning, others)
            if inputs is None:
                continue
            params = {**meaning.params, **inputs}
            head = " ".join(words[:length])
            return _reading(meaning.generator, params, head, role, table, about, meaning.confidence)
        if words[:length] in _by_phrase():
            # A longer name is not taken for a shorter one that its end makes another thing.
            return None
    return None


def _inputs(meaning: MeaningOf, others: Mapping[str, Words]) -> dict[str, Any] | None:
    """The columns that a meaning reads; None where one that it needs is not there."""
    found: dict[str, Any] = {}
    for parameter, phrases in meaning.needs.items():
        wanted = phrases.removeprefix("?").split(",")
        column = next((name for phrase in wanted for name, words in others.items() if " ".join(words) == phrase), None)
        if column is None and not phrases.startswith("?"):
            return None
        if column is not None and parameter:
            found[parameter] = [column] if parameter == "input_columns" else column
    return found


def _reading(
    generator: str,
    params: Mapping[str, Any],
    head: str,
    role: str,
    table: Words,
    about: frozenset[Context],
    confidence: float,
) -> Reading:
    model = getattr(find_generator(generator), "params", None)
    # The table's own thing has no role: `nome_cliente` of a table of clients.
    role = "" if role in table else role
    given = dict(params)
    if model is not None and issubclass(model, PersonParams) and set(role.split("_")) <= PLACES:
        role = ""  # an address for work is still the same person's
    if role and model is not None and issubclass(model, RoleParams):
        given.setdefault("role", role)
        if issubclass(model, PersonParams) and role in RELATIVES and "person" in about:
            given.setdefault("family_of", "")
    return Reading(generator, given, head, str(given.get("role", role)), confidence)
