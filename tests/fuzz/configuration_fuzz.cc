// Any text as carmilla.yaml: it is understood, or refused with a place.

#include "core/error.h"
#include "fuzz/fuzz_input.h"
#include "plan/configuration_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace carmilla;
  const std::string text = FuzzInput(data, size).Rest();
  // What stands in files of this machine must decide nothing.
  if (text.find("file:") != std::string::npos) return 0;
  const auto configuration =
      ParseConfiguration(text, "c.yaml", {}, {.resolves_connections = false});
  if (configuration.ok()) {
    Require(!configuration->lake.path.empty(), "a configuration has a lake");
    Require(!configuration->tables.empty(), "a configuration has tables");
  } else {
    Require(KindOf(configuration.status()) == ErrorKind::kConfiguration,
            "the person is told", configuration.status().ToString());
    Require(configuration.status().message().find("c.yaml") != std::string::npos,
            "the file is named", configuration.status().ToString());
  }
  return 0;
}
