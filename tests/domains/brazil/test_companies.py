"""Companies, products, streets: the sides of one row agree, and distinct ordinals are distinct."""

import numpy as np
import pytest

from datalchemy_nb.domains.bits import draw, stream_key
from datalchemy_nb.domains.brazil.addresses import Street, street_entity
from datalchemy_nb.domains.brazil.companies import CompanyName, Site, company
from datalchemy_nb.domains.brazil.products import Category, ProductName, Sku, product
from datalchemy_nb.domains.brazil.tables import read_rows
from datalchemy_nb.domains.limits import EmptyDomainError, Length
from tests.domains.brazil.brazil_checks import fold

FORMS = ("Ltda.", "Ltda. ME", "Ltda. EPP", "S.A.", "SLU")


def some(entity, count=5000):
    return entity.draw(draw(stream_key("some"), np.arange(count, dtype=np.uint64)))


class TestCompanies:
    def test_every_company_differs(self):
        everything = np.arange(company().size, dtype=np.uint64)
        for domain in (CompanyName(), CompanyName(trade=True), Site()):
            assert domain.drives
            assert domain.take(everything).n_unique() == company().size

    def test_names_and_site_agree(self):
        entity = some(company())
        legal, trade, site = (
            d.take_in(entity, entity * np.uint64(0)) for d in (CompanyName(), CompanyName(True), Site())
        )
        for name, brand, url in zip(legal, trade, site, strict=True):
            assert any(name.endswith(f" {form}") for form in FORMS)
            host = url.removeprefix("https://www.").removesuffix(".example.com")
            shown = fold(brand).replace("&", " ").replace("-", " ").split()
            assert host.split("-") == [w for w in shown if w not in {"do", "da", "de", "e"}]
            assert name.split()[0] == brand.split()[0]

    def test_all_kinds_are_drawn(self):
        names = CompanyName(True).take_in(some(company()), np.zeros(5000, dtype=np.uint64))
        assert 0.15 < names.str.contains(" & ").mean() < 0.35

    def test_short_columns_get_the_stem(self):
        entity = some(company())
        names = CompanyName().narrow(Length(0, 20)).take_in(entity, entity)
        assert names.str.len_chars().max() <= 20
        with pytest.raises(EmptyDomainError):
            CompanyName().narrow(Length(0, 1))

    def test_widened_names_are_numbered_and_distinct(self):
        domain = CompanyName().widen(10_000)
        assert domain.own_injective
        names = domain.take_in(np.zeros(10_000, dtype=np.uint64), np.arange(10_000, dtype=np.uint64))
        assert names.n_unique() == 10_000


class TestProducts:
    def test_name_category_and_sku_agree(self):
        entity = np.arange(product().size, dtype=np.uint64)
        names, categories = ProductName().take(entity), Category().take(entity)
        skus = Sku().take_in(entity, entity)
        assert names.n_unique() == product().size
        rows = {r[0]: r for r in read_rows("products.csv", ";")}
        for name, category, sku in zip(names, categories, skus, strict=True):
            row = rows[category]
            assert any(name.startswith(noun) for noun in row[2].split("|"))
            assert sku.startswith(f"{row[1]}-")
        assert len(rows) == len({r[1] for r in rows.values()}) == 20

    def test_skus_are_distinct_by_their_number(self):
        own = np.arange(20_000, dtype=np.uint64)
        assert Sku().own_injective
        assert Sku().take_in(own % np.uint64(7), own).n_unique() == 20_000
        assert Sku().narrow(Length(0, 8)).take_in(own[:3], own[:3]).to_list() == ["ELE-0000", "ELE-0001", "ELE-0002"]

    def test_more_products_than_the_catalogue_are_numbered(self):
        domain = ProductName().widen(100_000)
        own = np.arange(100_000, dtype=np.uint64)
        assert domain.take_in(own % np.uint64(product().size), own).n_unique() == 100_000
        short = ProductName().narrow(Length(0, 20))
        assert short.take_in(own[:5000], own[:5000] * np.uint64(0)).str.len_chars().max() <= 20


class TestStreets:
    def test_streets_are_distinct_and_addresses_extend_them(self):
        entity = np.arange(street_entity().size, dtype=np.uint64)
        assert Street().take(entity).n_unique() == len(entity)
        few, numbers = some(street_entity()), draw(stream_key("n"), np.arange(5000, dtype=np.uint64))
        addresses = Street(numbered=True)
        own = addresses.draw_own(numbers)
        assert int(own.max()) < addresses.own_size
        streets = Street().take_in(few, own)
        for street, address in zip(streets, addresses.take_in(few, own), strict=True):
            assert address.startswith(f"{street}, ")
            assert int(address.rsplit(", ", 1)[1]) >= 1

    @pytest.mark.parametrize("room", [40, 20, 16])
    def test_addresses_fit(self, room):
        entity = some(street_entity())
        own = np.full(len(entity), 3999, dtype=np.uint64)
        values = Street(numbered=True).narrow(Length(0, room)).take_in(entity, own)
        assert values.str.len_chars().max() <= room
