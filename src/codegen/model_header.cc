#include "codegen/model_header.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "codegen/cpp_name.h"
#include "codegen/cpp_text.h"
#include "codegen/cpp_type.h"
#include "codegen/enum_text.h"
#include "core/error.h"
#include "core/suggest.h"

namespace carmilla {
namespace {

bool Fits(std::string_view line) { return WidthOf(line) <= kCodeColumns; }

std::string WriteMember(const ModelMember& member) {
  const std::string line = "  " + member.cpp_type + " " + member.name + ";";
  if (Fits(line)) return line + "\n";
  return "  " + member.cpp_type + "\n      " + member.name + ";\n";
}

std::string TypeTextOf(const ColumnDescription& column) {
  return RenderTypeName(*column.type, column.typmod);
}

class HeaderWriter {
 public:
  HeaderWriter(const TableDescription& table, const HeaderOrigin& origin,
               const std::string& sql)
      : table_(table), origin_(origin), sql_(sql) {}

  arrow::Result<ModelHeader> Write() {
    ARROW_RETURN_NOT_OK(ChooseName());
    ARROW_RETURN_NOT_OK(ChooseColumns());
    ARROW_RETURN_NOT_OK(AddMembers());
    ARROW_ASSIGN_OR_RAISE(const std::string enums, WriteEnums());
    ARROW_ASSIGN_OR_RAISE(const std::string relation, WriteRelation());
    header_.text = std::string(kUnformatted) + RenderOriginLine(origin_) +
                   "\n#pragma once\n\n"
                   "#include <carmilla/model.h>\n\n" +
                   enums + "namespace " + header_.name_space + " {\n\n" +
                   CommentLines(table_.comment, 0) + "struct " + header_.name + " {\n" +
                   members_ + "\n  struct Columns {\n" + columns_ +
                   "  };\n  static constexpr Columns columns{};\n" + relation + "};\n" +
                   WriteModelList() + "\n}  // namespace " + header_.name_space + "\n";
    return std::move(header_);
  }

 private:
  std::string TableText() const {
    return table_.name.name.empty() ? "the query" : table_.name.ToString();
  }

  std::string Doing() const { return "generating " + TableText() + ": "; }

  arrow::Status ChooseName() {
    std::string name = origin_.name;
    if (name.empty()) {
      const std::filesystem::path file(origin_.query_file);
      name =
          CppName(origin_.query_file.empty() ? table_.name.name : file.stem().string());
    } else if (CppName(name) != name) {
      return MakeError(
          ErrorKind::kUsage,
          Doing() + "--name is no name that a struct can have: " + name,
          "letters, digits and underscores make one: --name " + CppName(name));
    }
    header_.name = name;
    header_.name_space = CppNamespace(table_.name.schema);
    const std::string inner = header_.name_space.substr(
        std::min(header_.name_space.size(), header_.name_space.find(':')));
    header_.path = (inner.empty() ? "" : inner.substr(2) + "/") + name + ".h";
    return arrow::Status::OK();
  }

  arrow::Status ChooseColumns() {
    std::vector<std::string> names;
    names.reserve(table_.columns.size());
    for (const ColumnDescription& column : table_.columns) names.push_back(column.name);
    for (const std::string& column : origin_.columns) {
      if (std::ranges::find(names, column) != names.end()) continue;
      return MakeError(ErrorKind::kUnknownRelation,
                       Doing() + "it has no column of this name: " + column,
                       DidYouMean(column, names));
    }
    // A column has the same name in every struct over its table.
    const std::vector<std::string> members = CppMemberNames(names, header_.name);
    for (size_t i = 0; i < names.size(); ++i) {
      const bool is_chosen =
          origin_.columns.empty() ||
          std::ranges::find(origin_.columns, names[i]) != origin_.columns.end();
      if (!is_chosen) continue;
      chosen_.push_back(&table_.columns[i]);
      header_.members.push_back({.name = members[i], .column = names[i], .cpp_type = ""});
    }
    if (chosen_.empty()) {
      return MakeError(ErrorKind::kConfiguration, Doing() + "it has no columns");
    }
    if (chosen_.size() > kMostMembers) {
      return MakeError(ErrorKind::kConfiguration,
                       Doing() + "a struct has room for " + std::to_string(kMostMembers) +
                           " columns, it has " + std::to_string(chosen_.size()),
                       "choose those that the task needs with --columns");
    }
    return arrow::Status::OK();
  }

  arrow::Status AddMembers() {
    for (size_t i = 0; i < chosen_.size(); ++i) {
      const ColumnDescription& column = *chosen_[i];
      ModelMember& member = header_.members[i];
      auto type = CppTypeOf(*column.type, column.typmod, column.name);
      if (!type.ok()) {
        return MakeError(KindOf(type.status()), Doing() + type.status().message(),
                         "leave it out with --columns, or cast it in a query: --query");
      }
      if (type->enumeration != nullptr) {
        ARROW_RETURN_NOT_OK(AddEnum(*type->enumeration));
      }
      const bool is_nullable = !column.is_not_null;
      member.cpp_type = is_nullable ? "std::optional<" + type->text + ">" : type->text;
      member.has_no_values = type->enumeration != nullptr &&
                             type->enumeration->enum_labels.empty() &&
                             member.cpp_type == CppEnumName(*type->enumeration);
      members_ += CommentLines(column.comment, 2) + WriteMember(member);
      columns_ += WriteColumn(member.name, column, type->text);
    }
    return arrow::Status::OK();
  }

