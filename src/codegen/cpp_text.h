#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carmilla {

/// Width of the lines of a generated header, where names allow it.
inline constexpr size_t kCodeColumns = 90;

std::string Blanks(size_t count);

/// Characters of a line, of which each takes one place; without its line break.
size_t WidthOf(std::string_view line);

/// Renders `CARMILLA_MODEL(a, b, c);` on as few lines as hold it.
std::string WrappedCall(const std::string& macro, const std::vector<std::string>& items);

/// Renders a string literal of exactly these bytes. Control characters, and those that
/// change the direction of text, are escaped.
std::string StringLiteral(std::string_view text);

/// Renders a raw string literal, whose delimiter does not stand in `text`.
std::string RawStringLiteral(std::string_view text);

/// Renders `text` as lines `/// ...` behind `indent` blanks, each with its line break;
/// nothing if it is blank. Line breaks count as blanks; nothing in it can end the
/// comment, join it with the next line or hide what follows.
std::string CommentLines(std::string_view text, size_t indent);

/// Replaces each `@NAME@` in `text` by the value of NAME; what has none stays. Values are
/// not searched again.
std::string FillTemplate(
    std::string_view text,
    std::initializer_list<std::pair<std::string_view, std::string_view>> values);

}  // namespace carmilla
