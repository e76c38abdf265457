#include "plan/configuration_keys.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "plan/configuration.h"

namespace carmilla {
namespace {

using enum KeyScope;

constexpr std::array kInTop = {kTop};
constexpr std::array kInConnection = {kConnection};
constexpr std::array kInLake = {kLake};
constexpr std::array kInCatalog = {kCatalog};
constexpr std::array kInGlue = {kGlue};
constexpr std::array kInCrawler = {kCrawler};
constexpr std::array kInS3 = {kS3};
constexpr std::array kInAws = {kAws};
constexpr std::array kInAssumeRole = {kAssumeRole};
constexpr std::array kInAthena = {kAthena};
constexpr std::array kInModels = {kModels};
constexpr std::array kInTable = {kTable};
constexpr std::array kInTableCatalog = {kTableCatalog};
constexpr std::array kInTableGlue = {kTableGlue};
constexpr std::array kInPartitionBy = {kPartitionBy};
constexpr std::array kInDefaults = {kDefaults};
constexpr std::array kInDefaultsAndTable = {kDefaults, kTable};
constexpr std::array kInTopAndTableAndDefaults = {kTop, kTable, kDefaults};
constexpr std::array kInDerivedColumn = {kDerivedColumn};
constexpr std::array kWhereMisfitsStand = {kDefaults, kTable, kDerivedColumn};
constexpr std::array kWherePoliciesStand = {kDefaults, kTable, kColumnPolicies};

using Words = std::string_view;
constexpr std::array<Words, 2> kTextPolicies = {"error", "null"};
constexpr std::array<Words, 3> kNanPolicies = {"error", "null", "text"};
constexpr std::array<Words, 4> kInfinityPolicies = {"error", "null", "text", "clamp"};
constexpr std::array<Words, 3> kRangePolicies = {"error", "null", "clamp"};
constexpr std::array<Words, 3> kPrecisionPolicies = {"floor", "error", "null"};
constexpr std::array<Words, 4> kShapePolicies = {"error", "null", "text", "flatten"};
constexpr std::array<Words, 3> kConsistencies = {"auto", "run", "table"};
constexpr std::array<Words, 1> kLaterConsistencies = {"chunked"};
constexpr std::array<Words, 2> kProofs = {"structural", "full"};
constexpr std::array<Words, 2> kLayouts = {"versioned", "stable"};
constexpr std::array<Words, 1> kNeverEncryptions = {"sse-c"};
constexpr std::array<Words, 2> kTruths = {"false", "true"};
constexpr std::array<Words, 4> kAcls = {"private", "bucket-owner-full-control",
                                        "bucket-owner-read", "authenticated-read"};
constexpr std::array<Words, 5> kStorageClasses = {"STANDARD", "STANDARD_IA", "ONEZONE_IA",
                                                  "INTELLIGENT_TIERING", "GLACIER_IR"};
constexpr std::array<Words, 2> kNewTables = {"take", "ignore"};
constexpr std::array<Words, 3> kPartitionUnits = {"day", "week", "month"};

std::optional<int64_t> SecondsIn(std::string_view unit) {
  if (unit.empty() || unit == "s") return 1;
  if (unit == "min") return 60;
  if (unit == "h") return 3600;
  return std::nullopt;
}

constexpr int64_t kMebibyte = 1LL << 20;

constexpr ConfigurationKey kKeys[] = {
    // The top level.
    {.name = "connections",
     .scopes = kInTop,
     .form = ValueForm::kSectionMap,
     .description = "The databases, each under a name of your choice.",
     .is_required = true,
     .section = kConnection,
     .hint = "add \"connections: {app: {postgres: env:DATABASE_URL}}\""},
    {.name = "source",
     .scopes = kInTop,
     .description = "The name of the connection to read from.",
     .default_text = "the only connection"},
    {.name = "gentleness",
     .scopes = kInTop,
     .form = ValueForm::kChoice,
     .description =
         "How much of the server a run may use: the scan method and the number of "
         "connections and workers. Only full competes with other programs on the same "
         "machine for the processor.",
     .default_text = "gentle",
     .choices = kGentlenessNames,
     .hint =
         "write gentle, balanced or full; its knobs are not available in this version"},
    {.name = "consistency",
     .scopes = kInTop,
     .form = ValueForm::kChoice,
     .description =
         "What shares one snapshot: all tables of the run, each table its own, or "
         "the run when the estimate fits max_snapshot_age, else each table.",
     .default_text = "auto",
     .choices = kConsistencies,
     .later_choices = kLaterConsistencies},
    {.name = "max_snapshot_age",
     .scopes = kInTop,
     .form = ValueForm::kDuration,
     .description =
         "How old a snapshot may grow. An old one keeps the server from cleaning up.",
     .default_text = "15min",
     .minimum = 10,
     .maximum = 24L * 3600,
     .hint = "write seconds, or a number with s, min or h, such as 15min"},
    {.name = "lake",
     .scopes = kInTop,
     .form = ValueForm::kSection,
     .description = "Where the tables are written.",
     .is_required = true,
     .section = kLake,
     .hint = "add \"lake: {path: ./lake}\""},
    {.name = "aws",
     .scopes = kInTop,
     .form = ValueForm::kSection,
     .description = "How AWS is reached, for a lake in a bucket.",
     .section = kAws},
    {.name = "athena",
     .scopes = kInTop,
     .form = ValueForm::kSection,
     .description = "How queries run on Athena (`carmilla query --on athena`).",
     .section = kAthena},
    {.name = "models",
     .scopes = kInTop,
     .form = ValueForm::kSection,
     .description = "Tables and views that SQL makes from tables of the lake: "
                    "docs/models.md.",
     .section = kModels},
    {.name = "isolation",
     .scopes = kInTop,
     .form = ValueForm::kChoice,
     .description =
         "Where the tasks of a C++ program run: on threads of the run, or each in a "
         "process of its own, whose crash, endless loop or hunger for memory ends that "
         "task alone (docs/tasks.md).",
     .default_text = "thread",
     .choices = kIsolationNames},
    {.name = "threads",
     .scopes = kInTop,
     .form = ValueForm::kInteger,
     .description = "How many threads encode and write.",
     .default_text = "chosen by gentleness",
     .minimum = 1,
     .maximum = 256},
    {.name = "memory",
     .scopes = kInTop,
     .form = ValueForm::kBytes,
     .description = "The memory budget of the process.",
     .default_text = "256MiB",
     .minimum = 96 * kMebibyte,
     .maximum = (1LL << 20) * kMebibyte,
     .hint = "write a number with its unit, such as 512MiB"},
    {.name = "mask_key",
     .scopes = kInTop,
     .form = ValueForm::kSecret,
     .description =
         "The key of hmac-sha256, as `env:NAME` or `file:PATH`, never written out. With "
         "another key the same value gives another code; 32 random bytes are a good one.",
     .hint = "write env:CARMILLA_MASK_KEY, and put the key into that variable"},
    {.name = "defaults",
     .scopes = kInTop,
     .form = ValueForm::kSection,
     .description = "What holds for every table that does not say otherwise.",
     .section = kDefaults},
    {.name = "tables",
     .scopes = kInTop,
     .form = ValueForm::kTableList,
     .description =
         "The tables to read: names with their schema, patterns such as `public.*`, "
         "or maps with more to say.",
     .is_required = true,
     .is_optional_with_tasks = true,
     .section = kTable,
     .hint = "add \"tables:\" and below it \"  - public.*\""},

    // An entry of connections.
    {.name = "postgres",
     .scopes = kInConnection,
     .form = ValueForm::kConnection,
     .description =
         "A connection string of libpq (keywords or URI), best as `env:NAME` or "
         "`file:PATH`. Written out, it must not hold a password. `\"\"` leaves all to "
         "the variables of libpq (PGHOST, PGSERVICE, PGPASSFILE).",
     .is_required = true,
     .hint = "add \"postgres: env:DATABASE_URL\""},
    {.name = "password",
     .scopes = kInConnection,
     .form = ValueForm::kPassword,
     .description =
         "The password, where it does not come with `postgres` or from ~/.pgpass. "
         "`secret:ID` is a secret of AWS Secrets Manager, `secret:ID#KEY` one key of the "
         "JSON in it; it is read anew when a login is refused.",
     .hint = "write env:NAME, file:PATH or secret:ID#password"},
    {.name = "auth",
     .scopes = kInConnection,
     .form = ValueForm::kChoice,
     .description =
         "`rds-iam`: a token of AWS instead of a password, made for each login.",
     .default_text = "password",
     .choices = kSourceAuthenticationNames},
    {.name = "tls",
     .scopes = kInConnection,
     .form = ValueForm::kChoice,
     .description =
         "Whether every host but this machine must prove by its certificate who it is "
         "(as sslmode=verify-full does). `insecure` leaves it to sslmode, and is "
         "recorded in the manifest.",
     .default_text = "verify",
     .choices = kConnectionTlsNames},
    {.name = "ca_file",
     .scopes = kInConnection,
     .form = ValueForm::kCertificateFile,
     .description =
         "A file with the certificates (PEM) of the authorities to trust. A relative "
         "path is taken from the folder of the configuration file.",
     .default_text = "for Amazon RDS its own authorities, else the system's",
     .hint = "write the path of a file, such as ./ca.pem"},

    // lake.
    {.name = "path",
     .scopes = kInLake,
     .form = ValueForm::kLakePath,
     .description =
         "The directory of the lake, or `s3://bucket/prefix`. A relative directory is "
         "taken from the folder of the configuration file (with `--set`: from the "
         "current "
         "folder).",
     .is_required = true,
     .hint = "add \"path: ./lake\""},
    {.name = "s3",
     .scopes = kInLake,
     .form = ValueForm::kSection,
     .description = "How the objects of a lake in a bucket are stored.",
     .section = kS3},
    {.name = "catalog",
     .scopes = kInLake,
     .form = ValueForm::kSection,
     .description = "Where query engines look the tables of a lake in a bucket up.",
     .section = kCatalog},

    // lake.catalog.
    {.name = "glue",
     .scopes = kInCatalog,
     .form = ValueForm::kSection,
     .description = "The Glue Data Catalog, which Athena reads.",
     .is_required = true,
     .section = kGlue,
     .hint = "add \"glue: {database: raw}\""},

    // lake.catalog.glue.
    {.name = "database",
     .scopes = kInGlue,
     .form = ValueForm::kName,
     .description = "The database of the tables. It is made if it is missing and this "
                    "role may.",
     .is_required = true,
     .hint = "use lower-case letters, digits and underscores, such as raw"},
    {.name = "adopt",
     .scopes = kInGlue,
     .form = ValueForm::kChoice,
     .description = "Whether to take over tables of the same names that somebody else "
                    "made. Without it they are refused and left alone.",
     .default_text = "false",
     .choices = kTruths},

    {.name = "crawler",
     .scopes = kInGlue,
     .form = ValueForm::kSection,
     .description = "A crawler that finds the tables, instead of registering them "
                    "directly with exact types. For accounts in which only crawlers may "
                    "write the catalog; needs `layout: stable`.",
     .section = kCrawler},

    // lake.catalog.glue.crawler.
    {.name = "name",
     .scopes = kInCrawler,
     .form = ValueForm::kText,
     .description = "Its name. It is made if it is missing; of one that is there only "
                    "the targets are changed: folders are added, none is removed.",
     .is_required = true,
     .hint = "add \"name: lake\""},
    {.name = "role",
     .scopes = kInCrawler,
     .form = ValueForm::kText,
     .description = "The role, by name or ARN, that a missing crawler is made with. Glue "
                    "must be allowed to take it on; it reads the lake and writes the "
                    "database.",
     .default_text = "none: the crawler is there"},
    {.name = "time_limit",
     .scopes = kInCrawler,
     .form = ValueForm::kDuration,
     .description = "How long a run waits for the end of a crawl, with the one that it "
                    "may have to wait for first.",
     .default_text = "30min",
     .minimum = 1,
     .maximum = 86400,
     .hint = "write seconds, or a number with its unit, such as 30min"},

    // lake.s3.
    {.name = "encryption",
     .scopes = kInS3,
     .form = ValueForm::kChoice,
     .description =
         "How the bucket encrypts what is written: with its own key, or with one of AWS "
         "KMS.",
     .default_text = "as the bucket does",
     .choices = kS3EncryptionNames,
     .later_choices = kNeverEncryptions,
     .hint = "write sse-s3 or sse-kms; keys of the customer's (SSE-C) would keep Athena "
             "from reading the lake"},
    {.name = "kms_key",
     .scopes = kInS3,
     .description = "The ARN or id of the key of AWS KMS, with `encryption: sse-kms`.",
     .default_text = "the account's key for S3"},
    {.name = "acl",
     .scopes = kInS3,
     .form = ValueForm::kChoice,
     .description =
         "The canned ACL of every object. Only for buckets that still have ACLs.",
     .choices = kAcls},
    {.name = "storage_class",
     .scopes = kInS3,
     .form = ValueForm::kChoice,
     .description = "The storage class of every object.",
     .default_text = "as the bucket does",
     .choices = kStorageClasses},
    {.name = "tags",
     .scopes = kInS3,
     .form = ValueForm::kTextMap,
     .description = "Tags of every object, at most ten.",
     .hint = "write a map, such as {team: data}"},
    {.name = "requester_pays",
     .scopes = kInS3,
     .form = ValueForm::kChoice,
     .description = "Whether this account pays for requests to somebody else's bucket.",
     .default_text = "false",
     .choices = kTruths},
    {.name = "expected_bucket_owner",
     .scopes = kInS3,
     .description =
         "The account that owns the bucket, twelve digits. Requests to a bucket "
         "of another's are refused.",
     .hint = "write it in quotes, such as \"123456789012\""},
    {.name = "part_size",
     .scopes = kInS3,
     .form = ValueForm::kBytes,
     .description = "How large the parts of an upload are at most: smaller where many "
                    "files are written at once, larger where one would need more than "
                    "10,000.",
     .default_text = "16MiB",
     .minimum = 5 * kMebibyte,
     .maximum = 512 * kMebibyte,
     .hint = "write a number with its unit, such as 16MiB"},

    // aws.
    {.name = "region",
     .scopes = kInAws,
     .description = "The region of the bucket.",
     .default_text = "AWS_REGION, AWS_DEFAULT_REGION, the profile's, else the bucket's"},
    {.name = "profile",
     .scopes = kInAws,
     .description = "The profile of ~/.aws/config and ~/.aws/credentials.",
     .default_text = "AWS_PROFILE, else default"},
    {.name = "endpoint",
     .scopes = kInAws,
     .form = ValueForm::kAwsUrl,
     .description = "Another server that speaks S3, such as MinIO.",
     .default_text = "AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, else that of AWS",
     .hint = "write https://HOST or https://HOST:PORT"},
    {.name = "addressing",
     .scopes = kInAws,
     .form = ValueForm::kChoice,
     .description =
         "Whether the bucket's name stands in the host's name or in the path. `auto`: in "
         "the path with an endpoint of your own, and where the name has dots.",
     .default_text = "auto",
     .choices = kS3AddressingNames},
    {.name = "ca_file",
     .scopes = kInAws,
     .form = ValueForm::kCertificateFile,
     .description =
         "A file with the certificates (PEM) of the authorities to trust. A relative "
         "path is taken from the folder of the configuration file.",
     .default_text = "AWS_CA_BUNDLE, else the system's",
     .hint = "write the path of a file, such as ./ca.pem"},
    {.name = "proxy",
     .scopes = kInAws,
     .form = ValueForm::kAwsUrl,
     .description = "The proxy for requests to AWS. One with a password comes by `env:` "
                    "or `file:`.",
     .default_text = "HTTPS_PROXY and NO_PROXY",
     .hint = "write http://HOST:PORT"},
    {.name = "assume_role",
     .scopes = kInAws,
     .form = ValueForm::kSection,
     .description = "A role to take on, with the credentials that were found.",
     .section = kAssumeRole},

    // aws.assume_role.
    {.name = "arn",
     .scopes = kInAssumeRole,
     .description = "The role.",
     .is_required = true,
     .hint = "add \"arn: arn:aws:iam::123456789012:role/NAME\""},
    {.name = "external_id",
     .scopes = kInAssumeRole,
     .description = "The external id that the role's trust policy asks for."},
    {.name = "session_name",
     .scopes = kInAssumeRole,
     .description = "The name of the session, as CloudTrail shows it.",
     .default_text = "carmilla"},

    // athena.
    {.name = "workgroup",
     .scopes = kInAthena,
     .description = "The workgroup in which queries run.",
     .default_text = "primary"},
    {.name = "output",
     .scopes = kInAthena,
     .form = ValueForm::kLakePath,
     .description = "Where Athena writes the answers: `s3://bucket/prefix`.",
     .default_text = "as the workgroup says",
     .hint = "write s3://BUCKET/PREFIX"},
    {.name = "time_limit",
     .scopes = kInAthena,
     .form = ValueForm::kDuration,
     .description = "How long a query may run before it is cancelled.",
     .default_text = "10min",
     .minimum = 1,
     .maximum = 86400,
     .hint = "write seconds, or a number with its unit, such as 10min"},

    // models.
    {.name = "path",
     .scopes = kInModels,
     .description = "The folder of the models, beside this file.",
     .default_text = "`models`, if it is there"},
    {.name = "engine",
     .scopes = kInModels,
     .form = ValueForm::kChoice,
     .description = "Who runs them.",
     .default_text = "embedded",
     .choices = kQueryOnNames},

    // An entry of tables.
    {.name = "name",
     .scopes = kInTable,
     .form = ValueForm::kSourceName,
     .description =
         "`schema.table` as the catalog spells it, or `schema.*`. Double quotes "
         "enclose a part that itself holds a dot, a star or a double quote.",
     .is_required = true,
     .hint = "add \"name: public.orders\""},
    {.name = "as",
     .scopes = kInTable,
     .form = ValueForm::kName,
     .description =
         "The one name of the table in the lake: its folder and its name in SQL.",
     .default_text = "the table's name",
     .hint = "use lower-case letters, digits and underscores, a letter first"},
    {.name = "columns",
     .scopes = kInTable,
     .form = ValueForm::kSourceNameList,
     .description = "The columns to read.",
     .default_text = "all",
     .hint = "write a list, such as [id, amount]"},
    {.name = "exclude",
     .scopes = kInTable,
     .form = ValueForm::kSourceNameList,
     .description = "Tables that a pattern shall not take, with or without their schema; "
                    "`*` stands for any characters.",
     .hint = "write a list, such as [\"tmp_*\"]"},
    {.name = "new_tables",
     .scopes = kInTable,
     .form = ValueForm::kChoice,
     .description =
         "What a pattern does with tables that appear later: take them, or ignore them, "
         "that is, keep to those that the lake knows from earlier runs.",
     .default_text = "take",
     .choices = kNewTables},
    {.name = "where",
     .scopes = kInTable,
     .description =
         "A condition of SQL; only rows that meet it are read. It is sent as written "
         "and trusted. The search path is empty, so types, functions and operators "
         "of your own need their schema."},
    {.name = "partition_by",
     .scopes = kInTable,
     .form = ValueForm::kSection,
     .description =
         "Divides the table's files by the windows of a column of dates or times.",
     .section = kPartitionBy,
     .hint = "write a map, such as {column: created_at, every: day}"},
    {.name = "policies",
     .scopes = kInTable,
     .form = ValueForm::kSectionMap,
     .description = "Policies of single columns, by the name of the column.",
     .section = kColumnPolicies,
     .hint = "write a map, such as {amount: {on_nan: null}}"},
    {.name = "types",
     .scopes = kInTable,
     .form = ValueForm::kTypeMap,
     .description = "Types that columns shall have in the files instead of those of the "
                    "type table: see Declared types.",
     .hint = "write a map, such as {amount: \"decimal(38,9)\", id: binary}"},
    {.name = "derive",
     .scopes = kInTable,
     .form = ValueForm::kSectionMap,
     .description = "Columns made from JSON while it is read, by their names: see "
                    "Columns from JSON.",
     .section = kDerivedColumn,
     .hint = "write a map, such as {campaign_id: {from: payload, path: $.campaign.id, "
             "type: bigint}}"},
    {.name = "drop",
     .scopes = kInTable,
     .form = ValueForm::kSourceNameList,
     .description = "Columns that are read for derive and left out of the files.",
     .hint = "write a list, such as [payload]"},
    {.name = "mask",
     .scopes = kInTable,
     .form = ValueForm::kMaskMap,
     .description = "Columns whose values shall not reach the files, and what does in "
                    "their place: see Masked columns.",
     .hint = "write a map, such as {email: hmac-sha256, name: {truncate: 1}, ssn: drop}"},

    {.name = "catalog",
     .scopes = kInTable,
     .form = ValueForm::kSection,
     .description = "Where query engines look this table up, if not where the others of "
                    "the lake are.",
     .section = kTableCatalog,
     .hint = "write a map, such as {glue: {database: finance}}"},

    // catalog of an entry of tables.
    {.name = "glue",
     .scopes = kInTableCatalog,
     .form = ValueForm::kSection,
     .description = "Its place in the Glue Data Catalog. The lake needs `catalog` too.",
     .is_required = true,
     .section = kTableGlue,
     .hint = "add \"glue: {database: finance}\""},

    // catalog.glue of an entry of tables.
    {.name = "database",
     .scopes = kInTableGlue,
     .form = ValueForm::kName,
     .description = "Another database. In queries the table keeps its one name, with "
                    "which both engines find it; who asks Athena himself writes "
                    "`database.table`.",
     .default_text = "as `lake.catalog.glue`",
     .hint = "use lower-case letters, digits and underscores, such as finance"},
    {.name = "adopt",
     .scopes = kInTableGlue,
     .form = ValueForm::kChoice,
     .description = "Whether to take over a table of the same name there.",
     .default_text = "as `lake.catalog.glue`",
     .choices = kTruths},
    {.name = "crawler",
     .scopes = kInTableGlue,
     .form = ValueForm::kSection,
     .description = "Another crawler. It finds all tables that name it, which must have "
                    "one database and `layout: stable`; `role` and `time_limit` need "
                    "to stand only where it is named first.",
     .default_text = "as `lake.catalog.glue`",
     .section = kCrawler},

    {.name = "types",
     .scopes = kInDefaults,
     .form = ValueForm::kTypesOfTypes,
     .description = "What columns of a type shall be in the files, by the type's name as "
                    "`carmilla types` prints it. What a table says of a column wins.",
     .hint = "write a map, such as {uuid: binary, time: time64, range: text}"},

    // Where a default and a table's own value may stand.
    {.name = "compression",
     .scopes = kInDefaultsAndTable,
     .form = ValueForm::kChoice,
     .description = "How the pages of the Parquet files are compressed.",
     .default_text = "zstd",
     .choices = kCompressionNames},
    {.name = "proof",
     .scopes = kInDefaultsAndTable,
     .form = ValueForm::kChoice,
     .description =
         "What is proven of the stored files before they are published: sizes, "
         "checksums, footers and counts; or every value as well.",
     .default_text = "structural",
     .choices = kProofs},
    {.name = "layout",
     .scopes = kInDefaultsAndTable,
     .form = ValueForm::kChoice,
     .description =
         "How the files lie in the table's folder: a folder per version; or, besides, "
         "one file with a stable name for readers that know nothing of versions.",
     .default_text = "versioned",
     .choices = kLayouts},
    {.name = "on_nan",
     .scopes = kWherePoliciesStand,
     .form = ValueForm::kChoice,
     .description = "What becomes of NaN and Infinity in a numeric column; text makes a "
                    "string column of it.",
     .default_text = "error",
     .choices = kNanPolicies},
    {.name = "on_infinity",
     .scopes = kWherePoliciesStand,
     .form = ValueForm::kChoice,
     .description =
         "What becomes of infinity in a date, timestamp or timestamptz column; text "
         "makes a string column of it, clamp writes the first or last value that the "
         "type can hold.",
     .default_text = "error",
     .choices = kInfinityPolicies},
    {.name = "on_out_of_range",
     .scopes = kWherePoliciesStand,
     .form = ValueForm::kChoice,
     .description = "What becomes of a number or time that the type declared under "
                    "`types` cannot hold; clamp writes the nearest one that it holds.",
     .default_text = "error",
     .choices = kRangePolicies},
    {.name = "on_precision",
     .scopes = kWherePoliciesStand,
     .form = ValueForm::kChoice,
     .description =
         "What becomes of a timestamp declared in milliseconds that has microseconds; "
         "floor writes the last millisecond before it, and counts the cell.",
     .default_text = "floor",
     .choices = kPrecisionPolicies},
    {.name = "on_array_shape",
     .scopes = kWherePoliciesStand,
     .form = ValueForm::kChoice,
     .description =
         "What becomes of an array of several dimensions or with another lower "
         "bound than 1; text makes a string column of it, flatten keeps the "
         "elements only.",
     .default_text = "error",
     .choices = kShapePolicies},
    {.name = "on_invalid_utf8",
     .scopes = kWherePoliciesStand,
     .form = ValueForm::kChoice,
     .description =
         "What becomes of text that is no UTF-8, in a database whose encoding is "
         "SQL_ASCII, also inside arrays, composites and maps.",
     .default_text = "error",
     .choices = kTextPolicies},
    // An entry of derive.
    {.name = "from",
     .scopes = kInDerivedColumn,
     .form = ValueForm::kSourceName,
     .description = "The column of JSON: json, jsonb or text.",
     .is_required = true,
     .hint = "add \"from: payload\""},
    {.name = "path",
     .scopes = kInDerivedColumn,
     .form = ValueForm::kJsonPath,
     .description =
         "Where the value stands: `$.campaign.id`, `$.\"Meta:schema\"`, `$.score[0]`. "
         "Between braces a path with brackets needs quotes.",
     .is_required = true,
     .hint = "add \"path: $.campaign.id\""},
    {.name = "parse",
     .scopes = kInDerivedColumn,
     .form = ValueForm::kJsonPath,
     .description =
         "Where a string stands that is itself JSON; `path` then begins inside it. "
         "`true` is `$`: the whole value is such a string.",
     .hint = "write true, or a path such as $.body"},
    {.name = "type",
     .scopes = kInDerivedColumn,
     .description =
         "smallint, integer, bigint, real, double, boolean, decimal(p,s), text, date, "
         "timestamp, timestamptz, timestamp[ms] or timestamp[ms, UTC].",
     .is_required = true,
     .hint = "add \"type: bigint\""},
    {.name = "timestamp",
     .scopes = kInDerivedColumn,
     .form = ValueForm::kChoice,
     .description =
         "How a time is written: ISO 8601, milliseconds or seconds since 1970, or "
         "`/Date(1700000000000+0100)/`.",
     .default_text = "iso",
     .choices = kTimestampFormNames},
    {.name = "join",
     .scopes = kInDerivedColumn,
     .description = "Makes text of an array: its elements with this between them; "
                    "elements that are null are left out.",
     .hint = "write it in quotes, such as \",\""},
    {.name = "on_misfit",
     .scopes = kWhereMisfitsStand,
     .form = ValueForm::kChoice,
     .description =
         "What becomes of a row whose JSON does not fit the type of a derived column.",
     .default_text = "error",
     .choices = std::span(kValuePolicyNames).first<2>()},

    // partition_by.
    {.name = "column",
     .scopes = kInPartitionBy,
     .form = ValueForm::kSourceName,
     .description = "The column; it must be a date, timestamp or timestamptz.",
     .is_required = true,
     .hint = "add \"column: created_at\""},
    {.name = "every",
     .scopes = kInPartitionBy,
     .form = ValueForm::kChoice,
     .description = "The length of one window.",
     .default_text = "day",
     .choices = kPartitionUnits},
    {.name = "as",
     .scopes = kInPartitionBy,
     .form = ValueForm::kName,
     .description = "The name of the partition key, as in `dt=2024-05-01`.",
     .default_text = "dt",
     .hint = "use lower-case letters, digits and underscores, a letter first"},

    // What later versions will know.
    {.name = "incremental",
     .scopes = kInTopAndTableAndDefaults,
     .form = ValueForm::kLater,
     .description = "Reading only what changed.",
     .hint = "remove it; every run reads the whole table"},
    {.name = "on_concurrent_index",
     .scopes = kInTop,
     .form = ValueForm::kLater,
     .description = "What to do when an index is built concurrently.",
     .hint = "remove it"},
    {.name = "groups",
     .scopes = kInTop,
     .form = ValueForm::kLater,
     .description = "Named groups of tables and tasks.",
     .hint = "remove it; name the tables on the command line of carmilla run"},
    {.name = "tasks",
     .scopes = kInTop,
     .form = ValueForm::kLater,
     .description = "Settings of tasks.",
     .hint = "remove it"},
};

std::span<const ConfigurationKey> KeysFor(KeyScope scope) {
  return scope >= kModel ? ModelKeys() : ConfigurationKeys();
}

}  // namespace

std::span<const ConfigurationKey> ConfigurationKeys() { return kKeys; }

const ConfigurationKey* FindConfigurationKey(KeyScope scope, std::string_view name) {
  for (const ConfigurationKey& key : KeysFor(scope)) {
    if (key.name == name && std::ranges::find(key.scopes, scope) != key.scopes.end()) {
      return &key;
    }
  }
  return nullptr;
}

std::vector<std::string> AvailableKeys(KeyScope scope) {
  std::vector<std::string> names;
  for (const ConfigurationKey& key : KeysFor(scope)) {
    const bool is_here = std::ranges::find(key.scopes, scope) != key.scopes.end();
    if (is_here && key.form != ValueForm::kLater) names.emplace_back(key.name);
  }
  return names;
}

std::string_view DescribeScope(KeyScope scope) {
  switch (scope) {
    case kTop:
      return "the top level";
    case kConnection:
      return "an entry of connections";
    case kLake:
      return "lake";
    case kCatalog:
      return "lake.catalog";
    case kGlue:
      return "lake.catalog.glue";
    case kCrawler:
      return "lake.catalog.glue.crawler";
    case kS3:
      return "lake.s3";
    case kAws:
      return "aws";
    case kAssumeRole:
      return "assume_role";
    case kAthena:
      return "athena";
    case kDefaults:
      return "defaults";
    case kTable:
      return "an entry of tables";
    case kTableCatalog:
      return "catalog of a table";
    case kTableGlue:
      return "catalog.glue of a table";
    case kPartitionBy:
      return "partition_by";
    case kColumnPolicies:
      return "policies of a column";
    case kDerivedColumn:
      return "an entry of derive";
    case kModels:
      return "models";
    case kModel:
      return "the file of a model";
    case kModelColumn:
      return "an entry of columns";
    case kColumnTest:
      return "a test of a column";
    case kRelationships:
      return "relationships";
    case kModelTest:
      return "a test of a model";
    case kRowCount:
      return "row_count";
  }
  return "";
}

std::string JoinChoices(std::span<const std::string_view> choices) {
  std::string joined;
  for (size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) joined += i + 1 == choices.size() ? " or " : ", ";
    joined += choices[i];
  }
  return joined;
}

std::optional<int64_t> ParseSeconds(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  const std::optional<int64_t> factor = SecondsIn(unit);
  int64_t seconds = 0;
  if (!factor.has_value() || __builtin_mul_overflow(number, *factor, &seconds)) {
    return std::nullopt;
  }
  return seconds;
}

}  // namespace carmilla
