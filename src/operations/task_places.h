#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "codegen/model_header.h"

namespace carmilla {

/// A header that a task shall be begun for.
struct TaskHeader {
  const ModelHeader* header = nullptr;
  std::string include;  ///< As the task includes it: `models/sales/orders.h`.
};

/// Where a first task is, and the table that it writes.
struct TaskPlace {
  std::string path;
  std::string report;  ///< That no other task writes; "" of a task that is there.
};

/// Finds a file in `folder` for a first task of each of `headers`, in their order, and a
/// name of its table that is not among `taken` (in lower case): `orders.cc`, or
/// `sales_orders.cc` where another header has that name, in this call or in the folder. A
/// file that includes the header is its task already, and so is one of that name that
/// includes no header of the name. Errors of reading the folder.
arrow::Result<std::vector<TaskPlace>> PlaceTasks(const std::string& folder,
                                                 std::span<const TaskHeader> headers,
                                                 std::set<std::string> taken);

}  // namespace carmilla
