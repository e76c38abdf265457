// Precompiled as a main file, where #pragma once is a warning.
#ifndef CARMILLA_TESTS_COMPILE_PRELUDE_H
#define CARMILLA_TESTS_COMPILE_PRELUDE_H

#include <optional>
#include <string>
#include <string_view>

#include "carmilla/bytes.h"
#include "carmilla/decimal.h"
#include "carmilla/enum_labels.h"
#include "carmilla/json.h"
#include "carmilla/model.h"
#include "carmilla/time_unit.h"
#include "carmilla/timestamp.h"
#include "carmilla/uuid.h"

#endif  // CARMILLA_TESTS_COMPILE_PRELUDE_H
