#include "plan/configuration_page.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/quantity.h"
#include "plan/configuration_keys.h"

namespace carmilla {
namespace {

struct Chapter {
  KeyScope scope;
  std::string_view title;
};

constexpr char kIntroduction[] = R"page(# Configuration

One file of YAML says what Carmilla reads and where it writes it. Written by the program; the
table behind it is `src/plan/configuration_keys.cc`.

    connections:
      app: {postgres: env:DATABASE_URL}
    lake:
      path: ./lake
    tables:
      - public.*

`carmilla init` writes one for a database, with what its catalog tells as comments;
`examples/carmilla.yaml` shows every key. `carmilla schema > carmilla.schema.json` writes the JSON
Schema by which editors complete and check the file, as `carmilla init` does; YAML's language server
finds it by a first line of `# yaml-language-server: $schema=carmilla.schema.json`.

## Which file is read

1. the one that `--config FILE` names,
2. else the one that the variable `CARMILLA_CONFIG` names,
3. else `carmilla.yaml` in the current folder.

`carmilla extract` needs none.

## Values from elsewhere

Any value may be `env:NAME` (the variable must be set and not empty) or `file:PATH` (the content of
the file without the newline at its end; a relative path is taken from the folder of the
configuration file). The messages of Carmilla name the variable or the file, never the value.

A name of a table or a column that itself begins with `env:` or `file:` cannot be written here; in
`exclude`, `*` stands for what cannot be said, and a pattern such as `public.*` takes such a table.

## Passwords

A password in the configuration file, in `--set` or in `--source` is refused in each of its
spellings. Where it may stand:

- in a variable: `postgres: env:DATABASE_URL`;
- in a file that only its owner can read (`chmod 600`; a file of root's may be readable by its
  group, as Kubernetes mounts secrets): `postgres: file:/run/secrets/database_url`;
- in AWS Secrets Manager: `password: secret:prod/db#password`, reached as `aws:` says. It is read when
  a run begins to connect, and once more when a login is refused, because it may have been rotated;
- nowhere: `auth: rds-iam` logs in to Amazon RDS by a token of AWS, which is made for each login;
- where libpq looks: `~/.pgpass`, `PGPASSFILE`, a service file (`postgres: service=app` or
  `PGSERVICE`), or a client certificate.

## One key for one run

`--set key=value` puts a value over that of the file, for keys of the top level, of `defaults` and
of `lake`, and for connections: `--set defaults.compression=gzip`, `--set lake.path=/data/lake`,
`--set connections.app.postgres=env:OTHER_URL`. It may stand several times. A relative path is taken
from the current folder. Entries of `tables` are not set this way.

## Tables

An entry of `tables` is a name, a pattern or a map:

    tables:
      - public.*                          # every table of the schema
      - {name: audit.*, exclude: ["tmp_*", "*_old"]}
      - name: public.events
        as: events
        columns: [id, user_id, payload, created_at]
        where: payload IS NOT NULL
        partition_by: {column: created_at, every: day}

Names are spelled as the catalog spells them: `public.Orders` is not `public.orders`. The schema is
required. An entry for one table wins over a pattern that takes it too. A table that is listed
twice is an error, as are two with the same `as`. A value that begins with `*` needs quotes, which
is a rule of YAML's. A pattern takes tables, partitioned tables and materialised views; views and
foreign tables are read when an entry names them. A schema without tables is no mistake, one that
does not exist is.

## Tables that appear later

    tables:
      - {name: public.*, new_tables: ignore}

With `take`, the default, a pattern takes every table that exists when a run begins. With `ignore`
it keeps to the tables that the lake knows: those whose rows it holds, and those that its latest run
tried, failed at, or was not asked for. As long as no run into the lake has ended, none is new.
`carmilla plan` and the summary of a run name the tables that are ignored. To take one of them, give
it an entry of its own; to take all of them, say `take` for one run.

## Declared types

    tables:
      - name: public.payments
        types: {amount: "decimal(38,9)", id: binary, at: "timestamp[ms, UTC]", shape: text}
        policies: {amount: {on_out_of_range: null}}

