#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <random>
#include <string>

#include "postgres/copy_fixture.h"

namespace carmilla {
namespace {

/// Prints a decimal as PostgreSQL prints a numeric of that scale.
std::string DecimalText(const std::string& digits, int32_t scale) {
  std::string text = digits;
  const bool is_negative = text[0] == '-';
  text.erase(0, is_negative ? 1 : 0);
  const auto decimals = static_cast<size_t>(scale);
  if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
  if (decimals > 0) text.insert(text.size() - decimals, ".");
  return (is_negative ? "-" : "") + text;
}

std::string HexText(std::string_view bytes) {
  std::string text = "\\x";
  for (const char byte : bytes) {
    constexpr char kHex[] = "0123456789abcdef";
    text += kHex[static_cast<uint8_t>(byte) >> 4];
    text += kHex[static_cast<uint8_t>(byte) & 15];
  }
  return text;
}

/// Prints one element as it stands inside of braces.
std::string ElementText(const std::string& text) {
  std::string upper = text;
  for (char& character : upper) character = static_cast<char>(std::toupper(character));
  const bool is_plain = !text.empty() && upper != "NULL" &&
                        text.find_first_of("{}\",\\ \t\n\r\v\f") == std::string::npos;
  if (is_plain) return text;
  std::string quoted = "\"";
  for (const char character : text) {
    if (character == '"' || character == '\\') quoted += '\\';
    quoted += character;
  }
  return quoted + '"';
}

template <typename Number>
std::string FloatText(Number value) {
  // Compared by bits: the server prints the shortest text that reads back as the same
  // value.
  if (std::isnan(value)) return "NaN";
  return "bits " +
         std::to_string(
             std::bit_cast<std::conditional_t<sizeof(Number) == 4, uint32_t, uint64_t>>(
                 value));
}

/// Prints a cell as the server's output function does, but times and floats as numbers.
std::string CellText(const arrow::Array& array, int64_t row);

std::string ShortestText(double value) {
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string ListText(const arrow::ListArray& list, int64_t row) {
  const auto values = list.value_slice(row);
  const bool is_float = values->type_id() == arrow::Type::DOUBLE;
  std::string text = "{";
  for (int64_t index = 0; index < values->length(); ++index) {
    if (index > 0) text += ',';
    text +=
        values->IsNull(index) ? "NULL"
        : is_float
            ? ShortestText(static_cast<const arrow::DoubleArray&>(*values).Value(index))
            : ElementText(CellText(*values, index));
  }
  return text + "}";
}

template <typename Array>
auto ValueAt(const arrow::Array& array, int64_t row) {
  return static_cast<const Array&>(array).Value(row);
}

std::string CellText(const arrow::Array& array, int64_t row) {
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      return ValueAt<arrow::BooleanArray>(array, row) ? "t" : "f";
    case arrow::Type::INT16:
      return std::to_string(ValueAt<arrow::Int16Array>(array, row));
    case arrow::Type::INT32:
      return std::to_string(ValueAt<arrow::Int32Array>(array, row));
    case arrow::Type::INT64:
      return std::to_string(ValueAt<arrow::Int64Array>(array, row));
    case arrow::Type::DATE32:
      return std::to_string(ValueAt<arrow::Date32Array>(array, row));
    case arrow::Type::TIMESTAMP:
      return std::to_string(ValueAt<arrow::TimestampArray>(array, row));
    case arrow::Type::FLOAT:
      return FloatText(ValueAt<arrow::FloatArray>(array, row));
    case arrow::Type::DOUBLE:
      return FloatText(ValueAt<arrow::DoubleArray>(array, row));
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128: {
      const auto& type = static_cast<const arrow::DecimalType&>(*array.type());
      const uint8_t* bytes =
          array.data()->GetValues<uint8_t>(1, 0) + row * type.byte_width();
      const std::string digits =
          type.byte_width() == 4   ? arrow::Decimal32(bytes).ToIntegerString()
          : type.byte_width() == 8 ? arrow::Decimal64(bytes).ToIntegerString()
                                   : arrow::Decimal128(bytes).ToIntegerString();
      return DecimalText(digits, type.scale());
    }
    case arrow::Type::STRING:
      return static_cast<const arrow::StringArray&>(array).GetString(row);
    case arrow::Type::BINARY:
      return HexText(static_cast<const arrow::BinaryArray&>(array).GetView(row));
    case arrow::Type::LIST:
      return ListText(static_cast<const arrow::ListArray&>(array), row);
    default:
      return "unexpected " + array.type()->ToString();
  }
}

std::string ServerFloatText(const std::string& text, bool is_single) {
  return is_single ? FloatText(std::strtof(text.c_str(), nullptr))
                   : FloatText(std::strtod(text.c_str(), nullptr));
}

class CopyValuesTest : public CopyTest {
 protected:
  /// Puts what older servers can hold and print in the place of the rest. Before 15 a
  /// scale lay between 0 and the precision, and the hours of an interval in 32 bits;
  /// before 14 no numeric was infinite.
  void ExecForVersion(std::string sql) const {
    struct Change {
      int since;
      std::string_view later;
      std::string_view before;
    };
    for (const Change& change : std::initializer_list<Change>{
             {150000, "numeric(5,-2)", "numeric(5,0)"},
             {150000, "numeric(3,5)", "numeric(5,5)"},
             {150000, "numeric(20,-3)", "numeric(23,0)"},
             {150000, "2562047788:00:54.775807", "2147483647:00:54.775807"},
             {150000, "* 1.8e19", "* 1.5e19"},
             {140000, "0, 'Infinity', decode", "0, 'NaN', decode"},
             {140000, "0.0000000001, '-Infinity'", "0.0000000001, 'NaN'"}}) {
      const size_t place = sql.find(change.later);
      if (database_.version() >= change.since || place == std::string::npos) continue;
      sql.replace(place, change.later.size(), change.before);
    }
    database_.Exec(sql);
  }

