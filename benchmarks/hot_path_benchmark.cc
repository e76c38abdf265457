// The stages of the hot path, each with a null source or a null sink. The recordings are
// found through CARMILLA_RECORDINGS; tools/bench.sh makes them.

#include <cstdlib>
#include <functional>
#include <string>

#include <benchmark/benchmark.h>

#include "stages.h"

namespace carmilla {
namespace {

using Stage = std::function<arrow::Status(const Recording&, const Batches&)>;

arrow::Status Repeat(benchmark::State& state, const std::string& name,
                     const Stage& stage) {
  const char* folder = std::getenv("CARMILLA_RECORDINGS");
  ARROW_ASSIGN_OR_RAISE(const Recording recording,
                        Recording::Load(folder != nullptr ? folder : ".", name));
  ARROW_ASSIGN_OR_RAISE(const Batches batches, DecodeAll(recording));
  for (auto _ : state) ARROW_RETURN_NOT_OK(stage(recording, batches));
  state.SetItemsProcessed(state.iterations() * recording.rows());
  state.SetBytesProcessed(state.iterations() * recording.bytes());
  return arrow::Status::OK();
}

/// Runs `stage` over the recording `name` and reports rows and wire bytes per second.
void Measure(benchmark::State& state, const std::string& name, const Stage& stage) {
  const arrow::Status status = Repeat(state, name, stage);
  if (!status.ok()) state.SkipWithError(status.ToString().c_str());
}

arrow::Status Decode(const Recording& recording, const Batches&) {
  return DecodeStage(recording).status();
}
arrow::Status Encode(const Recording& recording, const Batches& batches) {
  return EncodeStage(recording, batches).status();
}
arrow::Status Hash(const Recording&, const Batches& batches) {
  return HashStage(batches).status();
}

BENCHMARK_CAPTURE(Measure, decode_lineitem, "lineitem", &Decode);
BENCHMARK_CAPTURE(Measure, encode_lineitem, "lineitem", &Encode);
BENCHMARK_CAPTURE(Measure, hash_lineitem, "lineitem", &Hash);
BENCHMARK_CAPTURE(Measure, decode_events, "events", &Decode);
BENCHMARK_CAPTURE(Measure, encode_events, "events", &Encode);
BENCHMARK_CAPTURE(Measure, hash_events, "events", &Hash);

}  // namespace
}  // namespace carmilla

BENCHMARK_MAIN();
