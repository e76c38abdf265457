// What the compiler cannot refuse: a view of a text that dies before its row is written.
// Built with -fsanitize=address the program ends where the text is read, be it `long`, in
// memory of its own, or `short`, inside of the string. With `kept` the text lives as long
// as the row.

#include <string>
#include <string_view>
#include <vector>

#include <carmilla/testing.h>

namespace {

struct Person {
  std::string_view first;
  std::string_view last;
};
CARMILLA_RECORD(Person, first, last);

struct Name {
  std::string_view name;
};
CARMILLA_RECORD(Name, name);

std::string Joined(const Person& person) {
  return std::string(person.first) + " " + std::string(person.last);
}

bool Write(const Person& one, bool is_kept) {
  carmilla::TestTask test;
  carmilla::Context& context = test.context();
  const auto written = context.From(std::vector<Person>{one})
                           .Transform([&](const Person& person) -> Name {
                             if (is_kept) return {.name = context.Text(Joined(person))};
                             return {.name = Joined(person)};
                           })
                           .WriteParquet("names");
  return written.ok() && written->rows == 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view how = argc > 1 ? argv[1] : "long";
  const Person one = how == "short"
                         ? Person{.first = "Ada", .last = "King"}
                         : Person{.first = "Augusta Ada", .last = "King, of Lovelace"};
  return Write(one, how == "kept") ? 0 : 1;
}
