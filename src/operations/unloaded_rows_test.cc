#include "operations/unloaded_rows.h"

#include <gtest/gtest.h>

#include <arrow/type.h>

#include "testing/matchers.h"

namespace carmilla {
namespace {

TEST(UnloadedRowsTest, WhatAthenaPutsIntoNoFileIsRefusedByName) {
  for (const char* type : {"timestamp with time zone", "time", "interval day to second",
                           "json", "uuid", "unknown"}) {
    const auto refused = CheckUnloadable(
        {{.name = "id", .type = "bigint"}, {.name = "odd", .type = type}});
    EXPECT_THAT(refused, HasKind(ErrorKind::kUnsupportedType)) << type;
    EXPECT_THAT(refused, StatusMessageHas("column odd: "));
    EXPECT_THAT(refused, StatusMessageHas(type));
  }
  for (const char* type : {"boolean", "integer", "double", "varchar", "char", "date",
                           "timestamp", "varbinary", "array", "row"}) {
    EXPECT_OK(CheckUnloadable({{.name = "fine", .type = type}})) << type;
  }
}

TEST(UnloadedRowsTest, WithoutFilesTheTypesAreThoseThatAthenaTells) {
  ASSERT_OK_AND_ASSIGN(
      const auto rows,
      OpenUnloadedRows({{.name = "Tiny", .type = "tinyint"},
                        {.name = "price", .type = "decimal", .precision = 8, .scale = 2},
                        {.name = "at", .type = "timestamp"},
                        {.name = "note", .type = "varchar"}},
                       {}, nullptr));
  EXPECT_EQ(*rows->schema(),
            *arrow::schema({arrow::field("tiny", arrow::int16()),
                            arrow::field("price", arrow::decimal32(8, 2)),
                            arrow::field("at", arrow::timestamp(arrow::TimeUnit::MICRO)),
                            arrow::field("note", arrow::utf8())}));
  ASSERT_OK_AND_ASSIGN(const auto batch, rows->Next({}));
  EXPECT_EQ(batch, nullptr);
  EXPECT_THAT(OpenUnloadedRows({{.name = "parts", .type = "array"}}, {}, nullptr),
              HasKind(ErrorKind::kUnsupportedType));
}

}  // namespace
}  // namespace carmilla
