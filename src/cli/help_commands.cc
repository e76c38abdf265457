#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/command_table.h"
#include "cli/completion.h"
#include "cli/manual_page.h"
#include "cli/word_wrap.h"
#include "core/error_page.h"

namespace carmilla {
namespace {

class ErrorsCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app =
        parent.add_subcommand("errors", "Explain a kind of error or an exit code");
    app->group(kReferenceGroup);
    app->add_option("topic", topic_, "Such as permission, or 77 (default: list them)")
        ->type_name("KIND");
    app->footer(
        "carmilla errors                # every kind with its exit code\n"
        "carmilla errors permission     # what it means and what to do\n"
        "carmilla errors 75             # an exit code");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& /*global*/,
                         std::stop_token /*stop*/) override {
    if (topic_.empty()) {
      std::cout << RenderErrorList();
      return 0;
    }
    ARROW_ASSIGN_OR_RAISE(const std::string text, RenderErrorTopic(topic_));
    std::cout << WrapHanging(text, /*indent=*/0, TextWidth(Terminal::OfOutput()));
    return 0;
  }

 private:
  std::string topic_;
};

class CompletionCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    program_ = &parent;
    CLI::App* app =
        parent.add_subcommand("completion", "Print the completion script of a shell");
    app->group(kReferenceGroup);
    app->add_option("shell", shell_, "The shell that will read it")
        ->type_name("bash|zsh|fish")
        ->required();
    app->footer(
        "source <(carmilla completion bash)                  # also zsh; this session\n"
        "carmilla completion bash > ~/.local/share/bash-completion/completions/carmilla\n"
        "carmilla completion zsh > ~/.zfunc/_carmilla        # a folder of $fpath\n"
        "carmilla completion fish > ~/.config/fish/completions/carmilla.fish");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& /*global*/,
                         std::stop_token /*stop*/) override {
    ARROW_ASSIGN_OR_RAISE(const std::string script,
                          RenderCompletion(DescribeCommand(*program_), shell_));
    std::cout << script;
    return 0;
  }

 private:
  const CLI::App* program_ = nullptr;
  std::string shell_;
};

/// Used when the program is installed.
class ManualCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    program_ = &parent;
    CLI::App* app = parent.add_subcommand("man", "Print the manual page");
    app->group("");  // Hidden.
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& /*global*/,
                         std::stop_token /*stop*/) override {
    std::cout << RenderManualPage(DescribeCommand(*program_));
    return 0;
  }

 private:
  const CLI::App* program_ = nullptr;
};

}  // namespace

std::unique_ptr<Command> MakeErrorsCommand() { return std::make_unique<ErrorsCommand>(); }

std::unique_ptr<Command> MakeCompletionCommand() {
  return std::make_unique<CompletionCommand>();
}

std::unique_ptr<Command> MakeManualCommand() { return std::make_unique<ManualCommand>(); }

}  // namespace carmilla
