#include "engine/routed_catalog.h"

#include <algorithm>
#include <iterator>
#include <thread>

#include "core/error.h"

namespace carmilla {
namespace {

arrow::Status Joined(const std::vector<arrow::Status>& statuses) {
  arrow::Status joined;
  for (const arrow::Status& status : statuses) {
    if (status.ok()) continue;
    joined = joined.ok()
                 ? status
                 : MakeError(KindOf(joined), joined.message() + "; " + status.message(),
                             HintOf(joined));
  }
  return joined;
}

}  // namespace

Catalog& RoutedCatalog::Of(std::string_view table) const {
  const auto found = of_tables_.find(std::string(table));
  return found == of_tables_.end() ? *rest_ : *found->second;
}

std::vector<Catalog*> RoutedCatalog::All() const {
  std::vector<Catalog*> all = {rest_.get()};
  for (const auto& [table, catalog] : of_tables_) {
    if (std::ranges::find(all, catalog.get()) == all.end()) all.push_back(catalog.get());
  }
  return all;
}

std::vector<std::string> RoutedCatalog::TablesIn(
    const Catalog& catalog, const std::vector<std::string>& tables) const {
  std::vector<std::string> found;
  std::ranges::copy_if(tables, std::back_inserter(found),
                       [&](const std::string& table) { return &Of(table) == &catalog; });
  return found;
}

std::vector<Catalog*> RoutedCatalog::Settlers(
    const std::vector<std::string>& published) const {
  std::vector<Catalog*> settlers;
  for (Catalog* catalog : All()) {
    const std::vector<std::string> here = TablesIn(*catalog, published);
    if (!here.empty() && !catalog->SettledBy(here).empty()) settlers.push_back(catalog);
  }
  return settlers;
}

arrow::Status RoutedCatalog::Prepare() {
  for (Catalog* catalog : All()) ARROW_RETURN_NOT_OK(catalog->Prepare());
  return arrow::Status::OK();
}

arrow::Status RoutedCatalog::Follow(std::string_view table, const ReadCurrent& current) {
  return Of(table).Follow(table, current);
}

std::string RoutedCatalog::SettledBy(const std::vector<std::string>& published) const {
  std::string whom;
  for (const Catalog* catalog : Settlers(published)) {
    whom += (whom.empty() ? "" : " and ") + catalog->SettledBy(published);
  }
  return whom;
}

arrow::Status RoutedCatalog::Settle(const std::vector<std::string>& tables,
                                    const std::vector<std::string>& published,
                                    const std::stop_token& stop) {
  const std::vector<Catalog*> settlers = Settlers(published);
  std::vector<arrow::Status> statuses(settlers.size());
  {
    std::vector<std::jthread> threads;
    threads.reserve(settlers.size());
    for (size_t i = 0; i < settlers.size(); ++i) {
      threads.emplace_back([&, i] {
        Catalog& catalog = *settlers[i];
        statuses[i] =
            catalog.Settle(TablesIn(catalog, tables), TablesIn(catalog, published), stop);
      });
    }
  }
  return Joined(statuses);
}

}  // namespace carmilla
