"""The typed task of the benchmark beside the plain extraction of the columns that it reads."""

import figures
from figures import PLAIN, TASK
from tables import LINEITEM, Table, proof_of

ORDERS = """\
CREATE TABLE orders (
  o_orderkey bigint PRIMARY KEY, o_custkey bigint NOT NULL, o_orderstatus char(1) NOT NULL,
  o_totalprice numeric(15,2) NOT NULL, o_orderdate date NOT NULL,
  o_orderpriority char(15) NOT NULL, o_clerk char(15) NOT NULL, o_shippriority integer NOT NULL,
  o_comment varchar(79) NOT NULL)"""
# What priced_items.cc does, in SQL.
PRICED = """\
CREATE VIEW priced_items AS
SELECT l_orderkey AS order_key, o_orderdate AS ordered_on, l_shipdate AS shipped_on,
       l_extendedprice * (1 - l_discount) AS discounted,
       l_extendedprice * (1 - l_discount) * (1 + l_tax) AS charged
FROM items JOIN orders ON o_orderkey = l_orderkey WHERE l_shipdate <= date '1998-09-02'"""

READ = {"l_orderkey": "bigint", "l_extendedprice": "numeric", "l_discount": "numeric",
        "l_tax": "numeric", "l_shipdate": "date"}
ITEMS = Table("items", "", ("count(*)", *(proof_of(*column) for column in READ.items())),
              configured=f"{{name: public.items, columns: [{', '.join(READ)}]}}")

TYPED = {
    "priced_items": Table(
        "priced_items", f"{LINEITEM.replace('TABLE lineitem', 'TABLE items')};{ORDERS};{PRICED}",
        ("count(*)", "sum(order_key)", "sum(discounted)", "sum(charged)",
         proof_of("ordered_on", "date"), proof_of("shipped_on", "date")),
        generated={"items": "lineitem", "orders": "orders"}, contenders=(PLAIN, TASK),
        figures=figures.beside_the_plain_extraction, instead={PLAIN: ITEMS}),
}
