#include "lake/manifest.h"

#include <arrow/type.h>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "testing/matchers.h"

namespace carmilla {
namespace {

Manifest Example() {
  return {.table = "flights",
          .run_id = "20260102T030405678Z-9f3c1a",
          .previous_run_id = "20260101T000000000Z-000001",
          .comment = "Departures from New York",
          .created_at = "2026-01-02T03:04:09Z",
          .writer = "carmilla 0.1.0",
          .source = {.relation = "public.flights",
                     .oid = 4294967295,
                     .leaf_oids = {16385, 16390},
                     .server_version = "15.5",
                     .system_identifier = "7312345678901234567",
                     .timeline = "1",
                     .database = "it's \"quoted\"",
                     .is_in_recovery = true,
                     .snapshot = "771:771:",
                     .snapshot_time = "2026-01-02T03:04:05.700000Z",
                     .lsn = "0/1573B28",
                     .consistency = "run",
                     .where = "month < 3\nAND day = 1",
                     .transport = "verified"},
          .model = {.name = "flights",
                    .engine = "embedded",
                    .sql_sha256 = std::string(64, 'a'),
                    .inputs = {{"planes", "20260101T000000000Z-000002"}}},
          .plan = {.compression = "zstd",
                   .range_bytes = 67108864,
                   .row_group_bytes = 25165824,
                   .scan = "sequential"},
          .columns = {{.name = "id",
                       .postgres_type = "integer",
                       .arrow_type = "int32",
                       .parquet_type = "INT32",
                       .glue_type = "int",
                       .is_not_null = true,
                       .comment = "the \"key\""},
                      {.name = "d\xc3\xa9lay \xf0\x9f\xa6\x87",
                       .postgres_type = "numeric(12,2)",
                       .arrow_type = "decimal64(12,2)",
                       .parquet_type = "INT64 DECIMAL(12,2)",
                       .glue_type = "decimal(12,2)",
                       .srid = 4326,
                       .policy_counts = {{"on_nan", 3}, {"on_infinity", 0}},
                       .unusual_years = 5}},
          .partition_columns = {"dt"},
          .files = {{.key = "dt=2024-05-01/20260102T030405678Z-9f3c1a/part-00000.parquet",
                     .partition = {{"dt", "2024-05-01"}},
                     .rows = 336776,
                     .bytes = 9007199254740993,
                     .crc32c = 0x0badcafe,
                     .columns = {{.nulls = 0, .hash = {.low = 1, .high = 0}},
                                 {.nulls = 8255,
                                  .hash = {.low = 0xfedcba9876543210,
                                           .high = 0x0123456789abcdef}}}}}};
}

// The bytes are a promise to other readers: a change needs a new format version.
constexpr std::string_view kGolden = R"json({
 "format": 4,
 "table": "flights",
 "run_id": "20260102T030405678Z-9f3c1a",
 "previous_run_id": "20260101T000000000Z-000001",
 "comment": "Departures from New York",
 "created_at": "2026-01-02T03:04:09Z",
 "writer": "carmilla 0.1.0",
 "source": {
  "relation": "public.flights",
  "oid": 4294967295,
  "leaf_oids": [
   16385,
   16390
  ],
  "server_version": "15.5",
  "system_identifier": "7312345678901234567",
  "timeline": "1",
  "database": "it's \"quoted\"",
  "in_recovery": true,
  "snapshot": "771:771:",
  "snapshot_time": "2026-01-02T03:04:05.700000Z",
  "lsn": "0/1573B28",
  "consistency": "run",
  "where": "month < 3\nAND day = 1",
  "transport": "verified"
 },
 "model": {
  "name": "flights",
  "engine": "embedded",
  "sql_sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  "inputs": {
   "planes": "20260101T000000000Z-000002"
  }
 },
 "plan": {
  "compression": "zstd",
  "range_bytes": 67108864,
  "row_group_bytes": 25165824,
  "scan": "sequential"
 },
 "columns": [
  {
   "name": "id",
   "postgres_type": "integer",
   "arrow_type": "int32",
   "parquet_type": "INT32",
   "glue_type": "int",
   "not_null": true,
   "policy_counts": {},
   "unusual_years": 0,
   "comment": "the \"key\"",
   "srid": 0
  },
  {
   "name": "délay 🦇",
   "postgres_type": "numeric(12,2)",
   "arrow_type": "decimal64(12,2)",
   "parquet_type": "INT64 DECIMAL(12,2)",
   "glue_type": "decimal(12,2)",
   "not_null": false,
   "policy_counts": {
    "on_nan": 3,
    "on_infinity": 0
   },
   "unusual_years": 5,
   "comment": "",
   "srid": 4326
  }
 ],
 "partition_columns": [
  "dt"
 ],
 "files": [
  {
   "key": "dt=2024-05-01/20260102T030405678Z-9f3c1a/part-00000.parquet",
   "partition": {
    "dt": "2024-05-01"
   },
   "rows": 336776,
   "bytes": 9007199254740993,
   "crc32c": "0badcafe",
   "nulls": [
    0,
    8255
   ],
   "hashes": [
    "00000000000000000000000000000001",
    "0123456789abcdeffedcba9876543210"
   ]
  }
 ]
}
)json";