  arrow::Status AddEnum(const PostgresType& type) {
    const std::string name = CppEnumName(type);
    if (name == header_.QualifiedName()) {
      return MakeError(ErrorKind::kUsage,
                       Doing() + "the struct would have the name of an enum: " + name,
                       "choose another one with --name");
    }
    const auto has_name = [&](const PostgresType* other) {
      return CppEnumName(*other) == name;
    };
    if (std::ranges::none_of(enums_, has_name)) enums_.push_back(&type);
    return arrow::Status::OK();
  }

  static std::string WriteColumn(const std::string& member,
                                 const ColumnDescription& column,
                                 const std::string& type) {
    const std::string head = "    static constexpr carmilla::" +
                             std::string(column.is_not_null ? "" : "Nullable") +
                             "Column<" + type + ">";
    const std::string name = StringLiteral(column.name);
    const std::string text = StringLiteral(TypeTextOf(column));
    std::string line = WriteBraces(head + " " + member + "{", 8, name, text);
    if (!line.empty()) return line;
    const std::string below = WriteBraces(Blanks(8) + member + "{", 12, name, text);
    if (!below.empty()) return head + "\n" + below;
    return head + "\n" + Blanks(8) + member + "{\n" + Blanks(12) + name + ",\n" +
           Blanks(12) + text + "};\n";
  }

  /// Two values behind `open`: on its line, below each other behind the brace, or on a
  /// line of their own; nothing if none of this fits.
  static std::string WriteBraces(const std::string& open, size_t indent,
                                 const std::string& name, const std::string& text) {
    const std::string both = name + ", " + text + "};\n";
    if (Fits(open + both)) return open + both;
    const std::string aligned = Blanks(WidthOf(open)) + text + "};\n";
    if (Fits(open + name + ",") && Fits(aligned)) return open + name + ",\n" + aligned;
    if (Fits(open) && Fits(Blanks(indent) + both)) {
      return open + "\n" + Blanks(indent) + both;
    }
    return "";
  }

  arrow::Result<std::string> WriteEnums() const {
    std::string text;
    for (const PostgresType* type : enums_) {
      ARROW_ASSIGN_OR_RAISE(const std::string written, WriteEnum(*type));
      text += written;
    }
    return text;
  }

  arrow::Result<std::string> Fingerprint() const {
    std::vector<std::string> parts;
    for (const ColumnDescription* column : chosen_) {
      parts.push_back(column->name);
      parts.push_back(TypeTextOf(*column));
      parts.emplace_back(column->is_not_null ? "not null" : "null");
    }
    for (const PostgresType* type : enums_) {
      parts.insert(parts.end(), type->enum_labels.begin(), type->enum_labels.end());
    }
    return FingerprintOf(parts);
  }

  arrow::Result<std::string> WriteRelation() const {
    ARROW_ASSIGN_OR_RAISE(const std::string fingerprint, Fingerprint());
    std::string query;
    std::vector<std::string> fields = {".schema = " + StringLiteral(table_.name.schema),
                                       ".name = " + StringLiteral(table_.name.name),
                                       ".query = \"\"",
                                       ".fingerprint = " + StringLiteral(fingerprint)};
    if (!sql_.empty()) {
      fields[2] = ".query = kQuery";
      query = "  static constexpr std::string_view kQuery = " + RawStringLiteral(sql_) +
              ";\n";
    }
    return query + "  static constexpr carmilla::Relation kRelation{" +
           WriteFields(fields,
                       WidthOf("  static constexpr carmilla::Relation kRelation{"));
  }

  /// On one line of their own, or one each: aligned behind the brace, else below it.
  static std::string WriteFields(const std::vector<std::string>& fields, size_t column) {
    std::string line = Blanks(6);
    std::string aligned;
    std::string below;
    bool is_aligned = true;
    for (const std::string& field : fields) {
      const bool is_last = &field == &fields.back();
      line += field + (is_last ? "};" : ", ");
      is_aligned =
          is_aligned && column + WidthOf(field) + (is_last ? 2 : 1) <= kCodeColumns;
      aligned +=
          (aligned.empty() ? "" : Blanks(column)) + field + (is_last ? "};\n" : ",\n");
      below += "\n" + Blanks(6) + field + (is_last ? "};" : ",");
    }
    if (Fits(line)) return "\n" + line + "\n";
    return is_aligned ? aligned : below + "\n";
  }

  std::string WriteModelList() const {
    std::vector<std::string> items = {header_.name};
    for (const ModelMember& member : header_.members) items.push_back(member.name);
    return WrappedCall("CARMILLA_MODEL", items) + "\n";
  }

  const TableDescription& table_;
  const HeaderOrigin& origin_;
  const std::string& sql_;
  ModelHeader header_;
  std::vector<const ColumnDescription*> chosen_;
  std::vector<const PostgresType*> enums_;
  std::string members_;
  std::string columns_;
};

}  // namespace

arrow::Result<ModelHeader> WriteModelHeader(const TableDescription& table,
                                            const HeaderOrigin& origin,
                                            const std::string& sql) {
  return HeaderWriter(table, origin, sql).Write();
}

}  // namespace carmilla
