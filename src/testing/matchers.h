#pragma once

#include <arrow/result.h>
#include <arrow/status.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "core/error.h"

namespace carmilla {

namespace internal {

inline const arrow::Status& StatusOf(const arrow::Status& status) { return status; }

template <typename T>
const arrow::Status& StatusOf(const arrow::Result<T>& result) {
  return result.status();
}

/// Tells a failed status as a test's reader wants it: kind, message and hint.
inline std::string Describe(const arrow::Status& status) {
  if (status.ok()) return "OK";
  return std::string(InfoOf(KindOf(status)).name) + ": " + RenderError(status);
}

}  // namespace internal

/// Matches a Status or a Result that is OK.
MATCHER(IsOk, negation ? "is a failure" : "is OK") {
  const arrow::Status& status = internal::StatusOf(arg);
  if (!status.ok()) *result_listener << internal::Describe(status);
  return status.ok();
}

/// Matches a failed Status or Result of the given ErrorKind.
MATCHER_P(HasKind, kind,
          (negation ? "is not of kind " : "is of kind ") +
              std::string(InfoOf(kind).name)) {
  const arrow::Status& status = internal::StatusOf(arg);
  *result_listener << internal::Describe(status);
  return !status.ok() && KindOf(status) == kind;
}

/// Matches a failed Status or Result whose message contains `substring`.
MATCHER_P(StatusMessageHas, substring,
          std::string(negation ? "has no message with \"" : "has a message with \"") +
              std::string(substring) + "\"") {
  const arrow::Status& status = internal::StatusOf(arg);
  *result_listener << internal::Describe(status);
  return !status.ok() && status.message().find(substring) != std::string::npos;
}

/// Matches a failed Status or Result whose hint contains `substring`.
MATCHER_P(StatusHintHas, substring,
          std::string(negation ? "has no hint with \"" : "has a hint with \"") +
              std::string(substring) + "\"") {
  const arrow::Status& status = internal::StatusOf(arg);
  *result_listener << internal::Describe(status);
  return !status.ok() && HintOf(status).find(substring) != std::string::npos;
}

/// Matches a Result that is OK and whose value matches `inner`.
MATCHER_P(IsOkAndHolds, inner,
          (negation ? "is a failure or holds a value that "
                    : "is OK and holds a value that ") +
              ::testing::DescribeMatcher<typename std::decay_t<arg_type>::ValueType>(
                  inner, negation)) {
  if (!arg.ok()) {
    *result_listener << internal::Describe(arg.status());
    return false;
  }
  using Value = std::decay_t<decltype(arg)>::ValueType;
  return ::testing::SafeMatcherCast<const Value&>(inner).MatchAndExplain(*arg,
                                                                         result_listener);
}

/// Stops the test when `expression` (a Status or a Result) is not OK.
#define ASSERT_OK(expression) ASSERT_THAT((expression), ::carmilla::IsOk())
#define EXPECT_OK(expression) EXPECT_THAT((expression), ::carmilla::IsOk())

#define CARMILLA_TEST_CONCATENATE_INNER(left, right) left##right
#define CARMILLA_TEST_CONCATENATE(left, right) \
  CARMILLA_TEST_CONCATENATE_INNER(left, right)
#define CARMILLA_ASSERT_OK_AND_ASSIGN_INNER(result, target, expression) \
  auto result = (expression);                                           \
  ASSERT_THAT(result, ::carmilla::IsOk());                              \
  target = std::move(result).ValueUnsafe()

/// ASSERT_OK_AND_ASSIGN(auto value, MakeResult()): stops the test or gives the value.
#define ASSERT_OK_AND_ASSIGN(target, expression)                                       \
  CARMILLA_ASSERT_OK_AND_ASSIGN_INNER(CARMILLA_TEST_CONCATENATE(result_, __COUNTER__), \
                                      target, expression)

}  // namespace carmilla

namespace arrow {

/// GoogleTest finds this by argument look-up when it prints a failed expectation.
inline void PrintTo(const Status& status, std::ostream* stream) {
  *stream << ::carmilla::internal::Describe(status);
}

}  // namespace arrow
