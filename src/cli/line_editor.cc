#include "cli/line_editor.h"

#include <fcntl.h>
#include <histedit.h>
#include <langinfo.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <clocale>
#include <cstdio>
#include <cwchar>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/log.h"

namespace carmilla {
namespace {

constexpr int kMostLines = 1000;
constexpr int kPollMilliseconds = 100;
// What mbrtowc returns for a part of a character and for none.
constexpr size_t kIncomplete = std::numeric_limits<size_t>::max() - 1;
constexpr size_t kInvalid = std::numeric_limits<size_t>::max();
constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

std::string CommonPrefix(const std::vector<std::string>& words) {
  std::string prefix = words.front();
  for (const std::string& word : words) {
    const auto end = std::ranges::mismatch(prefix, word).in1;
    prefix.erase(end, prefix.end());
  }
  return prefix;
}

/// The editor counts characters, so it must know the encoding. Terminals of today speak
/// UTF-8, also where the environment says nothing.
void ChooseEncoding() {
  std::setlocale(LC_CTYPE, "");
  if (std::string_view(nl_langinfo(CODESET)) != "UTF-8") {
    std::setlocale(LC_CTYPE, "C.UTF-8");
  }
}

/// Makes the file and its folder, for their owner only.
bool PrepareHistory(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path folder = fs::path(path).parent_path();
  if (fs::create_directories(folder, error)) {
    fs::permissions(folder, fs::perms::owner_all, error);
  }
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (file < 0) return false;
  const bool is_private = fchmod(file, kOwnerOnly) == 0;
  close(file);
  return is_private;
}

}  // namespace

class LineEditor::Implementation {
 public:
  explicit Implementation(LineEditorOptions options) : options_(std::move(options)) {}

  ~Implementation() {
    if (editor_ != nullptr) el_end(editor_);
    if (history_ != nullptr) history_end(history_);
  }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  arrow::Status Open() {
    ChooseEncoding();
    editor_ = el_init("carmilla", stdin, stderr, stderr);
    history_ = history_init();
    if (editor_ == nullptr || history_ == nullptr) {
      return MakeError(ErrorKind::kIo, "opening the prompt: the terminal refuses",
                       "write the SQL behind `carmilla query`, or pipe it in");
    }
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, &Prompt);
    el_set(editor_, EL_EDITOR, "emacs");
    el_wset(editor_, EL_GETCFN, &ReadCharacter);
    // While a line is edited, Ctrl-C is a key; it is a signal at all other times.
    el_set(editor_, EL_SETTY, "-d", "-isig", nullptr);
    el_set(editor_, EL_ADDFN, "carmilla-cancel", "Give the line up", &Cancel);
    el_set(editor_, EL_BIND, "^C", "carmilla-cancel", nullptr);
    el_set(editor_, EL_ADDFN, "carmilla-complete", "Complete the word", &Complete);
    el_set(editor_, EL_BIND, "^I", "carmilla-complete", nullptr);
    el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    OpenHistory();
    return arrow::Status::OK();
  }

  arrow::Result<std::optional<std::string>> Read(const std::string& prompt,
                                                 const std::stop_token& stop) {
    prompt_ = prompt;
    stop_ = stop;
    is_cancelled_ = false;
    el_resize(editor_);
    // By itself, the editor shows the prompt before it listens to single keys.
    el_set(editor_, EL_PREP_TERM, 1);
    int length = 0;
    const char* line = el_gets(editor_, &length);
    if (line != nullptr && length > 0) {
      std::string text(line, static_cast<size_t>(length));
      if (text.ends_with('\n')) text.pop_back();
      return text;
    }
    std::fputs(is_cancelled_ ? "^C\n" : "\n", stderr);
    if (!is_cancelled_) return std::nullopt;
    return MakeError(ErrorKind::kInterrupted, "reading the line: given up");
  }

