"""What people do and when they were born."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from pydantic import Field

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.brazil.facets import Side, fits
from datalchemy_nb.domains.brazil.people import census, person, read_people
from datalchemy_nb.domains.limits import Length
from datalchemy_nb.domains.parameters import Count
from datalchemy_nb.domains.registry import Params, PersonParams, generator
from datalchemy_nb.domains.strings import gather
from datalchemy_nb.domains.temporal import DateDomain

TITLES = (
    ("Analista Administrativo", "Analista Administrativa", "252105"),
    ("Analista Financeiro", "Analista Financeira", "252545"),
    ("Analista de Marketing", "Analista de Marketing", "142335"),
    ("Analista de Sistemas", "Analista de Sistemas", "212405"),
    ("Analista de Recursos Humanos", "Analista de Recursos Humanos", "252405"),
    ("Assistente Comercial", "Assistente Comercial", "354125"),
    ("Assistente Administrativo", "Assistente Administrativa", "411010"),
    ("Auxiliar de Escritório", "Auxiliar de Escritório", "411005"),
    ("Gerente Comercial", "Gerente Comercial", "142305"),
    ("Gerente de Projetos", "Gerente de Projetos", "142520"),
    ("Gerente Financeiro", "Gerente Financeira", "142115"),
    ("Gerente de Operações", "Gerente de Operações", "141205"),
    ("Coordenador de Vendas", "Coordenadora de Vendas", "520110"),
    ("Coordenador de Logística", "Coordenadora de Logística", "141615"),
    ("Supervisor de Produção", "Supervisora de Produção", "391215"),
    ("Supervisor de Atendimento", "Supervisora de Atendimento", "420135"),
    ("Diretor Comercial", "Diretora Comercial", "123305"),
    ("Diretor Financeiro", "Diretora Financeira", "123115"),
    ("Diretor de Tecnologia", "Diretora de Tecnologia", "123605"),
    ("Comprador", "Compradora", "354205"),
    ("Vendedor", "Vendedora", "521110"),
    ("Contador", "Contadora", "252210"),
    ("Advogado", "Advogada", "241005"),
    ("Engenheiro Civil", "Engenheira Civil", "214205"),
    ("Engenheiro de Produção", "Engenheira de Produção", "214905"),
    ("Arquiteto", "Arquiteta", "214105"),
    ("Desenvolvedor de Software", "Desenvolvedora de Software", "317110"),
    ("Engenheiro de Dados", "Engenheira de Dados", "212205"),
    ("Cientista de Dados", "Cientista de Dados", "211220"),
    ("Designer de Produto", "Designer de Produto", "262420"),
    ("Técnico em Informática", "Técnica em Informática", "317205"),
    ("Consultor de Negócios", "Consultora de Negócios", "252105"),
    ("Representante Comercial", "Representante Comercial", "354705"),
    ("Sócio-Administrador", "Sócia-Administradora", "121010"),
    ("Secretário Executivo", "Secretária Executiva", "252305"),
    ("Recepcionista", "Recepcionista", "422105"),
    ("Especialista em Produtos", "Especialista em Produtos", "142330"),
    ("Auditor", "Auditora", "252205"),
    ("Estagiário", "Estagiária", "411010"),
    ("Operador de Caixa", "Operadora de Caixa", "421125"),
)  # fmt: skip
"""Titles of men and women, and their code in the classification of occupations (CBO)."""


def job_of(entity: U64) -> U64:
    """Return the index into `TITLES` of what each person does, the same in every column."""
    return mix(entity ^ np.uint64(0x0B)) % np.uint64(len(TITLES))


class JobTitle(Side):
    """Job titles, in the gender of the row's given name."""

    def __init__(self) -> None:
        super().__init__(person())
        self.titles = pl.Series([title for pair in TITLES for title in pair[:2]])

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        female = census().female.take(read_people(entity).given).view(np.uint64)
        return gather(self.titles, job_of(entity) * np.uint64(2) + female)

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
