#include "engine/condition.h"

#include "postgres/identifier.h"

namespace carmilla {

arrow::Result<std::string> RenderCondition(std::span<const ConditionPart> parts) {
  std::string sql;
  for (const ConditionPart& part : parts) {
    switch (part.kind) {
      case ConditionPart::Kind::kText:
        sql += part.text;
        break;
      case ConditionPart::Kind::kName: {
        ARROW_ASSIGN_OR_RAISE(const std::string name, QuoteIdentifier(part.text));
        sql += name;
        break;
      }
      case ConditionPart::Kind::kValue: {
        ARROW_ASSIGN_OR_RAISE(const std::string value, QuoteLiteral(part.text));
        sql += value;
        break;
      }
      case ConditionPart::Kind::kValues: {
        ARROW_ASSIGN_OR_RAISE(const std::string values,
                              QuoteLiteral(ArrayText(part.values)));
        sql += values;
        break;
      }
    }
  }
  return sql;
}

}  // namespace carmilla
