#include "rules/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rules/fault.h"

enum { LARGEST_FILE = 64 * 1024 * 1024 };

struct names {
  char **items;
  size_t n, capacity;
};

struct file_reader {
  struct arena *arena;
  struct diag_list *faults;
  struct rule_files *out;
  unsigned layer;
};

static int compare_names(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void report(struct file_reader *r, const char *path, const char *what) {
  struct diag *d = fault_error(r->faults, "file.read", (struct place){span_of(path), 0, 0}, "%s",
                               what);
  d->hint = SPAN_LIT("check the path and its permissions");
}

static void close_folder(void *folder) { closedir(folder); }

/* Names in a folder, sorted, without hidden ones. False when it cannot be opened. */
static bool list_folder(struct file_reader *r, const char *path, struct names *names) {
  DIR *folder = opendir(path);
  if (!folder) return false;
  arena_on_reset(r->arena, close_folder, folder);
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (entry->d_name[0] == '.') continue;
    char *name = arena_strndup(r->arena, entry->d_name, strlen(entry->d_name));
    ARENA_PUSH(r->arena, names, name);
  }
  if (names->n) qsort(names->items, names->n, sizeof *names->items, compare_names);
  return true;
}

/* The content of an open file, allocated with malloc: zeroed arena memory would cost more than the
 * reading. NULL when it cannot be read; errno says why. */
static char *read_all(int fd, size_t *size) {
  struct stat st;
  if (fstat(fd, &st)) return NULL;
  if (!S_ISREG(st.st_mode) || st.st_size > LARGEST_FILE) {
    errno = S_ISDIR(st.st_mode) ? EISDIR : EFBIG;
    return NULL;
  }
  char *bytes = malloc((size_t)st.st_size + 1);
  size_t len = 0;
  while (bytes && len < (size_t)st.st_size) {
    ssize_t got = read(fd, bytes + len, (size_t)st.st_size - len);
    if (got == 0) break;
    if (got < 0 && errno != EINTR) {
      free(bytes);
      return NULL;
    }
    if (got > 0) len += (size_t)got;
  }
  *size = len;
  return bytes;
}

static void read_file(struct file_reader *r, const char *path, const char *name,
                      enum rule_file_kind kind) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  size_t size = 0;
  char *bytes = fd >= 0 ? read_all(fd, &size) : NULL;
  int reason = errno;
  if (fd >= 0) close(fd);
  if (!bytes) {
    report(r, path, strerror(reason));
    return;
  }
  arena_on_reset(r->arena, free, bytes);
  const char *dot = strrchr(name, '.');
  size_t stem = dot ? (size_t)(dot - name) : strlen(name);
  struct rule_file file = {kind, r->layer, span_of(path), {arena_strndup(r->arena, name, stem), stem},
                           {bytes, size}};
  ARENA_PUSH(r->arena, r->out, file);
}

static bool is_yaml(const char *name) {
  return span_ends(span_of(name), SPAN_LIT(".yaml")) || span_ends(span_of(name), SPAN_LIT(".yml"));
}

static bool is_folder(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void read_folder(struct file_reader *r, const char *folder, enum rule_file_kind kind) {
  struct names names = {0};
  if (!list_folder(r, folder, &names)) {
    report(r, folder, strerror(errno));
    return;
  }
  for (size_t i = 0; i < names.n; i++) {
    if (kind != RULE_FILE_LEARNED && !is_yaml(names.items[i])) continue;
    struct span path = arena_printf(r->arena, "%s/%s", folder, names.items[i]);
    if (!is_folder(path.ptr)) read_file(r, path.ptr, names.items[i], kind);
  }
}

static void read_layer(struct file_reader *r, const char *folder) {
  static const struct {
    const char *name;
    enum rule_file_kind kind;
  } parts[] = {{"signals", RULE_FILE_SIGNALS},
               {"lists", RULE_FILE_LIST},
               {"learned", RULE_FILE_LEARNED}};
  if (!is_folder(folder)) {
    report(r, folder, errno && access(folder, F_OK) ? strerror(errno) : "not a folder");
    return;
  }
  read_folder(r, folder, RULE_FILE_SIGNALS);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    struct span path = arena_printf(r->arena, "%s/%s", folder, parts[i].name);
    if (is_folder(path.ptr)) read_folder(r, path.ptr, parts[i].kind);
  }
}

void rule_files_read(struct arena *arena, const struct ruleset_options *options,
                     struct diag_list *faults, struct rule_files *out) {
  struct file_reader r = {arena, faults, out, 0};
  if (options->builtin_dir) read_layer(&r, options->builtin_dir);
  for (size_t i = 0; i < options->n_dirs; i++) {
    r.layer++;
    read_layer(&r, options->dirs[i]);
  }
}
