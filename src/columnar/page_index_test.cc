#include "columnar/parquet_writer.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <gtest/gtest.h>
#include <parquet/column_page.h>
#include <parquet/column_reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/statistics.h>

#include "columnar/known_column.h"
#include "testing/matchers.h"
#include "testing/memory_store.h"

namespace carmilla {
namespace {

using parquet::BoundaryOrder;

constexpr int64_t kLongestBound = 4096;
constexpr int64_t kMostRowsOfPage = 20000;

/// A data page as it stands in the file.
struct Page {
  int64_t first_row;
  int64_t rows;
  parquet::Encoding::type encoding;
  parquet::EncodedStatistics statistics;  // of its header
};

std::vector<Page> ReadPages(parquet::RowGroupReader& row_group, int column) {
  const auto reader = row_group.GetColumnPageReader(column);
  std::vector<Page> pages;
  int64_t first_row = 0;
  while (const auto page = reader->NextPage()) {
    if (page->type() == parquet::PageType::DICTIONARY_PAGE) continue;
    const auto& data = static_cast<const parquet::DataPage&>(*page);
    pages.push_back({first_row, data.num_values(), data.encoding(), data.statistics()});
    first_row += data.num_values();
  }
  return pages;
}

int64_t CountRows(const std::vector<Page>& pages) {
  return pages.empty() ? 0 : pages.back().first_row + pages.back().rows;
}

/// What a test came across: it shall not pass because there was nothing to check.
struct Seen {
  int row_groups = 0;
  int several_pages = 0;  ///< Column chunks that have them.
  int gave_dictionary_up = 0;
  int longest_pages = 0;
  int null_pages = 0;  ///< Beside others.
  int nan_pages = 0;
  int too_long = 0;
  int zeros = 0;
  int ascending = 0;
  int descending = 0;
  int unordered = 0;
};

template <typename Value>
bool IsSorted(const std::vector<Truth<Value>>& truths, auto compare) {
  std::vector<Truth<Value>> bounded;
  std::ranges::copy_if(truths, std::back_inserter(bounded),
                       [](const auto& truth) { return truth.smallest.has_value(); });
  return std::ranges::is_sorted(bounded, compare, &Truth<Value>::smallest) &&
         std::ranges::is_sorted(bounded, compare, &Truth<Value>::largest);
}

template <typename Value>
BoundaryOrder::type OrderOf(const std::vector<Truth<Value>>& truths) {
  if (IsSorted(truths, std::ranges::less())) return BoundaryOrder::Ascending;
  if (IsSorted(truths, std::ranges::greater())) return BoundaryOrder::Descending;
  return BoundaryOrder::Unordered;
}

/// Compares all that a file says of one column chunk with the rows it was made of.
template <typename Value>
class ChunkCheck {
 public:
  ChunkCheck(const arrow::DataType& type, bool has_bounds,
             std::span<const std::optional<Value>> rows, std::vector<Page> pages,
             Seen* seen)
      : type_(type),
        has_bounds_(has_bounds),
        rows_(rows),
        pages_(std::move(pages)),
        seen_(*seen) {
    for (const Page& page : pages_) {
      const auto begin = static_cast<size_t>(page.first_row);
      truths_.push_back(TruthOf(rows_.subspan(begin, static_cast<size_t>(page.rows))));
    }
    LookAtPages();
  }

  void CheckChunk(const parquet::ColumnChunkMetaData& chunk) {
    EXPECT_EQ(chunk.num_values(), std::ssize(rows_));
    ASSERT_EQ(chunk.is_stats_set(), has_bounds_);
    if (has_bounds_) Check(*chunk.encoded_statistics(), TruthOf(rows_));
  }

  void CheckOffsets(const parquet::OffsetIndex& index,
                    const parquet::ColumnChunkMetaData& chunk) {
    const auto& places = index.page_locations();
    ASSERT_EQ(places.size(), pages_.size());
    int64_t offset = chunk.data_page_offset();
    for (size_t i = 0; i < places.size(); ++i) {
      EXPECT_EQ(places[i].first_row_index, pages_[i].first_row);
      EXPECT_EQ(places[i].offset, offset);
      offset += places[i].compressed_page_size;
    }
    const bool is_text = std::is_same_v<Value, std::string>;
    const auto& text_bytes = index.unencoded_byte_array_data_bytes();
    ASSERT_EQ(text_bytes.size(), is_text ? truths_.size() : 0);
    for (size_t i = 0; i < text_bytes.size(); ++i) {
      EXPECT_EQ(text_bytes[i], truths_[i].text_bytes);
    }
  }

