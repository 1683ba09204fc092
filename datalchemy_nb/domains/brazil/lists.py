"""Short lists that Brazilian forms choose from: fiscal codes, civil status, health, labour, banking.

Codes are those of the public tables (CONFAZ for CST and CFOP, Receita Federal, IBGE, Banco Central); how often each
comes up is a round figure of our own, of where most rows of a business or a registry lie.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.parameters import Bool
from datalchemy_nb.domains.registry import NoParams, Params, generator


class CodeParams(Params):
    """What is shown of a list that has codes and names.

    Attributes:
        name: the name rather than the code.
    """

    name: Bool = False


@dataclass(frozen=True)
class Listing:
    """One list.

    Attributes:
        doc: what it is, a sentence.
        shares: how often each value (a code, where there are names) comes up.
        names: name of each code; empty = values are names themselves.
        tags: personal data.
    """

    doc: str
    shares: Mapping[str, float]
    names: Mapping[str, str] | None = None
    tags: tuple[str, ...] = ()


def _coded(doc: str, table: Mapping[str, tuple[float, str]], tags: tuple[str, ...] = ()) -> Listing:
    return Listing(doc, {code: row[0] for code, row in table.items()}, {c: row[1] for c, row in table.items()}, tags)


LISTS: dict[str, Listing] = {
    # --- invoices ---------------------------------------------------------------------------------------------------
    "fiscal.cst_icms": _coded("Tax situation of ICMS (CST), for companies of the regime normal.", {
        "00": (55, "Tributada integralmente"), "10": (8, "Tributada com cobrança do ICMS por substituição tributária"),
        "20": (8, "Com redução de base de cálculo"), "40": (5, "Isenta"), "41": (4, "Não tributada"),
        "50": (2, "Suspensão"), "51": (3, "Diferimento"), "60": (13, "ICMS cobrado anteriormente por substituição"),
        "70": (1, "Com redução de base de cálculo e cobrança por substituição"), "90": (1, "Outras"),
    }),
    "fiscal.csosn": _coded("Tax situation of ICMS for companies of the Simples Nacional (CSOSN).", {
        "101": (12, "Tributada com permissão de crédito"), "102": (55, "Tributada sem permissão de crédito"),
        "103": (4, "Isenção para faixa de receita bruta"), "201": (1, "Com crédito e cobrança por substituição"),
        "202": (2, "Sem crédito e com cobrança por substituição"), "300": (1, "Imune"), "400": (4, "Não tributada"),
        "500": (19, "ICMS cobrado anteriormente por substituição"), "900": (2, "Outros"),
    }),
    "fiscal.cst_pis_cofins": _coded("Tax situation of PIS and COFINS (CST), of sales.", {
        "01": (60, "Operação tributável com alíquota básica"),
        "02": (1, "Operação tributável com alíquota diferenciada"),
        "04": (12, "Operação tributável monofásica, revenda a alíquota zero"), "06": (14, "Alíquota zero"),
        "07": (3, "Isenta da contribuição"), "08": (3, "Sem incidência da contribuição"), "09": (1, "Suspensão"),
        "49": (6, "Outras operações de saída"),
    }),
    "fiscal.cst_ipi": _coded("Tax situation of IPI (CST), of sales.", {
        "50": (22, "Saída tributada"), "51": (18, "Saída tributável com alíquota zero"), "52": (6, "Saída isenta"),
        "53": (44, "Saída não tributada"), "54": (2, "Saída imune"), "55": (3, "Saída com suspensão"),
        "99": (5, "Outras saídas"),
    }),
    "fiscal.origem": _coded("Origin of goods, the first digit before a CST.", {
        "0": (78, "Nacional"), "1": (6, "Estrangeira, importação direta"), "2": (8, "Estrangeira, mercado interno"),
        "3": (3, "Nacional, conteúdo de importação de 40 a 70%"), "5": (2, "Nacional, conteúdo de importação até 40%"),
        "8": (3, "Nacional, conteúdo de importação acima de 70%"),
    }),
    "fiscal.modelo": _coded("Model of a fiscal document.", {
        "55": (70, "NF-e"), "65": (24, "NFC-e"), "57": (6, "CT-e"),
    }),
    "fiscal.serie": Listing("Series of a fiscal document; most companies use the first.", {"1": 88, "2": 9, "3": 3}),
    "fiscal.natureza_operacao": Listing("Nature of the operation of an invoice.", {
        "Venda de mercadoria": 52, "Venda de produção do estabelecimento": 14, "Prestação de serviço": 9,
        "Devolução de venda": 5, "Devolução de compra": 3, "Remessa para conserto": 3, "Transferência": 5,
        "Remessa em bonificação": 3, "Remessa para demonstração": 2, "Venda para entrega futura": 2,
        "Remessa para industrialização": 1, "Retorno de conserto": 1,
    }),
    "fiscal.finalidade": _coded("Purpose of an invoice.", {
        "1": (93, "Normal"), "2": (1, "Complementar"), "3": (1, "Ajuste"), "4": (5, "Devolução"),
    }),
    "fiscal.tipo_operacao": _coded("Whether goods come in or go out.", {"0": (9, "Entrada"), "1": (91, "Saída")}),
    "fiscal.indicador_ie": _coded("Whether a recipient pays ICMS.", {
        "1": (38, "Contribuinte"), "2": (6, "Contribuinte isento"), "9": (56, "Não contribuinte"),
    }),
    "fiscal.frete": _coded("Who pays the freight of an invoice.", {
        "0": (34, "Por conta do remetente (CIF)"), "1": (22, "Por conta do destinatário (FOB)"),
        "2": (1, "Por conta de terceiros"), "3": (4, "Transporte próprio do remetente"),
        "4": (2, "Transporte próprio do destinatário"), "9": (37, "Sem frete"),
    }),
    "fiscal.meio_pagamento": _coded("Means of payment of an invoice.", {
        "01": (9, "Dinheiro"), "03": (22, "Cartão de Crédito"), "04": (12, "Cartão de Débito"),
        "05": (2, "Crédito da Loja"), "15": (20, "Boleto Bancário"), "17": (29, "PIX"), "18": (4, "Transferência"),
        "90": (2, "Sem pagamento"),
    }),
    # --- people -----------------------------------------------------------------------------------------------------
    "estado_civil": Listing("Marital status.", {
        "Solteiro(a)": 43, "Casado(a)": 38, "Divorciado(a)": 7, "Viúvo(a)": 5, "União estável": 6, "Separado(a)": 1,
    }, tags=("pii.profile",)),
    "raca_cor": Listing("Colour or race, in the five categories of IBGE's census, and unknown.", {
        "Parda": 45.3, "Branca": 43.5, "Preta": 10.2, "Indígena": 0.6, "Amarela": 0.4,
    }, tags=("pii.profile",)),
    "escolaridade": Listing("Level of schooling.", {
        "Sem instrução": 4, "Fundamental incompleto": 18, "Fundamental completo": 8, "Médio incompleto": 7,
        "Médio completo": 34, "Superior incompleto": 7, "Superior completo": 17, "Pós-graduação": 4, "Mestrado": 0.8,
        "Doutorado": 0.2,
    }, tags=("pii.profile",)),
    "nacionalidade": Listing("Nationality; nearly always Brazilian.", {
        "Brasileira": 98.6, "Venezuelana": 0.4, "Haitiana": 0.2, "Portuguesa": 0.2, "Boliviana": 0.2, "Argentina": 0.1,
        "Paraguaia": 0.1, "Colombiana": 0.1, "Italiana": 0.1,
    }, tags=("pii.profile",)),
    "tipo_sanguineo": Listing("Blood group, as common as among Brazil's donors.", {
        "O+": 36, "A+": 34, "B+": 8, "AB+": 2.5, "O-": 9, "A-": 8, "B-": 2, "AB-": 0.5,
    }, tags=("pii.health",)),
    "orgao_emissor": Listing("Authority that issued an identity card.", {
        "SSP": 82, "DETRAN": 8, "PC": 4, "IFP": 3, "SDS": 1, "OAB": 0.6, "CRM": 0.3, "PF": 0.6, "MB": 0.2, "EB": 0.3,
    }),
    "cor_olhos": Listing("Colour of eyes.", {"Castanhos": 72, "Pretos": 14, "Verdes": 7, "Azuis": 5, "Mel": 2}),
    "cor_cabelo": Listing("Colour of hair.", {
        "Castanho": 50, "Preto": 33, "Loiro": 9, "Grisalho": 6, "Ruivo": 2,
    }),
    "categoria_cnh": Listing("Class of a driver's licence.", {
        "B": 50, "AB": 36, "A": 3, "C": 2, "D": 6, "AD": 2, "E": 1,
    }),
    "parentesco": Listing("How a dependant is related.", {
        "Filho(a)": 58, "Cônjuge": 24, "Companheiro(a)": 7, "Enteado(a)": 4, "Mãe": 4, "Pai": 2, "Irmão(ã)": 1,
    }),
    "deficiencia": Listing("Disability, mostly none.", {
        "Nenhuma": 94.5, "Física": 2.3, "Auditiva": 1.1, "Visual": 1.5, "Intelectual": 0.5, "Múltipla": 0.1,
    }, tags=("pii.health",)),
    # --- work, banks, places, things ----------------------------------------------------------------------------------
    "tipo_contrato": Listing("Kind of employment.", {
        "CLT": 74, "PJ": 10, "Estágio": 7, "Temporário": 4, "Aprendiz": 3, "Autônomo": 2,
    }),
    "turno": Listing("Shift.", {"Integral": 58, "Manhã": 16, "Tarde": 14, "Noite": 12}),
    "jornada": Listing("Weekly hours.", {"44h": 66, "40h": 20, "36h": 6, "30h": 5, "20h": 3}),
    "bank.tipo_conta": Listing("Kind of bank account.", {
        "Corrente": 62, "Poupança": 24, "Pagamento": 10, "Salário": 4,
    }),
    "bank.carteira": Listing("Portfolio (carteira) of bank slips.", {
        "17": 34, "109": 26, "09": 18, "101": 10, "1": 12,
    }),
    "tipo_logradouro": Listing("Type of a street.", {
        "Rua": 62, "Avenida": 20, "Travessa": 6, "Praça": 3, "Alameda": 3, "Rodovia": 3, "Estrada": 2, "Viela": 1,
    }),
    "complemento": Listing("Second line of an address.", {
        "Casa": 24, "Apto 101": 8, "Apto 202": 8, "Apto 304": 6, "Bloco A": 6, "Bloco B, Apto 12": 5, "Fundos": 10,
        "Sala 1": 5, "Sala 204": 5, "Loja 2": 5, "Sobrado": 5, "Casa 2": 7, "Galpão": 2, "2º andar": 4,
    }, tags=("pii.address",)),
    "regiao": Listing("Great region of the country.", {
        "Sudeste": 42, "Nordeste": 27, "Sul": 15, "Norte": 8, "Centro-Oeste": 8,
    }),
    "zona": Listing("Urban or rural.", {"Urbana": 87, "Rural": 13}),
    "estado_conservacao": Listing("State that a thing is in.", {
        "Novo": 18, "Ótimo": 22, "Bom": 38, "Regular": 15, "Ruim": 5, "Inservível": 2,
    }),
    "tipo_pessoa": Listing("Natural or legal person.", {"F": 70, "J": 30}),
    "sim_nao": Listing("Yes or no, as one letter.", {"S": 60, "N": 40}),
    "forma_pagamento": Listing("Way to pay.", {
        "PIX": 34, "Cartão de Crédito": 27, "Boleto": 17, "Cartão de Débito": 12, "Dinheiro": 7, "Transferência": 3,
    }),
    "condicao_pagamento": Listing("Terms of payment.", {
        "À vista": 40, "30 dias": 20, "28 dias": 8, "30/60 dias": 12, "30/60/90 dias": 10, "Entrada + 30 dias": 5,
        "15 dias": 5,
    }),
    "prioridade": Listing("Priority.", {"Baixa": 25, "Média": 48, "Alta": 22, "Urgente": 5}),
    "situacao": Listing("State of a record.", {"Ativo": 86, "Inativo": 10, "Bloqueado": 2, "Pendente": 2}),
    "situacao_pagamento": Listing("State of a payment.", {
        "Pago": 68, "Pendente": 16, "Vencido": 8, "Cancelado": 5, "Estornado": 3,
    }),
    "situacao_pedido": Listing("State of an order.", {
        "Entregue": 58, "Enviado": 12, "Em separação": 8, "Aprovado": 8, "Aguardando pagamento": 7, "Cancelado": 7,
    }),
    "unidade_medida": Listing("Unit of measure.", {
        "UN": 58, "KG": 10, "CX": 12, "PC": 8, "PCT": 4, "L": 3, "M": 2, "M2": 1, "PAR": 1, "FD": 1,
    }),
    "departamento": Listing("Department of a company.", {
        "Comercial": 20, "Administrativo": 14, "Financeiro": 11, "Produção": 15, "Logística": 11, "Tecnologia": 9,
        "Recursos Humanos": 6, "Marketing": 6, "Compras": 5, "Jurídico": 3,
    }),
}  # fmt: skip


def _builder(listing: Listing) -> Callable[[Any, Slot], Domain]:
    def build(params: Any, slot: Slot) -> Domain:
        labels = listing.names if getattr(params, "name", False) else None
        values: list[Any] = [labels[code] if labels else code for code in listing.shares]
        whole = all(code.isdigit() for code in listing.shares) and labels is None and slot.category == "integer"
        weights = [round(share * 10) for share in listing.shares.values()]
        return ChoiceDomain([int(v) for v in values] if whole else values, weights, "integer" if whole else "text")

    build.__doc__ = listing.doc
    build.__module__ = __name__
    return build


for _id, _listing in LISTS.items():
    _numeric = all(code.isdigit() for code in _listing.shares)
    generator(
        f"semantic.br.{_id}",
        params=CodeParams if _listing.names else NoParams,
        produces=("text", "integer") if _numeric else ("text",),
        tags=_listing.tags,
    )(_builder(_listing))