std::string Replaced(std::string_view from, std::string_view to) {
  std::string text(kGolden);
  const size_t position = text.find(from);
  EXPECT_NE(position, text.npos) << from;
  return text.replace(position, from.size(), to);
}

TEST(ManifestTest, IsWrittenAsPromised) {
  EXPECT_EQ(SerializeManifest(Example()), kGolden);
}

TEST(ManifestTest, SurvivesTheRoundTrip) {
  EXPECT_THAT(ParseManifest(SerializeManifest(Example()), "key"),
              IsOkAndHolds(Example()));
}

/// A format that other readers still meet: without what came with later ones.
std::string GoldenOfFormat(int format) {
  std::string text(kGolden);
  const size_t model = text.find(" \"model\": {");
  text.erase(model, text.find(" \"plan\": {") - model);
  std::vector<std::string_view> added;
  if (format < 3) {
    added = {" \"comment\": \"Departures from New York\",\n",
             ",\n   \"comment\": \"the \\\"key\\\"\"", ",\n   \"comment\": \"\"",
             ",\n   \"srid\": 0", ",\n   \"srid\": 4326"};
  }
  if (format == 1) {
    added.insert(added.end(),
                 {",\n  \"transport\": \"verified\"", ",\n   \"unusual_years\": 0",
                  ",\n   \"unusual_years\": 5"});
  }
  for (const std::string_view member : added) {
    text.erase(text.find(member), member.size());
  }
  return text.replace(text.find("\"format\": 4"), 11,
                      "\"format\": " + std::to_string(format));
}

TEST(ManifestTest, ReadsOlderFormats) {
  Manifest manifest = Example();
  manifest.model = {};
  EXPECT_THAT(ParseManifest(GoldenOfFormat(3), "key"), IsOkAndHolds(manifest));
  manifest.comment = "";
  manifest.columns[0].comment = "";
  manifest.columns[1].srid = 0;
  EXPECT_THAT(ParseManifest(GoldenOfFormat(2), "key"), IsOkAndHolds(manifest));
  manifest.source.transport = "";
  manifest.columns[1].unusual_years = 0;
  EXPECT_THAT(ParseManifest(GoldenOfFormat(1), "key"), IsOkAndHolds(manifest));
}

TEST(ManifestTest, RefusesMembersOfAnotherFormatThanItsOwn) {
  for (const char* older : {"\"format\": 1", "\"format\": 2", "\"format\": 3"}) {
    EXPECT_THAT(ParseManifest(Replaced("\"format\": 4", older), "key"),
                HasKind(ErrorKind::kCorruptData));
  }
  for (const int format : {1, 2, 3}) {
    std::string text = GoldenOfFormat(format);
    text.replace(text.find("\"format\": "), 11, "\"format\": 4");
    EXPECT_THAT(ParseManifest(text, "key"), HasKind(ErrorKind::kCorruptData));
  }
}

TEST(ManifestTest, SumsItsFiles) {
  Manifest manifest = Example();
  manifest.files[0].bytes = 10;
  manifest.files.push_back(manifest.files[0]);
  EXPECT_EQ(manifest.TotalRows(), 2 * 336776);
  EXPECT_EQ(manifest.TotalBytes(), 20);
}

TEST(ManifestTest, RefusesNewerFormatsAndSaysUpgrade) {
  // Whatever else a newer version changes.
  for (const std::string& text :
       {Replaced("\"format\": 4", "\"format\": 5"), std::string("{\"format\": 99}")}) {
    const auto manifest = ParseManifest(text, "key");
    EXPECT_THAT(manifest, HasKind(ErrorKind::kUnsupported));
    EXPECT_THAT(manifest.status(), StatusHintHas("upgrade"));
  }
}

