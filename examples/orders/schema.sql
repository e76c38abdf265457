-- A shop, as small as it can be and still have joins, currencies and taxes.
CREATE TYPE order_status AS ENUM ('pending', 'paid', 'cancelled');

CREATE TABLE currencies (
  code text PRIMARY KEY,
  usd_rate numeric(12,6) NOT NULL
);
COMMENT ON COLUMN currencies.usd_rate IS 'US dollars for one unit';

CREATE TABLE taxes (
  country text PRIMARY KEY,
  rate numeric(5,4) NOT NULL
);

CREATE TABLE users (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  country text NOT NULL REFERENCES taxes (country),
  email text,
  created_at timestamptz NOT NULL
);

CREATE TABLE products (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  price numeric(12,2) NOT NULL,
  quantity integer NOT NULL,
  approved boolean NOT NULL
);

CREATE TABLE orders (
  id bigint PRIMARY KEY,
  user_id bigint REFERENCES users (id),
  product_id bigint NOT NULL REFERENCES products (id),
  quantity integer NOT NULL,
  amount numeric(15,2) NOT NULL,
  currency text NOT NULL REFERENCES currencies (code),
  status order_status NOT NULL,
  created_at timestamptz NOT NULL
);

INSERT INTO currencies VALUES ('USD', 1), ('EUR', 1.083700), ('CAD', 0.731200);
INSERT INTO taxes VALUES ('US', 0.0725), ('CA', 0.1300), ('DE', 0.1900);
INSERT INTO users
  SELECT id, 'user ' || id, (ARRAY['US', 'CA', 'DE'])[1 + id % 3],
         CASE WHEN id % 7 <> 0 THEN 'user' || id || '@example.com' END,
         timestamptz '2023-01-01 00:00+00' + id * interval '1 hour'
  FROM generate_series(1, 1000) AS id;
INSERT INTO products
  SELECT id, 'product ' || id, (id * 7 % 500) + 0.99, id % 60, id % 5 <> 0
  FROM generate_series(1, 100) AS id;
INSERT INTO orders
  SELECT id, CASE WHEN id % 50 <> 0 THEN 1 + id % 1000 END, 1 + id % 100, 1 + id % 4,
         ((1 + id % 100) * 7 % 500 + 0.99) * (1 + id % 4),
         (ARRAY['USD', 'EUR', 'CAD'])[1 + id % 3],
         (ARRAY['pending', 'paid', 'paid', 'cancelled'])[1 + id % 4]::order_status,
         timestamptz '2024-01-01 00:00+00' + id * interval '5 minutes'
  FROM generate_series(1, 20000) AS id;
ANALYZE;
