#include "cli/application.h"

int main(int argc, char** argv) { return carmilla::RunApplication(argc, argv); }