TEST(ManifestTest, RefusesDamage) {
  struct Case {
    const char* from;
    const char* to;
  };
  for (const Case& test : std::initializer_list<Case>{
           {"\"format\": 4", "\"format\": 0"},
           {"\"format\": 4,\n", ""},
           {"\"inputs\": {", "\"inputs\": {\"x\": 1, "},
           {"\"table\": \"flights\"", "\"table\": \"../x\""},
           {"\"table\": \"flights\",\n", ""},
           {"\"table\": \"flights\"", "\"table\": 1"},
           {"\"table\": \"flights\"", "\"table\": \"flights\", \"extra\": 1"},
           {",\n  \"transport\": \"verified\"", ""},
           {"\"scan\": \"sequential\"", "\"scan\": \"sequential\", \"extra\": 1"},
           {"-9f3c1a\"", "-\""},
           {"20260101T000000000Z-000001", "20260102T030405678Z-9f3c1a"},
           {"4294967295", "4294967296"},
           {"16385", "-1"},
           {"16385", "1.5"},
           {"true", "\"true\""},
           {"\"on_nan\": 3", "\"on_nan\": \"3\""},
           {"9007199254740993", "9007199254740993000000"},
           {"9007199254740993", "-5"},
           {"9007199254740993", "1e3"},
           {"0badcafe", "0BADCAFE"},
           {"0badcafe", "badcafe"},
           {"0badcafe", "00badcafe"},
           {"\"0badcafe\"", "195939070"},
           {"8255", "336777"},
           {"8255", "-1"},
           {"0123456789abcdeffed", "0123456789abcdeffeg"},
           {"0123456789abcdeffedcba9876543210", "0123456789abcdef"},
           {"\"00000000000000000000000000000001\",", ""},
           {"\n    0,", ""},
           {"key\": \"dt=2024-05-01", "key\": \"../../etc"},
           {"\"dt\": \"2024-05-01\"", "\"other\": \"2024-05-01\""},
           {"\"dt\": \"2024-05-01\"", ""},
           {"\n}\n", "\n"},
           {"{", "[{"},
       }) {
    EXPECT_THAT(ParseManifest(Replaced(test.from, test.to), "key"),
                HasKind(ErrorKind::kCorruptData))
        << test.from << " -> " << test.to;
  }
  EXPECT_THAT(ParseManifest("", "key"), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(ParseManifest("[]", "key"), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(ParseManifest("null", "key"), HasKind(ErrorKind::kCorruptData));
}

TEST(ManifestTest, RefusesEveryTruncation) {
  for (size_t length = 0; length + 1 < kGolden.size(); ++length) {
    ASSERT_THAT(ParseManifest(kGolden.substr(0, length), "key"),
                HasKind(ErrorKind::kCorruptData))
        << length;
  }
}

TEST(ManifestTest, NamesTheProblemAndTheKey) {
  EXPECT_THAT(ParseManifest(Replaced("0badcafe", "x"), "flights/m.json").status(),
              StatusMessageHas("reading the manifest flights/m.json: \"crc32c\" is not"));
}

TEST(ManifestTest, RefusesAFileTwiceAndTwoStableFilesOfOnePartition) {
  Manifest manifest = Example();
  EXPECT_EQ(ProblemOf(manifest), "");
  manifest.files.push_back(manifest.files[0]);
  EXPECT_THAT(ProblemOf(manifest), ::testing::HasSubstr("is named twice"));
  manifest.files[0].key = "_carmilla/files/a/part-00000.parquet";
  manifest.files[1].key = "_carmilla/files/a/part-00001.parquet";
  EXPECT_THAT(ProblemOf(manifest), ::testing::HasSubstr("stable layout"));
  manifest.files[1].partition[0].second = "2024-05-02";
  EXPECT_EQ(ProblemOf(manifest), "");
}

TEST(ManifestTest, GivesTheSchemaOfItsFiles) {
  ASSERT_OK_AND_ASSIGN(const auto schema, SchemaOf(Example()));
  EXPECT_TRUE(schema->Equals(arrow::schema(
      {arrow::field("id", arrow::int32()),
       arrow::field("d\xc3\xa9lay \xf0\x9f\xa6\x87", arrow::decimal64(12, 2))})))
      << schema->ToString();
  Manifest manifest = Example();
  manifest.columns[0].arrow_type = "dense_union<>";
  EXPECT_THAT(SchemaOf(manifest), HasKind(ErrorKind::kCorruptData));
}

}  // namespace
}  // namespace carmilla
