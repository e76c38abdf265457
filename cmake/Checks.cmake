# Checks of the source tree that run with the tests.
