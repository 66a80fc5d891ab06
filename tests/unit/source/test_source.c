#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mailsignal/source.h"
#include "source/sniff.h"

static char folder[64];

static void make_folder(void) {
  snprintf(folder, sizeof folder, "/tmp/mailsignal-test-XXXXXX");
  cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void) {
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  cr_assert_eq(system(command), 0);
}

static const char *in_folder(const char *name) {
  static char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void put(const char *name, const char *content) {
  char path[256];
  snprintf(path, sizeof path, "%s", in_folder(name));
  for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
    *slash = '\0';
    mkdir(path, 0700);
    *slash = '/';
  }
  FILE *file = fopen(path, "wb");
  cr_assert_not_null(file);
  fputs(content, file);
  fclose(file);
}

/* "path:size" or "path:error" of each item, paths relative to the folder, joined by blanks. */
static const char *scan(const char *const *paths, size_t n) {
  static char result[2000];
  struct source *source;
  struct raw_message message = {0};
  result[0] = '\0';
  cr_assert_eq(source_open(paths, n, &source, NULL), MS_OK);
  while (source_next(source, &message) == 1) {
    struct span path = message.origin.path;
    if (span_starts(path, span_of(folder))) path = span_from(path, strlen(folder) + 1);
    char item[300];
    if (message.error_code)
      snprintf(item, sizeof item, SPAN_FMT ":%s ", SPAN_ARG(path), message.error_code);
    else
      snprintf(item, sizeof item, SPAN_FMT ":%zu ", SPAN_ARG(path), message.len);
    strncat(result, item, sizeof result - strlen(result) - 1);
  }
  source_close(source);
  raw_message_free(&message);
  return result;
}

TestSuite(source, .init = make_folder, .fini = remove_folder);

Test(source, folders_are_walked_in_order_and_hold_only_mail) {
  put("b/2.eml", "A: 1\n\nx");
  put("b/10.eml", "A: 1\n\nxy");
  put("a.txt", "no mail at all");
  put("labels.jsonl", "{\"file\": 1}\n");
  put("message", "Subject: y\n\n");
  put("odd.eml", "not a header\n");
  put("empty.eml", "");
  put("empty.mbox", "");
  put(".hidden/1.eml", "A: 1\n\n");
  put("z.mbox", "From a Mon Jan  1 10:00:00 2024\nA: 1\n\nx\n\nFrom b Mon Jan  1 10:00:00 2024\nB: 2\n\ny\n");
  const char *paths[] = {folder};
  cr_assert_str_eq(scan(paths, 1),
                   "b/10.eml:8 b/2.eml:7 empty.eml:empty message:12 odd.eml:13 z.mbox:8 z.mbox:8 ");
}

Test(source, maildir_reads_cur_and_new_but_not_tmp) {
  put("cur/1:2,S", "A: 1\n\nx");
  put("new/2", "damaged, but a Maildir holds only mail");
  put("tmp/3", "A: 1\n\nx");
  put(".Sent/cur/4", "A: 1\n\nx");
  const char *paths[] = {folder};
  cr_assert_str_eq(scan(paths, 1), ".Sent/cur/4:7 cur/1:2,S:7 new/2:38 ");
}

Test(source, a_missing_path_is_an_item_and_the_rest_goes_on) {
  put("1.eml", "A: 1\n\nx");
  char missing[256], present[256];
  snprintf(missing, sizeof missing, "%s", in_folder("missing"));
  snprintf(present, sizeof present, "%s", in_folder("1.eml"));
  const char *paths[] = {missing, present};
  cr_assert_str_eq(scan(paths, 2), "missing:io 1.eml:7 ");
}

static void write_archive(const char *name, const char *const *members, size_t n) {
  struct archive *writer = archive_write_new();
  archive_write_set_format_pax_restricted(writer);
  archive_write_add_filter_gzip(writer);
  cr_assert_eq(archive_write_open_filename(writer, in_folder(name)), ARCHIVE_OK);
  for (size_t i = 0; i < n; i += 2) {
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, members[i]);
    archive_entry_set_size(entry, (la_int64_t)strlen(members[i + 1]));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_write_header(writer, entry);
    archive_write_data(writer, members[i + 1], strlen(members[i + 1]));
    archive_entry_free(entry);
  }
  archive_write_free(writer);
}

static const char *const members[] = {
    "mail/1.eml", "A: 1\n\nx", "mail/notes.txt", "no mail", "mail/._1.eml", "A: 1\n\nx",
    "all.mbox", "From a Mon Jan  1 10:00:00 2024\nA: 1\n\nx\n\nFrom b Mon Jan  1 10:00:00 2024\nB: 2\n\ny\n",
};

Test(source, archives_are_read_as_streams) {
  write_archive("a.tar.gz", members, sizeof members / sizeof *members);
  const char *paths[] = {folder};
  cr_assert_str_eq(scan(paths, 1),
                   "a.tar.gz!mail/1.eml:7 a.tar.gz!all.mbox:8 a.tar.gz!all.mbox:8 ");
}

Test(source, a_truncated_archive_gives_what_it_has_and_one_error) {
  static char big[300000];
  for (size_t i = 0; i < sizeof big - 1; i++) big[i] = (char)('a' + rand() % 26);
  memcpy(big, "A: 1\n\n", 6);
  const char *const two[] = {"1.eml", "A: 1\n\nx", "2.eml", big};
  write_archive("a.tar.gz", two, 4);
  cr_assert_eq(truncate(in_folder("a.tar.gz"), 60000), 0);
  const char *paths[] = {folder};
  cr_assert_str_eq(scan(paths, 1), "a.tar.gz!1.eml:7 a.tar.gz!2.eml:archive a.tar.gz:archive ");
}

Test(sniff, kinds) {
  static const struct {
    struct span bytes;
    enum file_kind kind;
  } table[] = {
      {SPAN_INIT(""), FILE_EMPTY},
      {SPAN_INIT("From x"), FILE_MBOX},
      {SPAN_INIT("From: x@y"), FILE_MESSAGE},
      {SPAN_INIT("\n\nX-Y_z: 1"), FILE_MESSAGE},
      {SPAN_INIT("Subject : obsolete"), FILE_MESSAGE},
      {SPAN_INIT("\xEF\xBB\xBFTo: x"), FILE_MESSAGE},
      {SPAN_INIT("{\"a\": 1}"), FILE_OTHER},
      {SPAN_INIT("# Title"), FILE_OTHER},
      {SPAN_INIT(": x"), FILE_OTHER},
      {SPAN_INIT("Two words: x"), FILE_OTHER},
      {SPAN_INIT("\x1F\x8B\x08"), FILE_ARCHIVE},
      {SPAN_INIT("PK\x03\x04"), FILE_ARCHIVE},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    cr_assert_eq(sniff(table[i].bytes), table[i].kind, "row %zu", i);
}
