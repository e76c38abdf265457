"""The table of arrays, ranges, composites and wide numerics, and what proves that they arrived."""

import figures
from figures import FULL, GENTLE, PSQL
from tables import Table, proof_of

MAKE = """\
CREATE TYPE part AS (id integer, name text, price numeric(12,2), made_at timestamptz);
CREATE TABLE shapes (
  numbers int4[], words text[] NOT NULL, amount numeric(30,6), balance numeric(38,10) NOT NULL,
  span int8range NOT NULL, during tstzrange, item part, spans int8multirange NOT NULL)"""

FILL = """\
INSERT INTO shapes
SELECT CASE i % 20 WHEN 0 THEN '{{}}'::int4[] WHEN 1 THEN NULL
         ELSE ARRAY[i % 1000, i * 7919 % 100003, CASE WHEN i % 5 > 0 THEN i END]::int4[] END,
       ARRAY['word' || i % 50, 'city ' || i % 3001],
       CASE WHEN i % 30 > 0 THEN (i * 7919 % 1000000007)::numeric * 12345678901 / 1000000 END,
       (i * 104729 - 50000000000)::numeric * 98765432109 / 10000000000,
       CASE WHEN i % 50 = 1 THEN 'empty'::int8range WHEN i % 10 = 0 THEN int8range(i, NULL)
         ELSE int8range(i, i + i % 100 + 1) END,
       CASE WHEN i % 40 > 0 THEN tstzrange(at, CASE WHEN i % 10 <> 3 THEN
         at + (1 + i % 24) * interval '1 hour' END) END,
       CASE WHEN i % 50 <> 2 THEN ROW(i, 'item ' || i % 5003, i % 1000003 / 100.0, at)::part END,
       int8multirange(int8range(i, i + 5), int8range(i + 10, i + 20 + i % 7))
FROM (SELECT i, timestamptz '2024-01-01 00:00:00+00' + i * interval '13.7 seconds' AS at
      FROM generate_series(1::bigint, {num_rows}) i) rows"""

# In PostgreSQL's words and in DuckDB's, which sees ranges as structs.
PROOFS = (
    ("count(*)", "count(*)"),
    ("count(numbers)", "count(numbers)"),
    ("sum(cardinality(numbers))", "sum(len(numbers))"),
    ("sum((SELECT sum(n) FROM unnest(numbers) n))", "sum(list_sum(numbers))"),
    *((proof, proof) for proof in (
        "sum(length(array_to_string(words, ',')))", "sum(amount)", "count(amount)", "sum(balance)", "min(balance)", "max(balance)",
        "count(item)", "sum((item).id)", "sum(length((item).name))", "sum((item).price)",
        proof_of("(item).made_at", "timestamptz"))),
    ("sum(lower(span))", "sum(span.lower)"),
    ("sum(upper(span))", "sum(span.upper)"),
    ("count(*) FILTER (WHERE isempty(span))", "count(*) FILTER (WHERE span.empty)"),
    ("count(*) FILTER (WHERE lower_inc(span))", "count(*) FILTER (WHERE span.lower_inc)"),
    ("count(during)", "count(during)"),
    (proof_of("lower(during)", "timestamptz"), proof_of("during.lower", "timestamptz")),
    (proof_of("upper(during)", "timestamptz"), proof_of("during.upper", "timestamptz")),
    ("sum((SELECT count(*) FROM unnest(spans) s))", "sum(len(spans))"),
    ("sum((SELECT sum(upper(s) - lower(s)) FROM unnest(spans) s))",
     "sum(list_sum([s.upper - s.lower for s in spans]))"),
)

NESTED = {
    "shapes": Table(
        "shapes", MAKE, tuple(proof for proof, _ in PROOFS), FILL, 1_000_000,
        stored_proofs=tuple(proof for _, proof in PROOFS),
        contenders=(PSQL, FULL, GENTLE), figures=figures.beside_the_floor),
}
