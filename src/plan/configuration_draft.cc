#include "plan/configuration_draft.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "core/quantity.h"
#include "plan/lake_location.h"
#include "plan/relation_pattern.h"
#include "plan/yaml_writer.h"

namespace carmilla {
namespace {

constexpr size_t kWidth = 80;
/// Tables and remarks listed in comments, for each schema; a thousand lines tell nobody
/// anything.
constexpr size_t kMostListed = 100;
constexpr size_t kMostRemarks = 30;
constexpr size_t kMostCures = 3;

std::string Words(std::string_view text, std::string_view prefix) {
  std::string lines;
  std::string line(prefix);
  bool is_empty = true;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!is_empty && line.size() + 1 + word.size() > kWidth) {
      lines += line + "\n";
      line = prefix;
      is_empty = true;
    }
    line += " " + std::string(word);
    is_empty = false;
  }
  return lines + line + "\n";
}

/// Terminal columns, as far as comments need it.
size_t NumCharacters(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

std::string Count(size_t count, std::string_view noun) {
  return FormatCount(static_cast<int64_t>(count), noun);
}

std::string Join(std::span<const std::string> words) {
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : ", ") + word;
  return CommentText(joined);
}

std::string RowsText(double rows) {
  return rows < 0 ? "?" : FormatCount(std::llround(rows));
}

using Row = std::array<std::string, 6>;

