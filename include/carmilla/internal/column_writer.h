#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/array/data.h>
#include <arrow/buffer.h>
#include <arrow/result.h>

#include "carmilla/internal/slot.h"
#include "carmilla/member.h"
#include "carmilla/value_error.h"

namespace carmilla::internal {

/// Which values of a column that is written are there; costs nothing without NULL.
class ValidityWriter {
 public:
  void Append(bool is_valid) {
    if (!is_valid && nulls_ == 0) bits_.assign(static_cast<size_t>(length_), 1);
    if (!is_valid) ++nulls_;
    if (nulls_ > 0) bits_.push_back(is_valid ? 1 : 0);
    ++length_;
  }
  int64_t length() const { return length_; }
  int64_t nulls() const { return nulls_; }

  /// The bitmap, null without NULL, and begins anew.
  std::shared_ptr<arrow::Buffer> Finish();

 private:
  std::vector<uint8_t> bits_;  // a byte each, from the first NULL on
  int64_t length_ = 0;
  int64_t nulls_ = 0;
};

/// Turns bytes that are 0 or 1 into bits.
std::shared_ptr<arrow::Buffer> PackBits(const std::vector<uint8_t>& bytes);

/// What 32-bit offsets can reach.
inline constexpr size_t kMostInColumn = 0x7FFFFFFF;
/// kRowTooLarge: few rows hold more than that.
arrow::Status ColumnTooLarge();

/// Fails for values that are no UTF-8.
arrow::Status CheckText(const std::vector<int32_t>& offsets, std::string_view bytes);

/// How many there were, and what was wrong with the last.
struct InvalidValues {
  int64_t count = 0;
  ValueProblem problem = ValueProblem::kNone;

  InvalidValues& operator+=(const InvalidValues& more) {
    count += more.count;
    if (more.count > 0) problem = more.problem;
    return *this;
  }
};

/// What all writers of columns have in common.
class AnyColumnWriter {
 public:
  virtual ~AnyColumnWriter() = default;
  virtual void AppendNull() = 0;
  /// Bytes held, about.
  virtual int64_t bytes() const = 0;
  /// Values without one that were appended since the last call, also inside of this
  /// column's, and became NULL.
  virtual InvalidValues TakeInvalid() { return {}; }
  /// What was appended, as a column; begins anew.
  virtual arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() = 0;
};

/// Collects values of T into a column.
template <typename T>
class ColumnWriter;

template <Slotted T>
  requires(Slot<T>::kForm == SlotForm::kFixed)
class ColumnWriter<T> final : public AnyColumnWriter {
 public:
  using Raw = typename Slot<T>::Raw;
  void Append(const T& value) {
    if constexpr (requires { value.is_valid(); }) {
      if (!value.is_valid()) return AppendInvalid(value);
    }
    values_.push_back(Slot<T>::ToRaw(value));
    validity_.Append(true);
  }
  void AppendNull() override {
    values_.push_back(Raw{});
    validity_.Append(false);
  }
  InvalidValues TakeInvalid() override { return std::exchange(invalid_, {}); }
  int64_t bytes() const override {
    return static_cast<int64_t>(values_.size() * sizeof(Raw));
  }
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    const int64_t length = validity_.length();
    const int64_t nulls = validity_.nulls();
    auto values = arrow::Buffer::FromVector(std::exchange(values_, {}));
    return arrow::ArrayData::Make(Slot<T>::Type(), length,
                                  {validity_.Finish(), std::move(values)}, nulls);
  }

 private:
  /// The task's policy decides about it when the row is written.
  void AppendInvalid(const T& value) {
    if constexpr (requires { value.problem(); }) {
      invalid_ += {.count = 1, .problem = value.problem()};
    }
    AppendNull();
  }

  InvalidValues invalid_;
  std::vector<Raw> values_;
  ValidityWriter validity_;
};

template <Slotted T>
  requires(Slot<T>::kForm == SlotForm::kBit)
class ColumnWriter<T> final : public AnyColumnWriter {
 public:
  void Append(const T& value) {
    values_.push_back(value ? 1 : 0);
    validity_.Append(true);
  }
  void AppendNull() override {
    values_.push_back(0);
    validity_.Append(false);
  }
  int64_t bytes() const override { return static_cast<int64_t>(values_.size()); }
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    const int64_t length = validity_.length();
    const int64_t nulls = validity_.nulls();
    auto values = PackBits(std::exchange(values_, {}));
    return arrow::ArrayData::Make(Slot<T>::Type(), length,
                                  {validity_.Finish(), std::move(values)}, nulls);
  }

 private:
  std::vector<uint8_t> values_;
  ValidityWriter validity_;
};

template <Slotted T>
  requires(Slot<T>::kForm == SlotForm::kText)
class ColumnWriter<T> final : public AnyColumnWriter {
 public:
  void Append(const T& value) {
    const auto text = Slot<T>::ToText(value);
    if (text.size() <= kMostInColumn - bytes_.size()) {
      bytes_.append(text);
    } else {
      is_too_large_ = true;
    }
    offsets_.push_back(static_cast<int32_t>(bytes_.size()));
    validity_.Append(true);
  }
  void AppendNull() override {
    offsets_.push_back(static_cast<int32_t>(bytes_.size()));
    validity_.Append(false);
  }
  int64_t bytes() const override {
    return static_cast<int64_t>(bytes_.size() + offsets_.size() * sizeof(int32_t));
  }
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    if (is_too_large_) return ColumnTooLarge();
    if (Slot<T>::kIsUtf8) ARROW_RETURN_NOT_OK(CheckText(offsets_, bytes_));
    const int64_t length = validity_.length();
    const int64_t nulls = validity_.nulls();
    auto offsets = arrow::Buffer::FromVector(std::exchange(offsets_, {0}));
    auto bytes = arrow::Buffer::FromString(std::exchange(bytes_, {}));
    return arrow::ArrayData::Make(
        Slot<T>::Type(), length,
        {validity_.Finish(), std::move(offsets), std::move(bytes)}, nulls);
  }

 private:
  std::vector<int32_t> offsets_{0};
  std::string bytes_;
  bool is_too_large_ = false;
  ValidityWriter validity_;
};

/// Nothing is NULL.
template <typename T>
class ColumnWriter<std::optional<T>> final : public AnyColumnWriter {
 public:
  void Append(const std::optional<T>& value) {
    if (value.has_value()) {
      values_.Append(*value);
    } else {
      values_.AppendNull();
    }
  }
  void AppendNull() override { values_.AppendNull(); }
  InvalidValues TakeInvalid() override { return values_.TakeInvalid(); }
  int64_t bytes() const override { return values_.bytes(); }
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    return values_.Finish();
  }

 private:
  ColumnWriter<T> values_;
};

}  // namespace carmilla::internal
