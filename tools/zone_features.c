/* zone_features FILE... - what the line classifier sees of each mail, for tools/fit_zones.py.
 *
 * One line of output a mail line: file, tab, the line folded and without tabs, tab, the names of
 * its features between blanks. Features are computed here only, so that fitting and use agree. */
#include <stdio.h>
#include <stdlib.h>

#include "mailsignal/mail.h"
#include "zone/features.h"

static char *read_file(const char *path, size_t *len) {
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  char *bytes = NULL;
  size_t room = 0, got;
  *len = 0;
  do {
    if (*len == room) {
      room = room ? room * 2 : 1 << 16;
      char *grown = realloc(bytes, room);
      if (!grown) break;
      bytes = grown;
    }
    got = fread(bytes + *len, 1, room - *len, file);
    *len += got;
  } while (got > 0);
  fclose(file);
  return bytes;
}

static void print_line(const char *path, struct span folded, const struct features *f) {
  printf("%s\t", path);
  for (size_t i = 0; i < folded.len; i++) putchar(folded.ptr[i]);
  putchar('\t');
  for (int i = 0; i < FEATURE_COUNT; i++)
    if (feature_has(f, (enum feature)i)) printf("%s ", feature_name((enum feature)i));
  putchar('\n');
}

static void dump(struct arena *arena, const char *path, struct span raw) {
  struct mail mail;
  struct text text;
  struct page page;
  struct block block;
  struct mail_address forwarded = {0};
  struct features features[FEATURE_LINES];
  mail_parse(arena, raw, &mail);
  text_read(arena, mail.text, &text);
  struct zone_hints hints = {mail.from, mail.marks, mail.n_marks, mail.mail_class};
  zone_prepare(arena, &text, &hints, &page, &forwarded);
  if (!features_block(&page, &block)) return;
  features_find(&page, &block, features);
  for (size_t i = 0; i < block.n; i++)
    print_line(path, page_folded(&page, block.lines[i]), &features[i]);
}

int main(int argc, char **argv) {
  struct arena *arena = arena_new();
  if (!arena) return 70;
  mail_init();
  for (int i = 1; i < argc; i++) {
    size_t len;
    char *bytes = read_file(argv[i], &len);
    if (!bytes) {
      fprintf(stderr, "zone_features: cannot read %s\n", argv[i]);
      return 66;
    }
    dump(arena, argv[i], (struct span){bytes, len});
    arena_reset(arena);
    free(bytes);
  }
  arena_free(arena);
  return 0;
}
