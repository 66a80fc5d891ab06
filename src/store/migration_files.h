/* migration_files.h - names and contents of SQL files. */
#ifndef MAILSIGNAL_STORE_MIGRATION_FILES_H
#define MAILSIGNAL_STORE_MIGRATION_FILES_H

#include "mailsignal/migrate.h"

struct file_names {
  const char **items;
  size_t n, capacity;
};

/* False: `file` is not named <14 digits>_<name>.sql. */
bool migration_name_split(struct span file, struct span *version, struct span *name);
/* The migrations in a folder, sorted; other files are passed over. */
enum ms_status folder_list(struct arena *arena, const char *dir, struct file_names *out,
                           struct ms_error *error);
/* The whole file, with a NUL behind it. */
enum ms_status file_read(struct arena *arena, const char *path, struct span *out,
                         struct ms_error *error);

#endif
