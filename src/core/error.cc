#include "core/error.h"

#include <array>
#include <cstdio>
#include <memory>

namespace carmilla {
namespace {

constexpr char kDetailTypeId[] = "carmilla::ErrorDetail";

constexpr std::array<ErrorKindInfo, 30> kErrorKinds{{
    {ErrorKind::kUsage, "usage", false, 64, "The command line makes no sense.",
     "Follow the hint; `carmilla COMMAND --help` has examples."},
    {ErrorKind::kConfiguration, "configuration", false, 78,
     "The configuration, or a variable or file that it names, is wrong.",
     "Correct the place that the message names; docs/configuration.md has every key."},
    {ErrorKind::kUnsupportedType, "unsupported_type", false, 65,
     "A column's type has no exact mapping.",
     "Leave the column out with `columns:`, or read a view that casts it; `carmilla "
     "types` lists what is exact."},
    {ErrorKind::kUnknownRelation, "unknown_relation", false, 65,
     "A table, view or column does not exist.",
     "Check the spelling and the schema, and that the login may see the table; `carmilla "
     "status` lists the tables of the lake."},
    {ErrorKind::kData, "data", false, 65,
     "A value is not allowed by its policy, or a test of a model does not hold.",
     "Choose the policy that suits the values, or correct the row in the source."},
    {ErrorKind::kRowTooLarge, "row_too_large", false, 65,
     "One row does not fit the memory budget.",
     "Give more memory (`memory:`) or leave the widest column out."},
    {ErrorKind::kCorruptData, "corrupt_data", false, 65,
     "Stored bytes are not what was written, or a file is missing.",
     "`carmilla verify` names every damaged file, and `carmilla run` publishes a new "
     "version. A query notices what is missing or cannot be decoded, but compares no "
     "checksums."},
    {ErrorKind::kUnavailable, "unavailable", true, 69,
     "The server cannot be reached or accepts no connection for now.",
     "Check host, port and network, and whether the server is up and has free "
     "connections; then run it again."},
    {ErrorKind::kConnectionLost, "connection_lost", true, 75, "An open connection broke.",
     "Run it again. If it happens often, look for a pooler, a proxy or a firewall that "
     "ends long connections."},
    {ErrorKind::kConflict, "conflict", true, 75, "Another run published first.",
     "Nothing is damaged and the other run's rows are published; run it again if you "
     "want newer ones."},
    {ErrorKind::kRelationChanged, "relation_changed", true, 75,
     "A relation was altered, rewritten or replaced while it was read.",
     "Run it again when the migration is over."},
    {ErrorKind::kSnapshotLost, "snapshot_lost", true, 75,
     "The common snapshot ended or grew too old.",
     "Run it again; fewer tables at a time, or `consistency: table`, need a shorter "
     "snapshot."},
    {ErrorKind::kLockTimeout, "lock_timeout", true, 75, "A lock was not granted in time.",
     "Something holds a strong lock on the table, such as a migration; run it again when "
     "it is over."},
    {ErrorKind::kTimeout, "timeout", true, 75, "A time limit passed.",
     "Run it again when the server has less to do, or raise the limit that the message "
     "names."},
    {ErrorKind::kServerCancelled, "server_cancelled", true, 75,
     "The server or its operator ended our query or session.",
     "Ask who ended it (an operator, a restart, a limit of the role); then run it "
     "again."},
    {ErrorKind::kAuthentication, "authentication", false, 77, "The login was refused.",
     "Check user, password and pg_hba.conf of the server; the password comes from "
     "`env:`, `file:`, ~/.pgpass or a service file."},
    {ErrorKind::kPermission, "permission", false, 77, "The login lacks a right.",
     "Grant what the hint says to the login, or leave the table out."},
    {ErrorKind::kRowSecurity, "row_security", false, 77,
     "A row-level security policy would hide rows.",
     "Let the login bypass row security, or leave the table out: fewer rows without a "
     "word are never read."},
    {ErrorKind::kNotFound, "not_found", false, 74,
     "An object of the lake does not exist.",
     "Check the path of the lake; `carmilla run` publishes into it."},
    {ErrorKind::kIo, "io", false, 74, "Reading or writing the lake failed.",
     "Check the disk or the mount, and the rights of the folder that the message names."},
    {ErrorKind::kDiskFull, "disk_full", false, 74, "The lake has no room left.",
     "Free some room or choose another disk; the published tables are untouched."},
    {ErrorKind::kQuery, "query", false, 65, "The SQL is wrong.",
     "Correct the SQL; `SHOW TABLES` and `DESCRIBE table` tell the names."},
    {ErrorKind::kStaleHeader, "stale_header", false, 65,
     "A struct of a task is not what the database has.",
     "Write its header again with `carmilla generate`, and build the program."},
    {ErrorKind::kTask, "task", false, 65, "A task's own code failed.",
     "The message is that of the task; the other tasks and tables are not touched."},
    {ErrorKind::kOutOfMemory, "out_of_memory", false, 70,
     "The memory budget does not suffice.",
     "Use fewer `threads:`, or give the process more memory."},
    {ErrorKind::kInterrupted, "interrupted", false, 130, "Stopped by Ctrl-C (SIGINT).",
     "Run it again when you like: the published tables are untouched."},
    {ErrorKind::kTerminated, "terminated", false, 143, "Stopped by SIGTERM.",
     "Run it again when you like: the published tables are untouched."},
    {ErrorKind::kHungUp, "hung_up", false, 129,
     "Stopped by SIGHUP: the terminal or the connection that it was started from is "
     "gone.",
     "Run it again when you like: the published tables are untouched. Started with "
     "`nohup`, or in tmux, it outlives the terminal."},
    {ErrorKind::kUnsupported, "unsupported", false, 64, "This version does not do that.",
     "Upgrade Carmilla, or do without."},
    {ErrorKind::kBug, "bug", false, 70, "A mistake of Carmilla itself; please report it.",
     "Please report the message with the output of `--log-level debug`; neither holds a "
     "value of a row."},
}};

// The table is indexed by kind, so each row stands at its own index.
constexpr bool IsInOrder() {
  for (size_t i = 0; i < kErrorKinds.size(); ++i) {
    if (kErrorKinds[i].kind != static_cast<ErrorKind>(i)) return false;
  }
  return kErrorKinds.back().kind == ErrorKind::kBug;
}
static_assert(IsInOrder());

class ErrorDetail : public arrow::StatusDetail {
 public:
  ErrorDetail(ErrorKind kind, std::string hint, bool has_lines)
      : kind_(kind), hint_(std::move(hint)), has_lines_(has_lines) {}
  const char* type_id() const override { return kDetailTypeId; }
  std::string ToString() const override { return std::string(InfoOf(kind_).name); }
  ErrorKind kind() const { return kind_; }
  const std::string& hint() const { return hint_; }
  bool has_lines() const { return has_lines_; }

