#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "carmilla/model.h"
#include "core/error.h"
#include "tasks/engine_backend.h"
#include "tasks/unlimited_services.h"
#include "testing/test_database.h"

namespace carmilla {
namespace {

using namespace literals;  // NOLINT(google-build-using-namespace)

struct Item {
  int64_t id;
  struct Columns {
    static constexpr Column<int64_t> id{"id", "bigint"};
    static constexpr Column<Decimal<15, 2>> price{"price", "numeric(15,2)"};
    static constexpr NullableColumn<Decimal<4, 2>> rate{"rate", "numeric(4,2)"};
    static constexpr Column<Decimal<19, 2>> cash{"cash", "money"};
    static constexpr Column<float> share{"share", "real"};
    static constexpr Column<double> width{"width", "double precision"};
  };
  static constexpr Columns columns{};
  static constexpr Relation kRelation{
      .schema = "public", .name = "items", .query = "", .fingerprint = ""};
};
CARMILLA_MODEL(Item, id);

constexpr Item::Columns kItem;

/// Keeps the condition of what a task wants to read.
class Condition final : public UnlimitedServices {
 public:
  arrow::Result<std::unique_ptr<BatchSource>> Read(const TaskRead& read) override {
    where = read.where;
    return MakeError(ErrorKind::kUnknownRelation, "nothing is read");
  }
  arrow::Result<std::unique_ptr<TaskWriter>> Write(const TaskTable& /*table*/) override {
    return MakeError(ErrorKind::kDiskFull, "nothing is written");
  }

  std::string where;
};

/// PostgreSQL is the judge of which rows a predicate means.
class PredicatePgTest : public testing::Test {
 protected:
  PredicatePgTest() {
    database_.Exec(
        "CREATE TABLE items (id bigint, price numeric(15,2), rate numeric(4,2),"
        " cash money, share real, width double precision);"
        "INSERT INTO items VALUES (1, 100, 0.1, '100.00', 0.1, 0.1),"
        " (2, 100.01, 99.99, '100.01', 16777216, 9007199254740992),"
        " (3, -9999999999999.99, -99.99, '-1', 'NaN', 'NaN'),"
        " (4, 9999999999999.99, NULL, '92233720368547758.07', 'Infinity', 'Infinity'),"
        " (5, 0, 0, '0', 3.4028235e38, 1e300), (6, 0.12, 0.12, '0.12', 0.5, 0.5)");
  }

  /// The ids of the rows that `sql` is true for.
  std::string Ids(const std::string& sql) {
    return database_.Query(
        "SELECT string_agg(id::text, ' ' ORDER BY id) FROM items"
        " WHERE " +
        sql);
  }

  void ExpectSame(const Predicate& predicate, const std::string& sql) {
    Condition services;
    const auto reads = [&](Context& context) {
      return context.Stream<Item>(predicate).Collect().status();
    };
    EXPECT_FALSE(RunTask(reads, &services, internal::InvalidValue::kFail).ok());
    EXPECT_EQ(Ids(services.where), Ids(sql)) << services.where << "\n" << sql;
  }

