#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mailsignal/ingest.h"

/* The file: one "key value" a line, the path last because it may hold anything but a line end. */
static const char format[] =
    "mailsignal checkpoint 1\n"
    "tenant %s\n"
    "items %llu\n"
    "chain %016llx\n"
    "offset %llu\n"
    "size %llu\n"
    "file_size %llu\n"
    "file_time %llu\n";

uint64_t ingest_chain(uint64_t chain, const struct origin *origin) {
  uint64_t numbers[] = {origin->path.len, origin->offset, origin->size};
  const struct span parts[] = {{(const char *)numbers, sizeof numbers}, origin->path};
  for (size_t i = 0; i < 2; i++)
    for (size_t k = 0; k < parts[i].len; k++)
      chain = (chain ^ (unsigned char)parts[i].ptr[k]) * UINT64_C(1099511628211); /* FNV-1a */
  return chain;
}

static void look_at_file(struct span path, uint64_t *size, uint64_t *time) {
  char name[4096];
  struct stat info;
  *size = *time = 0;
  if (path.len >= sizeof name) return;
  if (path.len) memcpy(name, path.ptr, path.len);
  name[path.len] = '\0';
  if (stat(name, &info) != 0 || !S_ISREG(info.st_mode)) return;
  *size = (uint64_t)info.st_size;
  *time = (uint64_t)info.st_mtim.tv_sec * 1000000000u + (uint64_t)info.st_mtim.tv_nsec;
}

bool checkpoint_file_fits(const struct checkpoint *checkpoint) {
  uint64_t size, time;
  look_at_file(checkpoint->position.last.path, &size, &time);
  if (size != checkpoint->file_size) return size > checkpoint->file_size;
  return time == checkpoint->file_time;
}

enum ms_status checkpoint_read(struct arena *arena, const char *path, struct checkpoint *out,
                               struct ms_error *error) {
  unsigned long long items, chain, offset, size, file_size, file_time;
  char *line = NULL;
  size_t room = 0;
  *out = (struct checkpoint){.position.chain = INGEST_CHAIN_START};
  FILE *file = fopen(path, "rb");
  if (!file && errno == ENOENT) return MS_OK;
  if (!file) return ms_fail(error, MS_IO, "cannot read --resume %s: %s", path, strerror(errno));
  int got = fscanf(file,
                   "mailsignal checkpoint 1\ntenant %36s\nitems %llu\nchain %llx\noffset %llu\n"
                   "size %llu\nfile_size %llu\nfile_time %llu\npath ",
                   out->tenant, &items, &chain, &offset, &size, &file_size, &file_time);
  ssize_t len = got == 7 ? getline(&line, &room, file) : -1;
  fclose(file);
  if (len > 0 && line[len - 1] == '\n') len--;
  if (len < 0) {
    free(line);
    return ms_fail(error, MS_BAD_DATA,
                   "--resume %s is no checkpoint of mailsignal; name another file, or remove it to "
                   "begin at the start",
                   path);
  }
  out->position = (struct ingest_position){
      .items = items,
      .chain = chain,
      .last = {arena_dup(arena, (struct span){line, (size_t)len}), offset, size}};
  out->file_size = file_size;
  out->file_time = file_time;
  free(line);
  return MS_OK;
}

static enum ms_status write_and_sync(const char *path, const struct checkpoint *c,
                                     struct ms_error *error) {
  const struct ingest_position *p = &c->position;
  FILE *file = fopen(path, "wb");
  if (!file) return ms_fail(error, MS_IO, "cannot write %s: %s", path, strerror(errno));
  fprintf(file, format, c->tenant, (unsigned long long)p->items, (unsigned long long)p->chain,
          (unsigned long long)p->last.offset, (unsigned long long)p->last.size,
          (unsigned long long)c->file_size, (unsigned long long)c->file_time);
  fprintf(file, "path " SPAN_FMT "\n", SPAN_ARG(p->last.path));
  bool good = fflush(file) == 0 && fsync(fileno(file)) == 0;
  int why = errno;
  if (fclose(file) != 0 && good) good = false, why = errno;
  if (good) return MS_OK;
  return ms_fail(error, MS_IO, "cannot write %s: %s", path, strerror(why));
}

/* The rename is only safe on disk once the folder is. */
static void sync_folder(const char *path) {
  char *copy = strdup(path);
  int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (fd >= 0) {
    fsync(fd);
    close(fd);
  }
  free(copy);
}

enum ms_status checkpoint_write(const char *path, struct checkpoint *checkpoint,
                                struct ms_error *error) {
  char *beside = NULL;
  look_at_file(checkpoint->position.last.path, &checkpoint->file_size, &checkpoint->file_time);
  if (asprintf(&beside, "%s.new", path) < 0) return ms_fail(error, MS_SOFTWARE, "out of memory");
  enum ms_status status = write_and_sync(beside, checkpoint, error);
  if (!status && rename(beside, path) != 0)
    status = ms_fail(error, MS_IO, "cannot write %s: %s", path, strerror(errno));
  if (!status) sync_folder(path);
  free(beside);
  return status;
}