  /// `index`: null if the file has none.
  void CheckBounds(const parquet::ColumnIndex* index) {
    ASSERT_EQ(index != nullptr, has_bounds_ && std::ranges::all_of(truths_, [&](auto& t) {
                                  return t.nulls == t.rows ||
                                         (IsKept(t.smallest) && IsKept(t.largest));
                                }));
    if (index == nullptr) return;
    ASSERT_EQ(index->null_pages().size(), truths_.size());
    ASSERT_EQ(index->encoded_min_values().size(), truths_.size());
    ASSERT_EQ(index->encoded_max_values().size(), truths_.size());
    ASSERT_TRUE(index->has_null_counts());
    ASSERT_EQ(index->null_counts().size(), truths_.size());
    std::vector<int64_t> levels;
    for (size_t i = 0; i < truths_.size(); ++i) {
      const Truth<Value>& truth = truths_[i];
      const bool is_null_page = index->null_pages()[i];
      EXPECT_EQ(is_null_page, truth.nulls == truth.rows);
      parquet::EncodedStatistics claim;
      claim.set_null_count(index->null_counts()[i]);
      if (!is_null_page) {
        claim.set_min(index->encoded_min_values()[i]);
        claim.set_max(index->encoded_max_values()[i]);
      }
      Check(claim, truth);
      levels.insert(levels.end(), {truth.nulls, truth.rows - truth.nulls});
    }
    EXPECT_EQ(index->definition_level_histograms(), levels);
    CheckOrder(*index);
  }

  void CheckHeaders() {
    if (!has_bounds_) return;
    for (size_t i = 0; i < pages_.size(); ++i) Check(pages_[i].statistics, truths_[i]);
  }

 private:
  void LookAtPages() {
    for (const Truth<Value>& truth : truths_) {
      EXPECT_GT(truth.rows, 0);
      EXPECT_LE(truth.rows, kMostRowsOfPage);
      seen_.longest_pages += truth.rows == kMostRowsOfPage;
      const bool is_null = truth.nulls == truth.rows;
      seen_.null_pages += is_null && truths_.front().nulls < truths_.front().rows;
      seen_.nan_pages += !is_null && !truth.smallest;
      if constexpr (std::is_same_v<Value, double>) {
        seen_.zeros += truth.smallest == 0.0 || truth.largest == 0.0;
      }
    }
    seen_.several_pages += pages_.size() > 1;
    seen_.gave_dictionary_up += pages_.front().encoding != pages_.back().encoding;
  }

  bool IsKept(const std::optional<Value>& bound) {
    return bound && std::ssize(AsPlain(type_, *bound)) <= kLongestBound;
  }

  void Check(const parquet::EncodedStatistics& claim, const Truth<Value>& truth) {
    EXPECT_TRUE(claim.has_null_count);
    EXPECT_EQ(claim.null_count, truth.nulls);
    ASSERT_EQ(claim.has_min, IsKept(truth.smallest));
    ASSERT_EQ(claim.has_max, IsKept(truth.largest));
    if (claim.has_min) {
      EXPECT_EQ(claim.min(), AsPlain(type_, *truth.smallest));
    }
    if (claim.has_max) {
      EXPECT_EQ(claim.max(), AsPlain(type_, *truth.largest));
    }
    seen_.too_long += truth.smallest && !(claim.has_min && claim.has_max);
  }

  void CheckOrder(const parquet::ColumnIndex& index) {
    if (index.non_null_page_indices().empty()) return;
    EXPECT_EQ(index.boundary_order(), OrderOf(truths_));
    seen_.ascending += truths_.size() > 1 && OrderOf(truths_) == BoundaryOrder::Ascending;
    seen_.descending += OrderOf(truths_) == BoundaryOrder::Descending;
    seen_.unordered += OrderOf(truths_) == BoundaryOrder::Unordered;
  }

  const arrow::DataType& type_;
  bool has_bounds_;
  std::span<const std::optional<Value>> rows_;
  std::vector<Page> pages_;
  std::vector<Truth<Value>> truths_;
  Seen& seen_;
};

class PageIndexTest : public ::testing::Test {
 protected:
  /// Takes the bounds of "few" texts away, and the dictionaries of values in order.
  static ColumnHint HintFor(const KnownColumn& column) {
    const bool is_ordered =
        column.shape == Shape::kAscending || column.shape == Shape::kDescending;
    return {.distinct_values = is_ordered ? -1.0 : 0.0,
            .correlation = column.shape == Shape::kFew ? 0.0 : 1.0};
  }

  static bool HasBounds(const KnownColumn& column) {
    return column.shape != Shape::kFew || column.rows.index() != 2;
  }

  /// Writes the first `num_rows` rows in batches that do not begin at whole bytes.
  void Write(const std::vector<KnownColumn>& columns, int64_t num_rows,
             int64_t row_group_bytes) {
    ParquetWriterOptions options{.row_group_bytes = row_group_bytes};
    arrow::FieldVector fields;
    arrow::ArrayVector arrays;
    for (const KnownColumn& column : columns) {
      fields.push_back(arrow::field("c" + std::to_string(fields.size()), column.type));
      arrays.push_back(column.array);
      options.hints.push_back(HintFor(column));
    }
    const auto all = arrow::RecordBatch::Make(arrow::schema(fields),
                                              columns[0].array->length(), arrays);
    ASSERT_OK_AND_ASSIGN(auto output, store_.OpenWrite("file"));
    ASSERT_OK_AND_ASSIGN(auto writer,
                         ParquetWriter::Open(all->schema(), options, output.get()));
    constexpr int64_t kBatchRows = 7777;
    for (int64_t begin = 0; begin < num_rows; begin += kBatchRows) {
      ASSERT_OK(
          writer->Write(*all->Slice(begin, std::min(kBatchRows, num_rows - begin))));
    }
    ASSERT_OK(writer->Finish());
    ASSERT_OK(output->Commit());
  }

