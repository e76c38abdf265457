#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include "aws/athena_client.h"

namespace carmilla {

/// The rows of an answer as text, one after the other, without the row of names.
class AthenaRows {
 public:
  virtual ~AthenaRows() = default;
  /// Reads the next row into `cells`; false after the last.
  virtual arrow::Result<bool> Next(std::vector<AthenaCell>* cells,
                                   const std::stop_token& stop) = 0;
};

/// Reads the file that Athena writes for a SELECT, a piece of 1 MiB at a time: CSV with
/// every value in quotes, doubled inside; NULL has none.
std::unique_ptr<AthenaRows> ReadAthenaCsv(std::shared_ptr<arrow::io::InputStream> file,
                                          size_t num_columns);

/// Reads page by page through the API, which serves every statement, slowly. Rows of a
/// SELECT begin with the names of its columns.
std::unique_ptr<AthenaRows> ReadAthenaPages(std::shared_ptr<AthenaClient> client,
                                            std::string id, bool begins_with_names);

}  // namespace carmilla
