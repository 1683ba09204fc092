-- A ledger: accounts, entries whose debits equal their credits, balances that run, and statements over them.
CREATE SCHEMA ledger;
SET search_path = ledger;

CREATE TABLE currency (
    code char(3) PRIMARY KEY, name text NOT NULL, accounts int NOT NULL, holdings numeric(18,2) NOT NULL
);
CREATE TABLE exchange_rate (
    currency_code char(3) NOT NULL REFERENCES currency, valid_from date NOT NULL, valid_to date NOT NULL,
    rate numeric(12,6) NOT NULL, PRIMARY KEY (currency_code, valid_from), CHECK (valid_to > valid_from),
    CHECK (rate > 0)
);
CREATE TABLE holder (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE,
    joined_on date NOT NULL, accounts int NOT NULL, worth numeric(18,2) NOT NULL, all_open boolean NOT NULL
);
CREATE TABLE account (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, holder_id int NOT NULL REFERENCES holder,
    currency_code char(3) NOT NULL REFERENCES currency, number text NOT NULL UNIQUE, status text NOT NULL,
    opened_at timestamptz NOT NULL, frozen_at timestamptz, closed_at timestamptz, closing_reason text,
    opening_balance numeric(12,2) NOT NULL, moved numeric(16,2) NOT NULL, balance numeric(16,2) NOT NULL,
    movements int NOT NULL, largest numeric(12,2),
    CHECK (status IN ('open', 'frozen', 'closed')), CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    CHECK (opening_balance >= 0)
);
CREATE TABLE account_event (
    account_id int NOT NULL REFERENCES account, step int NOT NULL, state text NOT NULL, previous text,
    entered_at timestamptz NOT NULL, left_at timestamptz, current boolean NOT NULL, PRIMARY KEY (account_id, step)
);
CREATE TABLE movement (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id int NOT NULL REFERENCES account,
    sequence int NOT NULL, amount numeric(12,2) NOT NULL, balance numeric(16,2) NOT NULL, booked_at timestamptz NOT NULL,
    currency_code char(3) NOT NULL, reference text NOT NULL UNIQUE, UNIQUE (account_id, sequence)
);
CREATE TABLE journal (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number bigint NOT NULL UNIQUE, posted_on date NOT NULL,
    amount numeric(12,2) NOT NULL, debits numeric(14,2) NOT NULL, credits numeric(14,2) NOT NULL,
    prepared_by text NOT NULL, approved_by text NOT NULL,
    CHECK (amount > 0), CHECK (debits >= 0), CHECK (credits <= amount), CHECK (debits <= amount)
);
CREATE TABLE debit (
    journal_id int NOT NULL REFERENCES journal, line int NOT NULL, account_id int NOT NULL REFERENCES account,
    amount numeric(12,2) NOT NULL, memo text, PRIMARY KEY (journal_id, line), CHECK (amount >= 0)
);
CREATE TABLE credit (
    journal_id int NOT NULL REFERENCES journal, line int NOT NULL, account_id int NOT NULL REFERENCES account,
    amount numeric(12,2) NOT NULL, memo text, PRIMARY KEY (journal_id, line), CHECK (amount >= 0)
);
CREATE TABLE transfer (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, from_account_id int NOT NULL REFERENCES account,
    to_account_id int NOT NULL REFERENCES account, amount numeric(12,2) NOT NULL, fee numeric(8,2) NOT NULL,
    total numeric(12,2) NOT NULL, sent_at timestamptz NOT NULL, received_at timestamptz,
    CHECK (from_account_id <> to_account_id), CHECK (total >= amount), CHECK (received_at > sent_at)
);
CREATE TABLE statement (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id int NOT NULL REFERENCES account,
    holder_id int NOT NULL REFERENCES holder, period_start date NOT NULL, period_end date NOT NULL,
    balance numeric(16,2) NOT NULL, UNIQUE (account_id, period_start), CHECK (period_end > period_start)
);
CREATE TABLE audit_entry (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, entity text NOT NULL, entity_id int NOT NULL,
    changes jsonb NOT NULL, checksum text NOT NULL
);