 private:
  ErrorKind kind_;
  std::string hint_;
  bool has_lines_;  ///< Line breaks of the message are ours, not a hostile name's.
};

const ErrorDetail* DetailOf(const arrow::Status& status) {
  const auto& detail = status.detail();
  if (detail == nullptr || std::string_view(detail->type_id()) != kDetailTypeId) {
    return nullptr;
  }
  return static_cast<const ErrorDetail*>(detail.get());
}

arrow::StatusCode CodeFor(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kIo:
    case ErrorKind::kDiskFull:
    case ErrorKind::kUnavailable:
    case ErrorKind::kConnectionLost:
      return arrow::StatusCode::IOError;
    case ErrorKind::kNotFound:
    case ErrorKind::kUnknownRelation:
      return arrow::StatusCode::KeyError;
    case ErrorKind::kInterrupted:
    case ErrorKind::kTerminated:
    case ErrorKind::kHungUp:
      return arrow::StatusCode::Cancelled;
    case ErrorKind::kOutOfMemory:
      return arrow::StatusCode::OutOfMemory;
    default:
      return arrow::StatusCode::Invalid;
  }
}

arrow::Status MakeStatus(ErrorKind kind, std::string message, std::string hint,
                         bool has_lines) {
  return {CodeFor(kind), std::move(message),
          std::make_shared<ErrorDetail>(kind, std::move(hint), has_lines)};
}

}  // namespace

