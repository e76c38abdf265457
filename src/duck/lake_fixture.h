#pragma once

#include <stdlib.h>

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "duck/duck_engine.h"
#include "duck/duck_handle.h"
#include "testing/matchers.h"

namespace carmilla {

/// A folder with Parquet files that an unrestricted engine writes, and the engine under
/// test.
class LakeFixture : public ::testing::Test {
 protected:
  LakeFixture() {
    std::string pattern = std::filesystem::temp_directory_path() / "carmilla-duck-XXXXXX";
    root_ = mkdtemp(pattern.data());
    EXPECT_OK(LoadDuck());
    EXPECT_EQ(Duck().open(nullptr, writer_.Receive()), DuckDBSuccess);
    EXPECT_EQ(Duck().connect(writer_.get(), writer_connection_.Receive()), DuckDBSuccess);
  }
  ~LakeFixture() override { std::filesystem::remove_all(root_); }

  /// Writes the rows of `select` and returns the path.
  std::string WriteFile(const std::string& name, const std::string& select) {
    const std::filesystem::path path = root_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::string quoted;
    for (const char c : path.string()) quoted += c == '\'' ? "''" : std::string(1, c);
    DuckRows rows;
    const std::string sql = "COPY (" + select + ") TO '" + quoted + "' (FORMAT parquet)";
    EXPECT_EQ(Duck().query(writer_connection_.get(), sql.c_str(), rows.get()),
              DuckDBSuccess)
        << Duck().result_error(rows.get());
    return path.string();
  }

  void Open(const std::vector<QueryTable>& tables, const DuckOptions& options = {}) {
    ASSERT_OK_AND_ASSIGN(engine_, OpenDuckEngine(tables, options));
  }

  /// Opens the one table `numbers` with column `i` from 0 to 9.
  void OpenNumbers() {
    numbers_file_ =
        WriteFile("numbers/part-00000.parquet", "SELECT i FROM range(10) t(i)");
    Open({{.name = "numbers",
           .files = {numbers_file_},
           .schema = arrow::schema({arrow::field("i", arrow::int64())})}});
  }

  arrow::Result<std::unique_ptr<QueryResult>> Execute(std::string_view sql) {
    return engine_->Execute(sql, std::stop_token());
  }

  arrow::Status StatusOf(std::string_view sql) {
    ARROW_ASSIGN_OR_RAISE(const auto result, Execute(sql));
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const auto batch, result->Next(std::stop_token()));
      if (batch == nullptr) return arrow::Status::OK();
    }
  }

  /// Runs `sql` and renders its cells, rows by ';' and cells by '|'.
  std::string Rows(std::string_view sql) {
    auto result = Execute(sql);
    EXPECT_THAT(result, IsOk()) << sql;
    if (!result.ok()) return "failed";
    std::string text;
    while (true) {
      auto batch = (*result)->Next(std::stop_token());
      EXPECT_THAT(batch, IsOk()) << sql;
      if (!batch.ok() || *batch == nullptr) return text;
      EXPECT_THAT((*batch)->ValidateFull(), IsOk());
      for (int64_t row = 0; row < (*batch)->num_rows(); ++row) {
        if (!text.empty()) text += ';';
        for (int column = 0; column < (*batch)->num_columns(); ++column) {
          if (column > 0) text += '|';
          text += (*(*batch)->column(column)->GetScalar(row))->ToString();
        }
      }
    }
  }

  std::filesystem::path root_;
  std::string numbers_file_;
  std::unique_ptr<QueryEngine> engine_;

 private:
  DuckDatabase writer_;
  DuckConnection writer_connection_;
};

}  // namespace carmilla
