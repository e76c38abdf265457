#include "engine/progress.h"

#include <algorithm>

namespace carmilla {

double TableProgressView::Share() const {
  constexpr double kAlmostAll = 0.99;
  if (estimated_rows <= 0) return -1;
  return std::min(kAlmostAll, static_cast<double>(rows) / estimated_rows);
}

}  // namespace carmilla
