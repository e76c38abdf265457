-- A small shop: what the walk of test_walk.py meets in its database.

CREATE TYPE order_status AS ENUM ('open', 'paid', 'sent', 'returned');

CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE,
  name varchar(80),
  settings jsonb NOT NULL,
  created_at timestamptz NOT NULL
);
INSERT INTO customers (email, name, settings, created_at)
SELECT 'customer' || i || '@example.com', CASE WHEN i % 9 > 0 THEN 'Customer ' || i END,
       jsonb_build_object('newsletter', i % 3 = 0), '2024-01-01 00:00Z'::timestamptz + i * '7h'::interval
FROM generate_series(1, 500) i;

CREATE TABLE orders (
  id bigint NOT NULL,
  customer_id bigint NOT NULL REFERENCES customers,
  status order_status NOT NULL,
  amount numeric(12, 2) NOT NULL,
  ordered_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (id, ordered_at)
) PARTITION BY RANGE (ordered_at);
CREATE TABLE orders_2024_01 PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE orders_2024_02 PARTITION OF orders FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
CREATE TABLE orders_2024_03 PARTITION OF orders FOR VALUES FROM ('2024-03-01') TO ('2024-04-01');
CREATE INDEX ON orders (updated_at);
INSERT INTO orders
SELECT i, i % 500 + 1, (enum_range(NULL::order_status))[i % 4 + 1], (i * 37 % 100000) / 100.0,
       '2024-01-01 12:00Z'::timestamptz + i * '20min'::interval,
       '2024-01-02 12:00Z'::timestamptz + i * '20min'::interval
FROM generate_series(1, 6000) i;

CREATE VIEW revenue AS
SELECT ordered_at::date AS day, sum(amount) AS amount FROM orders GROUP BY 1;

-- Has a type that Carmilla does not store.
CREATE TABLE shops (id int PRIMARY KEY, name text NOT NULL, place point NOT NULL);
INSERT INTO shops VALUES (1, 'Vienna', '(16.37, 48.21)'), (2, 'Graz', '(15.44, 47.07)');

-- Closed to the role that reads; see test_walk.py.
CREATE TABLE payroll (id int PRIMARY KEY, salary numeric(10, 2) NOT NULL);
INSERT INTO payroll VALUES (1, 4000), (2, 5000);

ANALYZE customers, orders, shops, payroll;
