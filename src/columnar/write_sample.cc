// Writes the sample table for other Parquet readers to judge, as the tests' independent
// opinion:
//   write_sample FOLDER
// leaves FOLDER/<compression>.parquet and FOLDER/columns.json with the values in text
// form.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <arrow/io/file.h>
#include <arrow/type.h>

#include "columnar/parquet_writer.h"
#include "columnar/sample_table.h"
#include "core/json.h"

namespace carmilla {
namespace {

class PlainFile : public ObjectWriter {
 public:
  explicit PlainFile(const std::string& path)
      : file_(arrow::io::FileOutputStream::Open(path).ValueOrDie()) {}
  arrow::Status Write(const void* data, int64_t nbytes) override {
    return file_->Write(data, nbytes);
  }
  arrow::Result<int64_t> Tell() const override { return file_->Tell(); }
  arrow::Status Close() override { return file_->Close(); }
  bool closed() const override { return file_->closed(); }
  arrow::Status Commit() override { return Close(); }
  uint32_t crc32c() const override { return 0; }

 private:
  std::shared_ptr<arrow::io::FileOutputStream> file_;
};

/// Writes the sample as one file.
arrow::Status WriteSample(const std::string& path, const ParquetWriterOptions& options) {
  PlainFile output(path);
  const auto batch = SampleBatch();
  ARROW_ASSIGN_OR_RAISE(auto writer,
                        ParquetWriter::Open(batch->schema(), options, &output));
  ARROW_RETURN_NOT_OK(writer->Write(*batch));
  ARROW_RETURN_NOT_OK(writer->Finish());
  return output.Commit();
}

arrow::Status WriteOrders(const std::string& path) {
  PlainFile output(path);
  ParquetWriterOptions options{.row_group_bytes = 512 << 10};
  options.hints = {{.distinct_values = -1, .correlation = 1},
                   {.distinct_values = -0.5},
                   {.distinct_values = 2},
                   {.distinct_values = -1}};
  ARROW_ASSIGN_OR_RAISE(auto writer,
                        ParquetWriter::Open(OrderRows(0, 0)->schema(), options, &output));
  for (int64_t row = 0; row < 100000; row += 10000) {
    ARROW_RETURN_NOT_OK(writer->Write(*OrderRows(row, 10000)));
  }
  ARROW_RETURN_NOT_OK(writer->Finish());
  return output.Commit();
}

/// Several row groups for each stretch, and some that are of two.
arrow::Status WriteBounded(const std::string& path) {
  PlainFile output(path);
  const auto schema = BoundedRows(0, 0)->schema();
  ParquetWriterOptions options{.row_group_bytes = 200 << 10};
  for (const auto& field : schema->fields()) {
    options.hints.push_back(
        {.distinct_values = -1, .correlation = field->name() == "name" ? 1.0 : 0.0});
  }
  ARROW_ASSIGN_OR_RAISE(auto writer, ParquetWriter::Open(schema, options, &output));
  for (int64_t row = 0; row < 25000; row += 2500) {
    ARROW_RETURN_NOT_OK(writer->Write(*BoundedRows(row, 2500)));
  }
  ARROW_RETURN_NOT_OK(writer->Finish());
  return output.Commit();
}

/// A type as a tree that any reader of JSON can walk.
Json TypeTree(const arrow::DataType& type) {
  const auto child = [&](int i) { return TypeTree(*type.field(i)->type()); };
  switch (type.id()) {
    case arrow::Type::LIST:
      return {{"list", child(0)}};
    case arrow::Type::MAP: {
      const auto& map = static_cast<const arrow::MapType&>(type);
      return {{"map", {TypeTree(*map.key_type()), TypeTree(*map.item_type())}}};
    }
    case arrow::Type::STRUCT: {
      Json fields = Json::object();
      for (int i = 0; i < type.num_fields(); ++i) {
        fields[type.field(i)->name()] = child(i);
      }
      return {{"struct", fields}};
    }
    default:
      return type.ToString();
  }
}

arrow::Status WriteAll(const std::filesystem::path& folder) {
  Json columns = Json::array();
  for (const SampleColumn& column : SampleColumns()) {
    columns.push_back({{"name", column.name},
                       {"type", TypeTree(*column.type)},
                       {"values", column.json}});
  }
  std::ofstream(folder / "columns.json") << columns.dump();
  ARROW_RETURN_NOT_OK(WriteSample(folder / "zstd.parquet", {}));
  ARROW_RETURN_NOT_OK(
      WriteSample(folder / "gzip.parquet", {.compression = Compression::kGzip}));
  ARROW_RETURN_NOT_OK(
      WriteSample(folder / "snappy.parquet", {.compression = Compression::kSnappy}));
  // Without dictionaries the plain and delta encodings are seen.
  ParquetWriterOptions plain{.compression = Compression::kNone};
  plain.hints.assign(SampleColumns().size(), {.distinct_values = -1});
  ARROW_RETURN_NOT_OK(WriteSample(folder / "none.parquet", plain));
  ARROW_RETURN_NOT_OK(WriteBounded(folder / "bounded.parquet"));
  return WriteOrders(folder / "orders.parquet");
}

}  // namespace
}  // namespace carmilla

int main(int argc, char** argv) {
  const arrow::Status status = argc == 2 ? carmilla::WriteAll(argv[1])
                                         : arrow::Status::Invalid("write_sample FOLDER");
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
