#pragma once

#include <stop_token>

#include <arrow/result.h>

#include "operations/doctor_facts.h"
#include "operations/doctor_report.h"

namespace carmilla {

/// Examines configuration, source, lake and machine for everything that would hinder a
/// run or make its result wrong, and tells the cure. Reads the catalog only, no user
/// data; goes on as far as it can where the configuration is wrong or the source does not
/// answer. Fails only with kInterrupted.
arrow::Result<DoctorReport> Diagnose(const DoctorRequest& request,
                                     const std::stop_token& stop);

/// The same for facts that are known already.
DoctorReport Judge(const DoctorFacts& facts);

}  // namespace carmilla
