-- b_lower_city: clean
create table city(id int primary key, name text not null); create unique index on city (lower(name));
create table country(id int primary key, name text not null); create unique index on country (lower(name));
-- b_nan: clean
create table t(id int primary key, a numeric(10,2) check (a <> 'NaN'), b float8 check (b <> 'Infinity'), c numeric check (c < 'Infinity' and c <> 'NaN'::numeric), d timestamp check (d < 'infinity'), e date check (e <> '-infinity'));
-- b_regex: clean
create table t(id int primary key, a text check (a ~ '^(?=.*[0-9])[a-z0-9]{8}$'), b text check (b ~ '\mfoo\M'), c text check (c ~ '^\w+\y\s?\w*$'), d text not null check (d !~ '(?!x)y'), e text not null check (e ~ '^[[:alpha:]]{3}(?<=c)$'), f text check (f ~ '(a)\1'), g text check(g ~* '^[A-Z]{2}\d{3}$'), h text check (h ~ '***:^abc'));
-- b_ranges: clean
create table t(id int primary key, issued date, span daterange, check (lower(span) = issued), check (not isempty(span)));
-- b_trunc_time: clean
create table t(id int primary key, d date, t time not null, check (date_trunc('month', d) = d or t between time '08:00' and time '18:00'));
-- c_fk_in: clean
create table p(id int primary key, n text); create table t(id int primary key, class_id int not null references p, check (class_id in (1,2)));
-- c_fk_ne: clean
create table p(code text primary key); create table t(id int primary key, c text not null references p check (c <> 'abc'));
create table q(id int primary key); create table u(id int primary key, f int not null references q check (f % 2 = 0));
create table r(code varchar(6) primary key); create table v(id int primary key, f varchar(6) references r check (f::int between 1 and 5));
-- c_first_row: clean
create table t(id int primary key, kind int not null, area numeric, check (id <> 1 or (kind = 3 and area is null)));
-- c_pk_order: clean
create table t(a int, b int, primary key (a,b), check (a < b)); create table u(a int, b int, primary key (a,b), check (a <> b));
create table p(id int primary key); create table w(a int references p, b int references p, primary key (a,b), check (a < b));
create table w2(a int references p, b int references p, primary key (a,b), check (a <> b));
-- c_within_fk: clean
create table p(a int, b int, primary key(a,b)); create table t(id int primary key, fk39 int not null, fk40 int not null, foreign key (fk39, fk40) references p, check (fk40 >= fk39));
-- c_cls: clean
create table cls(code varchar(8) primary key, id int unique check (id in (1,2,3,4))); create table t(id int primary key, c int not null references cls(id)); create table t2(id int primary key, c varchar(8) not null references cls);
-- c_sku: clean
create table t(sku varchar primary key check (sku ~ '^[A-Z]{3}-[0-9]{5}$')); create domain dd as text check (value ~ '^[a-z]{6}$'); create table t2(k dd primary key); create table t3(k text primary key check (length(k) between 4 and 9)); create table t4(k int primary key check (k > 0 and k < 100000)); create table t5(a text, b text, primary key (a,b), check (a ~ '^[a-z]{6}$'), check (b <> ''));
-- d_num_nonnulls: clean
create table t(id int primary key, a int, b int, c int, k text, check (k = 'x' or num_nonnulls(a,b,c) = 1), check (k <> 'y' or (case when a is null then 0 else 1 end + case when b is null then 0 else 1 end) = 1));
-- d_literals: clean
create table t(id int primary key, kind text not null, state text, n int, check ((kind = 'A' and n > 3) or (kind = 'B' and state = 'open') or (kind = 'C' and length(state) = n)));
-- d_case_when: clean
create table t(id int primary key, c text, p int, check (case when c = 'x' then p > 10 else true end), q text, check (case when lower(q) = 'abc' then p is not null else true end));
-- d_trim: clean
create table t(id int primary key, x text not null check (length(trim(x)) > 10), y text check (length(btrim(y)) > 0), z varchar(20) check (char_length(trim(both from z)) between 3 and 8));
-- d_bytea: clean
create table t(id int primary key, h bytea check (octet_length(h) = 32), k bytea not null check (length(k) = 16), m bytea check (length(m) <= 8), n text check (octet_length(n) = 10));
-- d_upper_any: clean
create table t(id int primary key, kind text not null check (upper(kind) = any (array['A','B','CC'])), k2 text check (lower(k2) in ('x','y')), k3 text check (k3 = any ('{A,B}'::text[])), k4 text not null check (upper(k4) = k4));
-- d_arith: clean
create table t(id int primary key, x text not null, n int, a int, b int, s timestamptz, e timestamptz, check (x::int between 1 and 50), check (n * 2 < 10), check (a - b between -100 and 100), check (e - s <= interval '4 hours' and e > s));
-- d_months: clean
create table t(id int primary key, d1 date not null, d2 date not null, check (d2 >= d1 + interval '1 month')); create table u(id int primary key, born date not null, hired date not null, check (hired >= born + interval '18 years'));
-- d_char: clean
create table t(id int primary key, c char(5) check (c ~ '^[A-Z]{5}$'), d char(8) not null check (d ~ '^[a-z]{3} *$'), e char(4) check (length(e) >= 2));
-- d_gen_check: clean
create table t(id int primary key, a int not null, b int not null, c int generated always as (a + b) stored check (c between 1 and 100), d int generated always as (a * 2 + 1) stored);
-- d_gen_overflow: clean
create table t(id int primary key, c int not null, d int generated always as (c * 2 + 1) stored, e smallint, f smallint generated always as (e * 10) stored, g numeric(6,2) , h numeric(6,2) generated always as (g * 3) stored);
-- d_contradiction: refused
create table t(id int primary key, a int, b int, check ((a is null) = (b is null)), check (num_nonnulls(a,b) = 1));
-- e_part_none: refused
create table t(id int, d date not null, v text, primary key (id, d)) partition by range (d);
-- e_part_expr: clean
create table t(id int, ts timestamp not null) partition by range (date_trunc('month', ts)); create table t1 partition of t for values from ('2025-01-01') to ('2026-01-01'); create table u(id int, c text not null) partition by list (lower(c)); create table u1 partition of u for values in ('ab','cd');
-- e_exclude_two: clean
create table t(id int primary key, room int not null, starts timestamptz not null, ends timestamptz not null, check (starts < ends), exclude using gist (tstzrange(starts, ends) with &&)); 
create table u(id int primary key, s date not null, e date not null, exclude using gist (daterange(s, e, '[]') with &&));
-- e_uix: clean
create table t1(id int primary key, x text not null); create unique index on t1 (lower(trim(x)));
create table t2(id int primary key, doc jsonb not null); create unique index on t2 ((doc->>'id'));
create table t3(id int primary key, flag boolean not null); create unique index on t3 ((case when flag then 1 end));
create table t4(id int primary key, ts timestamp not null); create unique index on t4 (date_trunc('hour', ts));
create table t5(id int primary key, x text not null); create unique index on t5 (md5(x));
create table t6(version text); create unique index on t6 ((version is not null));
create table t7(id int primary key, a text not null, b int not null); create unique index on t7 (lower(a), b);
-- e_circle: clean; only nulls: site.main_door
create table site(id int primary key, parent int references site, main_door int); create table door(id int, site_id int not null references site, primary key (site_id, id)); alter table site add foreign key (id, main_door) references door(site_id, id);
-- e_link: clean
create table party(id int primary key, kind text not null check (kind in ('p','o')), unique (id, kind)); create table person(id int primary key, kind text not null default 'p' check (kind='p'), foreign key (id,kind) references party(id,kind)); create table org(id int primary key, kind text not null default 'o' check (kind='o'), foreign key (id,kind) references party(id,kind)); create table emp(person_id int references person, org_id int references org, primary key (person_id, org_id));
-- e_seq: clean
create sequence s; create table t(id bigint primary key default nextval('s'), code text not null default ('C' || nextval('s'::regclass)));
-- x_types: refused
create table t(id int primary key, m money, x xml, o oid, r regclass, x8 xid8, tsv tsvector, pt point, bits bit(8), vb varbit(5), pl pg_lsn, ci circle, tz timetz, i interval check (i > interval '1 hour'), arr int[] , rng int4range, mr int4multirange, nm name);
create table t2(id int primary key, m money not null, o oid not null, r regclass not null, x8 xid8 not null, x xml not null, rt regtype not null, jp jsonpath not null, b box not null);
create type fr as range (subtype = float8); create table t3(id int primary key, f fr not null, u fr);
-- r_order_branch: clean
create table x(id int primary key, tier text not null, price numeric(10,2) not null, promotion numeric(10,2) not null, check (promotion <= price), check (tier <> 'free' or price = 0));
create table t1(kind text not null, a int not null, b int not null, c int not null, check (a <= b and b <= c), check (kind <> 'z' or b = 5), check (kind in ('x','y','z')));
create table t2(kind text not null check (kind in ('x','y','z')), a date not null, b date not null, c date not null, check (a <= b and b < c), check (kind <> 'z' or c = '2024-01-01'), check (kind <> 'y' or a = '2025-01-01'));
create table t3(kind text not null check (kind in ('x','y','z')), starts timestamptz, ends timestamptz, check (starts < ends), check (ends - starts <= interval '4 hours'), check (kind <> 'z' or ends is null), check (kind <> 'y' or starts = '2024-05-05 10:00+00'));
-- r_difference_branch: clean
create table t(kind text not null check (kind in ('x','y','z')), a int not null, b int not null, check (a - b between -10 and 10), check (kind <> 'z' or a = 500), check (kind <> 'y' or b in (3,7)));
create domain t1 as integer check (value > 3 or value = -1);
create table u(owner numeric, starts varchar(4) not null, created t1, check (created - owner between -100 and 100));
create unique index on u (owner) where upper(starts) = starts;
-- r_equation_bound: clean
create table t1(price int not null, qty int not null, total int not null, check (total = price*qty), check (total <= 1000));
create table t2(price int not null, qty int not null, total int not null, check (total between 5 and 1000), check (total = price+qty));
create table t3(price numeric(10,2) not null, qty numeric(4,2) not null, total numeric(10,2) not null, check (total = price*qty));
create table t4(price numeric(10,2) not null, qty int not null, total numeric(6,2) not null, check (total = price*qty));
create table t5(kind text not null check (kind in ('x','y','z')), gross numeric(8,2) not null, fee numeric(8,2) not null, net numeric(8,2) not null, check (gross = net + fee), check (kind <> 'z' or fee = 0), check (kind <> 'y' or net = 0), check (gross > 0), check (fee <= gross));
-- r_null_branch: clean; only nulls: t.a
create table t(a int, b int, c text, check (a is null), check ((a is null) <> (b is null)), check (b > 3 or a = 3));
-- r_order_link: clean
create table p(id int primary key); create table t(f int not null references p, b int not null check (b <= 1020), check (f <= b));
create table u(f int not null references p, b int not null check (b <= 1020), k text not null check (k in ('x','y')), check (f > b), check (k <> 'x' or b = 1010));
-- r_computed_branch: clean
create table t(kind text not null check (kind in ('x','y','z')), a int not null, b int generated always as (a * 2) stored, c int not null, check (c >= b), check (kind <> 'z' or a = 500), check (kind <> 'y' or c in (3,7)));
-- r_upper_key_lower_index: clean
create table t(a int not null, b varchar(4) not null, primary key (a, b), check (upper(b) = b)); create unique index on t (lower(b));
-- r_asked_texts: clean
create table p0(id text primary key); create table t0(a text not null references p0, check (a ~ '^[A-Z]{2}[0-9]{2}$'));
create table p1(id varchar(20) primary key); create table t1(a varchar(20) not null references p1, check (a ~ '^[a-z]+$'));
create table p2(id text primary key); create table t2(a text not null references p2, check (a like 'A%'));
create table p4(id text primary key); create table t4(a text not null references p4, check (a ilike '%a%'));
create table p5(id text primary key); create table t5(a text not null references p5, check (a ~ '^(?=.*[0-9])[a-z0-9]{4}$'));
create table p7(id text primary key); create table t7(a text not null references p7, check (left(a, 1) = 'A'));
create table p8(id varchar(20) primary key); create table t8(a varchar(20) not null references p8, check (strpos(a, '@') > 1));
create table p9(id date primary key); create table t9(a date not null references p9, check (a <= current_date - interval '18 years'));
-- r_left: clean
create table t(a text not null, b varchar(20), check (left(a, 1) = 'A'), check (left(b,2)='xy'), c text unique check (left(c,3) = 'abc'));
-- r_documents: clean
create table t(a jsonb not null check (a ? 'id'), b jsonb check (b ? 'x' and b ? 'y'), c jsonb not null check (jsonb_typeof(c -> 'n') = 'number'), d jsonb check (jsonb_typeof(d) = 'object' and d ? 'id'));
-- r_link_under_expression: clean
create table p11(id int primary key, n text unique); create table t11(a int not null references p11, b text references p11(n)); create unique index on t11 (lower(b)); create unique index on t11 (md5(a::text));
create table p12(id text primary key); create table t12(k int not null, a text not null references p12); create unique index on t12 (k, upper(a));
-- r_look_ahead: clean
create table t(a text not null check (a ~ '^(?=.*[A-Z])(?=.*[0-9])(?!.*x)[A-Za-z0-9]{8,12}$'));
-- r_cut_moments: clean
create table t(a timestamp not null check (date_trunc('hour', a) = a), b timestamptz not null check (date_trunc('minute', b) = b), c date check (date_trunc('day', c) = c), d timestamp check (date_trunc('day', d) = d and d > '2024-01-01'), check (a < d), e timestamptz unique check (date_trunc('hour', e) = e));
-- r_made_of_its_own_rows: refused
create domain t0 as text check (value ~ '^[a-z]+$');
create table t(price t0 not null, score t0 not null, price_0 t0, score_0 t0, primary key (price, score), unique (price_0, score_0), unique (score_0), check (price_0 is not null or score_0 is not null), check (left(score_0, 1) = 'A' or upper(price) = any (array['A', 'B']) or price_0 = any ('{A,B}'::text[])));
alter table t add foreign key (price_0, score_0) references t (price, score);
create unique index on t (lower(trim(score_0)));
-- r_nulls_alike_under_a_check: clean
create table item(note integer not null, total numeric(8,2), check (note - 0 <= 10), unique nulls not distinct (note, total));
-- r_asked_by_partitions: clean
create table a(id int primary key); create table payment(id int not null, a_id int not null, day date not null, amount numeric(5,2) not null) partition by range (day);
create table payment_1 partition of payment for values from ('2025-01-01') to ('2025-07-01'); create table payment_2 partition of payment for values from ('2025-07-01') to ('2026-01-01');
alter table payment_1 add foreign key (a_id) references a(id); alter table payment_2 add foreign key (a_id) references a(id);
create table m(id int not null, k text, day date not null, unique (id, day)) partition by range (day);
create table m1 partition of m for values from ('2025-01-01') to ('2025-07-01'); create table m2 partition of m for values from ('2025-07-01') to ('2026-01-01');
alter table m1 add check (k = 'x'); alter table m2 add check (k in ('y', 'z')); create unique index on m1 (id); alter table m1 alter k set not null;
create table b(id int primary key, name text unique);
create table n(id int primary key, b_id int, b_name text) partition by hash (id);
create table n1 partition of n for values with (modulus 2, remainder 0); create table n2 partition of n for values with (modulus 2, remainder 1);
alter table n1 add foreign key (b_id) references b; alter table n1 add foreign key (b_name) references b(name);
-- r_key_to_a_partition: clean; only nulls: d.m_id, d.day
create table m(id int not null, day date not null, primary key (id, day)) partition by range (day);
create table m1 partition of m for values from ('2025-01-01') to ('2025-07-01'); create table m2 partition of m for values from ('2025-07-01') to ('2026-01-01');
create table c(id int primary key, m_id int not null, "on" date not null, foreign key (m_id, "on") references m1(id, day)); create table d(id int primary key, m_id int, day date, foreign key (m_id, day) references m2(id, day));
-- r_own_keys_under_checks: clean; only nulls: t5.s0, t5.n0
create table t1(a text, b varchar(20), pa text, pb varchar(20), primary key (a, b), foreign key (pa, pb) references t1, check (pb ~ '^[a-z]+$'));
create table t2(id int primary key, up int not null references t2, check (up % 2 = 0));
create table t3(a bigint, d date, a0 bigint, d0 date, a1 bigint, d1 date, primary key (a, d), foreign key (a0, d0) references t3, foreign key (a1, d1) references t3, check (d0 <= d1));
create table t4(code bigint, n int, r int, n0 int, r0 int, n1 int, r1 int, primary key (n, r), foreign key (n0, r0) references t4, foreign key (n1, r1) references t4, check (n0 is null or n0 > 1), check (r1 is not null or n0 is null));
create table t5(s varchar(20), n int, s0 varchar(20), n0 int, primary key (s, n), foreign key (s0, n0) references t5, unique (s0, n0), check (s0 <> ''), check (num_nonnulls(s0, n0) <= 1));
create table t6(id int primary key, up int references t6, check (up <> id), check (up < 1000000), check (abs(up - id) > 1));
-- r_null_where_nothing_else_holds: clean; only nulls: u.b, u.c
create table p(id int primary key, n text); create table t(id int primary key, f int references p, g int references p, check (f > 2000000000), check (g = -1));
create table u(id int primary key, a text, b text check (b = 'x' and upper(b) = any (array['A', 'B'])), c int check (c > 5 and c < 3), check (a is null or a ~ '^[a-z]+$'));
-- r_triggers_that_raise: clean
create table t(id int primary key, name text not null, slug text, updated_at timestamptz, low int not null, high int not null, kind varchar(9) not null);
create function t_touch() returns trigger language plpgsql as $$ begin new.updated_at = now(); new.slug := lower(new.name); return new; end $$;
create function t_guard() returns trigger language plpgsql as $$ begin if new.low > new.high then raise exception 'low above high'; elsif new.kind not in ('a', 'b') then raise exception 'kind %', new.kind; end if; return new; end $$;
create trigger touch before insert or update on t for each row execute function t_touch(); create constraint trigger guard after insert on t deferrable initially immediate for each row execute function t_guard();
-- r_names_in_capitals: clean
create table ledger(id bigint generated by default as identity primary key, owner char(5) not null, check (upper(owner) = owner));
-- r_nulls_alike_are_no_exit: clean
create table t(state char(5) not null, body timestamp, place2 text, unique nulls not distinct (body, state, place2), unique (state, place2));
-- r_null_by_its_key_and_asked_for: refused
create table site(id int primary key, main_door int); create table door(id int, site_id int not null references site, primary key (site_id, id)); alter table site add foreign key (id, main_door) references door(site_id, id);
create unique index on site (coalesce(main_door, 0));
-- r_null_by_its_key_twice_in_an_index: clean; only nulls: site.main_door
create table site(id int primary key, main_door int); create table door(id int, site_id int not null references site, primary key (site_id, id)); alter table site add foreign key (id, main_door) references door(site_id, id);
create unique index on site (coalesce(main_door, 0), main_door);
-- r_a_key_is_null_as_a_whole: clean; only nulls: s.kind_0
create table r(kind bigint, note varchar(20), primary key (kind, note)); create table s(level varchar(20), note_0 varchar(20), kind_0 bigint, check (lower(level) in ('a', 'b')), unique nulls not distinct (level, note_0), foreign key (kind_0, note_0) references r(kind, note)); create unique index on s (kind_0, level, note_0) where strpos(note_0, '@') > 1;
-- r_predicate_overflows: clean
create table site(total integer, email timestamptz not null, unique (email, total)); create unique index on site (total) where total * 2 + 1 < 1000;
-- r_absolute_beside_an_order: clean
create table priced(id serial primary key, price integer not null, gap numeric(8,2), check (abs(price) <= 1000), check (id <= price), check (1.5 > abs(gap - 3)));
-- r_one_kind_of_a_key_is_kept: refused
create table person(quantity int not null check (quantity in (1, 2)), valid text not null, primary key (quantity, valid)); create table site(q int not null, v text not null, id int primary key, check (q % 2 = 0), check (q > 5 or q = -1), foreign key (q, v) references person(quantity, valid));
-- r_a_value_and_no_value: refused
create table t(id int primary key, total text, check (total is null), check (total is not null));
-- r_no_value_and_a_value: refused
create table t(id int primary key, total text, check (total is not null), check (total is null));
-- r_null_tests_of_what_is_never_null: clean
create table person(id bigint generated by default as identity primary key, doc jsonb not null, check (id is null or doc is null or id > 5 or id = -1));
-- r_a_kind_beside_a_key_to_own_rows: clean
create table batch(id serial primary key, above int references batch, kind varchar(20) not null, amount numeric(8,2) not null, check ((kind = 'open' and above <> 5) or (kind = 'closed' and amount is null)));
-- r_a_kind_in_a_unique_set: clean
create table account(id bigint generated by default as identity primary key, above bigint references account, hired varchar(4) not null, part text, score int not null, check ((hired = 'A' and part is not null) or (hired = 'B' and above is not null) or (hired = 'C' and score is not null))); create unique index on account (part, hired, score) where part is not null;
-- r_a_key_is_partly_null: clean
create table lesson(hash varchar(4), price smallint, unique (hash, price)); create table taught(id int primary key, note int not null, hash_0 varchar(4), price_0 smallint, check ((hash_0 is null) <> (price_0 is null)), unique (hash_0, price_0), foreign key (hash_0, price_0) references lesson(hash, price));
-- r_one_of_a_key_is_there: clean
create table hub(note int not null, valid int not null, primary key (note, valid), note_0 int, valid_0 int, foreign key (note_0, valid_0) references hub(note, valid), check (num_nonnulls(note_0, valid_0) = 1));
-- r_a_kind_beside_a_key_to_others: clean
create table person(id text primary key); create table account(id int primary key, person_0 text references person, token text not null, check ((token = 'open' and person_0 <> '') or (token = 'closed' and person_0 like 'A%')));
-- r_no_value_but_none: clean; only nulls: parcel.quantity
create table parcel(id int primary key, quantity text, sent timestamptz, check (quantity ~ '^\d{1,3}$' and quantity::int < 100), check ((quantity = 'A' and strpos(quantity, '@') > 1) or (quantity = 'B' and sent is not null) or (quantity = 'C' and sent is null)));
-- r_the_other_column_of_a_key_is_null: clean
create table account(day date, made text, primary key (day, made)); create table vote(id serial primary key, day_0 date, made_0 text, parent time, check (made_0 ~ '^[a-z]+$'), check ((made_0 is null) <> (parent is null)), unique nulls not distinct (day_0), foreign key (day_0, made_0) references account(day, made));
-- r_one_branch_of_a_choice_is_offered: clean
create table kind(id serial primary key, name text); create table thing(id int primary key, kind_0 int not null references kind, check (kind_0 > 300 or kind_0 = -1));
-- r_similar_to_what_may_be_long: clean
create table t(id text primary key, hash int, check (id similar to '(a|b)%')); create table u(id int primary key, payload varchar(4) not null check (payload similar to '(a|b)%'));
-- r_the_greatest_of_two_keys_to_own_rows: clean
create table account(id int primary key, above int references account, before int references account, check (greatest(above, before) > 3));
-- r_a_predicate_over_a_domain_overflows: clean
create domain above_five as integer check (value > 5); create table item("User" text not null, place varchar(4) not null check (place in ('A', 'B')), item above_five not null, primary key (place, item)); create unique index on item ("User") where item * 2 + 1 < 1000; create unique index on item (upper(place));
-- r_values_that_differ_in_case_alone: clean
create table batch(id varchar(12) primary key, above varchar(12) references batch check (above = any ('{A,B}'::text[]))); create table part(made int, batch varchar(12) references batch check (lower(batch) in ('a', 'b'))); create unique index on batch (lower(id));
-- r_whole_numbers_among_decimals: clean
create table t(id int primary key, amount numeric(8, 2) not null, kind text not null check (kind in ('a', 'b')), check (amount in (1.25, 1, 10)));
-- r_case_is_told_apart_after_a_pattern: clean
create table class(id serial primary key, name text not null check (name ~ '^[[:alnum:]_]{3}$')); create unique index on class (lower(name));
-- r_any_text_with_a_letter: clean
create table class(id serial primary key, name text not null unique check (name ~ '[[:alnum:]_]'), mark text check (mark ~ '\S')); create unique index on class (lower(name));
-- r_texts_of_one_length: clean
create table session(id serial primary key, token varchar(32) not null check (length(token) = 32), code varchar(9) unique check (length(code) = 9));
-- r_a_key_to_a_list_most_rows_stay_out_of: clean
create table kind(id smallint unique check (id in (1, 2, 3, 4)), name text primary key); create table orders(id serial primary key, kind_id int not null references kind(id), note text);
-- r_amounts_that_are_numbers: clean
create table line(id serial primary key, amount numeric not null check (amount <> 'NaN'), rate numeric(8, 2) check (rate < 'Infinity'));
-- r_one_of_two_keys_is_no_exit: clean
create table shelf(code text not null, level bigint not null check (level in (5, 9)), primary key (code, level)); create table box(id int primary key, code_1 text, level_1 bigint, unique (code_1, level_1), unique nulls not distinct (level_1), foreign key (code_1, level_1) references shelf(code, level));
-- r_a_later_key_takes_the_exit: clean
create table vote(born int not null check (born between 6 and 10), account varchar(20) not null, primary key (account, born)); create table item(id uuid primary key, born_0 int, account_0 varchar(20), item_1 uuid references item, kind text, unique (account_0, born_0), unique (born_0), foreign key (account_0, born_0) references vote(account, born)); create unique index on item (coalesce(born_0, 0), item_1);
create table kind(id int primary key check (id <= 5)); create table thing(kind_0 int references kind, note text, unique (kind_0), check (kind_0 is not null));
-- r_a_key_and_none_of_it: clean
create table site(id int primary key, main int references site); create unique index on site (coalesce(main, 0), main, id);
-- r_a_condition_beside_what_a_key_counts: clean
create table parcel(kind boolean not null, ends smallint, score numeric(12,4), check (score in (0.5, 1, 2.25)), check (greatest(ends, score) > 3), unique (kind, ends));
-- r_the_first_of_several_is_null: clean
create table org(id serial primary key, name text); create table toolbar(id bigserial primary key, org int references org, below int references org, "user" text, label text not null, check ((org is not null and coalesce(below::text, "user") is null) or (below is not null and coalesce(org) is null)), check (coalesce("user", label) is not null and not (greatest(id, org) is null)));
-- r_bounds_that_are_expressions: clean
create table line(id serial primary key, qty numeric, allocated numeric check (allocated * -1 between least(0, qty) and greatest(qty, 0)), price numeric(10, 2) not null, total numeric(10, 2) not null check (total <= price * 2 and total >= price / 2), starts date, ends date, seen date check (seen between least(starts, ends) and greatest(starts, ends)));
create table tariff(id int primary key, lo int not null, hi int not null, x int not null, y bigint not null, check (x >= least(lo, hi)), check (y <= greatest(lo, hi) + x), check (x - 3 * y <= lo));
-- r_bounds_below_the_usual: clean
create table account(id int primary key, balance numeric(10, 2) not null check (balance <= 0), owed int check (owed < 1), none int not null check (none >= 0 and none <= 0), kind text not null, delta int not null, check ((kind = 'in' and delta >= 0) or (kind = 'out' and delta <= 0)));
-- r_texts_read_as_another_type: clean
create table frequency(trip text not null, start_time text not null check (start_time::interval = start_time::interval), end_time text check (end_time::interval > interval '0'), on_day varchar(10) not null check (on_day::date is not null), amount text check (amount::numeric > 0), seat varchar(4) unique check (seat::int > 0), ref text check (ref::uuid = ref::uuid), primary key (trip, start_time));
-- r_a_trigger_brings_a_key_into_its_form: clean
create table thing(id int primary key, code text not null unique, email varchar(80) unique, region text not null, num int not null, unique (region, num)); create function brought() returns trigger language plpgsql as $$ begin new.code := upper(trim(new.code)); new.email := lower(new.email); new.region := coalesce(new.region, 'north'); return new; end $$; create trigger bring before insert on thing for each row execute function brought();
-- r_types_of_one_character: clean
create table t(c "char" unique, n name primary key, d "char" not null);
-- r_a_part_of_a_key_has_few_values: clean
create table p1(s bigint not null check (s in (5, 9)), q text not null, primary key (q, s)); create table c1(q text, s bigint, unique nulls not distinct (s), foreign key (q, s) references p1(q, s));
create table p2(s bigint not null check (s in (5, 9)), q text not null, primary key (q, s)); create table c2(q text, s bigint, pos int not null, unique (s, pos), foreign key (q, s) references p2(q, s));
create table p3(s text not null, q int not null, primary key (s, q)); create table c3(q int not null, s text not null, foreign key (s, q) references p3(s, q)); create unique index on c3 (md5(s)); create table d3(q int, s text, foreign key (s, q) references p3(s, q)); create unique index on d3 (coalesce(s, '')); create table e3(q int not null, s text not null, foreign key (s, q) references p3(s, q)); create unique index on e3 (left(s, 8));
create type mood as enum ('sad', 'ok', 'glad'); create table p4(m mood not null, q int not null, primary key (m, q)); create table c4(m mood not null, q int not null, n smallint not null, unique (m, n), foreign key (m, q) references p4(m, q));
create table p5(id text primary key, day timestamp not null unique); create table c5(d timestamp not null references p5(day)); create unique index on c5 (date_trunc('month', d)); create table d5(f text not null references p5); create unique index on d5 (upper(f));
-- r_part_of_a_key_to_its_own_table: clean
create table t1(place text not null, email date not null, place_1 text, email_1 date, primary key (place, email), foreign key (place_1, email_1) references t1(place, email)); create unique index on t1 (coalesce(place_1, ''));
create table t2(a text not null, b int not null, a_1 text, b_1 int, primary key (a, b), foreign key (a_1, b_1) references t2(a, b)); create unique index on t2 (md5(a_1));
-- r_dates_beside_keys_that_give_way: clean
create table route(made int not null, day date not null, made_0 int, day_0 date, made_1 int, day_1 date, primary key (made, day), foreign key (made_0, day_0) references route(made, day), foreign key (made_1, day_1) references route(made, day), check (day_1 < day_0 and day_0 < day_1 + 10));
-- r_texts_that_are_values_in_postgresql: clean
create table room(id int primary key, kind text not null, host inet, stays interval not null, open daterange not null, seats int4range, spans tstzrange, doc jsonb, tags text[], parent int references room, check (kind = 'a' and family(host) = 4 or kind = 'b' and masklen(host) = 32 or stays > interval '0' and parent is not null), check (kind <> 'a' or lower(open) >= '2020-01-01' or id > 3), check (lower(seats) >= 0 or parent is null), check (upper(spans) > lower(spans) or kind = 'x' or parent is null), check (id % 2 = 0 or doc ? 'id' or parent is null), check (kind <> 'b' or array_position(tags, null) is null));
-- r_values_of_persons_under_an_expression: clean
create table person(name text not null, email varchar(60) not null, phone varchar(20) not null); create unique index on person (lower(trim(email))); create unique index on person (left(phone, 8)); create unique index on person (md5(name));
-- r_texts_that_hold_conditions_no_construction_has: clean; only nulls: t2.up
create domain mail as text check (strpos(value, '@') > 1);
create table t1(label mail unique check (length(trim(label)) > 0), code text unique check (lower(code) in ('a', 'b') and upper(code) = any (array['A', 'B'])), short varchar(20) unique not null check (octet_length(short) <= 4 and left(short, 1) = 'A'), word text check (word ilike '%a%' and word ~ '^(?=.*[0-9])[a-z0-9]{4}$'));
create table t2(id int primary key, up mail, kind varchar(20) not null, flag boolean, check (up = 'A' and flag is not null or up = 'B' and id > 0), check (kind = 'low' and id <> 0 or kind = 'mid' and kind ~ '^\d{1,3}$' and kind::int < 100 or kind = 'high' and flag is not null));
-- r_another_row_is_not_another_value: clean
create table node(code text not null check (code in ('a', 'b', 'c')), place int not null, code_1 text, place_1 int, primary key (code, place), foreign key (code_1, place_1) references node(code, place), check (code <> code_1));
-- r_rows_of_the_table_ask_for_a_part_of_its_key: clean
create table t(note int not null check (note in (1, 5, 9)), state int not null, note_1 int, state_1 int, primary key (note, state), unique (note_1), foreign key (note_1, state_1) references t(note, state));
-- r_rows_above_are_tried_until_one_fits: clean; only nulls: lesson.name_0, lesson.hash_0
create table vote(score varchar(20) not null, payload text not null, score_0 varchar(20), payload_0 text, primary key (score, payload), foreign key (score_0, payload_0) references vote(score, payload), check (score_0 not like '% %'), check (length(score) >= length(score_0)));
create table lesson(name smallint not null check (name in (1, 2, 3)), hash text not null, name_0 smallint, hash_0 text, primary key (name, hash), foreign key (name_0, hash_0) references lesson(name, hash), check (name_0 - name between -100 and 100), check (not (name_0 is not null and hash_0 is not null)));
create table parcel(id varchar(12) primary key, above varchar(12) references parcel, item float check (item > 0), check (length(above) >= length(id)), check (num_nonnulls(item, above) = 1));
-- r_every_row_has_a_row_above: clean
create table asset(id bigserial primary key, above bigint references asset check (above is not null), state text not null, next bigint references asset, check (state = 'open' and next is not null or state = 'closed' and id is null));
-- r_a_null_that_a_later_condition_forbids: refused
create domain kind as text check (lower(value) in ('a', 'b')); create table asset(id int primary key, born kind, check (born = 'x' and born is not null));
-- r_even_numbers_below_one_that_counts: refused
create table item(id varchar(12) primary key, note int unique, item smallint not null check (item >= 1), check (item <= note), check (item % 2 = 0));
-- r_a_key_to_a_wider_type: clean
create table p(code text primary key); create table c(id int primary key, p_code varchar(4) not null references p); create table q(id bigint primary key); create table d(id int primary key, q_id smallint not null references q);
create domain large as int check (value > 20); create domain short as text check (length(value) <= 4); create table e(id int primary key, q_id large references q, p_code short references p, p_2 short not null references p);
-- r_a_key_to_a_type_with_no_such_value: refused
create table p(id bigint primary key check (id > 100000)); create table c(id int primary key, p_id smallint not null references p);
-- r_a_key_that_may_be_null_finds_no_row: clean; only nulls: d.state_0, d.valid_0
create table p(valid varchar(20) not null, state date not null, primary key (state, valid), check (lower(valid) in ('a', 'b'))); create table c(id int primary key, state_0 date, valid_0 varchar(20) check (upper(valid_0) = any (array['A', 'B'])), foreign key (state_0, valid_0) references p(state, valid)); create table d(id int primary key, state_0 date, valid_0 varchar(20) check (valid_0 = any ('{x,y}'::text[])), foreign key (state_0, valid_0) references p(state, valid));
-- r_two_keys_to_other_values_of_the_own_table: clean
create table node(x int not null check (x in (1, 2, 3)), y text not null, p_x int, p_y text, q_x int, q_y text, primary key (x, y), foreign key (p_x, p_y) references node, foreign key (q_x, q_y) references node, check (x <> p_x), check (p_x <> q_x), check (y < q_y));
-- r_names_of_places_in_any_case: clean
create table city(id int primary key, name varchar(60) not null, uf char(2)); create unique index on city (lower(name)); create table state(id int primary key, nome text, code varchar(3) not null); create unique index on state (lower(code)); create table municipio(id int primary key, nome text, uf char(2) not null); create unique index on municipio (lower(nome), uf);
-- r_times_so_far_apart: clean
create table t1(id int primary key, s time not null, e time not null, check (e - s >= interval '30 minutes')); create table t2(id int primary key, s time not null, e time not null, check (e >= s + interval '30 minutes')); create table t3(id int primary key, s time, e time, check (e - s between interval '30 minutes' and '3 hours'), u time, check (u - time '08:00' < interval '4 hours'));
-- r_blanks_that_fill_a_text_up: clean
create table t1(id int primary key, a char(8) not null check (a ~ '^[a-z]{3} *$'), b char(6) not null check (b !~ '\s'), c char(4) check (c like '%z'), d char(4) unique check (d not like '% %'), e char(3) not null check (e ~ 'x|[A-Z]$'), f char(4) not null check (f ~ '^[a-z]+$' or f ~ '^[0-9]{4}$'), g char(5) unique check (g ~ '^[A-Z]{2} *$' or g ~ '^[0-9]{5}$'));
create domain zip as char(9) check (value ~ '^\d{5}-\d{3}$'); create table t2(z zip primary key, y zip); create table t3(id int primary key, z zip not null references t2, q char(9) references t2 check (q ~ '^[0-4]')); create table t4(code char(2) primary key check (code ~ '^[A-Z]{2}$')); create table t5(id int primary key, code char(2) references t4 check (code ~ '[A-M]$'));
-- r_too_short_for_its_blanks: refused
create table t(id int primary key, d char(8) not null check (d ~ '^[a-z]{3}$'));
-- r_too_short_for_its_blanks_and_like: refused
create table t(id int primary key, d char(8) not null check (d like 'ab_'));
-- r_one_of_some_lengths: clean
create table t(id int primary key, a bytea check (bit_length(a) = 64), b bytea check (length(b) in (16, 32)), c bytea not null check (octet_length(c) = any (array[20, 28, 32])), d text check (length(d) in (11, 14)), e text not null check (octet_length(e) in (4, 8)), f int check (f % 3 in (0, 1)), g date check (extract(year from g) in (2023, 2024)), h text check (bit_length(h) <= 64), i bytea unique check (length(i) in (4, 5)), j text unique check (length(j) in (11, 14)));
-- r_a_choice_about_a_unique_column_alone: clean
create table t1(id int primary key check (id in (1, 2, 3) or id > 900), a int unique check (a in (1, 2, 3) or a > 900), b bytea not null unique check (length(b) = 16 or length(b) = 20)); create table t2(id int, a text primary key check (a ~ '^[A-Z]{2}$' or a ~ '^[0-9]{5}$'), b text not null, unique (id, b), check (b like 'A%' or b like 'B%'));
-- r_the_first_row_beside_an_order: clean
create table t1(id bigint generated always as identity primary key, name text not null, check (id > 1 or name = 'root')); create table t2(id serial primary key, k text not null, n int, check (id <= 1 or n is not null), check (id < 2 or k in ('a', 'b'))); create table t3(id int primary key, k int, check (case when id <= 1 then k = 7 else k > 7 end)); create table t4(id int primary key, above int references t4, check ((id = 1) = (above is null)));
-- r_moments_so_far_apart: clean
create table t1(id int primary key, s timestamptz, e timestamptz, check (e - s <= interval '4 hours' and e > s)); create table t2(id int primary key, starts_at timestamp not null, ends_at timestamp, check (ends_at <= starts_at + interval '2 hours'), check (ends_at >= starts_at + interval '15 minutes')); create table t3(id int primary key, start_date date not null, end_date date, check (end_date - start_date <= 3), check (end_date > start_date)); create table t4(id int primary key, opened_at timestamptz not null, closed_at timestamptz, check (closed_at >= opened_at + interval '60 days')); create table t5(id int primary key, start_date date not null, end_date date, check (end_date >= start_date + interval '2 years'));
-- r_days_of_moments_differ: clean
create table t1(id int primary key, ts timestamp not null); create unique index on t1 ((ts::date)); create table t2(id int primary key, k int, created_at timestamptz not null); create unique index on t2 (k, (date_trunc('day', created_at at time zone 'UTC')));
-- r_months_within_a_day: clean
create table t(d1 date not null, d2 date not null, check (d2 >= d1 + interval '1 month'), check (d2 <= d1 + interval '1 month 1 day')); create table u(born date not null, hired date not null, check (hired between born + interval '18 years' and born + interval '18 years 2 days'));
-- r_texts_cast_to_enums_and_domains: clean
create type state as enum ('open', 'paid late', 'it''s'); create type "Odd One" as enum ('x', 'y'); create domain mail as text check (value like '%@%.com'); create domain small as int check (value between 3 and 9);
create table orders(id int primary key, state text not null check (state::state is not null), other varchar(12) check (other::state <> 'open'), size text not null check (size::"Odd One" <> 'x'), email text not null check (email::mail is not null), n int check (n::small > 1)); create table code(code varchar(9) primary key check (code::state is not null));
-- r_generated_columns_that_are_never_null: clean
create table descriptions(id varchar(32) generated always as (md5(txt)) stored primary key, txt text); create table line(id int primary key, qty int, price numeric(6, 2), total numeric generated always as (qty * price) stored not null, first text, last text, full_name text not null generated always as (first || ' ' || last) stored, born date, year int not null generated always as (extract(year from born)) stored, note text, shown text not null generated always as (coalesce(note, 'none')) stored);
create domain given as text not null; create table place(upper text generated always as (upper(name)) stored, name text, n int, first text, shown given generated always as (lower(first)) stored, primary key (upper, n));
-- r_ranges_beyond_the_usual_values: clean
create table k(id int primary key, d date not null check ((d >= '2005-02-01' and d < '2005-03-01') or (d >= '2006-02-01' and d < '2006-03-01')), n int not null check (n between 5 and 10 or n between 500000 and 500010), ts timestamptz not null check ((ts >= '1990-01-01+00' and ts < '1991-01-01+00') or (ts >= '2040-01-01+00' and ts < '2041-01-01+00')));
create table m(city int not null, logdate date not null, peak int) partition by range (logdate); create table m1 partition of m for values from ('2005-02-01') to ('2005-03-01'); create table m2 partition of m for values from ('2006-02-01') to ('2006-03-01');
-- r_parts_of_moments_as_older_servers_print_them: clean
create table v(id int primary key, d date not null, ts timestamp not null, z timestamptz, check (date_part('dow', d) between 1 and 5), check (date_part('hour', ts) >= 8), check (date_part('month', z) < 12)); create table w(d date, y int generated always as (date_part('year', d)) stored, check (date_part('isodow', d) < 6));
-- r_an_expression_beside_the_primary_key: clean
create table v(id int primary key, ts timestamp not null, note text, check (extract(hour from ts) >= 8)); create unique index on v (extract(year from ts), id); create unique index on v (left(note, 1), id);
-- r_a_number_that_another_part_of_the_key_tells_apart: clean
create table t(total bigint not null, owner_0 int, kind_0 varchar(4), kind varchar(4) not null, owner int not null, primary key (owner, kind), foreign key (owner_0, kind_0) references t, check (total >= owner_0 * 2)); create table c(id int primary key, n int not null, owner int not null, kind varchar(4) not null, foreign key (owner, kind) references t, check (n <= owner * 3));
-- r_keys_of_partitions_with_gaps: clean
create table event(id int, kind text not null, ts timestamptz not null, primary key (id, ts)) partition by range (ts); create table event_1 partition of event for values from ('2005-02-01') to ('2005-03-01'); create table event_2 partition of event for values from ('2006-02-01') to ('2006-03-01');
create table version(id bigint not null, ts timestamp not null, primary key (id, ts)) partition by range (ts); create table version_1 partition of version for values from ('2022-12-31 23:00:00') to ('2023-01-31 23:00:00'); create table version_2 partition of version for values from ('2023-01-31 23:00:00') to ('2023-02-28 23:00:00'); create table version_3 partition of version for values from ('2023-03-31 23:00:00') to ('2023-04-28 23:00:00');
create table code(id int primary key check (id between 5 and 1000 or id between 500000 and 500010), d date unique check ((d >= '2005-02-01' and d < '2005-03-01') or (d >= '2007-02-01' and d < '2007-06-01')), n numeric(8, 2) unique check (n between 1 and 2 or n between 100 and 101));
-- r_moments_made_of_others: clean
create table t1(id int primary key, d1 timestamp not null, d2 timestamp not null, check (d2 = d1 + interval '1 month')); create table t2(id int primary key, d1 date not null, d2 date not null, check (d2 = (d1 + interval '1 month' - interval '1 day')::date)); create table t3(id int primary key, start_date date not null, end_date date, check (end_date = start_date + 7)); create table t4(id int primary key, starts date, until date, check (starts = until - interval '1 year'));
-- r_bounds_of_ranges_are_in_order: clean
create table t(id int primary key, a date, b date not null, s timestamp not null, e timestamp not null, c int, d int, r daterange generated always as (daterange(a, b)) stored, check (not isempty(int4range(c, d))), exclude using gist (tsrange(s, e) with &&));
-- r_a_column_that_follows_from_others_is_not_null: clean
create table p(id bigint primary key, x int);
create table t(id int primary key, p_id bigint references p, w smallint not null, x int, y int, z int not null, check (w = p_id * 3), check (y = x + 1), check (z = y * 2));
-- r_a_column_that_follows_from_others_fits_its_type: clean
create table t(a int primary key, b bigint not null, l smallint, c int not null, d int not null, n numeric(4,2), check (a >= 0 and b >= 0 and a + b = l), check (n = c * d));
-- r_elements_of_computed_arrays_fit_their_type: clean
create table t(id int primary key, p varchar(50), q text, e varchar(10)[] generated always as (string_to_array(p, ',')) stored, f varchar(5)[] generated always as (array[p, q]) virtual);
-- r_times_of_day_begin_again_at_midnight: clean
create table t(id int primary key, l time, c time not null, check (l <= c + interval '1 hour'));
-- r_quotients_and_labels_as_in_postgresql: clean
create type mood as enum ('mid', 'high', 'done');
create domain even as int check (value = 2 * (value / 2));
create table t(id int primary key, n even not null, k mood not null, d date not null, l mood, m mood, check ((k = 'mid') = (to_char(d, 'DD') = '01')), check (l between 'mid' and 'high'), check (m >= l), check (array_length(array[n], 1) = 1));
-- r_inputs_of_computed_columns_given_other_ranges: clean
create table ticket(id int primary key, percent numeric(10,2) not null, tax_rate numeric(12,4), w numeric(10,2) generated always as (percent * (1 - tax_rate / 100)) stored, check (exp(w) < 1000));
-- r_computed_numbers_rounded_to_their_type: clean
create table t(id int primary key, x numeric(4,1), y numeric(4,1), d numeric(3,0) generated always as (x * y) stored check (d > 0));
create table u(id int primary key, x numeric(6,2), d int generated always as (x) stored unique check (d > 2), e numeric(6,0) generated always as (x) stored unique check (e < 60), y numeric(6,2), check (x::numeric(5,1) = y));
create table v(id int primary key, x int not null, r real, check (r = x * 2));
-- r_lists_of_words_beside_a_default: clean
create table t(id int primary key, aliases varchar(10)[] default '{}' not null, few varchar(5)[] default '{}');
-- r_parts_of_uuids: clean
create table p(id uuid primary key); create table t(id uuid primary key, p_id uuid references p check (p_id::text like 'a%'), u uuid unique check (u::text like '%-4a%'), v uuid check (v::text ~ '^0a1b2c3d-9'));
-- r_documents_whose_elements_are_counted: clean
create table t(id int primary key, j jsonb not null, n int generated always as (jsonb_array_length(j)) stored, k json check (json_typeof(k) = 'number'), l jsonb check (jsonb_typeof(l) in ('array', 'string')), m jsonb unique check (jsonb_typeof(m) = 'array' and jsonb_array_length(m) > 0));
