#pragma once

#include <arrow/status.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace carmilla {

/// What went wrong, from the point of view of the person who has to act on it. Everything
/// that depends on the kind (retry, exit code, documentation) is looked up in
/// `ErrorKinds()`.
enum class ErrorKind : uint8_t {
  kUsage,            ///< The command line makes no sense.
  kConfiguration,    ///< carmilla.yaml, a referenced variable or a referenced file is
                     ///< wrong.
  kUnsupportedType,  ///< A column's type has no exact mapping and no policy.
  kUnknownRelation,  ///< A table, view, column or lake table does not exist.
  kData,             ///< A value that its policy does not allow.
  kRowTooLarge,      ///< One row does not fit the memory budget.
  kCorruptData,      ///< Stored bytes are not what was written, or a file is missing.
  kUnavailable,      ///< The server cannot be reached or refuses connections for now.
  kConnectionLost,   ///< An open connection broke.
  kConflict,         ///< Another run published first.
  kRelationChanged,  ///< DDL changed the relation under the snapshot.
  kSnapshotLost,     ///< The exported snapshot is gone or grew too old.
  kLockTimeout,      ///< A lock was not granted within lock_timeout.
  kTimeout,          ///< A deadline of ours or of the server passed.
  kServerCancelled,  ///< The server or its operator ended our query or session.
  kAuthentication,   ///< The login was refused.
  kPermission,       ///< The login lacks a right.
  kRowSecurity,      ///< A row-level security policy would hide rows.
  kNotFound,         ///< An object of the store does not exist.
  kIo,               ///< Reading or writing the store failed.
  kDiskFull,         ///< The store has no room left.
  kQuery,            ///< The user's SQL is wrong.
  kStaleHeader,      ///< A struct of a task is not what the database has.
  kTask,             ///< A task's own code failed.
  kOutOfMemory,      ///< The memory budget does not suffice.
  kInterrupted,      ///< Ctrl-C (SIGINT).
  kTerminated,       ///< SIGTERM.
  kHungUp,           ///< SIGHUP.
  kUnsupported,      ///< Asked for something that this version does not do.
  kBug,              ///< Carmilla's own mistake.
};

/// One row of the only table from kind to consequences.
struct ErrorKindInfo {
  ErrorKind kind;
  std::string_view name;  ///< As it appears in JSON output and docs/errors.md.
  bool is_retryable;      ///< A plain repetition may succeed without anybody acting.
  int exit_code;  ///< After sysexits(3); 129, 130 and 143 as shells report signals.
  std::string_view meaning;  ///< One sentence for docs/errors.md.
  std::string_view cure;     ///< What to do about it, for docs/errors.md.
};

/// Returns the whole table, in the order of the enumeration.
std::span<const ErrorKindInfo> ErrorKinds();
const ErrorKindInfo& InfoOf(ErrorKind kind);

/// Makes a status that carries `kind`. `message` reads "doing: problem, value last";
/// `hint`, when not empty, tells the cure. Neither may hold a credential or a cell value.
arrow::Status MakeError(ErrorKind kind, std::string message, std::string hint = "");

/// Makes a status of several problems found at once, a line each. RenderError keeps these
/// line breaks; a line break inside a line is escaped, as everywhere.
arrow::Status MakeErrorList(ErrorKind kind, std::span<const std::string> lines,
                            std::string hint = "");

/// Returns the kind of a failed status; statuses that did not come from MakeError are
/// mapped by their Arrow code. Must not be called with an OK status.
ErrorKind KindOf(const arrow::Status& status);

/// Returns the hint of a failed status, or an empty string.
std::string HintOf(const arrow::Status& status);

/// Puts "doing: " before the message and keeps kind and hint. An OK status stays OK.
arrow::Status WithContext(const arrow::Status& status, std::string_view doing);

/// Returns the exit code of a process that ends with `status`.
int ExitCodeOf(const arrow::Status& status);

/// Renders "message" and, on a second line, "hint: ..."; control characters are escaped
/// so that a hostile name cannot steer the terminal.
std::string RenderError(const arrow::Status& status);

/// Names the kind of a failed status and where to read on: `kind: permission, exit code
/// 77; see carmilla errors permission`.
std::string RenderKind(ErrorKind kind);

/// Replaces control characters (C0, C1, DEL) by \xNN. UTF-8 passes unchanged.
std::string EscapeControlCharacters(std::string_view text);

}  // namespace carmilla
