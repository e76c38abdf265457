#include "plan/table_catalogs.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "plan/yaml_text.h"

namespace carmilla {
namespace {

/// A crawler where it is named first.
struct KnownCrawler {
  CrawlerConfiguration crawler;
  std::string database;
};

class Placement {
 public:
  Placement(const ConfigurationSection& top, GlueConfiguration& glue)
      : top_(top), glue_(glue) {
    if (glue.crawler.has_value()) {
      crawlers_.emplace(glue.crawler->name, KnownCrawler{*glue.crawler, glue.database});
    }
  }

  void Place(TableConfiguration& table) {
    const TableCatalog& own = *table.catalog;
    GlueTarget target = glue_;
    if (!own.database.empty()) target.database = own.database;
    if (own.is_adopting.has_value()) target.is_adopting = *own.is_adopting;
    if (own.crawler.has_value()) {
      target.crawler = own.crawler;
      CheckCrawler(&target);
    } else if (target.crawler.has_value() && target.database != glue_.database) {
      top_.Report(own.position,
                  "the crawler " + QuoteForMessage(target.crawler->name) +
                      " writes into the database " + QuoteForMessage(glue_.database),
                  "name another crawler beside this database");
    }
    if (!TakeName(&table)) return;
    if (!glue_.tables.emplace(table.as, std::move(target)).second) {
      top_.Report(own.position,
                  "another table with a catalog of its own has the name " +
                      QuoteForMessage(table.as),
                  "give one of them another name with `as`");
    }
  }

 private:
  /// Who asks the lake only must know the name, which patterns may not change.
  bool TakeName(TableConfiguration* table) const {
    if (!table->as.empty()) return true;
    if (!IsLakeName(table->name)) {
      top_.Report(table->catalog->position,
                  "a table with a catalog of its own needs `as`, the one name by which "
                  "it is found",
                  "add \"as\" with lower-case letters, digits and underscores");
      return false;
    }
    table->as = table->name;
    return true;
  }

  void CheckCrawler(GlueTarget* target) {
    CrawlerConfiguration& named = *target->crawler;
    const auto [known, is_new] =
        crawlers_.try_emplace(named.name, KnownCrawler{named, target->database});
    if (is_new) return;
    const auto& [first, database] = known->second;
    const std::string what = "the crawler " + QuoteForMessage(named.name);
    const std::string where = " on line " + std::to_string(first.position.line);
    if (target->database != database) {
      top_.Report(named.position,
                  what + " writes into the database " + QuoteForMessage(database) +
                      ", as it is named" + where,
                  "a crawler has one database: name another one");
    }
    if (named.role.empty()) named.role = first.role;
    if (!named.time_limit.has_value()) named.time_limit = first.time_limit;
    if (named.role != first.role || named.time_limit != first.time_limit) {
      top_.Report(named.position, what + " is described otherwise" + where,
                  "leave role and time_limit out where it is named again");
    }
  }

  const ConfigurationSection& top_;
  GlueConfiguration& glue_;
  std::map<std::string, KnownCrawler> crawlers_;
};

/// A crawler reads whole folders: it would take every version for rows of the table.
void CheckLayouts(const ConfigurationSection& top, const Configuration& configuration) {
  const auto is_readable = [](const TableConfiguration& table) {
    return table.settings.layout == Layout::kStable;
  };
  const auto& glue = configuration.lake.glue;
  if (glue.has_value() && glue->crawler.has_value()) {
    if (std::ranges::all_of(configuration.tables, is_readable)) return;
    top.Report(glue->crawler->position,
               "a crawler needs the stable layout of every table",
               "add \"layout: stable\" to defaults, and to no table another one");
    return;
  }
  for (const TableConfiguration& table : configuration.tables) {
    const bool is_crawled = table.catalog.has_value() && table.catalog->crawler;
    if (!is_crawled || is_readable(table)) continue;
    top.Report(table.catalog->crawler->position,
               "a crawler needs the stable layout of its tables",
               "add \"layout: stable\" to this entry, or to defaults");
  }
}

}  // namespace

void PlaceTablesInCatalog(const ConfigurationSection& top, Configuration* configuration) {
  CheckLayouts(top, *configuration);
  auto& glue = configuration->lake.glue;
  std::optional<Placement> placement;
  if (glue.has_value()) placement.emplace(top, *glue);
  for (TableConfiguration& table : configuration->tables) {
    if (!table.catalog.has_value() || table.is_pattern) continue;
    if (placement.has_value()) {
      placement->Place(table);
    } else {
      top.Report(table.catalog->position,
                 "a table has a catalog of its own where the lake has one",
                 "add \"catalog: {glue: {database: raw}}\" to lake");
    }
  }
}

}  // namespace carmilla
