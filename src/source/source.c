#include "mailsignal/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mailsignal/limits.h"
#include "source/archive.h"
#include "source/mbox.h"
#include "source/sniff.h"
#include "source/walk.h"

/* A file, or an archive in a file, or an archive in an archive ... */
struct level {
  struct window window;
  struct mail_archive *archive; /* not NULL: the window holds an archive */
  char *path;                   /* "mail.tar!2024/in.zip" */
};

enum { MAX_LEVELS = LIMIT_ARCHIVE_DEPTH + 1 };

struct source {
  const char *const *paths;
  size_t n;
  struct walk *walk;
  struct level levels[MAX_LEVELS];
  size_t depth;  /* levels in use; 0 = between files */
  bool in_mbox;  /* the innermost level stands in an mbox */
  int (*next)(void *self, struct raw_message *out); /* not NULL: source_from() */
  void *self;
  const _Atomic int *stop;
  _Atomic uint64_t done; /* another thread shows the progress */
  uint64_t total;
};

void raw_message_free(struct raw_message *message) {
  free(message->bytes);
  free(message->path);
  *message = (struct raw_message){0};
}

enum ms_status source_open(const char *const *paths, size_t n, struct source **out,
                           struct ms_error *error) {
  static const char *const standard_input[] = {"-"};
  struct source *source = calloc(1, sizeof *source);
  *out = source;
  if (!source) return ms_fail(error, MS_SOFTWARE, "out of memory");
  source->paths = n ? paths : standard_input;
  source->n = n ? n : 1;
  source->walk = walk_open(source->paths, source->n);
  if (source->walk) return MS_OK;
  source_close(source);
  *out = NULL;
  return ms_fail(error, MS_SOFTWARE, "out of memory");
}

enum ms_status source_from(int (*next)(void *self, struct raw_message *out), void *self,
                           struct source **out, struct ms_error *error) {
  struct source *source = calloc(1, sizeof *source);
  *out = source;
  if (!source) return ms_fail(error, MS_SOFTWARE, "out of memory");
  source->next = next;
  source->self = self;
  return MS_OK;
}

void source_stop_flag(struct source *source, const _Atomic int *stop) { source->stop = stop; }

void raw_message_set_path(struct raw_message *out, const char *path) {
  size_t size = strlen(path) + 1;
  if (size > out->path_capacity) {
    char *grown = realloc(out->path, size);
    if (!grown) {
      out->origin.path = SPAN_LIT("?");
      return;
    }
    out->path = grown;
    out->path_capacity = size;
  }
  memcpy(out->path, path, size);
  out->origin.path = (struct span){out->path, size - 1};
}

/* Makes *out an item that tells of an error; always 1. */
static int failed(struct raw_message *out, const char *path, const char *code) {
  raw_message_set_path(out, path);
  out->origin.offset = out->origin.size = 0;
  out->len = 0;
  out->error_code = code;
  return 1;
}

static struct level *innermost(struct source *source) { return &source->levels[source->depth - 1]; }

static void close_level(struct source *source) {
  struct level *level = innermost(source);
  archive_close(level->archive);
  level->archive = NULL;
  window_close(&level->window);
  free(level->path);
  level->path = NULL;
  source->in_mbox = false;
  source->depth--;
}

static bool open_level(struct source *source, struct stream *stream, char *path) {
  if (!stream || !path) {
    if (stream) stream->close(stream);
    free(path);
    return false;
  }
  source->depth++;
  struct level *level = innermost(source);
  window_open(&level->window, stream);
  level->path = path;
  return true;
}

/* A read error of the innermost window becomes an item; the level is closed. */
static int close_with_error(struct source *source, struct raw_message *out) {
  struct level *level = innermost(source);
  struct ms_error cause = level->window.error;
  ms_fail(&out->error, cause.status, "%s: %s", level->path, cause.text);
  failed(out, level->path, cause.status == MS_BAD_DATA ? "archive" : "io");
  close_level(source);
  return 1;
}

static int one_message(struct source *source, struct raw_message *out) {
  struct level *level = innermost(source);
  message_read(&level->window, out);
  if (level->window.error.status) return close_with_error(source, out);
  raw_message_set_path(out, level->path);
  close_level(source);
  return 1;
}

static int begin_archive(struct source *source, struct raw_message *out) {
  struct level *level = innermost(source);
  if (source->depth == MAX_LEVELS) {
    ms_fail(&out->error, MS_BAD_DATA, "%s: archives nested deeper than %d are not opened",
            level->path, LIMIT_ARCHIVE_DEPTH);
    failed(out, level->path, "archive.depth");
    close_level(source);
    return 1;
  }
  struct ms_error cause = {0};
  level->archive = archive_open(&level->window, &cause);
  if (level->archive) return 0;
  ms_fail(&out->error, MS_BAD_DATA, "%s: %s", level->path, cause.text);
  failed(out, level->path, "archive");
  close_level(source);
  return 1;
}

