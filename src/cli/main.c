#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

/* The only mutable global of the program: a signal handler reaches nothing else. */
static _Atomic int stop_requested;

static void request_stop(int number) {
  (void)number;
  stop_requested = 1;
}

/* The first Ctrl-C ends the run cleanly; SA_RESETHAND makes the second one end it at once. */
static void catch_signals(void) {
  struct sigaction action = {.sa_handler = request_stop, .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  signal(SIGPIPE, SIG_IGN); /* a closed stdout is seen as EPIPE */
}

int cli_fail(enum ms_status status, const char *format, ...) {
  va_list args;
  fputs("mailsignal: ", stderr);
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  return (int)status;
}

const struct cli_verb *cli_find_verb(const char *name) {
  for (const struct cli_verb *const *verb = cli_verbs; *verb; verb++)
    if (strcmp((*verb)->name, name) == 0) return *verb;
  return NULL;
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--version") == 0) {
    puts("mailsignal " MAILSIGNAL_VERSION);
    return MS_OK;
  }
  const struct cli_verb *verb = argc > 1 ? cli_find_verb(argv[1]) : NULL;
  if (!verb) return cli_without_verb(argc, argv);
  catch_signals();
  struct cli cli = {verb, argc - 1, argv + 1, &stop_requested};
  return verb->run(&cli);
}
