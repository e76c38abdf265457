#include "postgres/rds_roots.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <sstream>

#include "testing/matchers.h"

namespace carmilla {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

std::vector<Certificate> Certificates() {
  const std::string_view text = RdsRoots();
  const std::unique_ptr<BIO, decltype(&BIO_free)> source(
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
  std::vector<Certificate> certificates;
  while (X509* read = PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr)) {
    certificates.emplace_back(read, &X509_free);
  }
  return certificates;
}

std::string Part(const X509* certificate, int part) {
  std::array<char, 256> text{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), part, text.data(),
                            text.size());
  return text.data();
}

TEST(RdsRootsTest, HoldsThreeAuthoritiesOfEachRegionAndThoseOfRdsProxy) {
  const std::regex of_region(
      "Amazon RDS ([a-z]+-[a-z]+-[0-9]) Root CA "
      "(RSA2048|RSA4096|ECC384) G1");
  std::map<std::string, int> regions;
  int num_of_proxy = 0;
  for (const Certificate& certificate : Certificates()) {
    const std::string name = Part(certificate.get(), NID_commonName);
    const std::string organization = Part(certificate.get(), NID_organizationName);
    if (std::smatch match; std::regex_match(name, match, of_region)) {
      EXPECT_EQ(organization, "Amazon Web Services, Inc.");
      ++regions[match[1]];
    } else {
      EXPECT_TRUE(name.starts_with("Amazon Root CA ") ||
                  name == "Starfield Services Root Certificate Authority - G2")
          << name;
      ++num_of_proxy;
    }
  }
  EXPECT_EQ(regions.size(), 27U);
  for (const auto& [region, count] : regions) EXPECT_EQ(count, 3) << region;
  EXPECT_EQ(num_of_proxy, 5);
}

TEST(RdsRootsTest, EachSignsItselfMaySignOthersAndOutlivesTheYear2036) {
  std::tm parts{};
  parts.tm_year = 2037 - 1900;
  parts.tm_mday = 1;
  std::time_t year_2037 = timegm(&parts);
  const auto certificates = Certificates();
  ASSERT_EQ(certificates.size(), 86U);
  for (const Certificate& certificate : certificates) {
    X509* const root = certificate.get();
    const std::string name = Part(root, NID_commonName);
    EXPECT_EQ(X509_check_ca(root), 1) << name;
    EXPECT_EQ(X509_check_issued(root, root), X509_V_OK) << name;
    EXPECT_EQ(X509_verify(root, X509_get0_pubkey(root)), 1) << name;
    EXPECT_EQ(X509_cmp_time(X509_get0_notAfter(root), &year_2037), 1) << name;
  }
}

TEST(RdsRootsTest, CanBeReadAsAFileAsOftenAsNeeded) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK_AND_ASSIGN(const std::string path, RdsRootsPath());
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    EXPECT_EQ(text.str(), RdsRoots());
  }
}

TEST(RdsRootsTest, KnowsTheHostsOfRds) {
  EXPECT_TRUE(IsRdsHost("app.abc.eu-west-1.rds.amazonaws.com"));
  EXPECT_TRUE(IsRdsHost("app.proxy-abc.eu-west-1.RDS.amazonaws.com"));
  EXPECT_TRUE(IsRdsHost("app.abc.rds.cn-north-1.rds.amazonaws.com.cn"));
  EXPECT_FALSE(IsRdsHost("rds.amazonaws.com"));
  EXPECT_FALSE(IsRdsHost("app.rds.amazonaws.com.example.com"));
  EXPECT_FALSE(IsRdsHost("xrds.amazonaws.com"));
  EXPECT_FALSE(IsRdsHost(""));
}

}  // namespace
}  // namespace carmilla
