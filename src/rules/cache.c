#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rules/ruleset.h"

static bool cache_path(char path[PATH_MAX], const char *dir, struct image_key key,
                       const char *ending) {
  int n = snprintf(path, PATH_MAX, "%s/rules-%016" PRIx64 "%016" PRIx64 "%s", dir, key.high,
                   key.low, ending);
  return n > 0 && n < PATH_MAX;
}

struct span cache_find(const char *cache_dir, struct image_key key) {
  char path[PATH_MAX];
  struct span none = {0};
  if (!cache_dir || !cache_path(path, cache_dir, key, ".bin")) return none;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return none;
  struct stat st;
  void *bytes = MAP_FAILED;
  if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
    bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
  close(fd);
  if (bytes == MAP_FAILED) return none;
  struct span image = {bytes, (size_t)st.st_size};
  if (image_is_sound(image, key)) return image;
  munmap(bytes, image.len);
  return none;
}

/* mkdir -p. */
static void make_folders(const char *dir) {
  char path[PATH_MAX];
  size_t len = strlen(dir);
  if (len == 0 || len >= sizeof path) return;
  memcpy(path, dir, len + 1);
  for (char *c = path + 1; *c; c++) {
    if (*c != '/') continue;
    *c = 0;
    mkdir(path, 0777);
    *c = '/';
  }
  mkdir(path, 0777);
}

static bool write_all(int fd, struct span bytes) {
  while (bytes.len) {
    ssize_t n = write(fd, bytes.ptr, bytes.len);
    if (n <= 0) return false;
    bytes = span_from(bytes, (size_t)n);
  }
  return true;
}

void cache_store(const char *cache_dir, struct image_key key, struct span image) {
  char path[PATH_MAX], temporary[PATH_MAX];
  if (!cache_dir || !cache_path(path, cache_dir, key, ".bin") ||
      !cache_path(temporary, cache_dir, key, ".XXXXXX"))
    return;
  make_folders(cache_dir);
  int fd = mkostemp(temporary, O_CLOEXEC);
  if (fd < 0) return;
  bool written = write_all(fd, image) && fchmod(fd, 0644) == 0;
  written &= close(fd) == 0;
  if (!written || rename(temporary, path)) unlink(temporary);
}
