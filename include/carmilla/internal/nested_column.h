#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/array/data.h>
#include <arrow/buffer.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "carmilla/internal/column_reader.h"
#include "carmilla/internal/column_writer.h"
#include "carmilla/internal/slot.h"
#include "carmilla/interval.h"
#include "carmilla/list.h"
#include "carmilla/member.h"

namespace carmilla {

// As `interval` is read when it is declared `struct`.
CARMILLA_RECORD(Interval, months, days, micros);

namespace internal {

std::shared_ptr<arrow::DataType> ListOf(std::shared_ptr<arrow::DataType> element);
std::shared_ptr<arrow::DataType> StructOf(const NamedTypes& members);

template <typename T>
  requires Record<T>
struct Slot<T> {
  static constexpr SlotForm kForm = SlotForm::kRecord;
  static std::shared_ptr<arrow::DataType> Type() {
    NamedTypes members;
    VisitMembers(static_cast<const T*>(nullptr),
                 [&]<typename M>(M, std::string_view name) {
                   using Value = typename WithoutOptional<typename M::Type>::Type;
                   members.emplace_back(name, Slot<Value>::Type());
                 });
    return StructOf(members);
  }
  static std::string Declared() { return "struct"; }
};

template <typename T>
struct ListSlot {
  static constexpr SlotForm kForm = SlotForm::kList;
  using Element = T;
  static std::shared_ptr<arrow::DataType> Type() {
    return ListOf(Slot<typename WithoutOptional<T>::Type>::Type());
  }
  static std::string Declared() { return ""; }
};
template <typename T>
struct Slot<List<T>> : ListSlot<std::optional<T>> {};
template <typename T>
struct Slot<std::vector<T>> : ListSlot<T> {};

/// A list or record holds NULL where what it is read into has no room.
[[noreturn]] void ThrowNullInside();

/// Reads an element of a list, or a member of a record.
template <typename T>
T ReadInside(const arrow::ArrayData& column, int64_t row) {
  const ColumnReader<T> reader(column);
  if constexpr (std::same_as<T, typename WithoutOptional<T>::Type>) {
    if (!ValidityReader(column).IsValid(row)) ThrowNullInside();
  }
  return reader.Read(row);
}

template <Slotted T>
  requires(Slot<T>::kForm == SlotForm::kRecord)
class ColumnReader<T> {
 public:
  explicit ColumnReader(const arrow::ArrayData& column) : column_(&column) {}
  T Read(int64_t row) const {
    T record{};
    size_t index = 0;
    VisitMembers(static_cast<const T*>(nullptr), [&]<typename M>(M, std::string_view) {
      M::Of(record) = ReadInside<typename M::Type>(*column_->child_data[index++],
                                                   column_->offset + row);
    });
    return record;
  }

 private:
  const arrow::ArrayData* column_;
};

template <Slotted T>
  requires(Slot<T>::kForm == SlotForm::kList)
class ColumnReader<T> {
 public:
  explicit ColumnReader(const arrow::ArrayData& column)
      : offsets_(column.GetValues<int32_t>(1)), elements_(column.child_data[0].get()) {}
  T Read(int64_t row) const {
    const int32_t begin = offsets_[row];
    const int32_t end = offsets_[row + 1];
    if constexpr (std::constructible_from<T, const arrow::ArrayData*, int64_t, int64_t>) {
      return T(elements_, begin, end - begin);
    } else {
      T list;
      for (int32_t i = begin; i < end; ++i) {
        list.push_back(ReadInside<typename Slot<T>::Element>(*elements_, i));
      }
      return list;
    }
  }

 private:
  const int32_t* offsets_;
  const arrow::ArrayData* elements_;
};

template <Slotted T>
  requires(Slot<T>::kForm == SlotForm::kRecord)
class ColumnWriter<T> final : public AnyColumnWriter {
 public:
  ColumnWriter() {
    VisitMembers(static_cast<const T*>(nullptr), [&]<typename M>(M, std::string_view) {
      members_.push_back(std::make_unique<ColumnWriter<typename M::Type>>());
    });
  }
  void Append(const T& record) {
    size_t index = 0;
    VisitMembers(&record, [&]<typename M>(M, std::string_view) {
      static_cast<ColumnWriter<typename M::Type>&>(*members_[index++])
          .Append(M::Of(record));
    });
    validity_.Append(true);
  }
  void AppendNull() override {
    for (const auto& member : members_) member->AppendNull();
    validity_.Append(false);
  }
  InvalidValues TakeInvalid() override {
    InvalidValues sum;
    for (const auto& member : members_) sum += member->TakeInvalid();
    return sum;
  }
  int64_t bytes() const override {
    int64_t sum = 0;
    for (const auto& member : members_) sum += member->bytes();
    return sum;
  }
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    std::vector<std::shared_ptr<arrow::ArrayData>> members;
    for (const auto& member : members_) {
      ARROW_ASSIGN_OR_RAISE(auto column, member->Finish());
      members.push_back(std::move(column));
    }
    const int64_t length = validity_.length();
    const int64_t nulls = validity_.nulls();
    return arrow::ArrayData::Make(Slot<T>::Type(), length, {validity_.Finish()},
                                  std::move(members), nulls);
  }

 private:
  std::vector<std::unique_ptr<AnyColumnWriter>> members_;
  ValidityWriter validity_;
};

template <Slotted T>
  requires(Slot<T>::kForm == SlotForm::kList)
class ColumnWriter<T> final : public AnyColumnWriter {
 public:
  void Append(const T& list) {
    if (list.size() <= kMostInColumn - static_cast<size_t>(size_)) {
      for (const auto& element : list) elements_.Append(element);
      size_ += static_cast<int32_t>(list.size());
    } else {
      is_too_large_ = true;
    }
    offsets_.push_back(size_);
    validity_.Append(true);
  }
  void AppendNull() override {
    offsets_.push_back(size_);
    validity_.Append(false);
  }
  InvalidValues TakeInvalid() override { return elements_.TakeInvalid(); }
  int64_t bytes() const override {
    return elements_.bytes() + static_cast<int64_t>(offsets_.size() * sizeof(int32_t));
  }
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    if (is_too_large_) return ColumnTooLarge();
    ARROW_ASSIGN_OR_RAISE(auto elements, elements_.Finish());
    const int64_t length = validity_.length();
    const int64_t nulls = validity_.nulls();
    auto offsets = arrow::Buffer::FromVector(std::exchange(offsets_, {0}));
    size_ = 0;
    return arrow::ArrayData::Make(Slot<T>::Type(), length,
                                  {validity_.Finish(), std::move(offsets)},
                                  {std::move(elements)}, nulls);
  }

 private:
  ColumnWriter<typename Slot<T>::Element> elements_;
  std::vector<int32_t> offsets_{0};
  int32_t size_ = 0;
  bool is_too_large_ = false;
  ValidityWriter validity_;
};

}  // namespace internal
}  // namespace carmilla
