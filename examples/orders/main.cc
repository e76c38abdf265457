#include <carmilla/task.h>

int main(int argc, char** argv) { return carmilla::Main(argc, argv); }
