#include "http/environment_proxy.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace carmilla {
namespace {

class EnvironmentProxyTest : public ::testing::Test {
 protected:
  EnvironmentProxyTest() {
    for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "HTTP_PROXY",
                             "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"}) {
      if (const char* value = std::getenv(name)) before_.emplace(name, value);
      unsetenv(name);
      names_.emplace_back(name);
    }
  }
  ~EnvironmentProxyTest() override {
    for (const std::string& name : names_) unsetenv(name.c_str());
    for (const auto& [name, value] : before_) setenv(name.c_str(), value.c_str(), 1);
  }
  EnvironmentProxyTest(const EnvironmentProxyTest&) = delete;
  EnvironmentProxyTest& operator=(const EnvironmentProxyTest&) = delete;

  static void Set(const char* name, const char* value) { setenv(name, value, 1); }

 private:
  std::vector<std::string> names_;
  std::map<std::string, std::string> before_;
};

constexpr char kServer[] = "https://lake.s3.eu-west-1.amazonaws.com";

TEST_F(EnvironmentProxyTest, IsThatOfTheScheme) {
  EXPECT_EQ(EnvironmentProxyOf(kServer), "");
  Set("ALL_PROXY", "http://all");
  EXPECT_EQ(EnvironmentProxyOf(kServer), "http://all");
  Set("HTTPS_PROXY", "http://upper:3128");
  EXPECT_EQ(EnvironmentProxyOf(kServer), "http://upper:3128");
  Set("https_proxy", "http://lower:3128");
  EXPECT_EQ(EnvironmentProxyOf(kServer), "http://lower:3128");
  Set("HTTP_PROXY", "http://never");
  EXPECT_EQ(EnvironmentProxyOf("http://127.0.0.1:9000"), "http://all");
  Set("http_proxy", "http://plain");
  EXPECT_EQ(EnvironmentProxyOf("http://127.0.0.1:9000"), "http://plain");
  EXPECT_EQ(EnvironmentProxyOf(""), "");
}

TEST_F(EnvironmentProxyTest, HostsMayBeExempt) {
  Set("https_proxy", "http://proxy");
  const struct {
    const char* list;
    const char* server;
    bool is_exempt;
  } cases[] = {
      {"*", kServer, true},
      {"example.com, amazonaws.com", kServer, true},
      {".AmazonAWS.com", kServer, true},
      {"example.com .eu-west-1.amazonaws.com", kServer, true},
      {"naws.com", kServer, false},
      {"other", kServer, false},
      {",", kServer, false},
      {"localhost", "https://localhost:8443", true},
      {"127.0.0.1", "https://127.0.0.1", true},
      {"::1", "https://[::1]:8443", true},
  };
  for (const auto& [list, server, is_exempt] : cases) {
    Set("no_proxy", list);
    EXPECT_EQ(EnvironmentProxyOf(server), is_exempt ? "" : "http://proxy") << list;
  }
}

}  // namespace
}  // namespace carmilla