    defaults:
      types: {uuid: binary, time: time64, timestamptz: "timestamp[ms, UTC]", char(n): trim, range: text}

A column travels as docs/types.md tells, or as it is declared, where that can be exact or is what the
declaration asks for. `types` of a table are by column; those of `defaults` are by PostgreSQL's type
and hold for every column of that type, or of a domain over it, unless its table says otherwise. The
names are those that `carmilla types` prints (`varchar(n)` or `varchar`; `numeric` for those without
a precision that a decimal has, `"numeric(p,s)"` for the others), the kinds `enum`, `array`,
`composite`, `range` and `multirange`, and types of your own with their schema: `app.mood: text`. The
nearest counts: a domain before its base, `int4range` before `range`. Elements of arrays and members
of composites stay as they are.

| column | may be declared |
|---|---|
| any | `text`: as PostgreSQL prints it; also a type that the table of types does not know |
| `numeric`, `smallint`, `integer`, `bigint` | `decimal(p,s)`; `double`: the nearest |
| `smallint`, `integer` | a wider integer |
| `real` | `double` |
| `text`, `varchar` | `binary`: the bytes as the server stores them, whatever they are |
| `char(n)` | `trim`: without the blanks that fill it up |
| `time` | `time64`: microseconds, which Athena reads as a number |
| `timestamp`, `timestamptz` | `timestamp[ms]`, `timestamp[ms, UTC]`; microseconds by `on_precision` |
| `interval` | `struct`: months, days and microseconds |
| `uuid` | `binary`: 16 bytes |
| `geometry`, `geography` | `wkb`, `ewkb` (with the SRID of each value) or `wkt` |

What a declared type cannot hold is up to `on_out_of_range`: a number with more digits than the
decimal, before or behind the point, one beyond the range of a double, 24:00:00 as `time64`. Its
`clamp` writes the nearest value, rounding as PostgreSQL does; NaN is never clamped, it has a policy of
its own. Who declares milliseconds wants them: microseconds are cut off, and the cells that had some
are counted as `on_precision`, which may say `error` or `null` as well. Between braces a type with
a comma needs quotes: YAML cuts it there.

## Columns from JSON

    tables:
      - name: public.clicks
        on_misfit: null
        derive:
          campaign_id: {from: payload, path: $.campaign.id, type: bigint}
          schema:      {from: payload, path: $."Meta:schema", type: text}
          best_score:  {from: payload, path: "$.score[0]", type: "decimal(9,4)"}
          tags:        {from: payload, path: $.tags, join: ",", type: text}
          clicked_at:  {from: payload, path: $.at, type: timestamptz, timestamp: epoch_ms}
          user_id:     {from: payload, parse: $.body, path: $.user.id, type: bigint, on_misfit: error}
        drop: [payload]

Each document is read once for all its columns, while its row is on its way; `drop` then leaves the
column of JSON out of the files. A path that leads nowhere and JSON's `null` are NULL. What else
does not fit is a misfit: an error by default, or NULL by `on_misfit: null` (of the column, the
table or `defaults`), counted for each column in the manifest and in the summary of the run.
Misfits are

- a value of another JSON type than the column needs, or a scalar where the path goes on;
- a number out of range, or with digits that an integer or a decimal would lose. Numbers are taken
  as they are written, never by way of a double; a string that holds exactly a number counts as one,
  and 2.0 and 1e3 are whole. `real` and `double` take the nearest value;
- a time of another form, finer than the type's unit, with a zone for `timestamp`, without one for
  `timestamptz`;
- text that is no JSON, half of a surrogate pair (`\ud800`), an array with containers to `join`.

`text` takes what PostgreSQL's `->>` gives: strings without quotes and escapes, anything else as it
is written. Of a key that stands twice the last one counts. A document is indexed while it is read,
so that the largest row of such a table is half of what `carmilla plan` says. A path is `$`, then `.key` (letters,
digits, `_`, `-`), `."any key"` or `[0]`; a path with brackets between braces needs quotes, which is
a rule of YAML's.

## Masked columns

