/* config.h - a configuration file: a YAML mapping of option names to a scalar or a list. */
#ifndef MAILSIGNAL_CLI_CONFIG_H
#define MAILSIGNAL_CLI_CONFIG_H

#include "mailsignal/diag.h"

struct config_entry {
  const char *name;
  const char **values;
  size_t n, capacity;
  size_t line;
};

struct config {
  struct config_entry *items;
  size_t n, capacity;
};

/* A file that is not there gives no entries; a faulty one MS_BAD_CONFIG with file, line, column. */
enum ms_status config_read(struct arena *arena, const char *path, struct config *out,
                           struct ms_error *error);

#endif
