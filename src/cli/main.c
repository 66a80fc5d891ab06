#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"

const struct cli_verb *const cli_verbs[] = {
    &verb_scan,
    &verb_explain,
    &verb_worker,
    &verb_ingest,
    &verb_publish,
    &verb_enrich,
    &verb_erase,
    &verb_rules,
    &verb_db,
    &verb_completion,
    NULL,
};

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

static const struct cli_verb *find_verb(const char *name) {
  for (const struct cli_verb *const *verb = cli_verbs; *verb; verb++)
    if (strcmp((*verb)->name, name) == 0) return *verb;
  return NULL;
}

static int unknown_verb(const char *word) {
  enum { MOST_VERBS = 32 };
  const char *names[MOST_VERBS + 1] = {0};
  for (size_t i = 0; cli_verbs[i] && i < MOST_VERBS; i++) names[i] = cli_verbs[i]->name;
  const char *near = closest_word(word, names);
  if (near) return cli_fail(MS_USAGE, "unknown verb '%s', did you mean '%s'?", word, near);
  return cli_fail(MS_USAGE, "unknown verb '%s'; see mailsignal --help", word);
}

int main(int argc, char **argv) {
  if (argc < 2) {
    cli_print_help(NULL);
    return MS_USAGE;
  }
  const char *word = argv[1];
  if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
    cli_print_help(argc > 2 ? find_verb(argv[2]) : NULL);
    return MS_OK;
  }
  if (strcmp(word, "--version") == 0) {
    puts("mailsignal " MAILSIGNAL_VERSION);
    return MS_OK;
  }
  const struct cli_verb *verb = find_verb(word);
  if (!verb) return unknown_verb(word);
  catch_signals();
  struct cli cli = {verb, argc - 1, argv + 1, &stop_requested};
  return verb->run(&cli);
}
