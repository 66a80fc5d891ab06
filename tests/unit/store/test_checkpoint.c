#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#include "mailsignal/ingest.h"

static char folder[] = "/tmp/ms-checkpoint-XXXXXX";
static char mark[64], input[64];

static void make_folder(void) {
  cr_assert_not_null(mkdtemp(folder));
  snprintf(mark, sizeof mark, "%s/mark", folder);
  snprintf(input, sizeof input, "%s/in put", folder);
}

static void remove_folder(void) {
  unlink(mark);
  unlink(input);
  rmdir(folder);
}

static void write_text(const char *path, const char *mode, const char *text) {
  FILE *file = fopen(path, mode);
  fputs(text, file);
  fclose(file);
}

static struct checkpoint sample(void) {
  struct checkpoint c = {.tenant = "a0000000-0000-0000-0000-000000000000"};
  c.position = (struct ingest_position){
      .items = 12, .chain = UINT64_C(0xfedcba9876543210), .last = {span_of(input), 345, 67}};
  return c;
}

TestSuite(checkpoint, .init = make_folder, .fini = remove_folder);

Test(checkpoint, survives_the_way_to_disk) {
  struct arena *arena = arena_new();
  struct checkpoint wrote = sample(), got;
  write_text(input, "w", "hello");
  cr_assert_eq(checkpoint_write(mark, &wrote, NULL), MS_OK);
  cr_assert_eq(checkpoint_read(arena, mark, &got, NULL), MS_OK);
  cr_expect_str_eq(got.tenant, wrote.tenant);
  cr_expect_eq(got.position.items, 12);
  cr_expect_eq(got.position.chain, wrote.position.chain);
  cr_expect_eq(got.position.last.offset, 345);
  cr_expect_eq(got.position.last.size, 67);
  cr_expect(span_eq(got.position.last.path, span_of(input)));
  cr_expect_eq(got.file_size, 5);
  cr_expect(checkpoint_file_fits(&got));
  write_text(input, "a", " world");
  cr_expect(checkpoint_file_fits(&got), "a file that has grown fits");
  write_text(input, "w", "hel");
  cr_expect_not(checkpoint_file_fits(&got), "a shorter one does not");
  write_text(input, "w", "HELLO");
  cr_expect_not(checkpoint_file_fits(&got), "nor one that was written since");
  arena_free(arena);
}

Test(checkpoint, none_yet) {
  struct checkpoint got;
  cr_expect_eq(checkpoint_read(NULL, mark, &got, NULL), MS_OK);
  cr_expect_eq(got.position.items, 0);
  cr_expect_eq(got.position.chain, INGEST_CHAIN_START);
}

static const char *const damaged[] = {
    "", "nonsense\n", "mailsignal checkpoint 2\n", "mailsignal checkpoint 1\ntenant x\nitems -\n",
    "mailsignal checkpoint 1\ntenant x\nitems 1\nchain 0\noffset 0\nsize 0\nfile_size 0\n",
};

Test(checkpoint, damaged) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
    struct checkpoint got;
    write_text(mark, "w", damaged[i]);
    cr_expect_eq(checkpoint_read(arena, mark, &got, NULL), MS_BAD_DATA, "row %zu", i);
  }
  arena_free(arena);
}

Test(checkpoint, folder_that_is_not_there) {
  struct checkpoint c = sample();
  struct ms_error error = {0};
  cr_expect_eq(checkpoint_write("/nonexistent/mark", &c, &error), MS_IO);
  cr_expect_not_null(strstr(error.text, "/nonexistent/mark"));
}

/* Every part of an item counts. */
Test(checkpoint, chain) {
  struct origin base = {SPAN_INIT("a"), 1, 2};
  struct origin others[] = {{SPAN_INIT("b"), 1, 2}, {SPAN_INIT("a"), 0, 2}, {SPAN_INIT("a"), 1, 3},
                            {SPAN_INIT("aa"), 1, 2}, {SPAN_INIT(""), 1, 2}};
  uint64_t want = ingest_chain(INGEST_CHAIN_START, &base);
  cr_expect_eq(ingest_chain(INGEST_CHAIN_START, &base), want);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    cr_expect_neq(ingest_chain(INGEST_CHAIN_START, &others[i]), want, "row %zu", i);
}
