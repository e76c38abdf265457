// Stands in for libFuzzer where the tests run: gives a target its corpus, then a fixed
// number of inputs that are made of it, the same ones every time.
//
//   TARGET -runs=N FILE_OR_FOLDER...
//
// The input of a failure is kept in the file failed_input.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr size_t kLargestInput = 4096;
constexpr std::string_view kPieces[] = {{"\0\0\0\0", 4},
                                        {"\xff\xff\xff\xff", 4},
                                        {"\x7f\xff\xff\xff", 4},
                                        {"\x80\0\0\0", 4},
                                        {"\0\1", 2},
                                        {"\xff\xff", 2},
                                        {"\0", 1},
                                        "\"",
                                        "'",
                                        "\\",
                                        "*",
                                        ".",
                                        "$",
                                        "[",
                                        "]",
                                        "{",
                                        "}",
                                        ":",
                                        ": ",
                                        "\n",
                                        "\n  ",
                                        ",",
                                        "- ",
                                        "#",
                                        "\xc2\x80"};

using Corpus = std::vector<std::string>;

Corpus ReadCorpus(const std::vector<std::string>& paths) {
  std::vector<std::filesystem::path> files;
  for (const std::string& path : paths) {
    if (!std::filesystem::is_directory(path)) {
      files.emplace_back(path);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      files.push_back(entry.path());
    }
  }
  // The order of a folder is that of the file system.
  std::ranges::sort(files);
  Corpus corpus;
  for (const auto& file : files) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
      std::fprintf(stderr, "cannot read %s\n", file.c_str());
      std::exit(1);
    }
    corpus.emplace_back(std::istreambuf_iterator<char>(stream),
                        std::istreambuf_iterator<char>());
  }
  return corpus;
}

/// Makes input number `number`: one of the corpus with one to eight changes.
class Mutation {
 public:
  Mutation(const Corpus& corpus, size_t number) : corpus_(corpus), random_(number) {
    input_ = Any();
    for (size_t changes = 1 + Below(8); changes > 0; --changes) Change();
    input_.resize(std::min(input_.size(), kLargestInput));
  }
  const std::string& input() const { return input_; }

 private:
  size_t Below(size_t end) { return end == 0 ? 0 : random_() % end; }
  const std::string& Any() { return corpus_[Below(corpus_.size())]; }

  void Change() {
    const size_t at = Below(input_.size() + 1);
    const size_t size = Below(20);
    switch (Below(8)) {
      case 0:
        input_.erase(at, size);
        break;
      case 1:
        input_.insert(at, input_.substr(Below(input_.size()), size));
        break;
      case 2:
        input_.insert(at, kPieces[Below(std::size(kPieces))]);
        break;
      case 3: {
        const std::string_view piece = kPieces[Below(std::size(kPieces))];
        input_.replace(at, piece.size(), piece);
        break;
      }
      case 4: {
        const std::string& other = Any();
        const size_t begin = Below(other.size());
        input_.replace(at, std::string::npos, other.substr(begin));
        break;
      }
      case 5:
        if (at < input_.size())
          input_[at] = static_cast<char>(input_[at] ^ 1 << Below(8));
        break;
      case 6:
        if (at < input_.size())
          input_[at] = static_cast<char>(input_[at] + 8 - Below(17));
        break;
      default:
        if (at < input_.size()) input_[at] = static_cast<char>(random_());
    }
  }

  const Corpus& corpus_;
  std::mt19937_64 random_;
  std::string input_;
};

std::string input;

/// Keeps the input, as libFuzzer does.
extern "C" void KeepInput(int /*signal*/) {
  constexpr char kFile[] = "failed_input";
  const int file = open(kFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || write(file, input.data(), input.size()) < 0) return;
  constexpr char kMessage[] = "the input is kept in failed_input\n";
  // What cannot be told is lost.
  [[maybe_unused]] const auto told = write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
}

void Give() {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

}  // namespace

int main(int count, char** arguments) {
  size_t runs = 0;
  std::vector<std::string> paths;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument.starts_with("-runs=")) {
      runs = std::stoul(std::string(argument.substr(6)));
    } else {
      paths.emplace_back(argument);
    }
  }
  const Corpus corpus = ReadCorpus(paths);
  if (corpus.empty()) {
    std::fprintf(stderr, "no corpus\n");
    return 1;
  }
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE}) std::signal(signal, KeepInput);
  for (const std::string& kept : corpus) {
    input = kept;
    Give();
  }
  for (size_t number = 0; number < runs; ++number) {
    input = Mutation(corpus, number).input();
    Give();
  }
  std::printf("%zu inputs of the corpus, %zu made of them\n", corpus.size(), runs);
  return 0;
}
