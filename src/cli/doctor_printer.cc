#include "cli/doctor_printer.h"

#include <algorithm>
#include <string>
#include <vector>

#include "cli/display_text.h"
#include "cli/text_table.h"
#include "cli/word_wrap.h"
#include "core/json.h"
#include "core/quantity.h"

namespace carmilla {
namespace {

constexpr size_t kIndent = 11;  ///< Of findings: "  warning  ".
/// More places than this are counted only; --json tells all.
constexpr size_t kMaxPlaces = 6;
constexpr size_t kMaxCureLines = 12;
constexpr std::string_view kComment = "-- ";

/// Several problems of a configuration are one message with a line each.
void PrintLines(const std::string& text, size_t width, std::ostream& out) {
  bool is_first = true;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    if (!is_first) out << std::string(kIndent, ' ');
    out << WrapWords(DisplayText(text.substr(begin, end - begin)), kIndent, width);
    is_first = false;
    begin = end + 1;
    if (begin <= text.size()) out << '\n';
  }
}

/// SQL to paste: broken between words it stays valid, and comments stay comments.
std::string SqlText(const std::string& line, size_t width) {
  if (!line.starts_with(kComment)) return WrapWords(line, kIndent + 2, width);
  constexpr size_t kBefore = kIndent + kComment.size();
  const size_t room = width == 0 ? 0 : width - std::min(width - 1, kBefore);
  std::string text(kComment);
  for (const char c : WrapWords(line.substr(kComment.size()), 0, room)) {
    text += c;
    if (c == '\n') text.append(kIndent, ' ').append(kComment);
  }
  return text;
}

/// A command is copied whole: the terminal breaks it, not we.
bool IsCommand(const std::string& line) { return line.starts_with("aws "); }

bool IsSql(const std::string& line) {
  return line.ends_with(';') || line.starts_with(kComment);
}

std::string PlacesText(const std::vector<std::string>& places) {
  std::string text;
  for (size_t i = 0; i < places.size() && i < kMaxPlaces; ++i) {
    text += (text.empty() ? "" : ", ") + DisplayText(places[i]);
  }
  if (places.size() > kMaxPlaces) {
    text += " and " + std::to_string(places.size() - kMaxPlaces) + " more";
  }
  return text;
}

void PrintCure(const std::string& line, const Terminal& terminal, std::ostream& out) {
  const std::string shown = DisplayText(line);
  const size_t width = TextWidth(terminal);
  out << std::string(kIndent, ' ');
  if (IsCommand(line)) {
    out << terminal.Paint(Shade::kBlue, shown) << '\n';
  } else if (IsSql(line)) {
    out << terminal.Paint(Shade::kBlue, SqlText(shown, width)) << '\n';
  } else {
    out << WrapWords("-> " + shown, kIndent, width) << '\n';
  }
}

std::string SeverityText(Severity severity, const Terminal& terminal) {
  switch (severity) {
    case Severity::kProblem:
      return terminal.Paint(Shade::kRed, "PROBLEM");
    case Severity::kWarning:
      return terminal.Paint(Shade::kYellow, "warning");
    case Severity::kNote:
      return "note   ";
  }
  return "";
}

void PrintFinding(const CheckResult& check, const Finding& finding,
                  const Terminal& terminal, std::ostream& out) {
  const std::string indent(kIndent, ' ');
  const size_t width = TextWidth(terminal);
  out << "  " << SeverityText(check.severity, terminal) << "  ";
  PrintLines(finding.what + " [" + std::string(check.id) + "]", width, out);
  out << '\n';
  if (!finding.where.empty()) {
    out << indent << WrapWords(PlacesText(finding.where), kIndent, width) << '\n';
  }
  if (finding.cure.empty()) PrintCure(std::string(check.cure), terminal, out);
  for (size_t i = 0; i < finding.cure.size(); ++i) {
    if (i == kMaxCureLines) {
      out << indent << "-> and " << finding.cure.size() - i
          << " more; --json tells all\n";
      break;
    }
    PrintCure(finding.cure[i], terminal, out);
  }
}

void PrintFindings(const std::vector<const CheckResult*>& found, bool is_first,
                   const Terminal& terminal, std::ostream& out) {
  std::string_view group;
  for (const CheckResult* check : found) {
    if (NameOf(check->group) != group) {
      if (!group.empty() || !is_first) out << '\n';
      group = NameOf(check->group);
      out << terminal.Paint(Shade::kBold, group) << '\n';
    }
    for (const Finding& finding : check->findings) {
      PrintFinding(*check, finding, terminal, out);
    }
  }
}

void PrintCapabilities(const DoctorReport& report, const Terminal& terminal,
                       std::ostream& out) {
  if (report.server.empty()) return;
  const std::string server =
      WrapHanging(DisplayText(report.server), /*indent=*/2, TextWidth(terminal));
  out << terminal.Paint(Shade::kBold, server) << '\n';
  TextTable table(
      {{.title = "capability"}, {.title = "here"}, {.title = "what follows"}});
  for (const Capability& capability : report.capabilities) {
    table.AddRow(
        {capability.name, capability.is_present ? "yes" : "no", capability.meaning});
  }
  table.Print(out, "  ", terminal);
}

void PrintAwsSteps(const DoctorReport& report, const Terminal& terminal,
                   std::ostream& out) {
  if (report.aws_place.empty()) return;
  if (!report.server.empty()) out << '\n';
  const std::string place =
      WrapHanging(DisplayText(report.aws_place), /*indent=*/2, TextWidth(terminal));
  out << terminal.Paint(Shade::kBold, place) << '\n';
  TextTable table({{.title = "the lake"}, {.title = "here"}, {.title = "what was seen"}});
  for (const Capability& step : report.aws_steps) {
    table.AddRow({step.name, step.is_present ? "yes" : "no", DisplayText(step.meaning)});
  }
  table.Print(out, "  ", terminal);
}

Json FindingJson(const CheckResult& check, const Finding& finding) {
  Json json;
  json["what"] = finding.what;
  json["where"] = finding.where;
  json["cure"] = finding.cure.empty() ? std::vector<std::string>{std::string(check.cure)}
                                      : finding.cure;
  if (check.severity == Severity::kProblem) {
    json["kind"] = InfoOf(finding.kind.value_or(check.kind)).name;
  }
  return json;
}

Json CheckJson(const CheckResult& check) {
  Json json;
  json["id"] = check.id;
  json["group"] = NameOf(check.group);
  json["severity"] = NameOf(check.severity);
  json["result"] = check.findings.empty() ? "ok" : "found";
  if (check.is_skipped) json["result"] = "skipped";
  json["findings"] = Json::array();
  for (const Finding& finding : check.findings) {
    json["findings"].push_back(FindingJson(check, finding));
  }
  return json;
}

}  // namespace

