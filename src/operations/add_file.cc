#include "operations/add_file.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/io/file.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "columnar/parquet_reader.h"
#include "columnar/parquet_writer.h"
#include "core/error.h"
#include "core/letter_case.h"
#include "core/run_id.h"
#include "engine/athena_names.h"
#include "engine/lake_store.h"
#include "engine/manifest_builder.h"
#include "engine/proven_file.h"
#include "lake/lake.h"
#include "lake/lake_keys.h"
#include "operations/added_columns.h"
#include "operations/bucket_object.h"
#include "plan/model_file.h"
#include "types/arrow_type_text.h"
#include "types/lake_type.h"

namespace carmilla {
namespace {

constexpr Compression kCompression = Compression::kZstd;
/// The writer takes about three times as much, within the 256 MiB of a run.
constexpr int64_t kRowGroupBytes = 32LL << 20;
/// Of each column of the file that is read.
constexpr int64_t kPieceBytes = 256LL << 10;

/// A day as `2024-05-01`, and nothing else.
bool IsDay(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00";
  const auto fits = [](char letter, char form) {
    return form == '0' ? letter >= '0' && letter <= '9' : letter == form;
  };
  if (!std::ranges::equal(text, kForm, fits)) return false;
  const auto number = [&](size_t begin, size_t length) {
    int value = 0;
    for (const char digit : text.substr(begin, length))
      value = 10 * value + (digit - '0');
    return value;
  };
  return std::chrono::year_month_day(
             std::chrono::year(number(0, 4)),
             std::chrono::month(static_cast<unsigned>(number(5, 2))),
             std::chrono::day(static_cast<unsigned>(number(8, 2))))
      .ok();
}

/// `dt=2024-05-01`; partition columns are dates.
arrow::Result<PartitionValues> ParsePartition(const std::string& text) {
  const size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
  if (!IsDay(value) || !Lake::CheckTableName(name).ok()) {
    return MakeError(
        ErrorKind::kUsage,
        "reading the command line: --partition is no column and date: " + text,
        "write --partition dt=2024-05-01");
  }
  return PartitionValues{{name, value}};
}

/// The columns of a table that is made from a file.
arrow::Result<std::vector<ManifestColumn>> DescribeColumns(const arrow::Schema& schema,
                                                           const std::string& partition,
                                                           bool has_catalog) {
  std::vector<ManifestColumn> columns;
  std::set<std::string> taken = {partition};
  for (const auto& field : schema.fields()) {
    const std::string& name = field->name();
    if (name.empty() || !taken.insert(LowerCase(name)).second) {
      return MakeError(
          ErrorKind::kConfiguration,
          "a column has no name, or that of another or of the partition: " + name,
          "rename it in the file, or leave it out");
    }
    if (has_catalog && AthenaColumnName(name) != name) {
      return MakeError(ErrorKind::kConfiguration, "Athena knows no such column: " + name,
                       "letters, digits and underscores make a name");
    }
    const auto arrow_type = TypeInLake(field->type());
    auto type = LakeTypeOf(*arrow_type);
    if (!type.ok()) return WithContext(type.status(), "column " + name);
    columns.push_back({.name = name,
                       .arrow_type = ArrowTypeText(*arrow_type),
                       .parquet_type = std::move(type->parquet),
                       .glue_type = std::move(type->glue)});
  }
  return columns;
}

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenFile(
    const std::string& file, const OpenedLake& lake) {
  if (file.starts_with("s3://")) return OpenBucketObject(lake, file);
  auto opened = arrow::io::ReadableFile::Open(file);
  if (opened.ok()) return *std::move(opened);
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    return MakeError(ErrorKind::kUsage, "opening the file: it is a directory: " + file);
  }
  const bool is_there = std::filesystem::exists(file, error);
  return MakeError(is_there ? ErrorKind::kPermission : ErrorKind::kNotFound,
                   std::string("opening the file: ") +
                       (is_there ? "it cannot be read: " : "it does not exist: ") + file);
}

class FileAddition {
 public:
  FileAddition(const AddOptions& options, const OpenedLake& opened, std::stop_token stop)
      : options_(options),
        opened_(opened),
        stop_(std::move(stop)),
        lake_(opened.store, opened.catalog),
        run_id_(MakeRunId(std::chrono::system_clock::now())) {}

