#include "cli/expanded_rows.h"

#include <algorithm>
#include <utility>

#include "cli/display_text.h"

namespace carmilla {
namespace {

constexpr std::string_view kSeparator = " | ";
constexpr size_t kNarrowestValue = 8;

}  // namespace

ExpandedRows::ExpandedRows(std::vector<std::string> titles, size_t width)
    : titles_(std::move(titles)), width_(width) {
  for (const std::string& title : titles_) {
    title_width_ = std::max(title_width_, DisplayWidth(title));
  }
  title_width_ = std::min(title_width_, std::max<size_t>(width / 2, 1));
  for (std::string& title : titles_) {
    title = TruncateToWidth(title, title_width_);
    title.append(title_width_ - DisplayWidth(title), ' ');
  }
}

void ExpandedRows::Print(const std::vector<std::string>& cells, std::string* out) {
  std::string head = "-[ " + std::to_string(++row_) + " ]";
  head.resize(std::max(head.size(), std::min(width_, title_width_ + 24)), '-');
  *out += head + '\n';
  const size_t used = title_width_ + kSeparator.size();
  const size_t room = std::max(kNarrowestValue, width_ - std::min(width_, used));
  for (size_t i = 0; i < cells.size(); ++i) {
    std::string line = titles_[i];
    line.append(kSeparator).append(TruncateToWidth(cells[i], room));
    line.erase(line.find_last_not_of(' ') + 1);
    *out += line + '\n';
  }
}

}  // namespace carmilla
