#pragma once

namespace carmilla {

/// Lets everybody else on this machine go before this thread and those that it starts;
/// the server may be one of them.
void GiveWay();

}  // namespace carmilla