  arrow::Result<AddOutcome> Run() {
    ARROW_ASSIGN_OR_RAISE(partition_, ParsePartition(options_.partition));
    ARROW_RETURN_NOT_OK(Lake::CheckTableName(options_.table));
    if (opened_.catalog != nullptr) ARROW_RETURN_NOT_OK(opened_.catalog->Prepare());
    ARROW_RETURN_NOT_OK(lake_.Follow(options_.table));
    ARROW_ASSIGN_OR_RAISE(current_, lake_.ReadCurrent(options_.table));
    ARROW_ASSIGN_OR_RAISE(const auto input, OpenFile(options_.file, opened_));
    ARROW_ASSIGN_OR_RAISE(const auto footer,
                          ParquetReader::Open(input, options_.file, nullptr));
    ARROW_RETURN_NOT_OK(Describe(*footer->schema()));
    ARROW_ASSIGN_OR_RAISE(const auto table, SchemaOf(manifest_));
    ARROW_ASSIGN_OR_RAISE(const AddedColumns columns,
                          MatchColumns(*footer->schema(), *table));
    ARROW_ASSIGN_OR_RAISE(const auto reader,
                          ParquetReader::Open(input, options_.file, columns.read,
                                              {.piece_bytes = kPieceBytes}));
    return Write(*reader, columns, table);
  }

 private:
  /// Begins the manifest with everything but the file.
  arrow::Status Describe(const arrow::Schema& file) {
    if (current_) {
      manifest_ = current_->manifest;
      manifest_.previous_run_id = manifest_.run_id;
      ARROW_RETURN_NOT_OK(CheckPartition());
    } else {
      ARROW_RETURN_NOT_OK(CheckNoModel());
      ARROW_ASSIGN_OR_RAISE(
          manifest_.columns,
          DescribeColumns(file, partition_.front().first, opened_.catalog != nullptr));
      manifest_.table = options_.table;
      manifest_.source.snapshot_time = ManifestTime(std::chrono::system_clock::now());
      manifest_.plan.compression = std::string(NameOf(kCompression));
      manifest_.partition_columns = {partition_.front().first};
    }
    manifest_.run_id = run_id_;
    manifest_.created_at = ManifestTime(std::chrono::system_clock::now());
    manifest_.writer = WriterName();
    return arrow::Status::OK();
  }

  arrow::Status CheckNoModel() const {
    const auto models = FilesOfModels(options_.models);
    const auto model = models.find(options_.table);
    if (model == models.end()) return arrow::Status::OK();
    return MakeError(ErrorKind::kConfiguration, "a model has this name: " + model->second,
                     "rename the model, or give the table another name");
  }

  arrow::Status CheckPartition() const {
    const std::vector<std::string>& names = manifest_.partition_columns;
    if (names.size() != 1 || names.front() != partition_.front().first) {
      return MakeError(
          ErrorKind::kConfiguration,
          "the table is not partitioned by this column: " + partition_.front().first,
          names.empty() ? "it has no partitions" : "it is by " + names[0]);
    }
    if (std::ranges::any_of(manifest_.files, [](const DataFile& file) {
          return IsStableFile(file.key);
        })) {
      return MakeError(ErrorKind::kUnsupported,
                       "the table has `layout: stable`, which runs write as a whole");
    }
    return arrow::Status::OK();
  }

