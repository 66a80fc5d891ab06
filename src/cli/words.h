/* words.h - the words that storing mail needs, from the folders of the rules. */
#ifndef MAILSIGNAL_CLI_WORDS_H
#define MAILSIGNAL_CLI_WORDS_H

#include "cli/options.h"
#include "mailsignal/ingest.h"

/* The built-in ones, and those of --rules over them. They belong to the arena. */
enum ms_status words_load(const struct options *options, struct arena *arena,
                          const struct ingest_words **out, struct ms_error *error);

#endif