  TestDatabase database_;
};

TEST_F(PredicatePgTest, IntegersAreExactBesideDecimals) {
  ExpectSame(kItem.price > 100, "price > 100");
  ExpectSame(kItem.price == int64_t{100}, "price = 100");
  ExpectSame(kItem.price < std::numeric_limits<int64_t>::max(),
             "price < 9223372036854775807");
  ExpectSame(kItem.price <= std::numeric_limits<uint64_t>::max(),
             "price <= 18446744073709551615");
  ExpectSame(kItem.price > std::numeric_limits<int64_t>::min(),
             "price > -9223372036854775808");
  ExpectSame(kItem.rate != int8_t{0}, "rate <> 0");
  ExpectSame(kItem.rate.Between(-1, 1'000'000), "rate BETWEEN -1 AND 1000000");
  ExpectSame(kItem.price.In({0, 100}), "price IN (0, 100)");
}

TEST_F(PredicatePgTest, DecimalsOfAnyDigitsAreExactBesideDecimals) {
  ExpectSame(kItem.price > 100.005_decimal, "price > 100.005");
  ExpectSame(kItem.price < 100.005_decimal, "price < 100.005");
  ExpectSame(kItem.price == 0.12_decimal, "price = 0.12");
  ExpectSame(kItem.price == 0.1200_decimal, "price = 0.1200");
  ExpectSame(kItem.rate <= 0.119999_decimal, "rate <= 0.119999");
  ExpectSame(kItem.rate < 12345678901234567890.5_decimal,
             "rate < 12345678901234567890.5");
  ExpectSame(kItem.rate.In({0.12_decimal, 0.10_decimal}), "rate IN (0.12, 0.10)");
}

TEST_F(PredicatePgTest, MoneyIsComparedAsTheNumberThatItIs) {
  ExpectSame(kItem.cash > 100, "cash::numeric > 100");
  ExpectSame(kItem.cash < 100.005_decimal, "cash::numeric < 100.005");
  ExpectSame(kItem.cash.Between(100.001_decimal, 100.009_decimal),
             "cash::numeric BETWEEN 100.001 AND 100.009");
  ExpectSame(kItem.cash < std::numeric_limits<int64_t>::max(),
             "cash::numeric < 9223372036854775807");
  ExpectSame(kItem.cash.In({0.12_decimal, 100.00_decimal}),
             "cash::numeric IN (0.12, 100)");
}

TEST_F(PredicatePgTest, ARealIsComparedWithADoubleAsADouble) {
  ExpectSame(kItem.share == 0.1, "share = 0.1::double precision");
  ExpectSame(kItem.share > 0.1, "share > 0.1::double precision");
  ExpectSame(kItem.share < 1e300, "share < 1e300::double precision");
  ExpectSame(kItem.share > -1e300, "share > -1e300::double precision");
  ExpectSame(kItem.share >= std::numeric_limits<double>::infinity(),
             "share >= 'Infinity'::double precision");
  ExpectSame(kItem.share == std::numeric_limits<double>::quiet_NaN(),
             "share = 'NaN'::double precision");
  ExpectSame(kItem.share.Between(0.1, 1e40),
             "share BETWEEN 0.1::double precision AND 1e40::double precision");
  ExpectSame(kItem.share.In({0.1, 0.5}), "share = ANY ('{0.1,0.5}'::double precision[])");
  ExpectSame(kItem.share.In({0.1, 1}), "share = ANY ('{0.1,1}'::double precision[])");
  ExpectSame(kItem.share.In(std::vector<double>{}), "false");
}

TEST_F(PredicatePgTest, ARealIsComparedWithAnotherRealAsItIs) {
  ExpectSame(kItem.share == 0.1F, "share = 0.1::real");
  ExpectSame(kItem.share.In({0.1F, 0.5F}), "share = ANY ('{0.1,0.5}'::real[])");
  ExpectSame(kItem.share.Between(0.1F, 0.5), "share BETWEEN 0.1::real AND 0.5");
}

TEST_F(PredicatePgTest, IntegersBesideFloatingPointNumbersAreDoubles) {
  ExpectSame(kItem.share == 16'777'217, "share = 16777217");
  ExpectSame(kItem.share >= 16'777'216, "share >= 16777216");
  // SQL's own IN would round the numbers to reals; In is `==` to one of them.
  ExpectSame(kItem.share.In({16'777'217, 2}), "share = ANY (ARRAY[16777217, 2])");
  ExpectSame(kItem.width == int64_t{9'007'199'254'740'993}, "width = 9007199254740993");
  ExpectSame(kItem.width >= 0.1F, "width >= 0.1::real");
}

}  // namespace
}  // namespace carmilla
