#include "aws/athena_rows.h"

#include <arrow/buffer.h>

#include <utility>

#include "core/error.h"

namespace carmilla {
namespace {

constexpr int64_t kPieceBytes = 1 << 20;
constexpr int kRowsInPage = 1000;

class CsvRows final : public AthenaRows {
 public:
  CsvRows(std::shared_ptr<arrow::io::InputStream> file, size_t num_columns)
      : file_(std::move(file)), num_columns_(num_columns) {}

  arrow::Result<bool> Next(std::vector<AthenaCell>* cells,
                           const std::stop_token& stop) override {
    if (!has_read_names_) {
      has_read_names_ = true;
      ARROW_ASSIGN_OR_RAISE(const bool has_names, ReadRow(cells, stop));
      if (!has_names) return false;
    }
    return ReadRow(cells, stop);
  }

 private:
  arrow::Result<bool> ReadRow(std::vector<AthenaCell>* cells,
                              const std::stop_token& stop) {
    cells->clear();
    ARROW_ASSIGN_OR_RAISE(int letter, Take(stop));
    if (letter == kEnd) return false;
    for (;;) {
      AthenaCell cell;
      if (letter == '"') {
        ARROW_ASSIGN_OR_RAISE(cell, ReadQuoted(stop));
        ARROW_ASSIGN_OR_RAISE(letter, Take(stop));
      }
      cells->push_back(std::move(cell));
      if (letter == '\n' || letter == kEnd) break;
      if (letter != ',') return Damaged();
      ARROW_ASSIGN_OR_RAISE(letter, Take(stop));
    }
    if (cells->size() != num_columns_) return Damaged();
    return true;
  }

  // Behind the opening quote, up to the closing one.
  arrow::Result<std::string> ReadQuoted(const std::stop_token& stop) {
    std::string text;
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(const int letter, Take(stop));
      if (letter == kEnd) return Damaged();
      if (letter == '"') {
        ARROW_ASSIGN_OR_RAISE(const int next, Peek(stop));
        if (next != '"') return text;
        ++position_;
      }
      text += static_cast<char>(letter);
    }
  }

  arrow::Result<int> Take(const std::stop_token& stop) {
    ARROW_ASSIGN_OR_RAISE(const int letter, Peek(stop));
    if (letter != kEnd) ++position_;
    return letter;
  }

  arrow::Result<int> Peek(const std::stop_token& stop) {
    if (piece_ == nullptr || position_ == piece_->size()) {
      if (stop.stop_requested()) {
        return MakeError(ErrorKind::kInterrupted,
                         "reading the answer of Athena: stopped");
      }
      ARROW_ASSIGN_OR_RAISE(piece_, file_->Read(kPieceBytes));
      position_ = 0;
      if (piece_->size() == 0) return kEnd;
    }
    return piece_->data()[position_];
  }

  static arrow::Status Damaged() {
    return MakeError(ErrorKind::kCorruptData,
                     "reading the answer of Athena: its file is not as Athena writes it",
                     "run the query again");
  }

  static constexpr int kEnd = -1;

  const std::shared_ptr<arrow::io::InputStream> file_;
  const size_t num_columns_;
  std::shared_ptr<arrow::Buffer> piece_;
  int64_t position_ = 0;
  bool has_read_names_ = false;
};

class PagedRows final : public AthenaRows {
 public:
  PagedRows(std::shared_ptr<AthenaClient> client, std::string id, bool begins_with_names)
      : client_(std::move(client)),
        id_(std::move(id)),
        position_(begins_with_names ? 1 : 0) {}

  arrow::Result<bool> Next(std::vector<AthenaCell>* cells,
                           const std::stop_token& stop) override {
    while (!has_page_ || position_ >= page_.rows.size()) {
      if (has_page_) {
        if (page_.next_token.empty()) return false;
        position_ = 0;
      }
      ARROW_ASSIGN_OR_RAISE(page_,
                            client_->ReadPage(id_, page_.next_token, kRowsInPage, stop));
      has_page_ = true;
    }
    *cells = std::move(page_.rows[position_++]);
    return true;
  }

 private:
  const std::shared_ptr<AthenaClient> client_;
  const std::string id_;
  AthenaPage page_;
  size_t position_;
  bool has_page_ = false;
};

}  // namespace

std::unique_ptr<AthenaRows> ReadAthenaCsv(std::shared_ptr<arrow::io::InputStream> file,
                                          size_t num_columns) {
  return std::make_unique<CsvRows>(std::move(file), num_columns);
}

std::unique_ptr<AthenaRows> ReadAthenaPages(std::shared_ptr<AthenaClient> client,
                                            std::string id, bool begins_with_names) {
  return std::make_unique<PagedRows>(std::move(client), std::move(id), begins_with_names);
}

}  // namespace carmilla
