#pragma once

namespace carmilla {

/// True if whoever read standard output has gone, as `head` does when it has seen enough.
/// That is no error: nobody misses the rest.
bool IsOutputClosed();

}  // namespace carmilla
