#include "operations/aws_check.h"

#include <arrow/record_batch.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "aws/glue_catalog.h"
#include "columnar/file_proof.h"
#include "columnar/parquet_writer.h"
#include "core/error.h"
#include "core/letter_case.h"
#include "core/quantity.h"
#include "core/run_id.h"
#include "engine/lake_store.h"
#include "http/aws_sts.h"
#include "lake/lake_keys.h"
#include "operations/athena_query.h"
#include "operations/aws_check_table.h"
#include "operations/query.h"
#include "store/s3_bucket.h"

namespace carmilla {
namespace {

constexpr char kPartitionColumn[] = "dt";
constexpr char kPartition[] = "2024-02-29";
constexpr char kVanishingPartition[] = "2024-03-01";
constexpr std::chrono::hours kAgeOfLeftovers{24};

std::string Quoted(const std::string& word) {
  constexpr std::string_view kSafe =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@";
  if (word.find_first_not_of(kSafe) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

arrow::Status NotRefused(const std::string& what, const std::string& uri) {
  return MakeError(ErrorKind::kUnsupported,
                   "writing on a condition: the bucket made a write that it had to "
                   "refuse, " +
                       what + ": " + uri,
                   "two runs at once could damage a table here: this server, or what "
                   "stands before it, does not keep conditions of PUT");
}

/// OK if `status` is a conflict.
arrow::Status ExpectConflict(const arrow::Status& status, const std::string& what,
                             const std::string& uri) {
  if (status.ok()) return NotRefused(what, uri);
  return KindOf(status) == ErrorKind::kConflict ? arrow::Status::OK() : status;
}

class AwsChecker {
 public:
  AwsChecker(const Configuration& configuration, std::stop_token stop)
      : configuration_(configuration),
        location_(configuration.lake),
        stop_(std::move(stop)) {
    // So that little makes an upload of two parts.
    location_.s3.part_bytes = kSmallestS3Part;
    is_partitioned_ = std::ranges::any_of(
        configuration.tables,
        [](const TableConfiguration& table) { return table.partition_by.has_value(); });
  }

  AwsCheck Check() && {
    check_.place = location_.path;
    if (!Try(AwsStep::kOpen, [this] { return Open(); })) return std::move(check_);
    CheckBucket();
    if (location_.glue.has_value()) {
      Try(AwsStep::kCatalog, [this] { return Register(); });
    }
    if (check_.Succeeded(AwsStep::kWrite)) CheckEngines();
    return std::move(check_);
  }

 private:
  using Seen = arrow::Result<std::string>;

  template <typename Action>
  bool Try(AwsStep step, const Action& action) {
    Seen seen = action();
    check_.steps.push_back({.step = step,
                            .status = seen.status(),
                            .seen = seen.ok() ? *std::move(seen) : ""});
    return check_.steps.back().status.ok();
  }

  void CheckBucket() {
    if (Try(AwsStep::kWrite, [this] { return Write(); })) {
      Try(AwsStep::kRead, [this] { return Read(); });
      Try(AwsStep::kCondition, [this] { return WriteOnCondition(); });
      Try(AwsStep::kUpload, [this] { return Upload(); });
    }
    Try(AwsStep::kLeftovers, [this] { return FindLeftovers(); });
    Try(AwsStep::kLifecycle, [this] { return ReadLifecycle(); });
  }

  void CheckEngines() {
    // A crawler has not seen the check's table.
    if (check_.Succeeded(AwsStep::kCatalog) && !location_.glue->crawler.has_value()) {
      Try(AwsStep::kAthena, [this] { return AskAthena(); });
    }
    Try(AwsStep::kEmbedded, [this] { return AskEmbedded(); });
  }

  Seen Open() {
    ARROW_ASSIGN_OR_RAISE(opened_, OpenLake(location_, stop_));
    ARROW_ASSIGN_OR_RAISE(const AwsCredentials keys, opened_.aws.credentials->Get());
    const std::string& region = opened_.s3_options.region;
    const auto caller = AwsSts(opened_.aws.transport, region).CallerArn(keys);
    check_.caller = caller.ok() ? *caller : "";
    check_.account = AccountOf(check_.caller, region);
    check_.place += ", " + region;
    if (location_.glue.has_value()) {
      check_.place += ", Glue database " + location_.glue->database +
                      ", Athena workgroup " + location_.athena.workgroup;
    }
    return check_.caller.empty() ? "who asks is not known: STS does not answer"
                                 : "as " + check_.caller;
  }

  Seen Write() {
    ARROW_ASSIGN_OR_RAISE(row_, CheckedRow());
    ARROW_ASSIGN_OR_RAISE(auto object, store().OpenWrite(FileKey()));
    ARROW_ASSIGN_OR_RAISE(auto writer,
                          ParquetWriter::Open(row_->schema(), {}, object.get()));
    ARROW_RETURN_NOT_OK(writer->Write(*row_));
    ARROW_RETURN_NOT_OK(writer->Finish());
    ARROW_RETURN_NOT_OK(object->Commit());
    written_ = writer->file();
    check_.left.push_back("aws s3 rm --recursive " + Quoted(store().UriOf(folder_)) +
                          Options());
    return "Parquet of " + FormatBytes(written_.bytes) + ", " + StorageText();
  }

  std::string StorageText() const {
    const S3StorageConfiguration& s3 = configuration_.lake.s3;
    std::string text = "encryption as the bucket says";
    if (s3.encryption == S3Encryption::kS3) text = "encrypted by SSE-S3";
    if (s3.encryption == S3Encryption::kKms) text = "encrypted by SSE-KMS";
    if (!s3.acl.empty()) text += ", ACL " + s3.acl;
    if (!s3.tags.empty()) {
      text += ", " + FormatCount(static_cast<int64_t>(s3.tags.size()), "tag");
    }
    return text;
  }

  Seen Read() {
    bool is_listed = false;
    ARROW_RETURN_NOT_OK(store().List(folder_, [&](const ObjectInfo& object) {
      is_listed = is_listed || object.key == FileKey();
      return arrow::Status::OK();
    }));
    if (!is_listed) {
      return MakeError(ErrorKind::kUnsupported,
                       "listing objects: one that was just written is not listed: " +
                           store().UriOf(FileKey()));
    }
    ARROW_ASSIGN_OR_RAISE(auto file, store().OpenRead(FileKey()));
    ARROW_RETURN_NOT_OK(
        ProveStructure(std::move(file), FileKey(), written_, *row_->schema(), stop_));
    return "listed at once, and proven";
  }

  Seen WriteOnCondition() {
    const std::string key = folder_ + "/condition";
    const std::string uri = store().UriOf(key);
    ARROW_RETURN_NOT_OK(store().Create(key, "first"));
    ARROW_RETURN_NOT_OK(ExpectConflict(store().Create(key, "second"),
                                       "that of an object that is there already", uri));
    ARROW_ASSIGN_OR_RAISE(const StoredObject first, store().Get(key));
    ARROW_RETURN_NOT_OK(store().CompareAndSwap(key, first.version, "second").status());
    ARROW_RETURN_NOT_OK(
        ExpectConflict(store().CompareAndSwap(key, first.version, "third").status(),
                       "that of an object that has changed", uri));
    return "a second writer is refused";
  }

  Seen Upload() {
    const std::string key = folder_ + "/upload";
    std::string contents;
    contents.reserve(kSmallestS3Part + 1);
    for (int64_t i = 0; i <= kSmallestS3Part; ++i) {
      contents += static_cast<char>(i * i >> 8);
    }
    ARROW_ASSIGN_OR_RAISE(auto object, store().OpenWrite(key));
    ARROW_RETURN_NOT_OK(
        object->Write(contents.data(), static_cast<int64_t>(contents.size())));
    ARROW_RETURN_NOT_OK(object->Commit());
    ARROW_ASSIGN_OR_RAISE(const StoredObject stored, store().Get(key));
    if (stored.contents != contents) {
      return MakeError(ErrorKind::kCorruptData,
                       "reading an upload in parts: the bytes are not those that were "
                       "written: " +
                           store().UriOf(key));
    }
    ARROW_RETURN_NOT_OK(store().CheckWritable());
    return FormatBytes(static_cast<int64_t>(contents.size())) +
           " in 2 parts; another upload aborted";
  }

  Seen FindLeftovers() {
    if (opened_.s3_options.prefix.empty()) {
      return "not done in a lake that is a whole bucket";
    }
    ARROW_RETURN_NOT_OK(store().RemoveLeftovers(kAgeOfLeftovers));
    return "those of dead runs are aborted after a day";
  }

  Seen ReadLifecycle() {
    S3Bucket bucket(opened_.s3_options, opened_.aws.transport, opened_.aws.credentials);
    ARROW_ASSIGN_OR_RAISE(check_.has_abort_rule, bucket.HasAbortRule());
    return check_.has_abort_rule ? "a rule aborts unfinished uploads"
                                 : "no rule aborts unfinished uploads";
  }

  /// The table as a run publishes it; its first version shows other files.
  CatalogTable Table(bool is_first) {
    const std::string folder = is_first ? folder_ + "/first" : folder_ + "/types";
    CatalogTable table{.table = table_,
                       .run_id = run_id_ + (is_first ? "-first" : ""),
                       .comment = "Written by `carmilla doctor --aws`; may be removed",
                       .source = "carmilla doctor",
                       .location = store().UriOf(folder) + "/",
                       .columns = CheckedCatalogColumns(),
                       .statistics = {.files = 1, .rows = 1, .bytes = written_.bytes}};
    if (!is_partitioned_) return table;
    table.partition_columns.push_back({.name = kPartitionColumn, .type = "date"});
    const auto add = [&](const char* value) {
      table.partitions.push_back(
          {.values = {value},
           .location = table.location + kPartitionColumn + "=" + value + "/",
           .statistics = table.statistics});
    };
    add(kPartition);
    if (is_first) add(kVanishingPartition);
    return table;
  }

  Seen Register() {
    // Databases and crawlers of single tables are among it.
    ARROW_RETURN_NOT_OK(opened_.catalog->Prepare());
    if (location_.glue->crawler.has_value()) {
      return "crawler " + location_.glue->crawler->name + " registers, not a run";
    }
    GlueCatalog catalog(OpenAwsClient(opened_.aws, "glue"), location_.glue->database,
                        {.stop = stop_});
    for (const bool is_first : {true, false}) {
      const arrow::Status status =
          catalog.Follow(table_, [&]() -> arrow::Result<std::optional<CatalogTable>> {
            return Table(is_first);
          });
      if (is_first && (status.ok() || IsLeft(status))) {
        check_.left.push_back("aws glue delete-table --database-name " +
                              location_.glue->database + " --name " + table_ + Options());
      }
      ARROW_RETURN_NOT_OK(status);
    }
    return location_.glue->database + "." + table_ + ": made and changed" +
           (is_partitioned_ ? ", with partitions" : "");
  }

  /// Whether the table may be there although making all of it failed.
  bool IsLeft(const arrow::Status& failed) {
    if (InfoOf(KindOf(failed)).is_retryable) return true;
    GlueClient client(OpenAwsClient(opened_.aws, "glue"), location_.glue->database);
    const auto found = client.GetTable(table_);
    return !found.ok() || found->has_value();
  }

  arrow::Status Ask(QueryEngine& engine, const std::vector<CheckedColumn>& columns,
                    std::string* seen) {
    const std::string condition =
        is_partitioned_ ? std::string(kPartitionColumn) + " = DATE '" + kPartition + "'"
                        : "";
    ARROW_ASSIGN_OR_RAISE(
        const auto answer,
        engine.Execute(CheckedSelect(columns, table_, condition), stop_));
    ARROW_RETURN_NOT_OK(CompareChecked(columns, *answer, stop_));
    *seen = "every value of " +
            FormatCount(static_cast<int64_t>(columns.size()), "column") + " is right";
    if (answer->scanned_bytes().has_value()) {
      *seen += ", " + FormatBytes(*answer->scanned_bytes()) + " scanned";
    }
    return arrow::Status::OK();
  }

  Seen AskAthena() {
    ARROW_ASSIGN_OR_RAISE(const auto engine, OpenAthenaQuery(location_, stop_));
    std::string seen;
    const arrow::Status status = Ask(*engine, CheckedColumns(), &seen);
    if (status.ok()) return seen;
    if (KindOf(status) != ErrorKind::kQuery) return status;
    return Localised(*engine, status);
  }

  /// Names the columns without which the statement would not have failed.
  arrow::Status Localised(QueryEngine& engine, const arrow::Status& status) {
    std::string failing;
    size_t num_failing = 0;
    for (const CheckedColumn& column : CheckedColumns()) {
      if (stop_.stop_requested()) return status;
      std::string ignored;
      if (Ask(engine, {column}, &ignored).ok()) continue;
      failing += (failing.empty() ? "" : ", ") + column.name + " (" + column.glue + ")";
      ++num_failing;
    }
    if (num_failing == 0 || num_failing == CheckedColumns().size()) return status;
    return MakeError(ErrorKind::kCorruptData,
                     status.message() + "; the columns that fail: " + failing,
                     HintOf(status));
  }

  Seen AskEmbedded() {
    QueryTable table{
        .name = table_, .files = {store().UriOf(FileKey())}, .schema = row_->schema()};
    if (is_partitioned_) table.partition_columns = {kPartitionColumn};
    ARROW_ASSIGN_OR_RAISE(const auto engine,
                          OpenFilesQuery(opened_, {table}, configuration_.memory_bytes));
    std::string seen;
    ARROW_RETURN_NOT_OK(Ask(*engine, CheckedColumns(), &seen));
    return seen;
  }

  std::string FileKey() const {
    const std::string partition =
        is_partitioned_ ? std::string("/") + kPartitionColumn + "=" + kPartition : "";
    return folder_ + "/types" + partition + "/part-0.parquet";
  }

  /// Of commands that a person runs in another shell.
  std::string Options() const {
    std::string options = " --region " + Quoted(opened_.s3_options.region);
    if (!location_.aws.profile.empty()) {
      options += " --profile " + Quoted(location_.aws.profile);
    }
    return options;
  }

  ObjectStore& store() const { return *opened_.store; }

  const Configuration& configuration_;
  LakeLocation location_;
  const std::stop_token stop_;
  bool is_partitioned_ = false;
  const std::string run_id_ = MakeRunId(std::chrono::system_clock::now());
  const std::string folder_ = std::string(kCheckFolder) + "/" + run_id_;
  const std::string table_ = [this] {
    std::string name = "carmilla_check_" + LowerCase(run_id_);
    std::ranges::replace(name, '-', '_');
    return name;
  }();
  OpenedLake opened_;
  std::shared_ptr<arrow::RecordBatch> row_;
  DataFile written_;
  AwsCheck check_;
};

}  // namespace

std::string_view NameOf(AwsStep step) {
  switch (step) {
    case AwsStep::kOpen:
      return "is reached";
    case AwsStep::kWrite:
      return "takes an object";
    case AwsStep::kRead:
      return "lists and reads it";
    case AwsStep::kCondition:
      return "keeps conditions";
    case AwsStep::kUpload:
      return "takes uploads in parts";
    case AwsStep::kLeftovers:
      return "shows unfinished uploads";
    case AwsStep::kLifecycle:
      return "shows its lifecycle";
    case AwsStep::kCatalog:
      return "takes a table in Glue";
    case AwsStep::kAthena:
      return "is read by Athena";
    case AwsStep::kEmbedded:
      return "is read by `query`";
  }
  return "";
}

const AwsStepResult* AwsCheck::Find(AwsStep step) const {
  const auto found = std::ranges::find(steps, step, &AwsStepResult::step);
  return found == steps.end() ? nullptr : &*found;
}

bool AwsCheck::Succeeded(AwsStep step) const {
  const AwsStepResult* result = Find(step);
  return result != nullptr && result->status.ok();
}

AwsCheck CheckAws(const Configuration& configuration, const std::stop_token& stop) {
  return AwsChecker(configuration, stop).Check();
}

}  // namespace carmilla
