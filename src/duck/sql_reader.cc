#include "duck/sql_reader.h"

#include <string_view>

#include "core/error.h"
#include "core/json.h"
#include "duck/duck_error.h"
#include "duck/sql_text.h"

namespace carmilla {
namespace {

using Names = std::set<std::string>;

constexpr char kOneSelect[] = "write one SELECT, which may begin with WITH";

/// The member `key` if it is a text, else "".
std::string TextOf(const Json& node, std::string_view key) {
  const std::string* text = FindText(node, key);
  return text == nullptr ? std::string() : *text;
}

/// Collects the tables of a statement as json_serialize_sql writes it. What it does not
/// know of it passes through, so that it finds tables wherever they stand.
class TableCollector {
 public:
  /// `hidden` are the names that mean common table expressions here.
  void Visit(const Json& node, Names hidden) {
    if (node.is_array()) {
      for (const Json& element : node) Visit(element, hidden);
      return;
    }
    if (!node.is_object()) return;
    Take(node, hidden);
    const auto expressions = node.find("cte_map");
    if (expressions != node.end()) VisitExpressions(*expressions, &hidden);
    // A recursive expression reads itself, and what stands under a materialised one
    // reads it.
    const std::string own = TextOf(node, "cte_name");
    if (!own.empty()) hidden.insert(LowerDuckName(own));
    for (const auto& [key, member] : node.items()) {
      const bool is_done = key == "cte_map" || (key == "query" && !own.empty());
      if (!is_done) Visit(member, hidden);
    }
  }

  Names Take() && { return std::move(tables_); }

 private:
  void Take(const Json& node, const Names& hidden) {
    if (TextOf(node, "type") != "BASE_TABLE") return;
    const std::string schema = LowerDuckName(TextOf(node, "schema_name"));
    const std::string name = LowerDuckName(TextOf(node, "table_name"));
    const bool is_hidden = schema.empty() && hidden.contains(name);
    const bool is_here = schema.empty() || schema == "main";
    if (is_here && !is_hidden) tables_.insert(name);
  }

  /// Each expression sees those before it.
  void VisitExpressions(const Json& expressions, Names* hidden) {
    const auto map = expressions.find("map");
    if (map == expressions.end()) return;
    for (const Json& expression : *map) {
      const auto value = expression.find("value");
      if (value != expression.end()) Visit(*value, *hidden);
      hidden->insert(LowerDuckName(TextOf(expression, "key")));
    }
  }

  Names tables_;
};

arrow::Status Refusal(const Json& answer) {
  const std::string problem = TextOf(answer, "error_message");
  if (TextOf(answer, "error_type") == "parser") {
    return MakeError(ErrorKind::kQuery, "reading the SQL: " + problem, kOneSelect);
  }
  return MakeError(ErrorKind::kQuery, "reading the SQL: it is no SELECT", kOneSelect);
}

}  // namespace

arrow::Result<SqlReader> SqlReader::Open() {
  ARROW_RETURN_NOT_OK(LoadDuck());
  SqlReader reader;
  if (Duck().open(nullptr, reader.database_.Receive()) != DuckDBSuccess ||
      Duck().connect(reader.database_.get(), reader.connection_.Receive()) !=
          DuckDBSuccess) {
    return MakeError(ErrorKind::kOutOfMemory, "opening the reader of SQL: no memory");
  }
  return reader;
}

arrow::Result<Names> SqlReader::TablesOf(const std::string& sql) const {
  DuckRows rows;
  const std::string call = "SELECT json_serialize_sql(" + QuoteDuckText(sql) + ")";
  if (sql.find('\0') != std::string::npos ||
      Duck().query(connection_.get(), call.c_str(), rows.get()) != DuckDBSuccess) {
    return MakeError(ErrorKind::kQuery, "reading the SQL: it is no text", kOneSelect);
  }
  const DuckChunk chunk(Duck().fetch_chunk(*rows.get()));
  if (chunk.get() == nullptr || Duck().data_chunk_get_size(chunk.get()) != 1) {
    return MakeError(ErrorKind::kBug, "reading the SQL: no answer");
  }
  auto* texts = static_cast<duckdb_string_t*>(
      Duck().vector_get_data(Duck().data_chunk_get_vector(chunk.get(), 0)));
  const std::string_view text(Duck().string_t_data(texts),
                              Duck().string_t_length(*texts));
  ARROW_ASSIGN_OR_RAISE(const Json answer, ParseJson(text, "the syntax tree"));
  const auto statements = answer.find("statements");
  if (statements == answer.end()) return Refusal(answer);
  if (statements->size() != 1) {
    return MakeError(ErrorKind::kQuery,
                     "reading the SQL: statements: " + std::to_string(statements->size()),
                     kOneSelect);
  }
  TableCollector collector;
  collector.Visit(*statements, {});
  return std::move(collector).Take();
}

}  // namespace carmilla
