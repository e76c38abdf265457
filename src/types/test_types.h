#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "types/postgres_type.h"

namespace carmilla {

/// Descriptions of types as the catalog reader makes them, for tests.
using PostgresTypePointer = std::shared_ptr<const PostgresType>;

inline constexpr uint32_t kFirstUserOid = 16384;

inline PostgresTypePointer BuiltInType(uint32_t oid, std::string name) {
  return std::make_shared<const PostgresType>(
      PostgresType{.oid = oid, .schema = "pg_catalog", .name = std::move(name)});
}

inline PostgresTypePointer ArrayOf(const PostgresTypePointer& element) {
  return std::make_shared<const PostgresType>(
      PostgresType{.oid = kFirstUserOid + 1,
                   .schema = element->schema,
                   .name = "_" + element->name,
                   .kind = PostgresTypeKind::kArray,
                   .has_binary_form = element->has_binary_form,
                   .element = element});
}

inline PostgresTypePointer DomainOver(const PostgresTypePointer& base,
                                      int32_t typmod = -1, std::string name = "price") {
  return std::make_shared<const PostgresType>(
      PostgresType{.oid = kFirstUserOid + 2,
                   .schema = "app",
                   .name = std::move(name),
                   .kind = PostgresTypeKind::kDomain,
                   .has_binary_form = base->has_binary_form,
                   .element = base,
                   .domain_typmod = typmod});
}

inline PostgresTypePointer UserType(std::string name, PostgresTypeKind kind) {
  return std::make_shared<const PostgresType>(PostgresType{.oid = kFirstUserOid + 3,
                                                           .schema = "app",
                                                           .name = std::move(name),
                                                           .kind = kind,
                                                           .enum_labels = {"sad", "ok"}});
}

/// Packs numeric(precision, scale) as PostgreSQL does.
inline int32_t NumericTypmodOf(int32_t precision, int32_t scale) {
  return ((precision << 16) | (scale & 0x7FF)) + 4;
}

}  // namespace carmilla
