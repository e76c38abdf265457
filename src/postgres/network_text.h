#pragma once

#include <cstdint>

namespace carmilla {

/// Characters that WriteNetworkAddress needs at most:
/// `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128`.
inline constexpr int32_t kNetworkTextBytes = 50;

/// Returns whether these are bytes that inet_send or cidr_send (src/backend/utils/adt/
/// network.c) writes: family, bits of the mask, whether it is a cidr, length, address.
bool IsNetworkAddress(const char* value, int32_t size);

/// Writes what IsNetworkAddress accepts as PostgreSQL prints it, which is not quite how
/// the C library does: a cidr always with its `/n`, an inet unless the mask is all of it.
/// Returns the number of characters.
int32_t WriteNetworkAddress(const char* value, char* out);

}  // namespace carmilla
