#include "operations/doctor_check_table.h"

namespace carmilla {
namespace {

constexpr std::string_view kIntroduction =
    R"(<!-- Generated from src/operations/doctor_check_table.cc. CARMILLA_WRITE_PAGES=1 with
operations_test renews it. -->
# The doctor

`carmilla doctor` examines configuration, source, lake and machine for everything that would hinder
a run or make its result wrong. It reads the catalog only, no row of a table, takes no lock that
another session could wait for, and writes nothing but a probe into the lake's folder, which it
removes. A thousand tables take about a second. It goes on as far as it can where the configuration
is wrong or the source does not answer; checks that lack what they look at are skipped and counted.

A **problem** means that a run fails, or that its result is not what one expects; a **warning** that
a run goes through, but something is unsafe, slow or about to break; a **note** is good to know. The
exit code is 0 without problems, else that of the first problem's kind ([errors.md](errors.md)).
`--json` tells every check with its result. Its ids are stable.

`carmilla doctor --aws` also tries, on the account that it runs on, what a run does there, for a lake
in a bucket: it writes a row of all types and an upload of five megabytes below `_carmilla_check/` of the
lake, sees that a second writer is refused, registers the table in Glue as `carmilla_check_...` (with
partitions if a table of the configuration has some, for which more rights are needed), reads it by
Athena and by the embedded engine, and compares every value. It deletes nothing, because a writer has no
right to, and prints the commands that remove what it left. A refusal is told with the action and the
ARN that lack, and the grant that is missing in Lake Formation.

`carmilla role` prints the SQL of a role about which the doctor has nothing to say.
)";

}  // namespace

std::string RenderDoctorPage() {
  std::string page(kIntroduction);
  std::string_view group;
  for (const DoctorCheck& check : DoctorChecks()) {
    if (NameOf(check.group) != group) {
      group = NameOf(check.group);
      page += "\n## " + std::string(group) +
              "\n\n| check | | finds | cure |\n|---|---|---|---|\n";
    }
    page += "| `" + std::string(check.id) + "` | " + std::string(NameOf(check.severity)) +
            " | " + std::string(check.meaning) + " | " + std::string(check.cure) + " |\n";
  }
  return page;
}

}  // namespace carmilla
