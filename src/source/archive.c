#include "source/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

struct mail_archive {
  struct archive *reader;
  struct window *window;
  size_t lent; /* bytes of the window that the reader looks at just now */
};

static la_ssize_t lend(struct archive *reader, void *context, const void **bytes) {
  struct mail_archive *self = context;
  window_skip(self->window, self->lent);
  self->lent = 0;
  if (!window_fill(self->window, 1)) {
    if (self->window->error.status == MS_OK) return 0;
    archive_set_error(reader, EIO, "%s", self->window->error.text);
    return -1;
  }
  struct span s = window_bytes(self->window);
  *bytes = s.ptr;
  self->lent = s.len;
  return (la_ssize_t)s.len;
}

struct mail_archive *archive_open(struct window *window, struct ms_error *error) {
  struct mail_archive *self = calloc(1, sizeof *self);
  struct archive *reader = archive_read_new();
  if (!self || !reader) {
    free(self);
    archive_read_free(reader);
    ms_fail(error, MS_SOFTWARE, "out of memory");
    return NULL;
  }
  self->window = window;
  self->reader = reader;
  archive_read_support_filter_all(reader);
  archive_read_support_format_tar(reader);
  archive_read_support_format_zip(reader);
  archive_read_support_format_7zip(reader);
  archive_read_support_format_raw(reader);
  if (archive_read_open(reader, self, NULL, lend, NULL) == ARCHIVE_OK) return self;
  ms_fail(error, MS_BAD_DATA, "cannot read this archive: %s", archive_error_string(reader));
  archive_close(self);
  return NULL;
}

int archive_next(struct mail_archive *self, const char **name, struct ms_error *error) {
  for (;;) {
    struct archive_entry *entry;
    int status = archive_read_next_header(self->reader, &entry);
    if (status == ARCHIVE_EOF) return 0;
    if (status == ARCHIVE_RETRY) continue;
    if (status < ARCHIVE_WARN) {
      ms_fail(error, MS_BAD_DATA, "the archive is damaged: %s", archive_error_string(self->reader));
      return -1;
    }
    if (archive_format(self->reader) == ARCHIVE_FORMAT_RAW) {
      *name = NULL;
      return 1;
    }
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    *name = archive_entry_pathname_utf8(entry);
    if (!*name) *name = archive_entry_pathname(entry);
    if (!*name) *name = "?";
    return 1;
  }
}

struct entry_stream {
  struct stream base;
  struct archive *reader;
};

static long entry_read(struct stream *stream, char *bytes, size_t room, struct ms_error *error) {
  struct entry_stream *self = (struct entry_stream *)stream;
  for (;;) {
    la_ssize_t got = archive_read_data(self->reader, bytes, room);
    if (got == ARCHIVE_RETRY) continue;
    if (got == ARCHIVE_WARN) return 0;
    if (got >= 0) return (long)got;
    ms_fail(error, MS_BAD_DATA, "the archive is damaged: %s", archive_error_string(self->reader));
    return -1;
  }
}

static void entry_close(struct stream *stream) { free(stream); }

struct stream *archive_stream(struct mail_archive *archive) {
  struct entry_stream *self = malloc(sizeof *self);
  if (!self) return NULL;
  *self = (struct entry_stream){{entry_read, entry_close}, archive->reader};
  return &self->base;
}

void archive_close(struct mail_archive *archive) {
  if (!archive) return;
  archive_read_free(archive->reader);
  free(archive);
}
