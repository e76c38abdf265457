// expect: the column has another type: compare it with values of the type that the
// generated header has
#include "prelude.h"

#ifdef BAD
auto Named(const std::vector<std::string>& ids) {
  return models::orders::columns.id.In(ids);
}
#else
auto Named(const std::vector<int>& ids) { return models::orders::columns.id.In(ids); }
#endif