    mask_key: env:CARMILLA_MASK_KEY
    tables:
      - name: public.users
        mask: {email: hmac-sha256, phone: null, name: {truncate: 1}, ssn: drop}

- `drop`: the column is not read and not in the files;
- `null`: NULL in every row, of the column's own type; not read either;
- `hmac-sha256`: the HMAC-SHA256 of the text with `mask_key`, 64 hexadecimal digits. The same value
  gives the same code in every table, so that joins still work;
- `{truncate: 3}`: the first three characters.

The last two are for columns that are stored as text, derived ones among them. A masked value is
replaced before anything is written; its column has no minimum and maximum in the files. It cannot
be partitioned by, and nothing can be derived from it.

## A lake in a bucket

    lake:
      path: s3://my-bucket/lake
      s3: {encryption: sse-kms, kms_key: alias/lake}
    aws: {region: eu-west-1}

All commands work over it as over a directory; `--to` and `--lake` take `s3://` too. Keys for it are
looked for in this order, and never written here:

1. AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN;
2. a web identity (AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, as EKS sets them);
3. the profile (AWS_PROFILE, else `default`) of ~/.aws/config and ~/.aws/credentials: keys, `role_arn`
   with `source_profile`, `credential_source` or `web_identity_token_file`, `credential_process`, or
   the login of `aws sso login`;
4. the container's (ECS, EKS Pod Identity);
5. the role of the EC2 instance (metadata service, version 2 only).

With `aws: {profile: NAME}` only that profile counts. A place that is set up and does not work is an
error; so is finding none (exit code 77, with what each place lacked). `assume_role` takes on a role
with what was found. Keys that expire are renewed five minutes before; those that the service calls
expired, at once. No request is sent unsigned, but for the exchange of a web identity or of a login
for keys, where AWS wants it so.

The server's certificate is always verified; an `http://` endpoint is only for this machine. `carmilla
query` reads a bucket by DuckDB's signed extension httpfs, which is installed beside it, with the same
keys and nothing but the lake's files. A lake that `--lake` or `carmilla extract --to` names is reached
as the environment says: AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL_S3, AWS_CA_BUNDLE.

## What is refused

All that is wrong is reported at once, in the order of the file, each with its place and, where
there is one, the nearest valid key; the exit code is 78:

    carmilla.yaml: 2 problems
    carmilla.yaml:2:3: unknown key "pstgres" in an entry of connections; did you mean "postgres"?
    carmilla.yaml:9:16: compression must be zstd, gzip, snappy or none, not "zst"; did you mean "zstd"?

Besides YAML's own rules: a key stands once in its map; aliases work, merge keys (`<<`) and tags
(`!name`) do not; the file is UTF-8, indented by spaces, one document, at most 1 MiB.

## Reference

)page";

constexpr std::array kChapters = {
    Chapter{KeyScope::kTop, "The top level"},
    Chapter{KeyScope::kConnection, "An entry of `connections`"},
    Chapter{KeyScope::kLake, "`lake`"},
    Chapter{KeyScope::kCatalog, "`lake.catalog`"},
    Chapter{KeyScope::kGlue, "`lake.catalog.glue`"},
    Chapter{KeyScope::kCrawler, "`lake.catalog.glue.crawler`"},
    Chapter{KeyScope::kS3, "`lake.s3`"},
    Chapter{KeyScope::kAws, "`aws`"},
    Chapter{KeyScope::kAssumeRole, "`aws.assume_role`"},
    Chapter{KeyScope::kAthena, "`athena`"},
    Chapter{KeyScope::kModels, "`models`"},
    Chapter{KeyScope::kDefaults, "`defaults`"},
    Chapter{KeyScope::kTable, "An entry of `tables`"},
    Chapter{KeyScope::kTableCatalog, "`catalog` of an entry of `tables`"},
    Chapter{KeyScope::kTableGlue, "`catalog.glue` of an entry of `tables`"},
    Chapter{KeyScope::kPartitionBy, "`partition_by`"},
    Chapter{KeyScope::kColumnPolicies, "An entry of `policies`"},
    Chapter{KeyScope::kDerivedColumn, "An entry of `derive`"},
};

std::string RenderValue(const ConfigurationKey& key) {
  switch (key.form) {
    case ValueForm::kChoice: {
      std::string choices;
      for (const std::string_view choice : key.choices) {
        if (!choices.empty()) choices += ", ";
        choices += '`' + std::string(choice) + '`';
      }
      return choices;
    }
    case ValueForm::kInteger:
      return "a whole number from " + std::to_string(key.minimum) + " to " +
             std::to_string(key.maximum);
    case ValueForm::kBytes:
      return "a size, at least " + FormatBytes(key.minimum);
    case ValueForm::kDuration:
      return "seconds, or a number with `s`, `min` or `h`; from " +
             std::to_string(key.minimum) + " s to " + std::to_string(key.maximum / 3600) +
             " h";
    case ValueForm::kConnection:
      return "a connection string";
    case ValueForm::kLakePath:
      return "a directory or `s3://bucket/prefix`";
    case ValueForm::kAwsUrl:
      return "a URL";
    case ValueForm::kTextMap:
      return "a map of names to text";
    case ValueForm::kCertificateFile:
      return "a file";
    case ValueForm::kName:
      return "lower-case letters, digits and underscores, a letter first";
    case ValueForm::kSourceNameList:
      return "a list";
    case ValueForm::kSection:
      return "a map";
    case ValueForm::kSectionMap:
      return "a map of maps";
    case ValueForm::kPassword:
      return "`secret:ID#KEY`, `env:NAME` or `file:PATH`";
    case ValueForm::kSecret:
      return "`env:NAME` or `file:PATH`";
    case ValueForm::kJsonPath:
      return "a path, such as `$.campaign.id`";
    case ValueForm::kMaskMap:
      return "a map of columns to masks";
    case ValueForm::kTypeMap:
      return "a map of columns to types";
    case ValueForm::kTypesOfTypes:
      return "a map of types to types";
    case ValueForm::kTableList:
      return "a list of names and maps";
    case ValueForm::kText:
    case ValueForm::kSourceName:
    case ValueForm::kLater:
      break;
  }
  return "text";
}