  /// Checks what the file says; returns what it had.
  Seen Check(const std::vector<KnownColumn>& columns, bool has_index) {
    Seen seen;
    const auto file = parquet::ParquetFileReader::Open(*store_.OpenRead("file"));
    int64_t first_row = 0;
    for (int group = 0; group < file->metadata()->num_row_groups(); ++group) {
      const auto row_group = file->RowGroup(group);
      const auto index = file->GetPageIndexReader()->RowGroup(group);
      const int64_t num_rows = row_group->metadata()->num_rows();
      for (int i = 0; i < row_group->metadata()->num_columns(); ++i) {
        const KnownColumn& column = columns[static_cast<size_t>(i)];
        SCOPED_TRACE("row group " + std::to_string(group) + ", shape " +
                     std::to_string(static_cast<int>(column.shape)) + " of " +
                     column.type->ToString());
        const auto chunk = row_group->metadata()->ColumnChunk(i);
        std::visit(
            [&]<typename Rows>(const Rows& rows) {
              using Value = Rows::value_type::value_type;
              auto pages = ReadPages(*row_group, i);
              ASSERT_EQ(CountRows(pages), num_rows);
              ChunkCheck<Value> check(
                  *column.type, HasBounds(column),
                  std::span(rows).subspan(static_cast<size_t>(first_row),
                                          static_cast<size_t>(num_rows)),
                  std::move(pages), &seen);
              check.CheckChunk(*chunk);
              if (has_index) {
                check.CheckOffsets(*index->GetOffsetIndex(i), *chunk);
                check.CheckBounds(index->GetColumnIndex(i).get());
              } else {
                EXPECT_FALSE(chunk->GetOffsetIndexLocation());
                EXPECT_FALSE(chunk->GetColumnIndexLocation());
                check.CheckHeaders();
              }
            },
            column.rows);
        if (HasFailure()) return seen;  // The first says enough.
      }
      ++seen.row_groups;
      first_row += num_rows;
    }
    return seen;
  }

  MemoryStore store_;
};

TEST_F(PageIndexTest, TellsTheTruthOfPagesCutByBytes) {
  constexpr int64_t kRows = 50000;
  const auto columns = MakeKnownColumns(kRows, 1);
  ASSERT_NO_FATAL_FAILURE(Write(columns, kRows, 4 << 20));
  const Seen seen = Check(columns, /*has_index=*/true);
  if (HasFailure()) return;
  EXPECT_GT(seen.row_groups, 2);
  EXPECT_GT(seen.several_pages, 100);
  EXPECT_GT(seen.gave_dictionary_up, 10);
  EXPECT_GT(seen.nan_pages, 10);
  EXPECT_GT(seen.zeros, 10);
  EXPECT_GT(seen.too_long, 0);
  EXPECT_GT(seen.ascending, 10);
  EXPECT_GT(seen.descending, 10);
  EXPECT_GT(seen.unordered, 10);
}

TEST_F(PageIndexTest, TellsTheTruthOfPagesWithTheMostRows) {
  constexpr int64_t kRows = 50000;
  const auto columns = MakeKnownColumns(kRows, 1000);
  ASSERT_NO_FATAL_FAILURE(Write(columns, kRows, 64 << 20));
  const Seen seen = Check(columns, /*has_index=*/true);
  if (HasFailure()) return;
  EXPECT_EQ(seen.row_groups, 1);
  EXPECT_GT(seen.longest_pages, 20);
  EXPECT_GT(seen.null_pages, 10);
  EXPECT_GT(seen.gave_dictionary_up, 5);
}

/// More columns than have an index.
TEST_F(PageIndexTest, IsReplacedByPageHeadersWhereColumnsAreMany) {
  constexpr int64_t kRows = 6000;
  std::vector<KnownColumn> columns;
  for (const uint64_t seed : {1, 2, 3, 4}) {
    for (auto& column : MakeKnownColumns(kRows, 1000 * seed)) {
      columns.push_back(std::move(column));
    }
  }
  ASSERT_GT(columns.size(), 256);
  ASSERT_NO_FATAL_FAILURE(Write(columns, kRows, 4 << 20));
  const Seen seen = Check(columns, /*has_index=*/false);
  if (HasFailure()) return;
  EXPECT_GT(seen.several_pages, 50);
  EXPECT_GT(seen.gave_dictionary_up, 5);
  EXPECT_GT(seen.nan_pages, 5);
  EXPECT_GT(seen.zeros, 5);
}

}  // namespace
}  // namespace carmilla
