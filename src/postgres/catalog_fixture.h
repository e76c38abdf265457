#pragma once

#include <memory>
#include <string>

#include "postgres/catalog.h"
#include "postgres/postgres_fixture.h"

namespace carmilla {

/// Tests that describe tables of their database.
class CatalogTest : public PostgresTest {
 protected:
  TableDescription Describe(const std::string& name,
                            const std::string& schema = "public") {
    const RelationName names[] = {{.schema = schema, .name = name}};
    auto tables = DescribeTables(*session(), names);
    EXPECT_THAT(tables, IsOk());
    return tables.ok() ? tables->front() : TableDescription();
  }

  // Connected late, so that a test can prepare the database.
  Session* session() {
    if (session_ == nullptr) session_ = Connect();
    return session_.get();
  }

 private:
  std::unique_ptr<Session> session_;
};

}  // namespace carmilla
