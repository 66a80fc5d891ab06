#include <stdio.h>

#include "cli/cli.h"

static void bash_script(void) {
  puts("_mailsignal() {\n"
       "  local word=\"${COMP_WORDS[COMP_CWORD]}\"\n"
       "  case \"$COMP_CWORD:${COMP_WORDS[1]}\" in");
  printf("    1:*) COMPREPLY=($(compgen -W \"");
  for (const struct cli_verb *const *verb = cli_verbs; *verb; verb++) printf("%s ", (*verb)->name);
  puts("--help --version\" -- \"$word\"));;");
  for (const struct cli_verb *const *verb = cli_verbs; *verb; verb++) {
    printf("    *:%s) [[ $word == -* ]] && COMPREPLY=($(compgen -W \"--help", (*verb)->name);
    for (size_t i = 0; i < (*verb)->n_options; i++) printf(" --%s", (*verb)->options[i].name);
    puts("\" -- \"$word\"));;");
  }
  puts("  esac\n}\ncomplete -o default -F _mailsignal mailsignal");
}

/* Inside single quotes of a zsh argument specification. */
static void zsh_text(const char *text) {
  for (; *text; text++) {
    if (*text == '\'') {
      fputs("'\\''", stdout);
      continue;
    }
    if (strchr("[]:\\", *text)) putchar('\\');
    putchar(*text);
  }
}

static void zsh_script(void) {
  puts("#compdef mailsignal\n_mailsignal() {\n  local -a verbs\n  verbs=(");
  for (const struct cli_verb *const *verb = cli_verbs; *verb; verb++) {
    printf("    '%s:", (*verb)->name);
    zsh_text((*verb)->about);
    puts("'");
  }
  puts("  )\n  if (( CURRENT == 2 )); then _describe verb verbs; return; fi\n"
       "  case $words[2] in");
  for (const struct cli_verb *const *verb = cli_verbs; *verb; verb++) {
    printf("    %s) shift words; (( CURRENT-- )); _arguments", (*verb)->name);
    for (size_t i = 0; i < (*verb)->n_options; i++) {
      const struct cli_option *o = &(*verb)->options[i];
      printf(" '%s--%s[", o->repeatable ? "*" : "", o->name);
      zsh_text(o->help);
      fputs("]", stdout);
      if (o->argument) {
        putchar(':');
        zsh_text(o->argument);
        fputs(strcmp(o->argument, "DIR") == 0 || strcmp(o->argument, "FILE") == 0 ? ":_files" : ":",
              stdout);
      }
      putchar('\'');
    }
    puts(" '*:file:_files';;");
  }
  puts("  esac\n}\n_mailsignal \"$@\"");
}

static void fish_text(const char *text) {
  for (; *text; text++) {
    if (*text == '\'' || *text == '\\') putchar('\\');
    putchar(*text);
  }
}

static void fish_script(void) {
  for (const struct cli_verb *const *verb = cli_verbs; *verb; verb++) {
    printf("complete -c mailsignal -n __fish_use_subcommand -a %s -d '", (*verb)->name);
    fish_text((*verb)->about);
    puts("'");
    for (size_t i = 0; i < (*verb)->n_options; i++) {
      const struct cli_option *o = &(*verb)->options[i];
      printf("complete -c mailsignal -n '__fish_seen_subcommand_from %s' -l %s%s -d '",
             (*verb)->name, o->name, o->argument ? " -r" : "");
      fish_text(o->help);
      puts("'");
    }
  }
}

static int completion_run(const struct cli *cli) {
  static const struct {
    const char *shell;
    void (*print)(void);
  } shells[] = {{"bash", bash_script}, {"zsh", zsh_script}, {"fish", fish_script}};
  const char *wanted = cli->argc > 1 ? cli->argv[1] : "";
  if (strcmp(wanted, "--help") == 0 || strcmp(wanted, "-h") == 0) {
    cli_print_help(cli->verb);
    return MS_OK;
  }
  for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
    if (strcmp(wanted, shells[i].shell) != 0) continue;
    shells[i].print();
    return MS_OK;
  }
  return cli_fail(MS_USAGE, "completion: say which shell: bash, zsh or fish");
}

const struct cli_verb verb_completion = {
    "completion", "bash|zsh|fish", "print a completion script for a shell", NULL, 0, completion_run,
};
