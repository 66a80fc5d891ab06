/* cli.h - the verbs. Each lives in its own file and gets the arguments behind its name. */
#ifndef MAILSIGNAL_CLI_CLI_H
#define MAILSIGNAL_CLI_CLI_H

#include "mailsignal/diag.h"

/* argv[0] is the verb. Returns the exit status. */
typedef int verb_function(int argc, char **argv);

verb_function verb_scan;

#endif
