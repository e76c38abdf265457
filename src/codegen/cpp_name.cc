#include "codegen/cpp_name.h"

#include <algorithm>
#include <array>
#include <set>

namespace carmilla {
namespace {

constexpr std::string_view kNamespace = "models";

constexpr auto kKeywords = std::to_array<std::string_view>({"alignas",
                                                            "alignof",
                                                            "and",
                                                            "and_eq",
                                                            "asm",
                                                            "auto",
                                                            "bitand",
                                                            "bitor",
                                                            "bool",
                                                            "break",
                                                            "case",
                                                            "catch",
                                                            "char",
                                                            "char16_t",
                                                            "char32_t",
                                                            "char8_t",
                                                            "class",
                                                            "co_await",
                                                            "co_return",
                                                            "co_yield",
                                                            "compl",
                                                            "concept",
                                                            "const",
                                                            "const_cast",
                                                            "consteval",
                                                            "constexpr",
                                                            "constinit",
                                                            "continue",
                                                            "decltype",
                                                            "default",
                                                            "delete",
                                                            "do",
                                                            "double",
                                                            "dynamic_cast",
                                                            "else",
                                                            "enum",
                                                            "explicit",
                                                            "export",
                                                            "extern",
                                                            "false",
                                                            "float",
                                                            "for",
                                                            "friend",
                                                            "goto",
                                                            "if",
                                                            "import",
                                                            "inline",
                                                            "int",
                                                            "long",
                                                            "module",
                                                            "mutable",
                                                            "namespace",
                                                            "new",
                                                            "noexcept",
                                                            "not",
                                                            "not_eq",
                                                            "nullptr",
                                                            "operator",
                                                            "or",
                                                            "or_eq",
                                                            "private",
                                                            "protected",
                                                            "public",
                                                            "register",
                                                            "reinterpret_cast",
                                                            "requires",
                                                            "return",
                                                            "short",
                                                            "signed",
                                                            "sizeof",
                                                            "static",
                                                            "static_assert",
                                                            "static_cast",
                                                            "struct",
                                                            "switch",
                                                            "template",
                                                            "this",
                                                            "thread_local",
                                                            "throw",
                                                            "true",
                                                            "try",
                                                            "typedef",
                                                            "typeid",
                                                            "typename",
                                                            "typeof",
                                                            "union",
                                                            "unsigned",
                                                            "using",
                                                            "virtual",
                                                            "void",
                                                            "volatile",
                                                            "wchar_t",
                                                            "while",
                                                            "xor",
                                                            "xor_eq"});

// Macros of the standard library, of Linux and of other systems' headers.
constexpr auto kMacros = std::to_array<std::string_view>(
    {"BIG_ENDIAN", "BUFSIZ",        "BYTE_ORDER", "CHAR_BIT", "DOMAIN",   "EDOM",
     "EIO",        "EOF",           "ERANGE",     "FALSE",    "HUGE",     "HUGE_VAL",
     "INFINITY",   "LITTLE_ENDIAN", "NAN",        "NULL",     "NSIG",     "OVERFLOW",
     "PIPE_BUF",   "RAND_MAX",      "SEEK_CUR",   "SEEK_END", "SEEK_SET", "SIGABRT",
     "SIGINT",     "SIGKILL",       "SIGTERM",    "TIME_UTC", "TRUE",     "UNDERFLOW",
     "WEOF",       "errno",         "i386",       "linux",    "stderr",   "stdin",
     "stdout",     "unix"});

// What the text of a header means otherwise.
constexpr auto kOwnNames = std::to_array<std::string_view>(
    {"Columns", "carmilla", "columns", "int16_t", "int32_t", "int64_t", "kQuery",
     "kRelation", kNamespace, "std"});

bool IsTaken(std::string_view name) {
  const auto is_name = [&](std::string_view taken) { return taken == name; };
  return std::ranges::any_of(kKeywords, is_name) ||
         std::ranges::any_of(kMacros, is_name) || std::ranges::any_of(kOwnNames, is_name);
}

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || IsUpper(c) || IsDigit(c) || c == '_';
}

bool IsOfCompiler(std::string_view name) {
  return name.size() > 1 && name[0] == '_' && (name[1] == '_' || IsUpper(name[1]));
}

}  // namespace

std::string CppName(std::string_view name) {
  std::string text;
  bool was_replaced = false;
  for (const char c : name) {
    const bool is_kept = IsWordCharacter(c);
    if (is_kept) text += c;
    if (!is_kept && !was_replaced) text += '_';
    was_replaced = !is_kept;
  }
  if (text.empty() || IsDigit(text.front())) text.insert(text.begin(), '_');
  if (IsOfCompiler(text)) text.insert(text.begin(), 'x');
  if (IsTaken(text)) text += '_';
  return text;
}

std::vector<std::string> CppMemberNames(std::span<const std::string> names,
                                        std::string_view owner) {
  std::vector<std::string> members(names.size());
  std::set<std::string> taken{std::string(owner)};
  for (size_t i = 0; i < names.size(); ++i) {
    if (CppName(names[i]) != names[i] || !taken.insert(names[i]).second) continue;
    members[i] = names[i];
  }
  for (size_t i = 0; i < names.size(); ++i) {
    if (!members[i].empty()) continue;
    std::string name = CppName(names[i]);
    if (name == owner) name += '_';
    std::string numbered = name;
    for (int number = 2; !taken.insert(numbered).second; ++number) {
      numbered = name + '_' + std::to_string(number);
    }
    members[i] = numbered;
  }
  return members;
}

std::string CppNamespace(std::string_view schema) {
  const std::string space(kNamespace);
  return schema.empty() || schema == "public" ? space : space + "::" + CppName(schema);
}

}  // namespace carmilla
