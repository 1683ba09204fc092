-- A shop: what it sells, who buys, and what follows from an order.
CREATE SCHEMA shop;
SET search_path = shop;

CREATE TABLE country (
    code char(2) PRIMARY KEY, name text NOT NULL,
    customers int NOT NULL, revenue numeric(16,2) NOT NULL, CHECK (revenue >= 0)
);
CREATE TABLE customer (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, country_code char(2) NOT NULL REFERENCES country,
    first_name text NOT NULL, last_name text NOT NULL, full_name text NOT NULL, email text NOT NULL UNIQUE,
    street text NOT NULL, city text NOT NULL, postcode text NOT NULL, registered_at timestamptz NOT NULL,
    orders int NOT NULL, lifetime_value numeric(14,2) NOT NULL, last_order_at timestamptz,
    CHECK (lifetime_value >= 0)
);
CREATE TABLE category (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent_id int REFERENCES category, name text NOT NULL,
    depth int NOT NULL, products int NOT NULL
);
CREATE TABLE product (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, category_id int NOT NULL REFERENCES category,
    sku text NOT NULL UNIQUE, name text NOT NULL, price numeric(8,2) NOT NULL, cost numeric(8,2) NOT NULL,
    launched_on date NOT NULL, attributes jsonb NOT NULL, units_sold bigint NOT NULL, CHECK (cost <= price)
);
CREATE TABLE price_history (
    product_id int NOT NULL REFERENCES product, valid_from date NOT NULL, valid_to date, price numeric(8,2) NOT NULL,
    PRIMARY KEY (product_id, valid_from), CHECK (valid_to > valid_from)
);
CREATE TABLE warehouse (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, city text NOT NULL
);
CREATE TABLE orders (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id int NOT NULL REFERENCES customer,
    number text NOT NULL UNIQUE, status text NOT NULL, placed_at timestamptz NOT NULL, paid_at timestamptz,
    shipped_at timestamptz, delivered_at timestamptz, cancelled_at timestamptz, carrier text, due_on date NOT NULL,
    ship_street text NOT NULL, ship_city text NOT NULL, ship_postcode text NOT NULL,
    lines int NOT NULL, subtotal numeric(12,2) NOT NULL, tax_rate numeric(4,3) NOT NULL, tax numeric(12,2) NOT NULL,
    freight numeric(8,2) NOT NULL, total numeric(12,2) NOT NULL, paid numeric(12,2) NOT NULL,
    has_gift boolean NOT NULL,
    CHECK (total >= 0), CHECK (paid <= total),
    CHECK (status IN ('pending', 'paid', 'shipped', 'delivered', 'cancelled')),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)), CHECK (shipped_at >= paid_at)
);
CREATE TABLE order_line (
    order_id int NOT NULL REFERENCES orders, line_no int NOT NULL, product_id int NOT NULL REFERENCES product,
    quantity int NOT NULL, unit_price numeric(8,2) NOT NULL, discount numeric(4,2) NOT NULL,
    line_total numeric(12,2) NOT NULL, gift boolean NOT NULL,
    PRIMARY KEY (order_id, line_no), CHECK (quantity > 0), CHECK (discount >= 0 AND discount < 1),
    CHECK (line_total >= 0)
);
CREATE TABLE payment (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id int NOT NULL REFERENCES orders, part int NOT NULL,
    method text NOT NULL, amount numeric(12,2) NOT NULL, received_at timestamptz,
    UNIQUE (order_id, part), CHECK (amount >= 0)
);
CREATE TABLE order_event (
    order_id int NOT NULL REFERENCES orders, step int NOT NULL, state text NOT NULL, previous text,
    entered_at timestamptz NOT NULL, left_at timestamptz, current boolean NOT NULL, PRIMARY KEY (order_id, step)
);
CREATE TABLE parcel (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id int NOT NULL REFERENCES orders, weight numeric(8,2) NOT NULL
);
CREATE TABLE parcel_line (
    parcel_id int NOT NULL REFERENCES parcel, line_no int NOT NULL, product_id int NOT NULL REFERENCES product,
    quantity int NOT NULL, PRIMARY KEY (parcel_id, line_no), CHECK (quantity > 0)
);
CREATE TABLE review (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id int NOT NULL REFERENCES orders,
    customer_id int NOT NULL REFERENCES customer, rating int NOT NULL, body text, written_at timestamptz NOT NULL,
    CHECK (rating BETWEEN 1 AND 5)
);
CREATE TABLE transfer (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, from_warehouse_id int NOT NULL REFERENCES warehouse,
    to_warehouse_id int NOT NULL REFERENCES warehouse, product_id int NOT NULL REFERENCES product,
    quantity int NOT NULL, sender text NOT NULL, receiver text NOT NULL, moved_on date NOT NULL,
    CHECK (from_warehouse_id <> to_warehouse_id), CHECK (quantity > 0)
);
CREATE TABLE note (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, about text NOT NULL, about_id int NOT NULL, body text NOT NULL,
    details jsonb NOT NULL
);
