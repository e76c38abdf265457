// Tasks that behave and tasks that do not, for test_isolation.py.
#include <carmilla/carmilla.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

struct Number {
  int64_t id;
  std::optional<carmilla::Decimal<12, 2>> amount;
  std::string_view note;
  carmilla::TimestampTz at;
  carmilla::Uuid code;
  struct Columns {
    static constexpr carmilla::Column<int64_t> id{"id", "bigint"};
    static constexpr carmilla::NullableColumn<carmilla::Decimal<12, 2>> amount{
        "amount", "numeric(12,2)"};
    static constexpr carmilla::Column<std::string_view> note{"note", "text"};
    static constexpr carmilla::Column<carmilla::TimestampTz> at{
        "at", "timestamp with time zone"};
    static constexpr carmilla::Column<carmilla::Uuid> code{"code", "uuid"};
  };
  static constexpr Columns columns{};
  static constexpr carmilla::Relation kRelation{
      .schema = "public", .name = "numbers", .query = "", .fingerprint = ""};
};
CARMILLA_MODEL(Number, id, amount, note, at, code);

struct Inner {
  int64_t half;
  std::vector<std::string> words;
};
CARMILLA_RECORD(Inner, half, words);

struct Result {
  int64_t id;
  std::optional<carmilla::Decimal<38, 4>> amount;
  std::string_view note;
  carmilla::TimestampTz at;
  carmilla::Uuid code;
  Inner inner;
};
CARMILLA_RECORD(Result, id, amount, note, at, code, inner);

Result ResultOf(const Number& number, std::string_view note) {
  using namespace carmilla::literals;
  Result result{.id = number.id,
                .amount = std::nullopt,
                .note = note,
                .at = number.at,
                .code = number.code,
                .inner = {.half = number.id / 2, .words = {}}};
  if (number.amount.has_value()) result.amount = *number.amount * 1.19_decimal;
  for (int64_t i = 0; i < number.id % 4; ++i) result.inner.words.emplace_back(note);
  return result;
}

// Behaving, in every way to read and to write.

arrow::Status Good(carmilla::Context& context) {
  return context.Stream<Number>().WriteParquet("good");
}
CARMILLA_TASK(Good, .name = "good");

arrow::Status Streaming(carmilla::Context& context) {
  return context.Stream<Number>(Number::columns.id > 3)
      .Transform([](const Number& number) { return ResultOf(number, number.note); })
      .WriteParquet("streamed");
}
CARMILLA_TASK(Streaming, .name = "streaming", .groups = {"same"});

arrow::Status Parallel(carmilla::Context& context) {
  return context.Stream<Number>()
      .ParallelTransform([&](const Number& number) {
        return ResultOf(number, context.Text(number.note, "/", number.note));
      })
      .WriteParquet("parallel");
}
CARMILLA_TASK(Parallel, .name = "parallel", .groups = {"same"});

arrow::Status Joining(carmilla::Context& context) {
  ARROW_ASSIGN_OR_RAISE(const auto numbers,
                        context.Load<Number>(Number::columns.id < 1000));
  ARROW_ASSIGN_OR_RAISE(const auto by_id, numbers.IndexBy(&Number::id));
  return context.Stream<Number>()
      .Join(
          by_id, [](const Number& number) { return number.id / 2; },
          [](const Number& number, const Number& half) {
            return ResultOf(number, half.note);
          })
      .WriteParquet("joined");
}
CARMILLA_TASK(Joining, .name = "joining", .groups = {"same"});

arrow::Status ByMonth(carmilla::Context& context) {
  using namespace std::chrono_literals;
  return context
      .Windows<Number>(Number::columns.at, carmilla::Every::kMonth,
                       carmilla::Date::From(2024y / 1 / 1),
                       carmilla::Date::From(2024y / 7 / 1))
      .WriteParquet("by_month");
}
CARMILLA_TASK(ByMonth, .name = "by_month", .groups = {"same"});

struct Quotient {
  int64_t id;
  carmilla::Decimal<6, 2> quotient;
};
CARMILLA_RECORD(Quotient, id, quotient);

arrow::Status Dividing(carmilla::Context& context) {
  return context.Stream<Number>()
      .Transform([](const Number& number) {
        using namespace carmilla::literals;
        return Quotient{number.id, carmilla::Round<6, 2>(100_decimal / (number.id % 5))};
      })
      .WriteParquet("quotients");
}
CARMILLA_TASK(Dividing, .name = "dividing", .groups = {"same"},
              .on_invalid = carmilla::OnInvalid::kNull);

// Not behaving, when a whole table has been written: it must not be seen.

arrow::Status WriteAll(carmilla::Context& context, const std::string& table) {
  return context.Stream<Number>().WriteParquet(table);
}

arrow::Status Crash(carmilla::Context& context) {
  ARROW_RETURN_NOT_OK(WriteAll(context, "crash_rows"));
  volatile int* const nowhere = nullptr;
  *nowhere = 1;
  return arrow::Status::OK();
}
CARMILLA_TASK(Crash, .name = "crash");

