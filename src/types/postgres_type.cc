#include "types/postgres_type.h"

namespace carmilla {}