  void Remember(const std::string& line) {
    if (line.empty() || line.starts_with(' ')) return;
    HistEvent event{};
    history(history_, &event, H_ENTER, line.c_str());
    if (is_history_kept_)
      history(history_, &event, H_SAVE, options_.history_path.c_str());
  }

 private:
  static Implementation& Of(EditLine* editor) {
    void* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return *static_cast<Implementation*>(self);
  }

  static char* Prompt(EditLine* editor) { return Of(editor).prompt_.data(); }

  /// Waits for a character, but not for ever: SIGTERM and SIGHUP end the prompt too.
  static int ReadCharacter(EditLine* editor, wchar_t* character) {
    const Implementation& self = Of(editor);
    std::mbstate_t state{};
    while (!self.stop_.stop_requested()) {
      pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
      if (poll(&input, /*nfds=*/1, kPollMilliseconds) == 0) continue;
      char byte = 0;
      if (read(STDIN_FILENO, &byte, 1) != 1) return 0;
      const size_t length = std::mbrtowc(character, &byte, 1, &state);
      if (length == kIncomplete) continue;  // More bytes belong to it.
      if (length != kInvalid) return 1;
      state = {};
    }
    return 0;
  }

  static unsigned char Cancel(EditLine* editor, int /*key*/) {
    Of(editor).is_cancelled_ = true;
    return CC_EOF;
  }

  static unsigned char Complete(EditLine* editor, int /*key*/) {
    const LineInfo* line = el_line(editor);
    const char* begin = line->cursor;
    while (begin > line->buffer && IsWordCharacter(begin[-1])) --begin;
    const std::string word(begin, line->cursor);
    const std::vector<std::string> words = Of(editor).options_.complete(word);
    if (words.empty()) return CC_REFRESH_BEEP;
    const std::string prefix = CommonPrefix(words);
    if (words.size() > 1 && prefix.size() <= word.size()) {
      std::fputc('\n', stderr);
      for (const std::string& candidate : words) {
        std::fprintf(stderr, "%s  ", candidate.c_str());
      }
      std::fputc('\n', stderr);
      return CC_REDISPLAY;
    }
    el_deletestr(editor, static_cast<int>(CharactersOf(word)));
    const std::string inserted = words.size() == 1 ? prefix + " " : prefix;
    el_insertstr(editor, inserted.c_str());
    return CC_REFRESH;
  }

  static size_t CharactersOf(const std::string& text) {
    return static_cast<size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
  }

  void OpenHistory() {
    HistEvent event{};
    history(history_, &event, H_SETSIZE, kMostLines);
    history(history_, &event, H_SETUNIQUE, 1);
    el_set(editor_, EL_HIST, history, history_);
    if (options_.history_path.empty()) return;
    is_history_kept_ = PrepareHistory(options_.history_path);
    if (is_history_kept_) {
      history(history_, &event, H_LOAD, options_.history_path.c_str());
    } else {
      LogWarning("the history is not kept: " + options_.history_path);
    }
  }

  LineEditorOptions options_;
  EditLine* editor_ = nullptr;
  History* history_ = nullptr;
  std::string prompt_;
  std::stop_token stop_;
  bool is_cancelled_ = false;
  bool is_history_kept_ = false;
};

LineEditor::LineEditor(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

LineEditor::~LineEditor() = default;

arrow::Result<std::unique_ptr<LineEditor>> LineEditor::Open(LineEditorOptions options) {
  auto implementation = std::make_unique<Implementation>(std::move(options));
  ARROW_RETURN_NOT_OK(implementation->Open());
  return std::unique_ptr<LineEditor>(new LineEditor(std::move(implementation)));
}

arrow::Result<std::optional<std::string>> LineEditor::Read(const std::string& prompt,
                                                           const std::stop_token& stop) {
  return implementation_->Read(prompt, stop);
}

void LineEditor::Remember(const std::string& line) { implementation_->Remember(line); }

}  // namespace carmilla
