#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const struct verb {
  const char *name;
  verb_function *run;
  const char *help;
} verbs[] = {
    {"scan", verb_scan, "mail in, one record a message out"},
};

int main(int argc, char **argv) {
  for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof *verbs; i++)
    if (strcmp(argv[1], verbs[i].name) == 0) return verbs[i].run(argc - 1, argv + 1);
  fputs("mailsignal: no such verb; try mailsignal --help\n", stderr);
  return MS_USAGE;
}
