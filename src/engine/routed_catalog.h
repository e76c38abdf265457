#pragma once

#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "stream/catalog.h"

namespace carmilla {

/// The catalog of a lake whose tables are in several: each is followed in its own.
class RoutedCatalog : public Catalog {
 public:
  /// `of_tables` by the one name of the table; all others are in `rest`.
  RoutedCatalog(std::shared_ptr<Catalog> rest,
                std::map<std::string, std::shared_ptr<Catalog>> of_tables)
      : rest_(std::move(rest)), of_tables_(std::move(of_tables)) {}

  arrow::Status Prepare() override;
  arrow::Status Follow(std::string_view table, const ReadCurrent& current) override;

  /// Settles those that published tables are in, all at once, each with its tables only.
  /// The error of the first that failed, with the words of the others.
  arrow::Status Settle(const std::vector<std::string>& tables,
                       const std::vector<std::string>& published,
                       const std::stop_token& stop) override;
  std::string SettledBy(const std::vector<std::string>& published) const override;

 private:
  Catalog& Of(std::string_view table) const;
  std::vector<Catalog*> All() const;
  std::vector<Catalog*> Settlers(const std::vector<std::string>& published) const;
  std::vector<std::string> TablesIn(const Catalog& catalog,
                                    const std::vector<std::string>& tables) const;

  const std::shared_ptr<Catalog> rest_;
  const std::map<std::string, std::shared_ptr<Catalog>> of_tables_;
};

}  // namespace carmilla
