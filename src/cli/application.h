#pragma once

namespace carmilla {

/// The whole program: parses the command line, runs one command, prints errors to
/// standard error and returns the exit code.
int RunApplication(int argc, char** argv);

}  // namespace carmilla