  arrow::Result<AddOutcome> Write(ParquetReader& reader, const AddedColumns& columns,
                                  const std::shared_ptr<arrow::Schema>& table) {
    const std::string key = Lake::FileKey(Layout::kVersioned, run_id_, 0, partition_);
    const std::string store_key = Lake::KeyOf(options_.table, key);
    ARROW_ASSIGN_OR_RAISE(const auto object, lake_.store().OpenWrite(store_key));
    ARROW_ASSIGN_OR_RAISE(
        const auto writer,
        ParquetWriter::Open(
            table, {.compression = kCompression, .row_group_bytes = kRowGroupBytes},
            object.get()));
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(const auto rows, reader.Next(stop_));
      if (!rows) break;
      ARROW_ASSIGN_OR_RAISE(const auto ordered, rows->rows->SelectColumns(columns.order));
      ARROW_RETURN_NOT_OK(writer->Write(
          *arrow::RecordBatch::Make(table, ordered->num_rows(), ordered->columns())));
    }
    ARROW_RETURN_NOT_OK(writer->Finish());
    DataFile file = writer->file();
    file.key = key;
    file.partition = partition_;
    ARROW_RETURN_NOT_OK(CheckNulls(file));
    AddOutcome outcome{.rows = file.rows, .bytes = file.bytes};
    ARROW_ASSIGN_OR_RAISE(outcome.was_there, MakeRoom(file));
    if (outcome.was_there) {
      outcome.run_id = current_->manifest.run_id;
      return outcome;
    }
    ARROW_RETURN_NOT_OK(CommitThenProve(lake_.store(), store_key, *object, file, *table,
                                        Proof::kStructural, stop_));
    manifest_.files.push_back(std::move(file));
    return Publish(std::move(outcome));
  }

  /// PostgreSQL said NOT NULL, and who reads the table relies on it.
  arrow::Status CheckNulls(const DataFile& added) const {
    for (size_t index = 0; index < added.columns.size(); ++index) {
      const ManifestColumn& column = manifest_.columns[index];
      if (column.is_not_null && added.columns[index].nulls > 0) {
        return MakeError(
            ErrorKind::kData,
            "the table has no NULL in column " + column.name +
                ", the file has: " + std::to_string(added.columns[index].nulls));
      }
    }
    return arrow::Status::OK();
  }

  /// Takes the files of the partition out of the manifest if they may be replaced. True
  /// if they already hold what `added` does.
  arrow::Result<bool> MakeRoom(const DataFile& added) {
    const auto is_there = [&](const DataFile& file) {
      return file.partition == added.partition;
    };
    const auto first = std::ranges::find_if(manifest_.files, is_there);
    if (first == manifest_.files.end()) return false;
    if (std::ranges::count_if(manifest_.files, is_there) == 1 &&
        first->rows == added.rows && first->columns == added.columns) {
      return true;
    }
    if (!options_.replaces) {
      return MakeError(ErrorKind::kConfiguration,
                       "the partition has other rows already: " + options_.partition,
                       "--replace puts the file in their place");
    }
    std::erase_if(manifest_.files, is_there);
    return false;
  }

  arrow::Result<AddOutcome> Publish(AddOutcome outcome) {
    if (stop_.stop_requested()) {
      return MakeError(ErrorKind::kInterrupted, "stopped before it was published");
    }
    std::optional<ObjectVersion> expected;
    if (current_) expected = current_->pointer_version;
    ARROW_RETURN_NOT_OK(lake_.Publish(manifest_, expected));
    outcome.run_id = run_id_;
    outcome.location = lake_.store().UriOf(options_.table);
    outcome.is_new_table = !current_.has_value();
    outcome.relation = manifest_.source.relation;
    return outcome;
  }

  const AddOptions& options_;
  const OpenedLake& opened_;
  const std::stop_token stop_;
  Lake lake_;
  const std::string run_id_;
  PartitionValues partition_;
  std::optional<CurrentTable> current_;
  Manifest manifest_;
};

}  // namespace

arrow::Result<AddOutcome> AddFile(const AddOptions& options,
                                  const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(const OpenedLake opened, OpenLake(options.lake, stop));
  arrow::Result<AddOutcome> outcome = FileAddition(options, opened, stop).Run();
  if (outcome.ok() || KindOf(outcome.status()) == ErrorKind::kUsage) return outcome;
  return WithContext(outcome.status(), "adding " + options.file + " to " + options.table);
}

}  // namespace carmilla