std::span<const ErrorKindInfo> ErrorKinds() { return kErrorKinds; }

const ErrorKindInfo& InfoOf(ErrorKind kind) {
  return kErrorKinds[static_cast<size_t>(kind)];
}

arrow::Status MakeError(ErrorKind kind, std::string message, std::string hint) {
  return MakeStatus(kind, std::move(message), std::move(hint), /*has_lines=*/false);
}

arrow::Status MakeErrorList(ErrorKind kind, std::span<const std::string> lines,
                            std::string hint) {
  std::string message;
  for (const std::string& line : lines) {
    if (!message.empty()) message += '\n';
    message += EscapeControlCharacters(line);
  }
  return MakeStatus(kind, std::move(message), std::move(hint), /*has_lines=*/true);
}

ErrorKind KindOf(const arrow::Status& status) {
  if (const ErrorDetail* detail = DetailOf(status)) return detail->kind();
  switch (status.code()) {
    case arrow::StatusCode::IOError:
      return ErrorKind::kIo;
    case arrow::StatusCode::OutOfMemory:
      return ErrorKind::kOutOfMemory;
    case arrow::StatusCode::Cancelled:
      return ErrorKind::kInterrupted;
    default:
      return ErrorKind::kBug;
  }
}

std::string HintOf(const arrow::Status& status) {
  const ErrorDetail* detail = DetailOf(status);
  return detail == nullptr ? "" : detail->hint();
}

arrow::Status WithContext(const arrow::Status& status, std::string_view doing) {
  if (status.ok()) return status;
  const ErrorDetail* detail = DetailOf(status);
  return MakeStatus(KindOf(status), std::string(doing) + ": " + status.message(),
                    HintOf(status), detail != nullptr && detail->has_lines());
}

int ExitCodeOf(const arrow::Status& status) {
  return status.ok() ? 0 : InfoOf(KindOf(status)).exit_code;
}

std::string EscapeControlCharacters(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // C1 controls (U+0080 to U+009F) are 0xC2 followed by 0x80 to 0x9F.
    const bool is_c1 = byte == 0xC2 && i + 1 < text.size() &&
                       static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (byte >= 0x20 && byte != 0x7F && !is_c1) {
      escaped += text[i];
      continue;
    }
    for (const size_t last = i + (is_c1 ? 1 : 0); i <= last; ++i) {
      char code[5];
      std::snprintf(code, sizeof code, "\\x%02x", static_cast<unsigned char>(text[i]));
      escaped += code;
    }
    --i;
  }
  return escaped;
}

std::string RenderError(const arrow::Status& status) {
  const ErrorDetail* detail = DetailOf(status);
  std::string_view message = status.message();
  std::string text;
  if (detail != nullptr && detail->has_lines()) {
    for (size_t end; (end = message.find('\n')) != std::string_view::npos;) {
      text += EscapeControlCharacters(message.substr(0, end)) + '\n';
      message.remove_prefix(end + 1);
    }
  }
  text += EscapeControlCharacters(message);
  if (const std::string hint = HintOf(status); !hint.empty()) {
    text += "\nhint: " + EscapeControlCharacters(hint);
  }
  return text;
}

std::string RenderKind(ErrorKind kind) {
  const ErrorKindInfo& info = InfoOf(kind);
  const std::string name(info.name);
  return "kind: " + name + ", exit code " + std::to_string(info.exit_code) +
         "; see `carmilla errors " + name + "`";
}

}  // namespace carmilla
