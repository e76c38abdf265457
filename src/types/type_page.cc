#include "types/type_page.h"

#include <string_view>

#include "types/type_mapping.h"

namespace carmilla {
namespace {

constexpr std::string_view kIntroduction =
    R"(# Types

How each PostgreSQL type is stored. `carmilla types` prints the same table, and `carmilla plan`
shows what it means for the columns of a table.

| PostgreSQL | Arrow | Parquet | Glue, Athena | notes |
|---|---|---|---|---|
)";

constexpr std::string_view kRules = R"(
Any other type is refused by name before anything is read. `types: {column: text}` takes what
PostgreSQL prints, `columns:` leaves the column out. Only the built-in types themselves, and those
of the extensions named here, are meant: a type of your own that is called `int4` is not one of
them. docs/configuration.md tells what else a column can be declared as.

Every Parquet column is optional, also that of a NOT NULL column, so that files written before and
after a dropped NOT NULL can be read together; the manifest records NOT NULL.

A numeric whose precision is not declared (also that of an expression in a view, which has lost
it) is text, because no decimal type holds all of its values exactly.

A geometry or geography whose type tells its SRID, such as `geometry(Point,4326)`, is well-known
binary; the SRID is `srid` of the column in the manifest and stands in the metadata of each file under
`carmilla:srid`, as JSON: `{"spot": 4326}`. A type without one takes values of any, so its columns are
EWKB, which holds the SRID of each value; so are geometries inside arrays and composites. `types`
declares `wkb`, `ewkb` or `wkt`. All but EWKB call functions of PostGIS, whose schema the role needs
USAGE on; `plan`, `doctor` and `role` say so.

## Values that need a policy

| policy | for | choices |
|---|---|---|
| `on_nan` | NaN in a numeric stored as decimal | `error` (default), `null`, `text` |
| `on_infinity` | infinity in date, timestamp, timestamptz, and in an interval declared as `struct` | `error` (default), `null`, `text`, `clamp` |
| `on_out_of_range` | what a declared type cannot hold: digits of a decimal, numbers beyond a `double`, 24:00:00 | `error` (default), `null`, `clamp` |
| `on_precision` | microseconds of a timestamp declared as `timestamp[ms]` | `floor` (default), `error`, `null` |
| `on_array_shape` | arrays of several dimensions, or that do not begin at 1 | `error` (default), `null`, `text`, `flatten` |
| `on_invalid_utf8` | text that is no UTF-8, in a SQL_ASCII database, also inside arrays, composites and maps | `error` (default), `null` |

`text` makes a string column of the whole column, as PostgreSQL prints it, whether or not it holds
such a value: the types of a table never depend on its rows. `clamp` writes the nearest value that
the type holds; NaN has none. An infinite timestamp becomes 294247-01-10 04:00:54.775807, the last
microsecond that 64 bits count, or 4714-11-24 BC, the first day of PostgreSQL; as `timestamp[ms]`
the former is 294247-01-10 04:00:54.775, which is counted as `on_infinity` only. Bounds of ranges
never become NULL, which would mean unbounded: where only they could, `null` for that column is
refused before reading. Nor do keys of hstore: a key, or a bound, that is no UTF-8 ends the run
whatever `on_invalid_utf8` says, and no pair is left out. Who declares the column as text gets NULL
for the whole cell instead, which is counted.

Every cell that a policy touched is counted per column in the manifest and in the summary. No value
becomes NULL without a policy that says `null`. Dates and timestamps of years outside 0001
to 9999 are stored as they are and counted in the same places: some readers refuse them.

docs/type_matrix.md lists every type of PostgreSQL 15, what became of it and the values it was
tested with.
)";

std::string Code(std::string_view text) { return "`" + std::string(text) + "`"; }

}  // namespace

std::string RenderTypesPage() {
  return "<!-- Generated from src/types/type_table.cc. CARMILLA_WRITE_PAGES=1 with "
         "types_test renews it. -->\n" +
         DescribeTypes();
}

std::string DescribeTypes() {
  std::string page(kIntroduction);
  for (const TypeTableRow& row : TypeTable()) {
    page += "| " + Code(row.postgres) + " | " + Code(row.arrow) + " | " +
            Code(row.parquet) + " | " + Code(row.glue) + " | " + std::string(row.notes) +
            " |\n";
  }
  return page + std::string(kRules);
}

}  // namespace carmilla