  /// Compares every cell of the table with the server's own text, times as numbers since
  /// 1970.
  void ExpectEqualsServer(const std::string& table) {
    const CopyRequest request = RequestFor(table);
    ASSERT_OK_AND_ASSIGN(const auto batch, ReadOne(request));
    ASSERT_NE(batch, nullptr);
    for (int index = 0; index < batch->num_columns(); ++index) {
      const CopyColumn& column = request.columns[static_cast<size_t>(index)];
      ASSERT_OK_AND_ASSIGN(const QueryRows rows,
                           session_->Query("SELECT " + Reference(column) +
                                           " FROM public." + table + " ORDER BY ctid"));
      ASSERT_EQ(static_cast<int64_t>(rows.rows().size()), batch->num_rows());
      ExpectColumn(column, *batch->column(index), rows);
    }
  }

 private:
  static std::string Reference(const CopyColumn& column) {
    std::string name = "\"" + column.name + "\"";
    if (column.mapping.wire == WireForm::kDate) return name + " - date '1970-01-01'";
    if (column.mapping.wire == WireForm::kTimestamp) {
      // extract(epoch) alone loses the last digit of far years, and before 14 it is a
      // double.
      return "(" + name +
             "::date - date '1970-01-01')::numeric * 86400000000 + (extract(epoch from " +
             name + "::time) * 1000000)::numeric(38,0)";
    }
    return name;
  }

