#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "store/migration_files.h"

enum { VERSION_DIGITS = 14, MOST_BYTES = 16 * 1024 * 1024 };

bool migration_name_split(struct span file, struct span *version, struct span *name) {
  if (file.len < VERSION_DIGITS + sizeof "_x.sql" - 1 || file.ptr[VERSION_DIGITS] != '_') return false;
  for (size_t i = 0; i < VERSION_DIGITS; i++)
    if (!ascii_is_digit(file.ptr[i])) return false;
  if (!span_ends(file, SPAN_LIT(".sql"))) return false;
  *version = span_slice(file, 0, VERSION_DIGITS);
  *name = span_slice(file, VERSION_DIGITS + 1, file.len - 4);
  return true;
}

enum ms_status file_read(struct arena *arena, const char *path, struct span *out,
                         struct ms_error *error) {
  FILE *file = fopen(path, "rb");
  struct stat info;
  if (!file || fstat(fileno(file), &info) != 0 || !S_ISREG(info.st_mode) ||
      info.st_size > MOST_BYTES) {
    int why = file ? EINVAL : errno;
    if (file) fclose(file);
    return ms_fail(error, MS_NO_INPUT, "cannot read %s: %s", path, strerror(why));
  }
  size_t size = (size_t)info.st_size;
  char *bytes = arena_alloc(arena, size + 1); /* the NUL makes a C string of it */
  size_t got = fread(bytes, 1, size, file);
  fclose(file);
  if (got != size || memchr(bytes, '\0', size))
    return ms_fail(error, MS_BAD_CONFIG, "%s cannot be read as text", path);
  *out = (struct span){bytes, size};
  return MS_OK;
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum ms_status folder_list(struct arena *arena, const char *dir, struct file_names *out,
                           struct ms_error *error) {
  *out = (struct file_names){0};
  DIR *handle = opendir(dir);
  if (!handle)
    return ms_fail(error, MS_NO_INPUT, "cannot read the folder %s: %s", dir, strerror(errno));
  for (struct dirent *entry; (entry = readdir(handle));) {
    struct span version, name;
    if (!migration_name_split(span_of(entry->d_name), &version, &name)) continue;
    const char *copy = arena_strndup(arena, entry->d_name, strlen(entry->d_name));
    ARENA_PUSH(arena, out, copy);
  }
  closedir(handle);
  if (out->n) qsort(out->items, out->n, sizeof *out->items, by_name);
  return MS_OK;
}

static enum ms_status read_one(struct migrations *list, const char *file, struct ms_error *error) {
  struct span version = {0}, name = {0};
  migration_name_split(span_of(file), &version, &name);
  struct migration migration = {
      .version = arena_strndup(list->arena, version.ptr, version.len),
      .name = arena_strndup(list->arena, name.ptr, name.len),
      .path = arena_printf(list->arena, "%s/%s", list->dir, file).ptr,
  };
  if (list->n && strcmp(list->items[list->n - 1].version, migration.version) == 0)
    return ms_fail(error, MS_BAD_CONFIG, "%s and %s have the same version", migration.path,
                   list->items[list->n - 1].path);
  enum ms_status status = file_read(list->arena, migration.path, &migration.sql, error);
  if (status) return status;
  digest_sha256(&migration.sql, 1, migration.checksum);
  ARENA_PUSH(list->arena, list, migration);
  return MS_OK;
}

enum ms_status migrations_read(struct arena *arena, const char *dir, struct migrations *out,
                               struct ms_error *error) {
  struct file_names files;
  *out = (struct migrations){.arena = arena, .dir = dir};
  enum ms_status status = folder_list(arena, dir, &files, error);
  for (size_t i = 0; i < files.n && !status; i++) status = read_one(out, files.items[i], error);
  if (!status && out->n == 0)
    status = ms_fail(error, MS_NO_INPUT, "there are no migrations in %s", dir);
  return status;
}
