"""What people do and when they were born."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from pydantic import Field

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.brazil.facets import Side, fits
from datalchemy_nb.domains.brazil.people import census, person, read_people
from datalchemy_nb.domains.limits import Length
from datalchemy_nb.domains.parameters import Count
from datalchemy_nb.domains.registry import Params, PersonParams, generator
from datalchemy_nb.domains.strings import gather
from datalchemy_nb.domains.temporal import DateDomain

_TITLES = (
    ("Analista Administrativo", "Analista Administrativa"), ("Analista Financeiro", "Analista Financeira"),
    ("Analista de Marketing", "Analista de Marketing"), ("Analista de Sistemas", "Analista de Sistemas"),
    ("Analista de Recursos Humanos", "Analista de Recursos Humanos"), ("Assistente Comercial", "Assistente Comercial"),
    ("Assistente Administrativo", "Assistente Administrativa"), ("Auxiliar de Escritório", "Auxiliar de Escritório"),
    ("Gerente Comercial", "Gerente Comercial"), ("Gerente de Projetos", "Gerente de Projetos"),
    ("Gerente Financeiro", "Gerente Financeira"), ("Gerente de Operações", "Gerente de Operações"),
    ("Coordenador de Vendas", "Coordenadora de Vendas"), ("Coordenador de Logística", "Coordenadora de Logística"),
    ("Supervisor de Produção", "Supervisora de Produção"), ("Supervisor de Atendimento", "Supervisora de Atendimento"),
    ("Diretor Comercial", "Diretora Comercial"), ("Diretor Financeiro", "Diretora Financeira"),
    ("Diretor de Tecnologia", "Diretora de Tecnologia"), ("Comprador", "Compradora"), ("Vendedor", "Vendedora"),
    ("Contador", "Contadora"), ("Advogado", "Advogada"), ("Engenheiro Civil", "Engenheira Civil"),
    ("Engenheiro de Produção", "Engenheira de Produção"), ("Arquiteto", "Arquiteta"),
    ("Desenvolvedor de Software", "Desenvolvedora de Software"), ("Engenheiro de Dados", "Engenheira de Dados"),
    ("Cientista de Dados", "Cientista de Dados"), ("Designer de Produto", "Designer de Produto"),
    ("Técnico em Informática", "Técnica em Informática"), ("Consultor de Negócios", "Consultora de Negócios"),
    ("Representante Comercial", "Representante Comercial"), ("Sócio-Administrador", "Sócia-Administradora"),
    ("Secretário Executivo", "Secretária Executiva"), ("Recepcionista", "Recepcionista"),
    ("Especialista em Produtos", "Especialista em Produtos"), ("Auditor", "Auditora"), ("Estagiário", "Estagiária"),
    ("Operador de Caixa", "Operadora de Caixa"),
)  # fmt: skip


class JobTitle(Side):
    """Job titles, in the gender of the row's given name."""

    def __init__(self) -> None:
        super().__init__(person(), len(_TITLES))
        self.titles = pl.Series([title for pair in _TITLES for title in pair])

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        female = census().female.take(read_people(entity).given).view(np.uint64)
        return gather(self.titles, own * np.uint64(2) + female)

    def shorten(self, limit: Length) -> Domain | None:
        lengths = self.titles.str.len_chars().to_list()
        return self if fits(limit, min(lengths), max(lengths)) else None


class AgeParams(Params):
    """How old people are on the plan's base date.

    Attributes:
        min_age: youngest, in years.
        max_age: oldest, in years.
    """

    min_age: Count = Field(default=18)
    max_age: Count = Field(default=80)


def _years_before(day: dt.date, years: int) -> dt.date:
    return day.replace(year=day.year - years, day=min(day.day, 28))


@generator("semantic.br.job_title", params=PersonParams)
def job_title(params: PersonParams, slot: Slot) -> Domain:
    """Job title (cargo), in the gender of the row's given name."""
    del params, slot
    return JobTitle()


@generator("semantic.br.birth_date", params=AgeParams, produces=("date",), tags=("pii.birth_date",))
def birth_date(params: AgeParams, slot: Slot) -> Domain:
    """Date of birth of somebody of 18 to 80 years on the plan's base date."""
    latest = _years_before(slot.base_date, params.min_age)
    return DateDomain(_years_before(slot.base_date, params.max_age), latest)
