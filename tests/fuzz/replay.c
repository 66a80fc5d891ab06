/* Runs a fuzz target over files and folders of files: each whole, cut short, and with bytes
 * turned over by a fixed pattern. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t inputs;

static void run_variants(const uint8_t *data, size_t size) {
  LLVMFuzzerTestOneInput(data, size);
  for (size_t part = 1; part < 8; part++) LLVMFuzzerTestOneInput(data, size * part / 8);
  uint8_t *changed = malloc(size + 1);
  if (!changed) abort();
  for (size_t step = 3; step < 200; step = step * 3 + 1) {
    for (size_t i = 0; i < size; i++)
      changed[i] = (uint8_t)(i % step == step - 1 ? data[i] ^ (1u << (i / step % 8)) : data[i]);
    LLVMFuzzerTestOneInput(changed, size);
  }
  free(changed);
  inputs++;
}

static int run_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) return perror(path), 1;
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  uint8_t *data = malloc((size_t)size + 1);
  if (!data || fread(data, 1, (size_t)size, file) != (size_t)size) return perror(path), 1;
  fclose(file);
  run_variants(data, (size_t)size);
  free(data);
  return 0;
}

static int run_path(const char *path) {
  struct dirent **entries;
  struct stat info;
  if (stat(path, &info) != 0) return 0; /* a topic without seeds */
  if (!S_ISDIR(info.st_mode)) return run_file(path);
  int n = scandir(path, &entries, NULL, alphasort), failed = 0;
  for (int i = 0; i < n; i++) {
    char full[4096];
    if (entries[i]->d_name[0] != '.') {
      snprintf(full, sizeof full, "%s/%s", path, entries[i]->d_name);
      failed |= run_path(full);
    }
    free(entries[i]);
  }
  free(entries);
  return failed;
}

int main(int argc, char **argv) {
  int failed = 0;
  for (int i = 1; i < argc; i++) failed |= run_path(argv[i]);
  printf("%zu inputs\n", inputs);
  return failed;
}