/// Rows of a table in comments; columns of which no row has a text are left out.
std::string CommentTable(std::span<const Row> rows) {
  std::array<size_t, 6> widths{};
  std::array<bool, 6> is_used{};
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], NumCharacters(row[i]));
      is_used[i] |= &row != &rows.front() && !row[i].empty();
    }
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line = "  #  ";
    for (size_t i = 0; i < row.size(); ++i) {
      if (!is_used[i]) continue;
      const std::string padding(widths[i] - NumCharacters(row[i]), ' ');
      const bool is_number = i == 1 || i == 2;
      line += (i > 0 ? "  " : " ") + (is_number ? padding + row[i] : row[i] + padding);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

Row RowOf(const DraftTable& table) {
  return {CommentText(table.name.name),
          RowsText(table.estimated_rows),
          FormatBytes(table.total_bytes),
          Join(table.primary_key),
          Join(table.watermarks),
          table.lake_name == table.name.name ? "" : table.lake_name};
}

std::string ListOfTables(const DraftSchema& schema) {
  std::vector<const DraftTable*> largest;
  largest.reserve(schema.tables.size());
  for (const DraftTable& table : schema.tables) largest.push_back(&table);
  std::ranges::stable_sort(largest, std::ranges::greater{}, &DraftTable::total_bytes);
  std::vector<Row> rows = {
      {"table", "rows", "size", "primary key", "likely watermark", "name in the lake"}};
  int64_t rest_bytes = 0;
  for (size_t i = 0; i < largest.size(); ++i) {
    if (i < kMostListed) {
      rows.push_back(RowOf(*largest[i]));
    } else {
      rest_bytes += largest[i]->total_bytes;
    }
  }
  std::string text = CommentTable(rows);
  if (largest.size() > kMostListed) {
    text += "  #   and " +
            FormatCount(static_cast<int64_t>(largest.size() - kMostListed)) +
            " smaller ones, " + FormatBytes(rest_bytes) + "; carmilla plan lists all\n";
  }
  return text;
}

std::string RemarksOfPattern(const DraftSchema& schema) {
  std::string text;
  size_t count = 0;
  for (const DraftTable& table : schema.tables) {
    if (table.has_entry) continue;
    for (const std::string& remark : table.remarks) {
      if (++count > kMostRemarks) continue;
      text += Words(CommentText(table.name.name + ": " + remark), "  #");
    }
  }
  if (count > kMostRemarks) {
    text += "  # and " + Count(count - kMostRemarks, "more remark") +
            "; carmilla plan --columns tells all\n";
  }
  return text.empty() ? "" : "  #\n" + text;
}

std::string NotInPattern(const DraftSchema& schema) {
  if (schema.not_in_pattern.empty()) return "";
  std::string names;
  for (const RelationName& relation : schema.not_in_pattern) {
    names += (names.empty() ? "" : ", ") + relation.name;
  }
  return "  #\n" + Words(
                       "A pattern takes no views and no foreign tables; name those "
                       "that you want: " +
                           CommentText(names),
                       "  #");
}

std::string Cures(const DraftExclusion& excluded, const std::string& indent) {
  std::string text;
  for (size_t i = 0; i < excluded.cures.size(); ++i) {
    if (i == kMostCures) {
      text += indent + "#   and " +
              Count(excluded.cures.size() - kMostCures, "more statement") +
              "; carmilla doctor prints all of a configured table\n";
      break;
    }
    text += indent + "#   " + CommentText(excluded.cures[i]) + "\n";
  }
  return text;
}

std::string Exclusions(const DraftSchema& schema) {
  if (schema.excluded.empty()) return "";
  std::string text = "    exclude:\n";
  std::vector<std::string> patterns;
  for (const DraftExclusion& excluded : schema.excluded) {
    const std::string pattern = ExcludePatternFor(excluded.name.name);
    text += Words(CommentText(excluded.name.name + ": " + excluded.reason), "      #") +
            Cures(excluded, "      ");
    if (std::ranges::find(patterns, pattern) != patterns.end()) continue;
    patterns.push_back(pattern);
    text += "      - " + WriteScalar(pattern) + "\n";
  }
  return text;
}

std::string PartitionLine(const DraftTable& table) {
  return "partition_by: {column: " + WriteScalar(table.partition_column) +
         ", every: " + std::string(NameOf(table.partition_unit)) +
         (table.partition_key.empty() ? "" : ", as: " + table.partition_key) + "}\n";
}

std::string EntryName(const RelationName& name) {
  return WriteScalar(FormatRelationPattern({name.schema, name.name}));
}

std::string Proposal(const DraftTable& table) {
  return "Grows along " + CommentText(table.partition_column) +
         ". Divided by it, a query for some time opens only the files of that time:";
}

std::string Entry(const DraftTable& table) {
  std::string text = "\n";
  for (const std::string& remark : table.remarks) {
    text += Words(CommentText(table.name.name + ": " + remark), "  #");
  }
  text += "  - name: " + EntryName(table.name) + "\n";
  if (!table.as.empty()) text += "    as: " + table.as + "\n";
  if (!table.columns.empty()) {
    const std::string list = WriteList(table.columns, 6, kWidth);
    const bool is_short =
        list.find('\n') == std::string::npos &&
        list.size() + std::string_view("    columns: ").size() <= kWidth;
    text += "    columns:" + (is_short ? " " + list : "\n      " + list) + "\n";
  }
  if (!table.partition_column.empty()) {
    text += Words(Proposal(table), "    #") + "    # " + PartitionLine(table);
  }
  return text;
}

std::string ProposedEntry(const DraftTable& table) {
  return "\n" + Words(Proposal(table), "  #") + "  # - name: " + EntryName(table.name) +
         "\n  #   " + PartitionLine(table);
}

int64_t TotalBytes(const DraftSchema& schema) {
  int64_t bytes = 0;
  for (const DraftTable& table : schema.tables) bytes += table.total_bytes;
  return bytes;
}

/// Nothing of the schema can be taken now: what would have to change, and nothing more.
std::string LeftOutSchema(const DraftSchema& schema, const std::string& pattern) {
  std::string text =
      Words(CommentText(schema.name) + " is left out: of " +
                Count(schema.excluded.size(), "table") + " none can be read.",
            "  #");
  for (size_t i = 0; i < std::min(kMostCures, schema.excluded.size()); ++i) {
    const DraftExclusion& excluded = schema.excluded[i];
    text += Words(CommentText(excluded.name.name + ": " + excluded.reason), "  #  ") +
            Cures(excluded, "  #  ");
  }
  if (schema.excluded.size() > kMostCures) {
    std::string names;
    for (size_t i = kMostCures; i < schema.excluded.size(); ++i) {
      names += (names.empty() ? "" : ", ") + schema.excluded[i].name.name;
    }
    text += Words("and, for such reasons, " + CommentText(names), "  #  ");
  }
  return text + "  # - " + pattern + "\n";
}

std::string ViewsToChoose(const DraftSchema& schema) {
  if (schema.not_in_pattern.empty()) return "";
  std::string text = "  # Views and foreign tables; uncomment those that you want:\n";
  for (const RelationName& view : schema.not_in_pattern) {
    text += "  # - " + EntryName(view) + "\n";
  }
  return text;
}

std::string SchemaText(const DraftSchema& schema) {
  const std::string pattern =
      WriteScalar(FormatRelationPattern({schema.name, "*", true}));
  if (schema.tables.empty() && !schema.excluded.empty()) {
    return LeftOutSchema(schema, pattern);
  }
  if (!schema.has_pattern)
    return "  # " + CommentText(schema.name) + ":\n" + ViewsToChoose(schema);
  std::string text =
      "  # " + CommentText(schema.name) + ": " + Count(schema.tables.size(), "table");
  if (schema.tables.empty()) {
    text += " yet\n";
  } else {
    text += ", " + FormatBytes(TotalBytes(schema)) + "\n  #\n" + ListOfTables(schema) +
            RemarksOfPattern(schema) + NotInPattern(schema);
  }
  text +=
      "  - name: " + pattern +
      "\n    new_tables: take  # or ignore: keep to the tables that earlier runs read\n" +
      Exclusions(schema);
  if (schema.tables.empty()) text += ViewsToChoose(schema);
  for (const DraftTable& table : schema.tables) {
    if (table.has_entry) {
      text += Entry(table);
    } else if (!table.partition_column.empty()) {
      text += ProposedEntry(table);
    }
  }
  return text;
}

std::string DurationText(std::chrono::seconds duration) {
  const int64_t seconds = duration.count();
  if (seconds % 3600 == 0) return std::to_string(seconds / 3600) + "h";
  if (seconds % 60 == 0) return std::to_string(seconds / 60) + "min";
  return std::to_string(seconds) + "s";
}

std::string ConnectionText(const ConfigurationDraft& draft) {
  std::string text = "postgres: " + WriteScalar(draft.connection);
  if (draft.tls == ConnectionTls::kInsecure) text += ", tls: insecure";
  if (!draft.ca_file.empty()) text += ", ca_file: " + WriteScalar(draft.ca_file);
  return text;
}

std::string HeadText(const ConfigurationDraft& draft) {
  std::string text = "# yaml-language-server: $schema=carmilla.schema.json\n#\n";
  for (const std::string& line : draft.header) text += Words(CommentText(line), "#");
  text += "\n" +
          Words(
              "Where the rows come from. env:NAME is a variable, file:PATH a private "
              "file; a password must not stand here.",
              "#") +
          "connections:\n  app: {" + ConnectionText(draft) + "}\n\n" +
          Words(
              "How much of the server a run may use. gentle: one sequential scan at a "
              "time, which leaves the server's cache alone; balanced: two; full: "
              "ranges of blocks in parallel, which fills the cache.",
              "#") +
          "gentleness: gentle\n\n" +
          Words(
              "What shares one snapshot: run (all tables), table (each its own), or auto "
              "(run when the estimate fits max_snapshot_age, else table). " +
                  CommentText(draft.snapshot_reason),
              "#") +
          "consistency: auto\nmax_snapshot_age: " + DurationText(draft.max_snapshot_age) +
          "\n\n" +
          Words(
              "Where the tables go. A relative path starts at the folder of this "
              "file.",
              "#") +
          "lake:\n  path: " + WriteScalar(draft.lake_path) + "\n";
  if (IsS3Url(draft.lake_path)) {
    text +=
        "  # With this line, Athena finds the tables in a database of AWS Glue:\n"
        "  # catalog: {glue: {database: raw}}\n";
  }
  text += "\n";
  return text + "tables:\n";
}

}  // namespace

std::string ExcludePatternFor(std::string_view name) {
  std::string pattern;
  std::string_view rest = name;
  while (!rest.empty()) {
    size_t size = 1;
    while (size < std::min<size_t>(4, rest.size()) && !IsWritable(rest.substr(0, size))) {
      ++size;
    }
    if (IsWritable(rest.substr(0, size))) {
      pattern += rest.substr(0, size);
      rest.remove_prefix(size);
    } else {
      if (!pattern.ends_with('*')) pattern += '*';
      rest.remove_prefix(1);
    }
  }
  if (!IsWritable(pattern)) pattern = "*" + pattern.substr(1);
  return pattern;
}

std::string WriteConfiguration(const ConfigurationDraft& draft) {
  std::string text = HeadText(draft);
  for (size_t i = 0; i < draft.schemas.size(); ++i) {
    text += (i > 0 ? "\n" : "") + SchemaText(draft.schemas[i]);
  }
  return text;
}

}  // namespace carmilla
