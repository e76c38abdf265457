#include "postgres/transport.h"

#include <gtest/gtest.h>

namespace carmilla {
namespace {

TEST(TransportTest, KnowsTheLoopbackAddresses) {
  for (const char* host : {"localhost", "LocalHost", "127.0.0.1", "127.9.8.7", "::1"}) {
    EXPECT_TRUE(IsLoopback(host)) << host;
  }
  for (const char* host :
       {"", "localhost.example.com", "db.localhost", "128.0.0.1", "::2",
        "127.0.0.1.example.com", "127.1", "0.0.0.0", "fe80::1"}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
  }
}

TEST(TransportTest, BothNameAndAddressMustBeLocal) {
  struct Case {
    const char* host;
    const char* address;
    bool is_local;
  };
  for (const Case& c : std::initializer_list<Case>{{"", "", true},
                                                   {"/run/postgresql", "", true},
                                                   {"@abstract", "", true},
                                                   {"localhost", "", true},
                                                   {"localhost", "127.0.0.1", true},
                                                   {"", "::1", true},
                                                   {"db.example", "", false},
                                                   {"db.example", "127.0.0.1", false},
                                                   {"localhost", "10.0.0.1", false},
                                                   {"/run/postgresql", "10.0.0.1", false},
                                                   {"", "10.0.0.1", false}}) {
    EXPECT_EQ(IsLocalEndpoint(c.host, c.address), c.is_local) << c.host << c.address;
  }
}

}  // namespace
}  // namespace carmilla
