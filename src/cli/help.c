#include <stdio.h>

#include "cli/cli.h"

enum { HELP_COLUMN = 26 };

static void print_row(const char *left, const char *right) {
  int width = (int)strlen(left);
  int gap = width < HELP_COLUMN - 1 ? HELP_COLUMN - width : 1;
  printf("  %s%*s%s\n", left, gap, "", right);
}

static void print_program_help(void) {
  puts("Usage: mailsignal VERB [OPTION...] [ARGUMENT...]\n\n"
       "Reads business mail and says who wrote and what is at stake.\n\nVerbs:");
  for (const struct cli_verb *const *verb = cli_verbs; *verb; verb++)
    print_row((*verb)->name, (*verb)->about);
  puts("\nOptions of each verb: mailsignal VERB --help. Also: --version.\n"
       "Examples and exit statuses: man mailsignal.");
}

void cli_print_help(const struct cli_verb *verb) {
  if (!verb) {
    print_program_help();
    return;
  }
  printf("Usage: mailsignal %s [OPTION...] %s\n\n%s\n\nOptions:\n", verb->name, verb->operands,
         verb->about);
  for (size_t i = 0; i < verb->n_options; i++) {
    const struct cli_option *o = &verb->options[i];
    char left[80], letter[8] = "";
    if (o->letter) snprintf(letter, sizeof letter, "-%c, ", o->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, o->name, o->argument ? " " : "",
             o->argument ? o->argument : "");
    print_row(left, o->help);
  }
}