void PrintDoctorReport(const DoctorReport& report, const Terminal& terminal,
                       std::ostream& out) {
  PrintCapabilities(report, terminal, out);
  PrintAwsSteps(report, terminal, out);
  std::vector<const CheckResult*> found;
  for (const CheckResult& check : report.checks) {
    if (!check.findings.empty()) found.push_back(&check);
  }
  // The table is in the order of groups; within one, what weighs most comes first.
  std::ranges::sort(found, [](const CheckResult* left, const CheckResult* right) {
    if (left->group != right->group) return left->group < right->group;
    if (left->severity != right->severity) return left->severity > right->severity;
    return left < right;  // Both are in one vector.
  });
  PrintFindings(found, /*is_first=*/report.server.empty() && report.aws_place.empty(),
                terminal, out);
  const int64_t num_skipped = report.NumSkipped();
  out << '\n'
      << FormatCount(report.Count(Severity::kProblem), "problem") << ", "
      << FormatCount(report.Count(Severity::kWarning), "warning") << ", "
      << FormatCount(report.Count(Severity::kNote), "note") << ", "
      << FormatCount(static_cast<int64_t>(report.checks.size()), "check")
      << (num_skipped > 0 ? " (" + FormatCount(num_skipped) + " skipped)" : "") << ", "
      << FormatDuration(report.duration) << '\n';
}

void PrintDoctorJson(const DoctorReport& report, std::ostream& out) {
  Json json;
  json["server"] = report.server;
  json["capabilities"] = Json::object();
  for (const Capability& capability : report.capabilities) {
    json["capabilities"][capability.name] = capability.is_present;
  }
  if (!report.aws_place.empty()) {
    json["aws"]["place"] = report.aws_place;
    for (const Capability& step : report.aws_steps) {
      json["aws"]["steps"][step.name] = step.is_present;
    }
  }
  json["problems"] = report.Count(Severity::kProblem);
  json["warnings"] = report.Count(Severity::kWarning);
  json["notes"] = report.Count(Severity::kNote);
  json["milliseconds"] = report.duration.count();
  json["checks"] = Json::array();
  for (const CheckResult& check : report.checks) {
    json["checks"].push_back(CheckJson(check));
  }
  out << DumpJson(json, /*indent=*/1) << '\n';
}

}  // namespace carmilla
