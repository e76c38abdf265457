#include "http/credential_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "http/aws_credential_source.h"

namespace carmilla {
namespace {

constexpr size_t kLargestOutput = 1 << 20;

class Pipe {
 public:
  Pipe() { is_open_ = ::pipe2(ends_.data(), O_CLOEXEC) == 0; }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    CloseWriting();
    if (is_open_) ::close(ends_[0]);
  }
  bool is_open() const { return is_open_; }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void CloseWriting() {
    if (is_open_ && ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool is_open_ = false;
};

/// Starts the command in a process group of its own, so that all of it can be ended.
pid_t Spawn(const std::string& command, const Pipe& output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.writing(), STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::string shell = "sh";
  std::string flag = "-c";
  std::string text = command;
  char* arguments[] = {shell.data(), flag.data(), text.data(), nullptr};
  pid_t pid = -1;
  const int error =
      ::posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error == 0 ? pid : -1;
}

/// Reads to the end; false when time or room run out first.
bool ReadAll(int descriptor, std::chrono::steady_clock::time_point end,
             std::string* output) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    if (left.count() <= 0 || output->size() > kLargestOutput) return false;
    pollfd watched{.fd = descriptor, .events = POLLIN};
    if (::poll(&watched, 1, static_cast<int>(left.count())) <= 0) continue;
    std::array<char, 4096> buffer{};
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count == 0) return true;
    if (count > 0) output->append(buffer.data(), static_cast<size_t>(count));
  }
}

}  // namespace

arrow::Result<std::string> RunCredentialProcess(const std::string& command,
                                                std::chrono::milliseconds deadline) {
  Pipe pipe;
  const pid_t pid = pipe.is_open() ? Spawn(command, pipe) : -1;
  if (pid < 0)
    return CredentialError("credential_process of the profile cannot be started");
  pipe.CloseWriting();
  std::string output;
  const bool is_whole =
      ReadAll(pipe.reading(), std::chrono::steady_clock::now() + deadline, &output);
  if (!is_whole) ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!is_whole)
    return CredentialError("credential_process of the profile does not come to an end");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    // A code above 128 is a signal's, as shells tell it.
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return CredentialError(
        "credential_process of the profile failed with code " + std::to_string(code),
        "run the command by hand; it must print JSON with Version, AccessKeyId and "
        "SecretAccessKey");
  }
  return output;
}

}  // namespace carmilla
