#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <vector>

namespace carmilla {

/// Texts that live as long as the arena. One thread at a time.
class TextArena {
 public:
  /// The texts one after the other.
  std::string_view Join(std::initializer_list<std::string_view> texts) {
    size_t size = 0;
    for (const std::string_view text : texts) size += text.size();
    char* const begin = Allocate(size);
    char* end = begin;
    for (const std::string_view text : texts) end += text.copy(end, text.size());
    return {begin, size};
  }

  bool is_empty() const { return chunks_.empty(); }
  int64_t bytes() const { return bytes_; }

 private:
  static constexpr size_t kChunkBytes = 16 << 10;

  char* Allocate(size_t size) {
    if (size > room_) {
      const size_t bytes = size > kChunkBytes ? size : kChunkBytes;
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
      bytes_ += static_cast<int64_t>(bytes);
      next_ = chunks_.back().get();
      room_ = bytes;
    }
    char* const begin = next_;
    next_ += size;
    room_ -= size;
    return begin;
  }

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  size_t room_ = 0;
  int64_t bytes_ = 0;
};

namespace internal {

/// Where texts that are made on this thread go while rows are transformed; null else.
TextArena*& CurrentArena();

/// Sends the texts of this thread to `arena` as long as it lives.
class ArenaScope {
 public:
  explicit ArenaScope(TextArena* arena) : outer_(CurrentArena()) {
    CurrentArena() = arena;
  }
  ~ArenaScope() { CurrentArena() = outer_; }
  ArenaScope(const ArenaScope&) = delete;
  ArenaScope& operator=(const ArenaScope&) = delete;

 private:
  TextArena* outer_;
};

}  // namespace internal
}  // namespace carmilla