std::string RenderDefault(const ConfigurationKey& key, KeyScope scope) {
  if (key.is_optional_with_tasks) return "required, but not with typed tasks";
  if (key.is_required) return "required";
  // Where both may stand, an entry of tables falls back on defaults, a column on its
  // table.
  const bool has_default =
      scope == KeyScope::kTable &&
      std::ranges::find(key.scopes, KeyScope::kDefaults) != key.scopes.end();
  if (has_default) return "as `defaults`";
  const bool is_of_column = scope == KeyScope::kColumnPolicies ||
                            (scope == KeyScope::kDerivedColumn && key.scopes.size() > 1);
  if (is_of_column) return "as the table";
  return std::string(key.default_text);
}

std::string RenderChapter(const Chapter& chapter) {
  std::string text = "### " + std::string(chapter.title) + "\n\n" +
                     "| key | value | default | meaning |\n|---|---|---|---|\n";
  for (const std::string& name : AvailableKeys(chapter.scope)) {
    const ConfigurationKey& key = *FindConfigurationKey(chapter.scope, name);
    text += "| `" + name + "` | " + RenderValue(key) + " | " +
            RenderDefault(key, chapter.scope) + " | " + std::string(key.description) +
            " |\n";
  }
  return text + "\n";
}

}  // namespace

std::string RenderConfigurationPage() {
  std::string page = kIntroduction;
  for (const Chapter& chapter : kChapters) page += RenderChapter(chapter);
  page +=
      "### Not in this version\n\nThese keys are known and refused by name, so that "
      "nothing is "
      "ignored in silence.\n\n| key | what it will be | until then |\n|---|---|---|\n";
  for (const ConfigurationKey& key : ConfigurationKeys()) {
    if (key.form != ValueForm::kLater) continue;
    page += "| `" + std::string(key.name) + "` | " + std::string(key.description) +
            " | " + std::string(key.hint) + " |\n";
  }
  return page;
}

}  // namespace carmilla
