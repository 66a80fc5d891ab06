#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

const struct cli_verb *const cli_verbs[] = {
    &verb_scan,
    &verb_explain,
    NULL,
};

/* From the folder of this program: beside it after a build, elsewhere after an installation, which
 * may since have been moved as a whole. */
static const char *const full_programs[] = {"mailsignal-full",
                                            MAILSIGNAL_LIBEXEC_FROM_BIN "/mailsignal-full"};

/* The folder of this program, without the last slash. */
static bool own_folder(char folder[PATH_MAX]) {
  ssize_t len = readlink("/proc/self/exe", folder, PATH_MAX - 1);
  if (len <= 0) return false;
  folder[len] = '\0';
  *strrchr(folder, '/') = '\0';
  return true;
}

/* Only an attempt that found a program says why it cannot be started. */
int cli_without_verb(int argc, char **argv) {
  char folder[PATH_MAX], path[2 * PATH_MAX] = "";
  int reason = ENOENT;
  (void)argc;
  if (!own_folder(folder))
    return cli_fail(MS_SOFTWARE, "cannot tell where mailsignal is installed: %s", strerror(errno));
  for (size_t i = 0; i < sizeof full_programs / sizeof *full_programs && reason == ENOENT; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, full_programs[i]);
    execv(path, argv);
    reason = errno;
  }
  return cli_fail(MS_SOFTWARE,
                  "cannot start %s, which has the verbs other than scan and explain: %s",
                  path, strerror(reason));
}
