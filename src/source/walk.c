#include "source/walk.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct walk {
  const char *const *paths;
  size_t n, next;
  FTS *folder; /* the named path that is being walked */
};

struct walk *walk_open(const char *const *paths, size_t n) {
  struct walk *walk = calloc(1, sizeof *walk);
  if (walk) *walk = (struct walk){paths, n, 0, NULL};
  return walk;
}

void walk_close(struct walk *walk) {
  if (!walk) return;
  if (walk->folder) fts_close(walk->folder);
  free(walk);
}

static int by_name(const FTSENT **a, const FTSENT **b) {
  return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool has_child(const char *path, const char *child) {
  char full[4096];
  struct stat info;
  int len = snprintf(full, sizeof full, "%s/%s", path, child);
  return len > 0 && (size_t)len < sizeof full && stat(full, &info) == 0 && S_ISDIR(info.st_mode);
}

/* Folders to pass over: hidden ones, unless they are a Maildir++ sub-folder, and a Maildir's tmp. */
static bool skip_folder(const FTSENT *entry) {
  if (entry->fts_level == FTS_ROOTLEVEL) return false;
  if (entry->fts_name[0] == '.') return !has_child(entry->fts_path, "cur");
  return strcmp(entry->fts_name, "tmp") == 0 && has_child(entry->fts_path, "../cur");
}

static bool in_maildir(const FTSENT *entry) {
  const FTSENT *parent = entry->fts_parent;
  return entry->fts_level > FTS_ROOTLEVEL &&
         (strcmp(parent->fts_name, "cur") == 0 || strcmp(parent->fts_name, "new") == 0);
}

/* As walk_next(), for the folder that is open; 0 when it is done. */
static int next_in_folder(struct walk *walk, struct walk_file *file, struct ms_error *error) {
  for (FTSENT *entry; (entry = fts_read(walk->folder)) != NULL;) {
    bool named = entry->fts_level == FTS_ROOTLEVEL;
    file->path = entry->fts_path;
    file->named = named;
    switch (entry->fts_info) {
      case FTS_D:
        if (skip_folder(entry)) fts_set(walk->folder, entry, FTS_SKIP);
        break;
      case FTS_F:
        if (entry->fts_name[0] == '.' && !named) break;
        file->in_maildir = in_maildir(entry);
        file->size = (uint64_t)entry->fts_statp->st_size;
        return 1;
      case FTS_DEFAULT: /* pipes and devices count when they are named */
        if (!named) break;
        *file = (struct walk_file){entry->fts_path, true, false, 0};
        return 1;
      case FTS_DNR:
      case FTS_ERR:
      case FTS_NS:
        ms_fail(error, MS_NO_INPUT, "%s: %s", entry->fts_path, strerror(entry->fts_errno));
        return -1;
      default: /* after a folder, cycles, dangling links */
        break;
    }
  }
  return 0;
}

int walk_next(struct walk *walk, struct walk_file *file, struct ms_error *error) {
  for (;;) {
    if (walk->folder) {
      int got = next_in_folder(walk, file, error);
      if (got) return got;
      fts_close(walk->folder);
      walk->folder = NULL;
    }
    if (walk->next == walk->n) return 0;
    const char *path = walk->paths[walk->next++];
    if (strcmp(path, "-") == 0) {
      *file = (struct walk_file){path, true, false, 0};
      return 1;
    }
    if (*path == '\0') {
      file->path = path;
      ms_fail(error, MS_NO_INPUT, "an empty path was given");
      return -1;
    }
    char *const roots[] = {(char *)(uintptr_t)path, NULL}; /* fts does not write to it */
    walk->folder = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
    if (!walk->folder) {
      file->path = path;
      ms_fail(error, MS_NO_INPUT, "%s: %s", path, strerror(errno));
      return -1;
    }
  }
}