arrow::Status AfterCrash(carmilla::Context& context) {
  return WriteAll(context, "after_crash_rows");
}
CARMILLA_TASK(AfterCrash, .name = "after_crash", .after = {"crash"});

arrow::Status Abort(carmilla::Context& context) {
  ARROW_RETURN_NOT_OK(WriteAll(context, "abort_rows"));
  std::abort();
}
CARMILLA_TASK(Abort, .name = "abort");

arrow::Status Exit(carmilla::Context& context) {
  ARROW_RETURN_NOT_OK(WriteAll(context, "exit_rows"));
  ::_exit(3);
}
CARMILLA_TASK(Exit, .name = "exit");

arrow::Status Kill(carmilla::Context& context) {
  ARROW_RETURN_NOT_OK(WriteAll(context, "kill_rows"));
  ::kill(::getpid(), SIGKILL);
  return arrow::Status::OK();
}
CARMILLA_TASK(Kill, .name = "kill");

arrow::Status Throw(carmilla::Context& context) {
  ARROW_RETURN_NOT_OK(WriteAll(context, "throw_rows"));
  throw std::runtime_error("no moon tonight");
}
CARMILLA_TASK(Throw, .name = "throw");

arrow::Status Fail(carmilla::Context& context) {
  ARROW_RETURN_NOT_OK(WriteAll(context, "fail_rows"));
  return arrow::Status::Invalid("the amounts do not add up");
}
CARMILLA_TASK(Fail, .name = "fail");

/// Looks at nothing, ever.
[[noreturn]] void LoopForEver() {
  for (std::atomic<int64_t> turns = 0;;) ++turns;
}

arrow::Status Loop(carmilla::Context& context) {
  ARROW_RETURN_NOT_OK(WriteAll(context, "loop_rows"));
  LoopForEver();
}
CARMILLA_TASK(Loop, .name = "loop", .time_limit = std::chrono::seconds(1));

arrow::Status LoopWithoutLimit(carmilla::Context& /*context*/) {
  std::cerr << "looping" << std::endl;
  LoopForEver();
}
CARMILLA_TASK(LoopWithoutLimit, .name = "endless");

arrow::Status Hoard(carmilla::Context& context) {
  ARROW_RETURN_NOT_OK(WriteAll(context, "hoard_rows"));
  std::vector<std::vector<char>> hoard;
  for (;;) hoard.emplace_back(1 << 20, 'x');
}
CARMILLA_TASK(Hoard, .name = "hoard");

/// As Hoard, but nothing is given back when it fails, and not the smallest gap is left.
arrow::Status HoardForEver(carmilla::Context& context) {
  ARROW_RETURN_NOT_OK(WriteAll(context, "hoard_for_ever_rows"));
  void* volatile hoard = nullptr;
  for (size_t bytes = 1 << 20; bytes > 0; bytes -= bytes > 2048 ? bytes / 2 : 16) {
    do {
      hoard = std::malloc(bytes);
    } while (hoard != nullptr);
  }
  return arrow::Status::Invalid(std::string(100, 'x'));  // There is no room for it.
}
CARMILLA_TASK(HoardForEver, .name = "hoard_for_ever");

arrow::Status Remember(carmilla::Context& context) {
  ARROW_RETURN_NOT_OK(WriteAll(context, "remember_rows"));
  std::vector<std::string> notes;
  return context.Stream<Number>().ForEach([&](const Number& number) {
    for (int i = 0; i < 100; ++i) notes.emplace_back(4096, number.note[0]);
  });
}
CARMILLA_TASK(Remember, .name = "remember");

arrow::Status Print(carmilla::Context& context) {
  std::cerr << "told on standard error\n";
  std::printf("told on standard output\n");
  return WriteAll(context, "print_rows");
}
CARMILLA_TASK(Print, .name = "print");

/// Waits for the file that TASK_GATE names, or to be stopped.
arrow::Status Wait(carmilla::Context& context) {
  std::cerr << "waiting" << std::endl;
  while (!context.is_stopping() && !std::filesystem::exists(std::getenv("TASK_GATE"))) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return WriteAll(context, "wait_rows");
}
CARMILLA_TASK(Wait, .name = "wait");

struct Stale {
  int64_t id;
  struct Columns {
    static constexpr carmilla::Column<int64_t> id{"id", "integer"};
  };
  static constexpr Columns columns{};
  static constexpr carmilla::Relation kRelation{
      .schema = "public", .name = "numbers", .query = "", .fingerprint = ""};
};
CARMILLA_MODEL(Stale, id);

arrow::Status ReadStale(carmilla::Context& context) {
  return context.Stream<Stale>().WriteParquet("stale_rows");
}
CARMILLA_TASK(ReadStale, .name = "stale");

}  // namespace

int main(int argc, char** argv) { return carmilla::Main(argc, argv); }