/* Looks at a freshly opened level. 1: *out is filled. 0: go on. `accept_any` takes files that do
 * not look like mail for mail. */
static int begin_file(struct source *source, bool accept_any, struct raw_message *out) {
  struct level *level = innermost(source);
  window_fill(&level->window, SNIFF_BYTES);
  if (level->window.error.status) return close_with_error(source, out);
  size_t len = strlen(level->path);
  bool eml = span_iends((struct span){level->path, len}, SPAN_LIT(".eml"));
  switch (sniff(window_bytes(&level->window))) {
    case FILE_ARCHIVE:
      return begin_archive(source, out);
    case FILE_MBOX:
      source->in_mbox = true;
      return 0;
    case FILE_EMPTY:
      if (eml) {
        ms_fail(&out->error, MS_BAD_DATA, "%s: the file is empty", level->path);
        failed(out, level->path, "empty");
      }
      close_level(source);
      return eml;
    case FILE_OTHER:
      if (!accept_any && !eml) break;
      return one_message(source, out);
    case FILE_MESSAGE:
      return one_message(source, out);
  }
  close_level(source);
  return 0;
}

static int next_in_mbox(struct source *source, struct raw_message *out) {
  struct level *level = innermost(source);
  if (mbox_next(&level->window, out)) {
    raw_message_set_path(out, level->path);
    return 1;
  }
  if (level->window.error.status) return close_with_error(source, out);
  close_level(source);
  return 0;
}

/* "._x" are resource forks of a Mac, ".x" hidden files. */
static bool is_hidden(const char *name) {
  const char *slash = strrchr(name, '/');
  return (slash ? slash[1] : name[0]) == '.';
}

static char *join(const char *archive, const char *name) {
  char *path = NULL;
  if (!name) return strdup(archive);
  return asprintf(&path, "%s!%s", archive, name) < 0 ? NULL : path;
}

static int next_in_archive(struct source *source, struct raw_message *out) {
  struct level *level = innermost(source);
  struct ms_error cause = {0};
  const char *name = NULL;
  int got = archive_next(level->archive, &name, &cause);
  if (got < 0) {
    ms_fail(&out->error, cause.status, "%s: %s", level->path, cause.text);
    failed(out, level->path, "archive");
  }
  if (got <= 0) {
    close_level(source);
    return got < 0;
  }
  if (name && is_hidden(name)) return 0;
  char *path = join(level->path, name);
  if (open_level(source, archive_stream(level->archive), path))
    return begin_file(source, name == NULL, out);
  ms_fail(&out->error, MS_SOFTWARE, "%s: out of memory", level->path);
  return failed(out, level->path, "memory");
}

static int next_file(struct source *source, struct raw_message *out) {
  struct walk_file file = {0};
  struct ms_error cause = {0};
  int got = walk_next(source->walk, &file, &cause);
  if (got == 0) return -1;
  if (got < 0) {
    out->error = cause;
    return failed(out, file.path, "io");
  }
  bool standard_input = strcmp(file.path, "-") == 0;
  int fd = standard_input ? STDIN_FILENO : open(file.path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    ms_fail(&out->error, MS_NO_INPUT, "%s: %s", file.path, strerror(errno));
    return failed(out, file.path, "io");
  }
  if (open_level(source, stream_fd(fd, &source->done, source->stop), strdup(file.path)))
    return begin_file(source, file.named || file.in_maildir, out);
  ms_fail(&out->error, MS_SOFTWARE, "%s: out of memory", file.path);
  return failed(out, file.path, "memory");
}

int source_next(struct source *source, struct raw_message *out) {
  out->error_code = NULL;
  out->error = (struct ms_error){0};
  out->cut = false;
  if (source->next) {
    int got = source->next(source->self, out);
    if (got) source->done += out->len;
    return got;
  }
  for (;;) {
    int got;
    if (source->in_mbox)
      got = next_in_mbox(source, out);
    else if (source->depth)
      got = next_in_archive(source, out);
    else
      got = next_file(source, out);
    if (got == 0) continue;
    if (got > 0 && !out->error_code && out->error.status) /* memory ran out on the way */
      return failed(out, source->depth ? innermost(source)->path : "?", "memory");
    return got > 0;
  }
}

void source_measure(struct source *source) {
  if (source->next) return;
  struct walk *walk = walk_open(source->paths, source->n);
  struct walk_file file = {0};
  struct ms_error ignored = {0};
  source->total = 0;
  for (int got; walk && (got = walk_next(walk, &file, &ignored)) != 0;)
    if (got > 0) source->total += file.size;
  walk_close(walk);
}

void source_progress(const struct source *source, uint64_t *done, uint64_t *total) {
  *done = source->done;
  *total = source->total;
}

void source_close(struct source *source) {
  if (!source) return;
  while (source->depth) close_level(source);
  for (size_t i = 0; i < MAX_LEVELS; i++) window_free(&source->levels[i].window);
  walk_close(source->walk);
  free(source);
}