  static void ExpectColumn(const CopyColumn& column, const arrow::Array& array,
                           const QueryRows& rows) {
    for (int64_t row = 0; row < array.length(); ++row) {
      const auto& expected = rows.rows()[static_cast<size_t>(row)][0];
      ASSERT_EQ(array.IsNull(row), !expected.has_value())
          << column.name << ", row " << row;
      if (!expected.has_value()) continue;
      const WireForm wire = column.mapping.wire;
      const bool is_float = wire == WireForm::kFloat || wire == WireForm::kDouble;
      ASSERT_EQ(
          CellText(array, row),
          is_float ? ServerFloatText(*expected, wire == WireForm::kFloat) : *expected)
          << column.name << ", row " << row;
    }
  }
};

TEST_F(CopyValuesTest, EveryTypeEqualsTheServersText) {
  ExecForVersion(R"(
      CREATE TYPE mood AS ENUM ('sad', 'so so', 'très bien');
      CREATE DOMAIN price AS numeric(10,3) CHECK (value > -100);
      CREATE DOMAIN tags AS text[];
      CREATE DOMAIN nested_price AS price;
      CREATE TABLE every_type (
        a bool, b int2, c int4, d int8, e oid, f float4, g float8,
        h numeric(9,2), i numeric(18,0), j numeric(38,10), k numeric(5,-2), l numeric(3,5),
        m numeric, n text, o varchar(20), p char(5), q name, r "char", s bytea,
        t date, u time, v timestamp, w timestamptz, x interval, y uuid, z json, aa jsonb,
        ab mood, ac price, ad tags, ae nested_price, af numeric(40,2), ag time(2),
        ah int4[], ai text[], aj numeric(12,4)[], ak mood[], al uuid[], am bool[],
        an float8[], ao bytea[], ap interval[], aq price[], ar varchar(9)[], as_ time[]);
      INSERT INTO every_type DEFAULT VALUES;
      INSERT INTO every_type VALUES (
        true, -32768, -2147483648, -9223372036854775808, 4294967295, '-0', '-0',
        -9999999.99, 999999999999999999, 9999999999999999999999999999.9999999999, 12300,
        0.00999, 1.500, '', '', '', '', '', '', '4714-11-24 BC', '00:00',
        '4714-11-24 00:00:00 BC', '4714-11-24 00:00:00+00 BC', 'PT0S',
        '00000000-0000-0000-0000-000000000000', '{"a":  1}', '{"b": 1, "a": [null]}',
        'très bien', 1.5, '{}', 2.25, 99999999999999999999999999999999999999.99,
        '12:00:00.5', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}');
      INSERT INTO every_type VALUES (
        false, 32767, 2147483647, 9223372036854775807, 0, 'NaN', 'NaN',
        9999999.99, -999999999999999999, -9999999999999999999999999999.9999999999, -99900,
        -0.00001, 'NaN', E'tab\t, "quote" \\ back', 'Δοκιμή 🎉', 'ab', 'name', 'x', '\x00ff',
        '5874897-12-31', '24:00:00', '294247-01-10 04:00:54.775807',
        '294247-01-10 04:00:54.775807+00',
        '-1 year 2 mons -3 days 04:05:06.789 ago', 'ffffffff-ffff-ffff-ffff-ffffffffffff',
        'null', '"\u00e9"', 'sad', 0, '{a,NULL,"b c"}', 0, 0, '00:00:00.01',
        '{1,NULL,-2147483648}', '{"",NULL,"NULL","a,b","{}","\"","\\"," "}',
        '{1.5,NULL,-99999999.9999}', '{sad,"so so",NULL}',
        '{00112233-4455-6677-8899-aabbccddeeff}', '{t,f,NULL}', '{1.5}',
        '{"\\x00ff",NULL}', '{"-1 day -00:00:00.5",NULL}', '{1.125}', '{abc,NULL}',
        '{24:00:00,NULL}');
      INSERT INTO every_type (f, g, h, j, m, s, t, u, v, w, x) VALUES
        ('Infinity', '-Infinity', 0, 0, 'Infinity', decode(repeat('00ff', 5000), 'hex'),
         '0001-01-01', '23:59:59.999999', '1969-12-31 23:59:59.999999',
         '9999-12-31 23:59:59.999999+00', '178956970 years 7 mons 2147483647 days'),
        (1e-45, 5e-324, 0.01, 0.0000000001, '-Infinity', '\x', '9999-12-31', '00:00:00.000001',
         '2000-01-01', '1970-01-01 00:00+00', '-178956970 years -8 mons -2147483648 days'),
        (3.4028235e38, 1.7976931348623157e308, -0.01, 10000, 1e131071, '\x', '0001-12-31 BC',
         '01:02:03.4', '0001-12-31 BC', '2024-02-29 12:00+03', '-00:00:00.000001'),
        (0.1, 0.1, 10000, 0.0001, 1e-16383, '\x', '1970-01-01', '10:20:30', '1970-01-01',
         '1900-01-01+00', '2562047788:00:54.775807'),
        (16777217, 9007199254740993, 1e-2, 1e27, 0.000, '\x', '2000-01-01', '00:00:01',
         '2000-01-01 00:00:00.1', '2000-01-01+00', '1 mon -1 day 00:00:00.1');)");
  ExpectEqualsServer("every_type");
}

TEST_F(CopyValuesTest, CharactersBelow128EqualTheServersText) {
  database_.Exec(
      "CREATE TABLE characters AS SELECT chr(n)::\"char\" AS c "
      "FROM generate_series(1, 127) n UNION ALL SELECT ''::\"char\"");
  ExpectEqualsServer("characters");
}

TEST_F(CopyValuesTest, RandomNumericsEqualTheServersText) {
  ExecForVersion(
      "CREATE TABLE numbers (a numeric(9,4), b numeric(18,9), c numeric(38,19), "
      "d numeric, e numeric(1,0), f numeric(38,0), g numeric(38,38), "
      "h numeric(20,-3))");
  std::mt19937_64 random(20260103);
  const auto digits = [&](size_t most) {
    std::string text;
    for (size_t length = random() % (most + 1); text.size() < length;) {
      text += static_cast<char>('0' + (random() % 3 == 0 ? 0 : random() % 10));
    }
    return text;
  };
  const auto number = [&](size_t integer, size_t fraction) {
    return "'" + std::string(random() % 2 == 0 ? "-" : "") + "0" + digits(integer) +
           ".0'::numeric + '" + "0." + digits(fraction) + "0'::numeric";
  };
  std::string values;
  for (int row = 0; row < 3000; ++row) {
    values += (row == 0 ? "(" : ",(") + number(5, 6) + "," + number(9, 11) + "," +
              number(19, 25) + "," + number(random() % 300, random() % 300) + "," +
              std::to_string(static_cast<int>(random() % 19) - 9) + "," + number(37, 0) +
              ",0." + digits(38) + "0," + number(22, 0) + ")";
  }
  database_.Exec("INSERT INTO numbers VALUES " + values);
  ExpectEqualsServer("numbers");
}

TEST_F(CopyValuesTest, RandomTimesEqualTheServersText) {
  ExecForVersion(R"(
      SELECT setseed(0.42);
      CREATE TABLE times AS SELECT
        time '00:00' + (random() * 86399999999)::bigint * interval '1 us' AS a,
        time '00:00' + (random() * 86399)::int * interval '1 s' AS b,
        make_interval(months => ((random() - 0.5) * 4e9)::int / (1 + n % 97 * n),
                      days => ((random() - 0.5) * 4e9)::int / (1 + n % 89 * n))
          + ((random() - 0.5) * 1.8e19 / power(10, n % 17))::bigint * interval '1 us' AS c,
        make_interval(months => (random() * 30 - 15)::int, days => (random() * 4 - 2)::int,
                      hours => (random() * 4 - 2)::int, mins => (random() * 4 - 2)::int,
                      secs => (random() * 4 - 2)) AS d,
        date '2000-01-01' + ((random() - 0.3) * 5e6)::int AS e,
        timestamp '2000-01-01' + (random() - 0.005) * interval '290000 years' AS f,
        timestamptz '2000-01-01 00:00+00' + (random() - 0.5) * interval '80 years' AS g
      FROM generate_series(1, 5000) n;)");
  ExpectEqualsServer("times");
}

TEST_F(CopyValuesTest, PoliciesDecideAboutInfinity) {
  database_.Exec(
      "CREATE TABLE moments AS SELECT date 'infinity' AS d, "
      "timestamp '-infinity' AS t, timestamptz '294276-12-31 23:59:59+00' AS z, "
      "'NaN'::numeric(5,2) AS n");
  CopyRequest request = RequestFor("moments");
  const auto refused = ReadOne(request);
  EXPECT_THAT(refused, HasKind(ErrorKind::kData));
  EXPECT_THAT(refused, StatusMessageHas("reading public.moments: row 1: column \"d\""));
  for (CopyColumn& column : request.columns) {
    column.policies = {.on_nan = ValuePolicy::kNull, .on_infinity = ValuePolicy::kNull};
  }
  ASSERT_OK_AND_ASSIGN(const auto batch, ReadOne(request));
  for (int index = 0; index < 4; ++index) {
    EXPECT_EQ(batch->column(index)->null_count(), 1);
    EXPECT_EQ(counts_[static_cast<size_t>(index)].total(), 1);
  }
  EXPECT_EQ(counts_[3].nan, 1);
}

TEST_F(CopyValuesTest, ArraysOfAnotherShapeAreRefused) {
  database_.Exec(
      "CREATE TABLE shapes (a int[]); INSERT INTO shapes VALUES ('{{1},{2}}')");
  const auto square = ReadOne(RequestFor("shapes"));
  EXPECT_THAT(square, HasKind(ErrorKind::kData));
  EXPECT_THAT(square, StatusMessageHas("on_array_shape"));
  database_.Exec("TRUNCATE shapes; INSERT INTO shapes VALUES ('[0:1]={1,2}')");
  EXPECT_THAT(ReadOne(RequestFor("shapes")), HasKind(ErrorKind::kData));
}

}  // namespace
}  // namespace carmilla
